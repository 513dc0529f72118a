"""What a guardian finds on her own page: her child's yes to a placement, which counts only with hers."""

from __future__ import annotations

from flask import url_for
from sqlalchemy import select

from app.applications.models import Guardian
from app.applications.views_guardian import ERRANDS, READINGS
from app.core.actor import Actor
from app.core.db import db
from app.placements.models import Placement
from app.placements.review_desk import result_seen_by


def waiting(guardian: Guardian) -> list[tuple[str, str]]:
    """Placements of her ward that wait for her."""
    found = select(Placement.id).filter_by(application_id=guardian.application_id, state="accepting")
    keys = db.session.scalars(found)
    return [("孩子被录取了，等您同意", url_for("placements.guardian", placement_id=key)) for key in keys]


def result(guardian: Guardian) -> list[tuple[str, str]]:
    """Her ward's published result, where she may also ask for a review of it."""
    if result_seen_by(Actor(guardian_id=guardian.id), guardian.application_id) is None:
        return []
    return [("看录取结果和原因，可以申请复核", url_for("placements.review", application_id=guardian.application_id))]


ERRANDS.append(waiting)
READINGS.append(result)
