"""A database session whose work vanishes, and steps inside it that vanish earlier."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import Flask

from app.core.db import db


@contextmanager
def vanishing(app: Flask) -> Iterator[Any]:
    """Everything committed inside the block is rolled back at its end: a commit only releases a savepoint."""
    with app.app_context():
        engine = db.engines[None]
        connection = engine.connect()
        outer = connection.begin()
        db._app_engines[app][None] = connection  # every session of the block joins the one connection
        db.session.configure(join_transaction_mode="create_savepoint")
        try:
            yield db.session
        finally:
            db.session.remove()
            outer.rollback()
            connection.close()
            db._app_engines[app][None] = engine
            db.session.configure(join_transaction_mode="conditional_savepoint")


@contextmanager
def undone() -> Iterator[None]:
    """A step inside a vanishing session: what it committed is gone at its end, and everything is read anew."""
    db.session.commit()
    db.session.remove()
    step = db.engine.begin_nested()
    try:
        yield
    finally:
        db.session.remove()
        step.rollback()
