"""What the chapters of the demonstration share: the calendar, the people who act, the files, what was measured."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from app.accounts.models import User
from app.core import clock
from app.core.actor import Actor
from app.core.db import db
from app.demo.calendar import Calendar
from app.demo.people import Person
from app.organisations.models import Alliance
from app.organisations.queries import actor_of_user
from app.rounds.models import Round

FILES = Path(__file__).resolve().parents[2] / "demo" / "files"
SIZE = 900


class Broken(Exception):
    """The story cannot go on; the lines say why, one fault each."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = lines


@dataclass(frozen=True)
class Account:
    """Somebody whose log-in is printed and who stands in the role switch. ``key``: a user's id, or g and her id for a
    guardian."""

    role: str
    label: str
    key: str
    phone: str
    password: str
    why: str = ""


@dataclass
class Stage:
    """One run of the story. ``folder`` holds the workbooks; ``size`` people apply in the first round.

    A small story (tests) offers only ``seats`` (places, minimum) in every class. ``trials``: how many of the three
    trial runs are solved. ``lanes``: how many workers do background work side by side (tests share one connection).
    """

    calendar: Calendar
    folder: Path = FILES
    size: int = SIZE
    newcomers: int = 45
    in_force: int = 60
    seats: tuple[int, int] | None = None
    trials: int = 3
    lanes: int = 1
    quiet: bool = False
    people: dict[int, Person] = field(default_factory=dict)
    users: dict[str, int] = field(default_factory=dict)
    applications: dict[int, int] = field(default_factory=dict)
    accounts: list[Account] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)

    @property
    def bundled(self) -> bool:
        """Whether the files are the demonstration's own, whose dates are moved to the present."""
        return self.folder.resolve() == FILES

    @contextmanager
    def step(self, title: str) -> Iterator[None]:
        """Time a chapter and say so."""
        started = time.perf_counter()
        yield
        self.seconds[title] = time.perf_counter() - started
        if not self.quiet:
            print(f"  {title}: {self.seconds[title]:.1f} s", flush=True)

    @contextmanager
    def at(self, days: int, hour: int = 9, minute: int = 0) -> Iterator[dt.datetime]:
        """Live ``days`` from today."""
        moment = self.calendar.at(days, hour, minute)
        with clock.at(moment):
            yield moment

    def actor(self, role: str) -> Actor:
        """The actor of somebody known by role: admin, coordinator, second, ``school:<id>``, ``firm:<id>``."""
        user = db.session.get(User, self.users[role])
        assert user is not None
        return actor_of_user(user)

    def user(self, number: int) -> User:
        """The user of an applicant by her number."""
        found = db.session.get(User, self.users[f"person:{number}"])
        assert found is not None
        return found

    @property
    def alliance(self) -> Alliance:
        found = db.session.get(Alliance, self.notes["alliance"])
        assert found is not None
        return found

    def round(self, which: str = "round") -> Round:
        """``round`` is the finished one, ``next`` the open one."""
        found = db.session.get(Round, self.notes[which])
        assert found is not None
        return found
