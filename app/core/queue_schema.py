"""Procrastinate's own tables and functions on PostgreSQL: made by the migration and by ``create_all`` alike."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, event

from app.core.jobs import Job

DROP = r"""
DROP TABLE IF EXISTS
    procrastinate_events, procrastinate_periodic_defers, procrastinate_jobs, procrastinate_workers CASCADE;
DO $$
DECLARE
    found record;
BEGIN
    FOR found IN
        SELECT oid::regprocedure AS name FROM pg_proc
        WHERE proname LIKE 'procrastinate\_%' AND pronamespace = current_schema()::regnamespace
    LOOP
        EXECUTE 'DROP FUNCTION ' || found.name || ' CASCADE';
    END LOOP;
    FOR found IN
        SELECT oid::regtype AS name FROM pg_type
        WHERE typname LIKE 'procrastinate\_%' AND typtype IN ('e', 'c')
        AND typnamespace = current_schema()::regnamespace
    LOOP
        EXECUTE 'DROP TYPE ' || found.name || ' CASCADE';
    END LOOP;
END $$
"""


def is_foreign(name: str | None) -> bool:
    """Whether a table is Procrastinate's and not ours; for the drift check of the migrations."""
    return name is not None and name.startswith("procrastinate_")


def create(connection: Connection) -> None:
    """Create everything in the present transaction; nothing on SQLite."""
    if connection.dialect.name != "postgresql":
        return
    from procrastinate.schema import SchemaManager

    _run_script(connection, SchemaManager.get_schema())


def drop(connection: Connection) -> None:
    """Drop all that create made; nothing on SQLite."""
    if connection.dialect.name == "postgresql":
        _run_script(connection, DROP)


def _run_script(connection: Connection, script: str) -> None:
    # Without parameters psycopg sends the whole script at once and leaves its percent signs alone.
    raw: Any = connection.connection.driver_connection
    raw.execute(script)


def install() -> None:
    """Let the queue be made and dropped together with the job table. Safe to call twice."""
    for moment, listener in (("after_create", _with_the_job_table), ("after_drop", _without_the_job_table)):
        if not event.contains(Job.__table__, moment, listener):
            event.listen(Job.__table__, moment, listener)


def _with_the_job_table(_table: Any, connection: Connection, **_how: Any) -> None:
    create(connection)


def _without_the_job_table(_table: Any, connection: Connection, **_how: Any) -> None:
    drop(connection)
