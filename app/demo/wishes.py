"""What people want: a utility over the tracks they may choose, and the scores they will get.

Every throw of the dice hangs on the person and the track alone, so that the same people want the same things whether
the tracks come from the bundled tables, from the database, or from somebody's own files.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from math import log
from random import Random

from app.demo.names import distance
from app.demo.people import POPULARITY, SEED, Person
from app.law.eligibility import Dates, TrackFacts, eligibility
from app.law.eligibility import Person as Judged


@dataclass(frozen=True)
class Offer:
    """A track as somebody sees it who chooses. ``key`` names it by the codes in the files; the rest is what counts."""

    key: str
    class_code: str
    field: str
    school: str
    school_district: str
    wage: int | None
    shift: str
    by_score: bool
    facts: TrackFacts


def choose(person: Person, offers: Iterable[Offer], result: dt.date, most: int) -> list[Offer]:
    """Her choices in order: the best of what she believes to be open to her, and for a few a barred one in between."""
    offers = sorted(offers, key=lambda offer: offer.key)
    open_to_her = {offer.key for offer in offers if _believes_eligible(person, offer, result)}
    ranked = sorted(offers, key=lambda offer: -utility(person, offer))
    wanted = [offer for offer in ranked if offer.key in open_to_her][: min(person.wants, most)]
    barred = [offer for offer in ranked if offer.key not in open_to_her]
    if not wanted:
        return barred[:2]
    if person.stubborn and barred:
        wanted.insert(person.random.randrange(len(wanted)), barred[0])
    return wanted[:most]


def _believes_eligible(person: Person, offer: Offer, result: dt.date) -> bool:
    """She counts on every category she states; whether its papers hold is found out later."""
    stated = frozenset(person.categories)
    school = offer.facts.school_id if person.belongs == "student" else None
    employer = offer.facts.enterprise_id if person.belongs == "employee" else None
    her = Judged(person.birth, person.start_point, stated, stated, school, employer)
    return eligibility(her, offer.facts, Dates(result, result - dt.timedelta(days=30))).eligible


def utility(person: Person, offer: Offer) -> float:
    """How much she wants a track: field, own interest and talent, wage, way to school, shift, and what nobody knows."""
    chance = -log(-log(_throw(f"{SEED}/{person.number}/{offer.key}")))
    wage = (offer.wage - 4600) / 450 if offer.wage else -0.2
    shift = -0.35 if "倒" in offer.shift else 0.0
    return (
        POPULARITY.get(offer.field, 0.0)
        + 1.7 * (offer.field == person.interest)
        + 2.5 * (offer.facts.audience != "open")
        + 2.5 * person.talents.get(offer.field, 0.0)
        + 0.5 * wage
        - 0.45 * distance(person.district, offer.school_district)
        + shift
        + 0.75 * chance
    )


def _throw(what: str) -> float:
    """One throw of the dice between 0 and 1, the same for the same words; quicker than seeding a generator."""
    return (int.from_bytes(blake2b(what.encode(), digest_size=8).digest()) + 0.5) / 2**64


def score(person: Person, offer: Offer) -> int:
    """0–100: ability first, then talent for the field, then the day of the test; one score a class."""
    dice = Random(f"{SEED}/{person.number}/{offer.class_code}/score")
    worth = person.ability + person.talents.get(offer.field, 0.0) + dice.gauss(0, 0.05)
    return max(22, min(99, round(38 + 58 * worth)))


def scored(choices: Sequence[Offer]) -> list[Offer]:
    """One offer for each class among the choices that ranks by score."""
    classes: dict[str, Offer] = {}
    for offer in choices:
        if offer.by_score:
            classes.setdefault(offer.class_code, offer)
    return list(classes.values())
