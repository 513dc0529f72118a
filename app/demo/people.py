"""900 invented applicants, the same ones at every run: a seed of her own makes each of them, whatever the others are.

Nobody here exists. Identity numbers are built with the check routine when the demonstration runs, phones begin with
140 0000, which no operator has given out for people to use.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from random import Random

from app.core.identifiers import make_resident_id
from app.demo.calendar import OPENS, REFERENCE, RESULT, Calendar, birthday_on
from app.demo.names import DISTRICTS, GIVEN_FIRST, GIVEN_LAST, RARE_NAMES, STREETS, SURNAMES
from app.law.age import full_age
from app.law.words import CATEGORY_EVIDENCE

SEED = "三方-2026"
# How much people like a field: it decides which classes stay short of their minimum.
POPULARITY = {
    "new_energy_vehicles": 1.5, "smart_manufacturing": 1.2, "medical_devices": 1.1, "low_altitude": 1.2, "care": 0.2,
    "culture_tourism": 0.6, "live_commerce": 0.8, "textiles": -0.5,
}  # fmt: skip


@dataclass(frozen=True)
class Edge:
    """A person born so that her ``age``-th birthday is ``offset`` days from a day: -1 just old enough on it, 0 and 1
    not yet. ``day`` is result, reference or today."""

    day: str
    age: int
    offset: int
    start_point: str
    category: str


# Just old enough, on the birthday, and the day after, for every limit: 16 and 18 on the result date; the lowest and the
# highest age of each kind of class (A 15–22, B 17–24, C and D 18–35, C with a verified 农民工 45) at enrolment.
EDGES = (
    *(Edge("result", 16, o, "junior", "school_leaver") for o in (-1, 0, 1)),
    *(Edge("result", 18, o, "senior", "school_leaver") for o in (-1, 0, 1)),
    *(Edge("reference", 15, o, "junior", "school_leaver") for o in (-1, 0, 1)),
    *(Edge("reference", 17, o, "senior", "school_leaver") for o in (-1, 0, 1)),
    *(Edge("reference", 18, o, "senior", "past_leaver") for o in (-1, 0, 1)),
    *(Edge("reference", 23, o, "junior", "past_leaver") for o in (-1, 0, 1)),
    *(Edge("reference", 25, o, "senior", "past_leaver") for o in (-1, 0, 1)),
    *(Edge("reference", 36, o, "junior", "past_leaver") for o in (-1, 0, 1)),
    *(Edge("reference", 46, o, "junior", "migrant_worker") for o in (-1, 0, 1)),
)
# Under 16 when the result was published, 16 by now: they get their position and their agreement meanwhile.
TURNED_16 = tuple(Edge("today", 16, -days, "junior", "school_leaver") for days in (12, 11, 10))


@dataclass(frozen=True)
class Kind:
    """One kind of applicant: share of all, youngest and oldest age on the result date, start point, shares of papers
    that are verified and returned (the rest never arrive)."""

    share: float
    ages: tuple[int, int]
    start_point: str
    categories: tuple[str, ...]
    verified: float = 0.93
    returned: float = 0.04


KINDS = (
    Kind(0.285, (15, 18), "junior", ("school_leaver",)),
    Kind(0.235, (17, 20), "senior", ("school_leaver",)),
    Kind(0.06, (17, 22), "junior", ("past_leaver",)),
    Kind(0.08, (18, 24), "senior", ("past_leaver",)),
    Kind(0.06, (17, 24), "junior", ("unemployed_youth",), 0.85, 0.08),
    Kind(0.06, (19, 27), "senior", ("unemployed_youth",), 0.85, 0.08),
    Kind(0.09, (21, 47), "junior", ("migrant_worker",), 0.75, 0.12),
    Kind(0.04, (22, 45), "senior", ("migrant_worker",), 0.75, 0.12),
    Kind(0.04, (21, 38), "senior", ("veteran",), 0.9, 0.05),
    Kind(0.03, (33, 54), "junior", ("hardship",), 0.8, 0.1),
    Kind(0.02, (30, 52), "junior", ("migrant_worker", "hardship"), 0.8, 0.1),
)


@dataclass(frozen=True)
class Guardian:
    """Who answers for a minor, with a phone of her own."""

    name: str
    relation: str
    phone: str


@dataclass(frozen=True)
class Person:
    """One applicant as she is and as she will act.

    ``papers``: category → verified, returned or missing; blank stands for the certificate, belongs for the proof of her
    school or employer. ``belongs``: student or employee where a class takes only those. ``way``: applies, draft,
    withdraws, guardian_silent or guardian_refuses.
    """

    number: int
    name: str
    birth: dt.date
    identity: str
    phone: str
    start_point: str
    district: str
    address: str
    categories: tuple[str, ...]
    papers: dict[str, str]
    guardian: Guardian | None
    interest: str
    belongs: str
    ability: float
    talents: dict[str, float] = field(repr=False)
    wants: int
    adjustable: bool
    stubborn: bool
    way: str
    edge: Edge | None = None

    @property
    def random(self) -> Random:
        """Dice of her own, thrown anew from the start at every call."""
        return Random(f"{SEED}/{self.number}/acts")


def people(size: int, calendar: Calendar, first: int = 1) -> list[Person]:
    """``size`` applicants, numbered from ``first``; those born around a limit come first in the first round."""
    special: tuple[Edge, ...] = (*TURNED_16, *EDGES) if first == 1 else ()
    return [
        _person(number, calendar, special[number - first] if number - first < len(special) else None)
        for number in range(first, first + size)
    ]


def edge_birth(edge: Edge, calendar: Calendar) -> dt.date:
    """The birth date that puts somebody exactly there."""
    days = {"result": RESULT, "reference": REFERENCE, "today": 0}[edge.day]
    return birthday_on(calendar.day(days), edge.age, edge.offset)


def _person(number: int, calendar: Calendar, edge: Edge | None) -> Person:
    dice = Random(f"{SEED}/{number}")
    kind = dice.choices(KINDS, [k.share for k in KINDS])[0]
    age = _age(dice, kind)
    birth = birthday_on(calendar.day(RESULT), age, -dice.randint(1, 364))
    start, categories = kind.start_point, kind.categories
    if edge:
        birth, start, categories = edge_birth(edge, calendar), edge.start_point, (edge.category,)
    district = dice.choices(list(DISTRICTS), [d[0] for d in DISTRICTS.values()])[0]
    region = dice.choice(DISTRICTS[district][1])
    name = RARE_NAMES[number // 37 - 1] if number % 37 == 0 and number // 37 <= len(RARE_NAMES) else _name(dice)
    interest = dice.choices(list(POPULARITY), [2.0 ** v for v in POPULARITY.values()])[0]
    if edge in TURNED_16:
        interest = ("new_energy_vehicles", "medical_devices", "smart_manufacturing")[TURNED_16.index(edge)]  # type: ignore[arg-type]
    # Whoever turns 18 before she signs up has no use for the guardian.
    minor = full_age(birth, calendar.day(OPENS)) < 18
    ability = min(0.98, max(0.05, dice.gauss(0.56, 0.17) + (0.1 if edge else 0)))
    return Person(
        number=number,
        name=name,
        birth=birth,
        identity=make_resident_id(region, birth, number % 1000),
        phone=f"1400000{number:04d}",
        start_point=start,
        district=district,
        address=f"{dice.choice(STREETS)}{dice.randint(1, 180)}号",
        categories=categories,
        papers=_papers(dice, kind, categories, edge),
        guardian=_guardian(dice, name, number) if minor else None,
        interest=interest,
        belongs=_belongs(dice, categories, start) if not edge else "",
        ability=ability,
        talents={name: dice.gauss(0, 0.08) for name in POPULARITY},
        wants=dice.choices((1, 2, 3, 4, 5), (6, 10, 24, 22, 38))[0] if not edge else 5,
        adjustable=dice.random() < 0.55 and edge not in TURNED_16,
        stubborn=dice.random() < 0.04 and not edge,
        way=_way(dice, minor) if not edge else "applies",
        edge=edge,
    )


def _age(dice: Random, kind: Kind) -> int:
    """School leavers crowd at the ages at which one leaves school; working people are spread evenly."""
    low, high = kind.ages
    if kind.categories == ("school_leaver",):
        weights = (13, 46, 33, 8) if kind.start_point == "junior" else (18, 44, 28, 10)
        return dice.choices(range(low, high + 1), weights)[0]
    return dice.randint(low, high)


def _belongs(dice: Random, categories: tuple[str, ...], start_point: str) -> str:
    """Some seniors are at the school, or work for the enterprise, that keeps a class for its own."""
    throw = dice.random()
    if start_point == "senior" and categories == ("school_leaver",):
        return "student" if throw < 0.13 else ""
    works = start_point == "senior" and categories[0] in ("migrant_worker", "veteran")
    return "employee" if works and throw < 0.45 else ""


def _name(dice: Random) -> str:
    given = dice.choice(GIVEN_LAST) if dice.random() < 0.25 else dice.choice(GIVEN_FIRST) + dice.choice(GIVEN_LAST)
    return dice.choice(SURNAMES) + given


def _papers(dice: Random, kind: Kind, categories: tuple[str, ...], edge: Edge | None) -> dict[str, str]:
    fates = {}
    for category in categories:
        throw = dice.random()
        fates[category] = "returned" if throw < kind.verified + kind.returned else "missing"
        if edge or throw < kind.verified:
            fates[category] = "verified"
    fates[""] = "verified" if edge or dice.random() < 0.97 else "returned"
    fates["belongs"] = "verified" if dice.random() < 0.92 else "returned"
    assert set(categories) <= CATEGORY_EVIDENCE.keys()
    return fates


def _guardian(dice: Random, name: str, number: int) -> Guardian:
    relation = dice.choices(("mother", "father", "grandparent", "sibling"), (52, 38, 7, 3))[0]
    family = name[:2] if name.startswith("慕容") else name[:1]
    surname = dice.choice(SURNAMES) if relation == "mother" else family
    return Guardian(surname + dice.choice(GIVEN_LAST), relation, f"1400000{2000 + number:04d}")


def _way(dice: Random, minor: bool) -> str:
    throw = dice.random()
    if minor:
        ways = ((0.03, "guardian_silent"), (0.045, "guardian_refuses"))
        found = next((way for limit, way in ways if throw < limit), "")
        if found:
            return found
    return "draft" if throw > 0.985 else "withdraws" if throw > 0.973 else "applies"
