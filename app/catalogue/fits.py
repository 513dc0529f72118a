"""What a class is to a visitor: open now, open once a paper is verified, or closed, and by which rule.

The judge is the law's own function, the very one that the form, the close and the snapshot ask.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.applications.eligibility import facts_of
from app.catalogue.visitor import Visitor
from app.core.labels import CATEGORIES
from app.law.catalogue import RULES, Rule
from app.law.eligibility import Dates, EligibilityVerdict, Person, eligibility
from app.law.verdict import Fault
from app.order_classes.models import OrderClass, Track

# The best first: what a class is to somebody is what the best of its tracks is.
WAYS = ("now", "paper", "birthday", "closed")
# What an age alone can tell, and what holds for everybody.
AGE_RULES = frozenset({"age_14", "age_16", "seat_only", "hazard_18", "posting_paused"})


@dataclass(frozen=True)
class Fit:
    """``way`` is one of WAYS; birthday: it hangs on the day of the birth within the month or year she gave.

    ``faults`` are what stands in the way; ``papers`` what to have verified, an entry for each fault; ``others`` the
    categories, not named by her, whose verified paper would open it.
    """

    way: str
    faults: tuple[Fault, ...] = ()
    papers: tuple[str, ...] = ()
    others: tuple[str, ...] = ()
    tracks_open: int = 0

    @property
    def rules(self) -> list[Rule]:
        """The rules of law behind the faults, each once."""
        return list({found.id: found for found in map(rule_of, self.faults)}.values())


def rule_of(fault: Fault) -> Rule:
    """The rule a fault belongs to: the three faults of the class's age window are one rule."""
    return RULES["class_age" if fault.rule.startswith("class_age") else fault.rule]


def fit(visitor: Visitor, track: Track, on: Dates) -> Fit:
    """How one track stands to a visitor, whichever of the birth dates is hers."""
    plain = [_judged(visitor, person, track, on) for person in visitor.persons]
    if not any(plain):
        return Fit("now")
    hoped = [_judged(visitor, person, track, on) for person in visitor.hoped]
    worst = max(plain, key=len)
    if not any(hoped):
        return Fit("paper", worst, _papers(worst))
    others = _others(visitor, track, on)
    if not (all(plain) and all(hoped)):
        return Fit("birthday", worst, others=others)
    return Fit("closed", min(plain, key=len), others=others)


def _judged(visitor: Visitor, person: Person, track: Track, on: Dates) -> tuple[Fault, ...]:
    """What bars this person. Somebody of whom only the age is known is asked nothing else."""
    verdict: EligibilityVerdict = eligibility(person, facts_of(track), on)
    if not visitor.only_age:
        return verdict.faults
    return tuple(f for f in verdict.faults if f.rule in AGE_RULES or f.rule.startswith("class_age"))


def _papers(faults: Iterable[Fault]) -> tuple[str, ...]:
    return tuple("，或者".join(fault.opens_with) for fault in faults if fault.opens_with)


def _others(visitor: Visitor, track: Track, on: Dates) -> tuple[str, ...]:
    """Each relaxed category by itself: would it open the track if she belonged to it?"""
    return tuple(
        code
        for code in CATEGORIES
        if code in track.order_class.relaxed
        and not any(
            _judged(visitor, replace(person, verified_categories=frozenset({code})), track, on)
            for person in visitor.hoped
        )
    )


def class_fit(visitor: Visitor, order_class: OrderClass, on: Dates) -> Fit:
    """The best of the class's tracks, with the number of tracks that are as good."""
    fits = [fit(visitor, track, on) for track in order_class.tracks]
    if not fits:
        return Fit("closed")
    best = min(fits, key=lambda found: (WAYS.index(found.way), not found.others, len(found.faults)))
    return replace(best, tracks_open=sum(found.way == best.way for found in fits))


def class_fits(visitor: Visitor, offer: Sequence[tuple[OrderClass, Dates]]) -> Mapping[int, Fit]:
    """Class id → fit."""
    return {order_class.id: class_fit(visitor, order_class, on) for order_class, on in offer}


def dates_of(result: dt.date, today: dt.date) -> Dates:
    """Judged as if she registered today."""
    return Dates(result, today)
