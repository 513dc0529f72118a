"""Working days: Monday to Friday, but for what the State Council's yearly arrangement makes free or working."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Collection
from dataclasses import dataclass

SATURDAY = 5
DAY, SPAN = r"\d{4}-\d{2}-\d{2}", "至"
# A golden week with its weekends is nine days long; what is much longer is a slip of the pen.
LONGEST_SPAN = 15
Days = tuple[dt.date, ...]


@dataclass(frozen=True)
class Workdays:
    """``free``: public holidays and the days off that go with them; ``made_up``: weekend days that are worked."""

    free: Collection[dt.date] = frozenset()
    made_up: Collection[dt.date] = frozenset()

    def is_workday(self, day: dt.date) -> bool:
        return day in self.made_up or (day.weekday() < SATURDAY and day not in self.free)

    def later(self, day: dt.date, count: int) -> dt.date:
        """The ``count``-th working day after ``day``, which itself does not count."""
        left = count
        while left > 0:
            day += dt.timedelta(days=1)
            left -= self.is_workday(day)
        return day


WEEKDAYS = Workdays()


def days_text(days: Days) -> str:
    """The days as a person writes them, one on a line."""
    return "\n".join(day.isoformat() for day in days)


def read_days(text: str) -> Days:
    """Days and spans of days, separated by anything but themselves: 2027-01-01、2027-02-05至2027-02-11.

    Raises:
        ValueError: with what is wrong, in Chinese.
    """
    days: set[dt.date] = set()
    for word in re.split(r"[\s、，,；;。]+", text.replace("到", SPAN).replace("～", SPAN).replace("~", SPAN).strip()):
        if not word:
            continue
        first, _, last = word.partition(SPAN)
        start, end = _day(first), _day(last or first)
        if not 0 <= (end - start).days < LONGEST_SPAN:
            raise ValueError(f"“{word[:24]}”的先后不对，或者超过{LONGEST_SPAN}天")
        days |= {start + dt.timedelta(days=number) for number in range((end - start).days + 1)}
    return tuple(sorted(days))


def _day(text: str) -> dt.date:
    try:
        if re.fullmatch(DAY, text):
            return dt.date.fromisoformat(text)
    except ValueError:
        pass
    raise ValueError(f"“{text[:20]}”不是日子。要写成2027-01-01，或者2027-02-05至2027-02-11")
