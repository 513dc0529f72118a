"""One line of "what awaits me": how many, since when or until when, and where to go."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import Select, func, select

from app.core.clock import now
from app.core.dates import left, moment
from app.core.db import db
from app.core.history import History

_TONES = {"stop": 0, "wait": 1, "now": 2}
_HOUR, _DAY = 3600, 86400


@dataclass(frozen=True)
class Awaiting:
    """``since`` is when the oldest of them began to wait, ``due`` when the first of them must be done."""

    count: int
    title: str
    text: str
    verb: str
    href: str
    since: dt.datetime | None = None
    due: dt.datetime | None = None
    urgent: bool = False

    @property
    def age(self) -> str:
        if self.due is not None:
            return "已过期限" if self.due <= now() else f"还剩{left(self.due)}"
        if self.since is None:
            return "等您办"
        seconds = (now() - self.since).total_seconds()
        if seconds < _HOUR:
            return "刚到"
        return f"等了{int(seconds // _HOUR)}小时" if seconds < _DAY else f"等了{int(seconds // _DAY)}天"

    @property
    def tone(self) -> str:
        if self.due is not None:
            seconds = (self.due - now()).total_seconds()
            return "stop" if self.urgent or seconds < _DAY else "wait"
        days = (now() - self.since).total_seconds() / _DAY if self.since else 0
        return "stop" if self.urgent or days >= 3 else ("wait" if days >= 1 else "now")

    @property
    def order(self) -> tuple[int, float]:
        """The most urgent first, then the nearest deadline or the longest wait."""
        at = self.due or self.since
        return _TONES[self.tone], at.timestamp() if at else float("inf")


def waiting(ids: Select[tuple[int]], thing: str, state: str) -> tuple[int, dt.datetime | None]:
    """How many rows ``ids`` selects, and since when the oldest of them has been in ``state``."""
    count = db.session.scalar(select(func.count()).select_from(ids.subquery())) or 0
    if not count:
        return 0, None
    entered = (
        select(func.max(History.at).label("at"))
        .where(History.thing == thing, History.to_state == state, History.thing_id.in_(ids))
        .group_by(History.thing_id)
        .subquery()
    )
    return count, db.session.scalar(select(func.min(entered.c.at)))


def until(moment_: dt.datetime) -> str:
    """A deadline in words that also stand alone: 11月30日17:00截止."""
    return f"{moment(moment_)}截止"
