"""The access log: who entered an account, and which member of staff looked at whose record. Kept a year, then gone.

History stays for good and names no address; this log does name them, so it is a table of its own whose rows nobody
may change (a trigger refuses it) and the retention job deletes when their time has come.

A look is written *before* the page is shown, in a transaction of its own: what could not be written down is not shown.
This is, with a session's last-seen minute, the one thing that a GET writes.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import DDL, ForeignKey, Index, Select, String, event, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core.actor import Actor
from app.core.clock import now
from app.core.db import Base, Id, add_line, writing_aside

# What a look opened, as the person herself reads it. The words are the tables' names.
RECORDS = {
    "application": "报名资料", "evidence": "材料", "agreement": "协议", "placement": "录取", "denial": "私下说明",
    "ending": "解除申请和证明", "user": "账号", "correction": "更正申请",
    "review": "复核申请", "way_back": "找回账号的申请", "slip": "代填单",
}  # fmt: skip


class AccessLine(Base):
    """One entry into, or one look at, the record of ``user_id`` (None: an account nobody has).

    ``by_label`` is the organisation and title at that time, without a name; ``thing`` is blank for an entry.
    """

    __tablename__ = "access_line"
    id: Mapped[Id]
    at: Mapped[dt.datetime] = mapped_column(index=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    by_user: Mapped[int | None]
    by_guardian: Mapped[int | None]
    by_role: Mapped[str] = mapped_column(String(20))
    by_label: Mapped[str] = mapped_column(String(140), default="")
    action: Mapped[str] = mapped_column(String(40))
    thing: Mapped[str] = mapped_column(String(40), default="")
    thing_id: Mapped[int | None]
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    __table_args__ = (Index(None, "user_id", "id"),)


def unchangeable(table: str) -> list[DDL]:
    """DDL that refuses UPDATE on ``table``, for both databases: a line may go in its time, but never say another
    thing."""
    return [
        DDL(
            f"CREATE TRIGGER {table}_no_update BEFORE UPDATE ON {table} "
            f"BEGIN SELECT RAISE(ABORT, '{table} is never changed'); END"
        ).execute_if(dialect="sqlite"),
        DDL(
            f"CREATE FUNCTION {table}_unchangeable() RETURNS trigger LANGUAGE plpgsql AS "
            f"$$ BEGIN RAISE EXCEPTION '{table} is never changed'; END $$"
        ).execute_if(dialect="postgresql"),
        DDL(
            f"CREATE TRIGGER {table}_unchangeable BEFORE UPDATE OR TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION {table}_unchangeable()"
        ).execute_if(dialect="postgresql"),
    ]


for _ddl in unchangeable("access_line"):
    event.listen(AccessLine.__table__, "after_create", _ddl)
event.listen(
    AccessLine.__table__, "after_drop",
    DDL("DROP FUNCTION IF EXISTS access_line_unchangeable()").execute_if(dialect="postgresql"),
)  # fmt: skip


def enter(user_id: int | None, actor: Actor, action: str, detail: dict[str, Any]) -> None:
    """Note an entry (log-in, sign-up, a changed password) in the present transaction."""
    _add(user_id, actor, action, detail=detail)


def look(actor: Actor, user_id: int, thing: str, thing_id: int, action: str = "view") -> None:
    """Note in the present transaction that ``actor`` opens a record of somebody else's."""
    _add(user_id, actor, action, thing, thing_id)


def look_first(actor: Actor, row: Any) -> None:
    """Note a look at a loaded row before its page is shown; does nothing for rows and readers that leave no line."""
    if (whose := subject(actor, row)) is not None:
        with writing_aside():
            look(actor, *whose)


def subject(actor: Actor, row: Any) -> tuple[int, str, int] | None:
    """Whose record a staff member opens with this row: (user, table, row id); None where nobody else's is opened."""
    thing = getattr(row, "__tablename__", "")
    if not actor.is_staff or thing not in RECORDS:
        return None
    owner = row.id if thing == "user" else _owner(row)
    return None if owner is None or owner == actor.user_id else (owner, thing, row.id)


def _owner(row: Any) -> int | None:
    for path in (("user_id",), ("application", "user_id"), ("agreement", "user_id")):
        found = row
        for name in path:
            found = getattr(found, name, None)
        if found is not None:
            return int(found)
    return None


def lines_of(user_id: int, *, looks: bool) -> Select[tuple[AccessLine]]:
    """The lines about one person, newest first: looks of staff, or her own entries."""
    kind = AccessLine.thing != "" if looks else AccessLine.thing == ""
    return select(AccessLine).where(AccessLine.user_id == user_id, kind).order_by(AccessLine.id.desc())


def _add(
    user_id: int | None, actor: Actor, action: str, thing: str = "", thing_id: int | None = None,
    detail: dict[str, Any] | None = None,
) -> None:
    add_line(
        AccessLine, at=now(), user_id=user_id, by_user=actor.user_id, by_guardian=actor.guardian_id,
        by_role=actor.role, by_label=_without_name(actor), action=action, thing=thing, thing_id=thing_id,
        detail=detail or {},
    )  # fmt: skip


def _without_name(actor: Actor) -> str:
    """Organisation and title: who of the staff it was stands in ``by_user``, for whoever has to look into it."""
    return actor.label.removesuffix(actor.name).strip()[:140] if actor.is_staff else ""
