"""When things happen in the demonstration: everything counts in days from the day on which it is run.

The bundled workbooks carry dates around ``ANCHOR``; they are moved by whole days, so that no deadline lies in the past.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from app.core.clock import china

ANCHOR = dt.date(2026, 11, 22)
ENROLMENT = dt.date(2027, 3, 1)
# Days from today. Results are published on RESULT (ages are tested then), classes begin on REFERENCE.
OPENS, RESULT, REFERENCE = -65, -30, (ENROLMENT - ANCHOR).days


@dataclass(frozen=True)
class Calendar:
    """The days of one demonstration."""

    today: dt.date

    @property
    def shift(self) -> dt.timedelta:
        """How far dates of the bundled files are moved."""
        return self.today - ANCHOR

    def day(self, days: int) -> dt.date:
        return self.today + dt.timedelta(days=days)

    def at(self, days: int, hour: int = 9, minute: int = 0) -> dt.datetime:
        """A moment ``days`` from today, by the clock in China."""
        return china(self.day(days), hour, minute)

    def first_round(self) -> dict[str, dt.datetime]:
        """The finished round."""
        return {
            "opens_at": self.at(OPENS), "deadline": self.at(-45, 17), "guardian_due": self.at(-42, 17),
            "evidence_due": self.at(-33, 17), "publish_at": self.at(RESULT), "respond_by": self.at(-22, 17),
            "sign_by": self.at(12, 17),
        }  # fmt: skip

    def next_round(self) -> dict[str, dt.datetime]:
        """The supplementary round that is open now."""
        return {
            "opens_at": self.at(-5), "deadline": self.at(25, 17), "guardian_due": self.at(28, 17),
            "evidence_due": self.at(33, 17), "publish_at": self.at(38), "respond_by": self.at(45, 17),
            "sign_by": self.at(75, 17),
        }  # fmt: skip


def birthday_on(date: dt.date, age: int, offset: int = 0) -> dt.date:
    """A birth date whose ``age``-th birthday is ``offset`` days from ``date``. 周岁 counts from the day after."""
    when = date + dt.timedelta(days=offset)
    try:
        return when.replace(year=when.year - age)
    except ValueError:  # the 29th of February has a birthday on the 28th in a common year
        return dt.date(when.year - age, 2, 28)
