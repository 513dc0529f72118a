"""Many rows, each done alone: one that cannot be done must not hold up the others."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from typing import TypeVar

from sqlalchemy.exc import IntegrityError

from app.core.db import db
from app.core.errors import DomainError
from app.core.logs import log

Row = TypeVar("Row")


def each_alone(rows: Iterable[Row], do: Callable[[Row], object]) -> int:
    """Do each row in a savepoint of its own; what fails is logged and found again the next time. Returns how many were
    done."""
    done = 0
    for row in rows:
        try:
            with db.session.begin_nested():
                do(row)
            done += 1
        except (DomainError, IntegrityError) as fault:
            db.session.expire_all()
            # The fault by its kind alone: what it says may name somebody.
            log("row_left", logging.WARNING, what=do.__name__, thing=type(row).__name__, error=type(fault).__name__)
    return done
