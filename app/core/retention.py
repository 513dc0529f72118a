"""What has to go, goes: the daily job that erases what its time has come for, duty by duty.

A feature registers a Duty: how much is due, and how to erase some of it. Each portion is a transaction of its own, and
each day leaves one counted line of history per duty (thing "retention", the day as its number), so that what is gone
can still be told. Asking how much is due erases nothing: the administrator sees it beforehand.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.core import jobs
from app.core.actor import SYSTEM
from app.core.clock import today
from app.core.db import db
from app.core.dispatch import chore
from app.core.history import History, record
from app.core.jobs import Job

PORTION = 100
TASK = "retention"


@dataclass(frozen=True)
class Duty:
    """One kind of data that has its time. ``settings`` names the dated settings that say how long.

    ``due()`` counts what is due now; ``erase(most)`` erases at most so many in the present transaction and returns how
    many; the job asks again until it is none.
    """

    name: str
    title: str
    settings: tuple[str, ...]
    due: Callable[[], int]
    erase: Callable[[int], int]


DUTIES: dict[str, Duty] = {}


def duty(name: str, title: str, settings: Sequence[str], due: Callable[[], int]) -> Callable[..., Callable[[int], int]]:
    """Register the decorated ``erase(most) -> int`` as a duty."""

    def enter(erase: Callable[[int], int]) -> Callable[[int], int]:
        DUTIES[name] = Duty(name, title, tuple(settings), due, erase)
        return erase

    return enter


@jobs.task(TASK)
def erase_what_is_due(handle: jobs.Handle, day: str = "") -> None:
    """The task: every duty to its end, one portion per transaction."""
    counts: dict[str, int] = {}
    for number, each in enumerate(list(DUTIES.values())):
        while True:
            found = each.erase(PORTION)
            counts[each.name] = counts.get(each.name, 0) + found
            if found:
                _count(each, found)
            handle.beat(number / max(1, len(DUTIES)), f"{each.title}：{counts[each.name]}")
            if not found:
                break
    handle.complete(f"删除了{sum(counts.values())}项")


def _count(each: Duty, found: int) -> None:
    """In the transaction that erases: what is gone and what is told of it can never differ."""
    record(TASK, today().toordinal(), SYSTEM, each.name, detail={"count": found})


@chore
def retention_of_today() -> None:
    """Queue the day's job once; whichever worker comes first does."""
    key = f"{TASK}-{today().isoformat()}"
    if db.session.scalar(select(Job.id).filter_by(unique_key=key)) is None:
        jobs.enqueue(TASK, unique_key=key, day=today().isoformat())


def erased(most: int = 60) -> list[tuple[dt.date, str, int]]:
    """What was erased on which day, newest first: (day, duty's title, count)."""
    lines = db.session.scalars(select(History).filter_by(thing=TASK).order_by(History.id.desc()).limit(most))
    sums: dict[tuple[int, str], int] = {}
    for line in lines:
        key = (line.thing_id, line.action)
        sums[key] = sums.get(key, 0) + int(line.detail.get("count", 0))
    return [
        (dt.date.fromordinal(day), DUTIES[name].title if name in DUTIES else name, count)
        for (day, name), count in sums.items()
    ]
