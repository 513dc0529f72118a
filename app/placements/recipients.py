"""Which enterprises a placed person lets see who is coming: asked by name when she says yes, and judged by the law's
rule before anything is written that goes there (个人信息保护法 art. 23)."""

from __future__ import annotations

from app.accounts.consents import named_in
from app.accounts.service import give_consent
from app.law.consents import consent_covers
from app.law.verdict import Verdict
from app.order_classes.models import Track
from app.placements.models import Placement

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
    """Keep what she ticked: one consent, the enterprises in it by name."""
    found = recipients_of(placement, upgrade)
    if found:
        named = [{"id": key, "name": name} for key, name in sorted(found.items())]
        detail = {"application": placement.application.number, "enterprises": named}
        give_consent(placement.application.user, PURPOSE, detail=detail)


def covered(placement: Placement) -> Verdict:
    """Whether what she consented to names the enterprise of her position."""
    named = named_in(placement.user_id, PURPOSE, "enterprises", placement.application.number)
    return consent_covers(named, recipients_of(placement))
