"""How a moment, a day and a span of time are said, always by China's clock."""

from __future__ import annotations

import datetime as dt

from app.core.clock import CHINA, now, today


def _local(value: dt.datetime) -> dt.datetime:
    return value.astimezone(CHINA)


def _year(day: dt.date) -> str:
    return "" if day.year == today().year else f"{day.year}年"


def said(value: dt.datetime) -> str:
    """11月30日17:00, as messages about something soon say it."""
    here = _local(value)
    return f"{here.month}月{here.day}日{here.hour}:{here.minute:02}"


def moment(value: dt.datetime | None) -> str:
    """11月30日17:00, with the year when it is not this one."""
    return "—" if value is None else f"{_year(_local(value))}{said(value)}"


def day(value: dt.date | dt.datetime | None) -> str:
    """2027年3月1日; the year is left out when it is this one."""
    if value is None:
        return "—"
    here = _local(value) if isinstance(value, dt.datetime) else value
    return f"{_year(here)}{here.month}月{here.day}日"


def clock_time(value: dt.datetime) -> str:
    here = _local(value)
    return f"{here.hour}:{here.minute:02}"


def form_moment(value: dt.datetime | None) -> str:
    """The value of a datetime-local control, in China's wall-clock time."""
    return "" if value is None else _local(value).strftime("%Y-%m-%dT%H:%M")


def left(value: dt.datetime) -> str:
    """How long until then: 8天6小时, 3小时20分, 12分钟; 已截止 afterwards."""
    seconds = int((value - now()).total_seconds())
    if seconds <= 0:
        return "已截止"
    days, hours, minutes = seconds // 86400, seconds % 86400 // 3600, seconds % 3600 // 60
    if days:
        return f"{days}天{hours}小时" if hours else f"{days}天"
    return f"{hours}小时{minutes}分" if hours else f"{max(1, minutes)}分钟"
