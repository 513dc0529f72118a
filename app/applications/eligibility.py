"""From rows to the law's one function: may this application choose this track? The pages, the service, the close and
the snapshot all ask here, so that a page never promises what the close then bars.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from app.applications.models import Application
from app.core.clock import day_of
from app.core.errors import Invalid
from app.law.eligibility import Dates, EligibilityVerdict, Person, TrackFacts, eligibility
from app.order_classes.models import Track

ENROLMENT_PROOF, EMPLOYMENT_PROOF = "enrolment_proof", "employment_proof"


def verdict(application: Application, track: Track, on: dt.date | None = None) -> EligibilityVerdict:
    """Whether one application may choose one track; ``on`` stands in for the round's result date."""
    return verdicts(application, [track], on)[track.id]


def verdicts(
    application: Application, tracks: Iterable[Track], on: dt.date | None = None
) -> dict[int, EligibilityVerdict]:
    """Verdicts by track id. Asks nothing of the database where classes and positions of the tracks are loaded."""
    person = person_of(application)
    result = on or day_of(application.round.publish_at)
    dates = Dates(result, day_of(application.created_at))
    return {track.id: eligibility(person, facts_of(track), dates) for track in tracks}


def person_of(application: Application) -> Person:
    """What the rules may know. Being a school's student or an enterprise's employee counts once its paper is verified,
    as a relaxed age does: what somebody says of herself opens nothing.

    Raises:
        Invalid: the person has no birth date.
    """
    if application.user.birth_date is None:
        raise Invalid("请先补上证件信息，才能算年龄")
    return Person(
        birth_date=application.user.birth_date,
        start_point=application.start_point or "",
        verified_categories=frozenset(c.category for c in application.claims if c.level == "verified"),
        claimed_categories=frozenset(c.category for c in application.claims),
        school_id=_if_proved(application, application.school_id, ENROLMENT_PROOF),
        enterprise_id=_if_proved(application, application.enterprise_id, EMPLOYMENT_PROOF),
    )


def _if_proved(application: Application, organisation_id: int | None, kind: str) -> int | None:
    """Papers are only read for the few who named an organisation."""
    if organisation_id is None:
        return None
    proved = any(paper.kind == kind and paper.state == "verified" for paper in application.evidence)
    return organisation_id if proved else None


def facts_of(track: Track) -> TrackFacts:
    """What the class and the position of a track ask."""
    cls, position = track.order_class, track.position
    return TrackFacts(
        start_points=(cls.start_point,),
        reference_date=cls.reference_date,
        age_min=cls.age_min,
        age_max=cls.age_max,
        relaxed=cls.relaxed,
        audience=cls.audience,
        school_id=cls.school_id,
        enterprise_id=position.enterprise_id if position else None,
        seat_only=position is None,
        hazards=position.hazards if position else (),
        on_post_date=cls.on_post_date,
        paused=position is not None and position.paused,
    )


def freeze(application: Application) -> None:
    """At close: write into every choice the rule that bars it, or none; from then on nothing changes it."""
    found = verdicts(application, [choice.track for choice in application.choices])
    for choice in application.choices:
        choice.barred_by = found[choice.track_id].rule
