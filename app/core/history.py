"""Append-only history: who did what to which thing, when, from which state to which, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import DDL, Index, String, Text, event, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core.actor import Actor
from app.core.clock import now
from app.core.db import Base, Id, add_line, db


class History(Base):
    """One line of what happened. Names are not kept here: a user id and a role survive an erasure."""

    __tablename__ = "history"
    id: Mapped[Id]
    thing: Mapped[str] = mapped_column(String(40))
    thing_id: Mapped[int]
    at: Mapped[dt.datetime]
    by_user: Mapped[int | None]
    by_guardian: Mapped[int | None]
    by_role: Mapped[str] = mapped_column(String(20))
    action: Mapped[str] = mapped_column(String(40))
    from_state: Mapped[str | None] = mapped_column(String(20))
    to_state: Mapped[str | None] = mapped_column(String(20))
    why: Mapped[str] = mapped_column(Text, default="")
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    __table_args__ = (Index(None, "thing", "thing_id"), Index(None, "by_user"))


def record(
    thing: str,
    thing_id: int,
    actor: Actor,
    action: str,
    *,
    from_state: str | None = None,
    to_state: str | None = None,
    why: str = "",
    detail: dict[str, Any] | None = None,
) -> None:
    """Add one line to the present transaction."""
    add_line(
        History,
        thing=thing,
        thing_id=thing_id,
        at=now(),
        by_user=actor.user_id,
        by_guardian=actor.guardian_id,
        by_role=actor.role,
        action=action,
        from_state=from_state,
        to_state=to_state,
        why=why,
        detail=detail or {},
    )


def history_of(thing: str, thing_id: int) -> Sequence[History]:
    """All lines of one thing, oldest first."""
    return db.session.scalars(select(History).filter_by(thing=thing, thing_id=thing_id).order_by(History.id)).all()


# Column → b"" or "": what it holds once it is emptied.
Emptied = Mapping[str, bytes | str]
_EMPTY = {"sqlite": {bytes: "x''", str: "''"}, "postgresql": {bytes: "''::bytea", str: "''"}}


def append_only(table: str, columns: Sequence[str] = (), emptied: Emptied | None = None) -> list[DDL]:
    """DDL that refuses UPDATE and DELETE on ``table``, for both databases.

    What names a person must be able to go when its time has come: of ``columns``, those in ``emptied`` may be set to
    nothing, all of them at once and nothing else with them. No other value can ever replace them.
    """
    return [*_for_sqlite(table, columns, emptied or {}), *_for_postgres(table, columns, emptied or {})]


def _for_sqlite(table: str, columns: Sequence[str], emptied: Emptied) -> list[DDL]:
    same = [f"NEW.{name} IS {value}" for name, value in _after(columns, emptied, "sqlite").items()]
    unless = f"WHEN NOT ({' AND '.join(same)}) " if emptied else ""
    refuse = f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
    return [
        DDL(f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} {when}{refuse}").execute_if(
            dialect="sqlite"
        )
        for verb, when in (("UPDATE", unless), ("DELETE", ""))
    ]


def _for_postgres(table: str, columns: Sequence[str], emptied: Emptied) -> list[DDL]:
    """Statement triggers, which also see TRUNCATE; where columns may be emptied, each changed row is looked at."""
    refuse = f"RAISE EXCEPTION '{table} is append-only'"
    # JSON has no equality of its own: everything is compared as text.
    after = _after(columns, emptied, "postgresql")
    same = [f"NEW.{name}::text IS NOT DISTINCT FROM {value}::text" for name, value in after.items()]
    let = f"IF TG_OP = 'UPDATE' AND {' AND '.join(same)} THEN RETURN NEW; END IF; " if emptied else ""
    per_row = f"CREATE TRIGGER {table}_only_emptied BEFORE UPDATE ON {table} FOR EACH ROW"
    refused = "DELETE OR TRUNCATE" if emptied else "UPDATE OR DELETE OR TRUNCATE"
    makes = [
        f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {let}{refuse}; END $$",
        f"CREATE TRIGGER {table}_append_only BEFORE {refused} ON {table} "
        f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()",
        *([f"{per_row} EXECUTE FUNCTION {table}_append_only()"] if emptied else []),
    ]
    return [DDL(make).execute_if(dialect="postgresql") for make in makes]


def _after(columns: Sequence[str], emptied: Emptied, dialect: str) -> dict[str, str]:
    """What every column must hold after an update that empties: nothing, or what it held before."""
    empty = _EMPTY[dialect]
    return {name: empty[type(emptied[name])] if name in emptied else f"OLD.{name}" for name in columns}


def make_append_only(model: type[Base], emptied: Emptied | None = None) -> None:
    """Let the database itself refuse a change to this table's rows, but for emptying what names a person."""
    table = model.__table__
    for ddl in append_only(model.__tablename__, [column.name for column in table.columns], emptied):
        event.listen(table, "after_create", ddl)
    drop = DDL(f"DROP FUNCTION IF EXISTS {model.__tablename__}_append_only()").execute_if(dialect="postgresql")
    event.listen(table, "after_drop", drop)


make_append_only(History)
