"""What time it is. Everything asks here, so that a test or the demonstration can live through a whole round."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
_set: ContextVar[dt.datetime | None] = ContextVar("clock", default=None)


def now() -> dt.datetime:
    """This instant, aware, in UTC."""
    return _set.get() or dt.datetime.now(dt.UTC)


def today() -> dt.date:
    """The date in China: deadlines, ages and the law's days are counted there."""
    return now().astimezone(CHINA).date()


def china(day: dt.date, hour: int = 0, minute: int = 0) -> dt.datetime:
    """The instant of a China wall-clock time, in UTC."""
    return dt.datetime.combine(day, dt.time(hour, minute), CHINA).astimezone(dt.UTC)


@contextmanager
def at(moment: dt.datetime) -> Iterator[None]:
    """Live at ``moment`` inside the block (tests and the demonstration only)."""
    token = _set.set(moment.astimezone(dt.UTC))
    try:
        yield
    finally:
        _set.reset(token)
