"""A track as the card people choose by: the card everybody reads, with last time's line, the own score, and in one
sentence whether it is open to this very person and how likely it is."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.applications import chance
from app.applications.eligibility import verdicts
from app.applications.models import Application
from app.applications.queries import KnownScore, known_scores
from app.core.labels import DISTRICTS, label
from app.core.settings import whole
from app.law.eligibility import EligibilityVerdict
from app.order_classes.card import track_card
from app.order_classes.last_time import LastTime, last_text, last_times
from app.order_classes.models import Track

# What a paper can still change; a birth date, a start point or a hazard it cannot.
OPENED_BY_PAPER = ("class_age_unverified", "class_age_max", "audience")
ORDER = ("open", "paper", "closed")


def opened_by_paper(found: EligibilityVerdict) -> bool:
    """Whether a verified paper would remove everything that stands in the way."""
    return all(fault.rule in OPENED_BY_PAPER and fault.opens_with for fault in found.faults)


@dataclass(frozen=True)
class Standing:
    """How one person stands to many tracks: verdicts by track, own scores and last times by class, the margin."""

    found: Mapping[int, EligibilityVerdict]
    scores: Mapping[int, KnownScore]
    last: Mapping[int, LastTime]
    margin: int

    def chance(self, track: Track) -> str | None:
        """The chance of a track in one word's code; None where it is barred or one of the numbers is unknown."""
        cls = track.order_class
        own, last = self.scores.get(cls.id), self.last.get(cls.id)
        verdict = self.found.get(track.id)
        if own is None or last is None or cls.score_rule != "score" or not (verdict is None or verdict.eligible):
            return None
        return chance.chance(own.value, last.cutoff, self.margin)


def standing(application: Application, tracks: Sequence[Track]) -> Standing:
    """Everything the cards of these tracks need: a fixed number of statements."""
    classes = list({track.order_class_id: track.order_class for track in tracks}.values())
    return Standing(
        verdicts(application, tracks), known_scores(application, [cls.id for cls in classes]), last_times(classes),
        whole("chance_margin"),
    )  # fmt: skip


def card(track: Track, stands: Standing | None = None) -> dict[str, Any]:
    """What the choice macro draws. With a standing the card also says last time's line, the own score and the chance,
    or why not and what opens it."""
    cls = track.order_class
    rows = [("开班", f"满{cls.min_open}人才开" if cls.min_open else "不看人数，都开"), ("学费", cls.tuition)]
    drawn = track_card(track)
    if cls.state == "approved":  # the class's own page says the rest, and takes a report of the posting
        drawn["class_id"] = cls.id
    if stands is None:
        return drawn | {"rows": [*drawn["rows"], *rows]}
    rows.append(("上批", last_text(stands.last.get(cls.id), cls.score_rule)))
    own = stands.scores.get(cls.id)
    if cls.score_rule == "score" and own is not None:
        rows.append(("您的分数", f"{own.value}分{'（上一轮）' if own.earlier else ''}"))
    hint, tone = _hint(track, stands)
    kept = (hint, tone) if hint else (drawn["hint"], drawn["hint_tone"])
    return drawn | {"rows": [*drawn["rows"], *rows], "hint": kept[0], "hint_tone": kept[1]}


def _hint(track: Track, stands: Standing) -> tuple[str, str]:
    found = stands.found.get(track.id)
    if found is not None and not found.eligible:
        if opened_by_paper(found):
            return f"{found.message}。核验通过就能报：{'、'.join(found.opens_with)}", "wait"
        return f"{found.message}。", "now"
    word = stands.chance(track)
    if word is None:
        return "", ""
    own, last = stands.scores[track.order_class_id], stands.last[track.order_class_id]
    assert last.cutoff is not None
    return chance.sentence(word, own.value, last.cutoff, own.earlier), chance.TONES[word]


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


def offers(tracks: list[Track], stands: Standing, wanted: str = "", field: str = "") -> list[Offer]:
    """Cards of what may be added, the open ones first; ``wanted`` is looked for in class, school, firm, post, place."""
    asked = [track for track in tracks if field in ("", track.order_class.field)]
    every = [Offer(track, stands.found[track.id], card(track, stands)) for track in asked]
    kept = [offer for offer in every if _matches(offer, wanted.strip())]
    return sorted(kept, key=lambda offer: ORDER.index(offer.way))


def _matches(offer: Offer, wanted: str) -> bool:
    facts = offer.card
    place = offer.track.position.district if offer.track.position else offer.track.order_class.school.district
    text = " ".join([facts["cls"], facts["school"], facts["firm"], facts["post"], label(DISTRICTS, place)])
    return all(word in text for word in wanted.split())
