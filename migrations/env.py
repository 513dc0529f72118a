"""Alembic's environment: the application's own engine and metadata, one transaction per migration."""

from __future__ import annotations

from typing import Any

from alembic import context
from flask import current_app

from app.core.queue_schema import is_foreign

database = current_app.extensions["migrate"].db


def include_name(name: str | None, kind: str, _parents: Any) -> bool:
    """Procrastinate's tables are its own."""
    return not (kind == "table" and is_foreign(name))


def run() -> None:
    with database.engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=database.metadatas[None],
            include_name=include_name,
            compare_type=True,
            render_as_batch=True,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()


run()
