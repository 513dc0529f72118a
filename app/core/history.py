"""Append-only history: who did what to which thing, when, from which state to which, and why."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import DDL, Index, String, Text, event, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core.actor import Actor
from app.core.clock import now
from app.core.db import Base, Id, db


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
    db.session.add(
        History(
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
    )


def history_of(thing: str, thing_id: int) -> Sequence[History]:
    """All lines of one thing, oldest first."""
    return db.session.scalars(select(History).filter_by(thing=thing, thing_id=thing_id).order_by(History.id)).all()


def append_only(table: str) -> list[DDL]:
    """DDL that refuses UPDATE and DELETE on ``table``, for both databases (used by models and migrations alike)."""
    return [
        *(
            DDL(
                f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table} "
                f"BEGIN SELECT RAISE(ABORT, '{table} is append-only'); END"
            ).execute_if(dialect="sqlite")
            for verb in ("UPDATE", "DELETE")
        ),
        DDL(
            f"CREATE FUNCTION {table}_append_only() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is append-only'; END $$"
        ).execute_if(dialect="postgresql"),
        DDL(
            f"CREATE TRIGGER {table}_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_append_only()"
        ).execute_if(dialect="postgresql"),
    ]


def make_append_only(model: type[Base]) -> None:
    """Let the database itself refuse a change to this table's rows."""
    table = model.__table__
    for ddl in append_only(model.__tablename__):
        event.listen(table, "after_create", ddl)
    drop = DDL(f"DROP FUNCTION IF EXISTS {model.__tablename__}_append_only()").execute_if(dialect="postgresql")
    event.listen(table, "after_drop", drop)


make_append_only(History)
