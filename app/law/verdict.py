"""What a rule answers: yes, or the reasons why not, in words for the person concerned."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    """One rule that is broken: its id in the catalogue, a plain Chinese sentence, and the form field if there is one.

    ``opens_with`` names what would remove the fault (a paper, a date), if anything can.
    """

    rule: str
    message: str
    field: str | None = None
    opens_with: tuple[str, ...] = ()


@dataclass(frozen=True)
class Verdict:
    """The answer of a rule. True in a condition when nothing is broken; the first fault is the binding one."""

    faults: tuple[Fault, ...] = ()

    def __bool__(self) -> bool:
        return not self.faults

    @property
    def ok(self) -> bool:
        """Whether nothing is broken."""
        return not self.faults

    @property
    def rule(self) -> str | None:
        """The id of the binding rule, None when nothing is broken."""
        return self.faults[0].rule if self.faults else None

    @property
    def message(self) -> str:
        """The binding reason, empty when nothing is broken."""
        return self.faults[0].message if self.faults else ""

    @property
    def opens_with(self) -> list[str]:
        """Everything that would open a barred way, each named once."""
        return list(dict.fromkeys(way for fault in self.faults for way in fault.opens_with))


OK = Verdict()


def broken(rule: str, message: str, field: str | None = None, opens_with: Iterable[str] = ()) -> Verdict:
    """A verdict with one fault."""
    return Verdict((Fault(rule, message, field, tuple(opens_with)),))


def joined(*verdicts: Verdict) -> Verdict:
    """All faults of several rules, in the order given."""
    return Verdict(tuple(fault for verdict in verdicts for fault in verdict.faults))


def chinese_date(day: dt.date) -> str:
    """2026年3月2日, the way people say it."""
    return f"{day.year}年{day.month}月{day.day}日"
