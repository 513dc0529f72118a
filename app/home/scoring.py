"""How many scores are still missing, counted for the desk.

A person who is barred from a class needs no score there, but asking the rules about everybody takes seconds. So the
database counts, and only when few are left are the rules asked who of them really counts.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.applications.eligibility import verdicts
from app.applications.gaps import HANDED_IN
from app.applications.models import Application, Choice, Score
from app.core.actor import Actor
from app.core.db import db
from app.order_classes.models import OrderClass, Track
from app.rounds.models import Round

FEW = 60


def missing_scores(actor: Actor) -> tuple[int, dt.datetime | None]:
    """Scores this staff has still to enter in rounds that are being checked, and the first day they are due."""
    scored = select(Score.id).where(
        Score.application_id == Application.id, Score.order_class_id == Track.order_class_id
    )
    pairs = (
        select(Application.id.label("application_id"), Track.order_class_id, Round.evidence_due)
        .join(Round, Round.id == Application.round_id)
        .join(Choice, Choice.application_id == Application.id)
        .join(Track, Track.id == Choice.track_id)
        .join(OrderClass, OrderClass.id == Track.order_class_id)
        .where(Round.state == "checking", Application.state.in_(HANDED_IN), OrderClass.score_rule == "score")
        .where(or_(OrderClass.school_id.in_(actor.schools), Round.alliance_id.in_(actor.alliances)))
        .where(~scored.exists())
        .distinct()
        .subquery()
    )
    count, due = db.session.execute(select(func.count(), func.min(pairs.c.evidence_due))).one()
    if 0 < count <= FEW:
        count = _counting({(row.application_id, row.order_class_id) for row in db.session.execute(select(pairs))})
    return count, due


def _counting(pairs: set[tuple[int, int]]) -> int:
    """How many of these (application, class) pairs are really eligible for the class: a fixed number of statements."""
    found = (
        select(Application)
        .where(Application.id.in_({application_id for application_id, _ in pairs}))
        .options(
            joinedload(Application.user), joinedload(Application.round), selectinload(Application.claims),
            selectinload(Application.evidence),
            selectinload(Application.choices).joinedload(Choice.track).joinedload(Track.order_class),
            selectinload(Application.choices).joinedload(Choice.track).joinedload(Track.position),
        )
    )  # fmt: skip
    left: set[tuple[int, int]] = set()
    for application in db.session.scalars(found).unique():
        tracks = [c.track for c in application.choices if (application.id, c.track.order_class_id) in pairs]
        open_to = verdicts(application, tracks)
        left |= {(application.id, track.order_class_id) for track in tracks if open_to[track.id].eligible}
    return len(left)
