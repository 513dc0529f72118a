"""Who looks for a class, as far as she has said: her application, or six answers kept in her own browser, or an age.

Nothing of it is stored here and nothing of it but an age, which names nobody, ever stands in an address.
"""

from __future__ import annotations

import calendar
import datetime as dt
from dataclasses import dataclass, replace
from typing import Any

from app.applications.eligibility import person_of
from app.applications.models import Application
from app.core.clock import today
from app.core.labels import CATEGORIES, SENSITIVE_CATEGORIES
from app.law.age import birthday, full_age
from app.law.eligibility import Person

# Categories that may only be asked for with a separate consent are not asked for here at all.
ASKED_CATEGORIES = {code: name for code, name in CATEGORIES.items() if code not in SENSITIVE_CATEGORIES}


@dataclass(frozen=True)
class Visitor:
    """``persons``: whom the rules judge, with what is verified; one for each end of the month or year in which she may
    be born. ``hoped``: the same with everything verified that she says of herself.
    """

    persons: tuple[Person, ...]
    hoped: tuple[Person, ...]
    district: str = ""
    only_age: bool = False


@dataclass(frozen=True)
class Answers:
    """The answers to the six questions. ``school_id`` and ``enterprise_id``: where she says she studies or works."""

    year: int
    month: int
    start_point: str
    categories: tuple[str, ...] = ()
    school_id: int | None = None
    enterprise_id: int | None = None
    district: str = ""

    def kept(self) -> dict[str, Any]:
        """As plain values, for the browser's own keeping."""
        return {**vars(self), "categories": list(self.categories)}


def read_answers(kept: Any) -> Answers | None:
    """Answers out of what a browser kept; None where it kept none, or an older form of them."""
    try:
        found = Answers(**{**kept, "categories": tuple(kept["categories"])})
        dt.date(found.year, found.month, 1)
    except (TypeError, KeyError, ValueError):
        return None
    return found


def of_answers(said: Answers) -> Visitor:
    """Nothing is verified yet, so a relaxed age or an own school opens nothing by itself."""
    last = calendar.monthrange(said.year, said.month)[1]
    days = [dt.date(said.year, said.month, day) for day in (1, last)]
    births = dict.fromkeys(min(day, today()) for day in days)
    persons = tuple(
        Person(birth, said.start_point, claimed_categories=frozenset(said.categories)) for birth in births
    )
    return Visitor(persons, _hoping(persons, said.school_id, said.enterprise_id), said.district)


def of_application(application: Application, running: bool) -> Visitor:
    """Her own facts. What an earlier round verified (``running`` False) is only said until it is brought over."""
    person = person_of(application)
    if not running:
        person = replace(person, verified_categories=frozenset(), school_id=None, enterprise_id=None)
    hoped = _hoping((person,), application.school_id, application.enterprise_id)
    return Visitor((person,), hoped, application.district or "")


def _hoping(persons: tuple[Person, ...], school_id: int | None, enterprise_id: int | None) -> tuple[Person, ...]:
    return tuple(
        replace(p, verified_categories=p.claimed_categories, school_id=school_id, enterprise_id=enterprise_id)
        for p in persons
    )


def of_age(age: int) -> Visitor:
    """Somebody of ``age`` 周岁 today, as the oldest and the youngest of that age."""
    day, one = today(), dt.timedelta(days=1)
    # 29 February has no like in most years, so the law's own count decides what lies at the edge.
    oldest, youngest = birthday(day, -age - 1), birthday(day, -age) - one
    while full_age(oldest, day) > age:
        oldest += one
    while full_age(youngest + one, day) == age:
        youngest += one
    persons = tuple(Person(birth, "") for birth in (oldest, youngest))
    return Visitor(persons, persons, only_age=True)
