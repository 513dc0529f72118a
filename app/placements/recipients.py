"""Which enterprises a placed person lets see who is coming: asked by name when she says yes, and judged by the law's
rule before anything is written or shown that goes there (个人信息保护法 art. 23). What a yes could not name yet, she is
asked for later (consenting.py)."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import contains_eager, joinedload

from app.accounts.consents import named_by, named_in
from app.accounts.service import give_consent
from app.applications.models import Application
from app.core.db import db
from app.law.consents import consent_covers
from app.law.verdict import Verdict
from app.order_classes.models import Track
from app.placements.models import Placement
from app.positions.models import Position

PURPOSE = "enterprise_of_placement"


def recipients_of(placement: Placement, upgrade: bool = False) -> dict[int, str]:
    """Id → name of the enterprise of her position; with ``upgrade`` those of the choices ahead as well, for a seat that
    becomes free there is hers without another word. Nobody where a position comes later."""
    posts = [placement.position or placement.track.position]
    posts += [track.position for track in ahead_of(placement)] if upgrade else []
    return {post.enterprise_id: post.enterprise.name for post in posts if post is not None}


def ahead_of(placement: Placement) -> list[Track]:
    """The tracks of her choices ahead of the seat, to which a repair may move her; the barred ones never. Ahead of a
    seat by adjustment, which has no rank, is every choice."""
    last = placement.rank or len(placement.application.choices) + 1
    ahead = [each for each in placement.application.choices if each.rank < last]
    return [each.track for each in ahead if each.barred_by is None]


def record_consent(placement: Placement, upgrade: bool = False) -> None:
    """Keep what she ticked at her yes: one consent, the enterprises in it by name."""
    name_in_consent(placement, recipients_of(placement, upgrade))


def name_in_consent(placement: Placement, enterprises: dict[int, str]) -> None:
    """Keep one consent that names these enterprises."""
    if enterprises:
        named = [{"id": key, "name": name} for key, name in sorted(enterprises.items())]
        detail = {"application": placement.application.number, "enterprises": named}
        give_consent(placement.application.user, PURPOSE, detail=detail)


def covered(placement: Placement) -> Verdict:
    """Whether what she consented to names the enterprise of her position."""
    named = named_in(placement.user_id, PURPOSE, "enterprises", placement.application.number)
    return consent_covers(named, recipients_of(placement))


def covered_each(placements: Sequence[Placement]) -> dict[int, Verdict]:
    """The same for every line of a list, by placement; one statement."""
    named = named_by({p.user_id for p in placements}, PURPOSE, "enterprises")
    return {
        p.id: consent_covers(named.get((p.user_id, p.application.number), ()), recipients_of(p)) for p in placements
    }


def unnamed(placement: Placement) -> dict[int, str]:
    """Id → name of the enterprises that an accepted seat leads to and no standing consent of hers names: her own, and
    those ahead while a repair may still move her there."""
    if placement.state != "accepted":
        return {}
    may_rise = placement.upgrade and placement.round.state == "responding"
    named = named_in(placement.user_id, PURPOSE, "enterprises", placement.application.number)
    found = recipients_of(placement, may_rise).items()
    return {key: name for key, name in found if not consent_covers(named, {key: name}).ok}


def hidden_from(enterprises: Collection[int]) -> set[int]:
    """The accepted placements on these enterprises' positions whose people have not consented to them (yet)."""
    post = func.coalesce(Placement.position_id, Track.position_id)
    found = (
        select(Placement)
        .join(Application, Application.id == Placement.application_id)
        .join(Track, Track.id == Placement.track_id)
        .join(Position, Position.id == post)
        .where(Placement.state == "accepted", Position.enterprise_id.in_(enterprises))
        .options(
            contains_eager(Placement.application),
            joinedload(Placement.position).joinedload(Position.enterprise),
            contains_eager(Placement.track).joinedload(Track.position).joinedload(Position.enterprise),
        )
    )
    verdicts = covered_each(db.session.scalars(found).all())
    return {placement for placement, verdict in verdicts.items() if not verdict.ok}
