"""The tracks of a round in the database, as people see them when they choose."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

from app.applications.eligibility import facts_of
from app.applications.queries import offered_tracks
from app.demo.tables import offer_key
from app.demo.wishes import Offer
from app.order_classes.models import Track


def offers_of(round_id: int, back: dt.timedelta) -> dict[int, Offer]:
    """By track id. ``back`` moves dates to where the bundled files have them, so that the same people choose alike."""
    return {track.id: _offer(track, back) for track in offered_tracks(round_id)}


def _offer(track: Track, back: dt.timedelta) -> Offer:
    cls, post = track.order_class, track.position
    facts = facts_of(track)
    on_post = facts.on_post_date and facts.on_post_date - back
    return Offer(
        key=offer_key(cls.school.code, cls.code, post.code if post else None),
        class_code=cls.code,
        field=cls.field,
        school=cls.school.code,
        school_district=cls.school.district,
        wage=post.wage_low if post else None,
        shift=post.shift if post else "",
        by_score=cls.score_rule == "score",
        facts=replace(facts, reference_date=facts.reference_date - back, on_post_date=on_post),
    )
