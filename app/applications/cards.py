"""A track as the card people choose by: real wage, last year's pay, shift, place and seats beside its name, and in one
sentence whether it is open to this very person."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.labels import DISTRICTS, LEVELS, label
from app.law.eligibility import EligibilityVerdict
from app.order_classes.models import OrderClass, Track
from app.positions.models import Position

SEAT_ONLY = "入学后再定"
# What a paper can still change; a birth date, a start point or a hazard it cannot.
OPENED_BY_PAPER = ("class_age_unverified", "class_age_max", "audience")
ORDER = ("open", "paper", "closed")


def opened_by_paper(found: EligibilityVerdict) -> bool:
    """Whether a verified paper would remove everything that stands in the way."""
    return all(fault.rule in OPENED_BY_PAPER and fault.opens_with for fault in found.faults)


def card(track: Track, found: EligibilityVerdict | None = None, score: int | None = None) -> dict[str, Any]:
    """What the choice macro draws. With a verdict the card says why not and what opens it; otherwise, where the own
    score and the last cut-off are both known, how they compare."""
    cls, position = track.order_class, track.position
    hint, tone = _hint(cls, found, score)
    return {
        "id": track.id,
        "cls": cls.name,
        "level": label(LEVELS, cls.level),
        "years": f"{cls.years}年",
        "school": cls.school.name,
        "firm": position.enterprise.name if position else "满16周岁后安排",
        "post": position.name if position else SEAT_ONLY,
        "rows": _rows(cls, position),
        "hint": hint,
        "hint_tone": tone,
    }


def _rows(cls: OrderClass, position: Position | None) -> list[tuple[str, str]]:
    rows = []
    if position:
        rows = [
            ("工资", f"{position.wage_low:,}–{position.wage_high:,}元/月"),
            ("上届实领", _last_pay(position)),
            ("班次", position.shift),
            ("地点", f"{label(DISTRICTS, position.district)} · {position.address}"),
        ]
    last = f"，上批录取线{cls.last_cutoff}分" if cls.last_cutoff is not None else ""
    least = f"，满{cls.min_open}人才开班" if cls.min_open else ""
    return [*rows, ("名额", f"{cls.seats}人{least}{last}"), ("学费", cls.tuition)]


def _last_pay(position: Position) -> str:
    if position.last_pay is None:
        return "新岗位，还没有数"
    people = f"（{position.last_pay_people}人）" if position.last_pay_people else ""
    return f"中间数{position.last_pay:,}元{people}"


def _hint(cls: OrderClass, found: EligibilityVerdict | None, score: int | None) -> tuple[str, str]:
    if found is not None and not found.eligible:
        if opened_by_paper(found):
            return f"{found.message}。核验通过就能报：{'、'.join(found.opens_with)}", "wait"
        return f"{found.message}。", "now"
    if score is None or cls.last_cutoff is None or cls.score_rule != "score":
        return "", ""
    difference = score - cls.last_cutoff
    if difference >= 0:
        return (f"比上批线高{difference}分。" if difference else "和上批线同分。"), "done"
    return f"比上批线低{-difference}分。可以填，后面再多填几个更稳。", "wait"


@dataclass(frozen=True)
class Offer:
    """A track somebody may add: its card, and whether adding it makes sense for her."""

    track: Track
    found: EligibilityVerdict
    card: dict[str, Any]

    @property
    def way(self) -> str:
        """open: she may take part · paper: a paper would open it · closed: nothing she could send would."""
        if self.found.eligible:
            return "open"
        return "paper" if opened_by_paper(self.found) else "closed"




def offers(tracks: list[Track], found: dict[int, EligibilityVerdict], wanted: str = "", field: str = "") -> list[Offer]:
    """Cards of what may be added, the open ones first; ``wanted`` is looked for in class, school, firm, post, place."""
    asked = [track for track in tracks if field in ("", track.order_class.field)]
    every = [Offer(track, found[track.id], card(track, found[track.id])) for track in asked]
    kept = [offer for offer in every if _matches(offer, wanted.strip())]
    return sorted(kept, key=lambda offer: ORDER.index(offer.way))


def _matches(offer: Offer, wanted: str) -> bool:
    facts = offer.card
    place = offer.track.position.district if offer.track.position else offer.track.order_class.school.district
    text = " ".join([facts["cls"], facts["school"], facts["firm"], facts["post"], label(DISTRICTS, place)])
    return all(word in text for word in wanted.split())
