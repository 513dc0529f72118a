"""The working days as the administrator has written them down, year by year."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from app.core.db import db
from app.core.settings import Setting, read_value
from app.law.settings import DEFAULTS
from app.law.workdays import Days, Workdays


def workdays() -> Workdays:
    """For every day the arrangement that was in force on that day: next year's may be written down in this one."""
    return Workdays(free=_days("holidays"), made_up=_days("makeup_workdays"))


def _days(name: str) -> frozenset[dt.date]:
    like = DEFAULTS[name]
    rows = db.session.execute(
        select(Setting.valid_from, Setting.value).where(Setting.name == name).order_by(Setting.valid_from)
    ).tuples()
    written: list[tuple[dt.date, Days]] = [(dt.date.min, like.value)]  # type: ignore[list-item]
    written += [(start, read_value(like, value["text"])) for start, value in rows]  # type: ignore[misc]
    ends = [start for start, _ in written[1:]] + [dt.date.max]
    spans = zip(written, ends, strict=True)
    return frozenset(day for (start, days), end in spans for day in days if start <= day < end)
