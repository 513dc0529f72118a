"""What pages of applications say of placements: the guardian's, her child's yes, which counts only with hers; the
applicant's list of steps, the consent that is still wanting."""

from __future__ import annotations

from flask import url_for
from sqlalchemy import select

from app.applications.models import Application, Guardian
from app.applications.steps import LATER, Step
from app.applications.views_guardian import ERRANDS, READINGS
from app.core.actor import Actor
from app.core.db import db
from app.placements.consenting import page_of
from app.placements.models import Placement
from app.placements.queries import my_placement
from app.placements.recipients import unnamed
from app.placements.review_desk import result_seen_by


def waiting(guardian: Guardian) -> list[tuple[str, str]]:
    """Placements of her ward that wait for her."""
    found = select(Placement.id).filter_by(application_id=guardian.application_id, state="accepting")
    keys = db.session.scalars(found)
    return [("去答复孩子的录取", url_for("placements.guardian", placement_id=key)) for key in keys]


def result(guardian: Guardian) -> list[tuple[str, str]]:
    """Her ward's published result, where she may also ask for a review of it."""
    if result_seen_by(Actor(guardian_id=guardian.id), guardian.application_id) is None:
        return []
    return [("看录取结果和原因，可以申请复核", url_for("placements.review", application_id=guardian.application_id))]


def seat(guardian: Guardian) -> list[tuple[str, str]]:
    """Where her ward has a seat, and whether the enterprise there still waits for the child's consent."""
    found = select(Placement.id).filter_by(application_id=guardian.application_id, state="accepted")
    return [("看孩子录取到哪里", url_for("placements.guardian", placement_id=key)) for key in db.session.scalars(found)]


def consent(application: Application) -> list[Step]:
    """The applicant's own step, as long as a consent is wanting."""
    placement = my_placement(application)
    names = "、".join(unnamed(placement).values()) if placement is not None else ""
    if placement is None or not names:
        return []
    more = f"{names}还不知道是谁要来。点了同意，才能签那里的协议。"
    return [Step("consent", "同意企业看资料", "等您点", "now", more, "去点同意", href=page_of(placement))]


ERRANDS.append(waiting)
READINGS += [seat, result]
LATER.append(consent)
