"""What time it is. Everything asks here, so that a test or the demonstration can live through a whole round."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from pathlib import Path
from zoneinfo import ZoneInfo

CHINA = ZoneInfo("Asia/Shanghai")
# Tests that drive a real server move its clock by writing seconds into this file; only test mode reads it.
_ahead: Path | None = None
_set: ContextVar[dt.datetime | None] = ContextVar("clock", default=None)


def now() -> dt.datetime:
    """This instant, aware, in UTC."""
    moment = _set.get()
    if moment is not None:
        return moment
    real = dt.datetime.now(dt.UTC)
    return real if _ahead is None else real + dt.timedelta(seconds=_seconds_ahead(_ahead))


def follow(path: Path | None) -> None:
    """Run ahead of the real time by the seconds written in ``path`` (test mode only; config.py sees to it)."""
    global _ahead
    _ahead = path


def _seconds_ahead(path: Path) -> float:
    text = path.read_text("ascii").strip() if path.exists() else ""
    return float(text or 0)


def today() -> dt.date:
    """The date in China: deadlines, ages and the law's days are counted there."""
    return day_of(now())


def day_of(moment: dt.datetime) -> dt.date:
    """The date in China of an instant."""
    return moment.astimezone(CHINA).date()


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
