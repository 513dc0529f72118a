"""When a supplementary round opens, everybody of the round before who has no seat hears of it."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.orm import joinedload

from app.accounts.sealed import phone_of
from app.applications.models import Application
from app.core.dates import said
from app.core.db import db
from app.core.outbox import tell
from app.placements.models import Placement
from app.placements.snapshot import HOLDING
from app.rounds.models import Round
from app.rounds.service import ON_OPEN


def call_the_unplaced(round_: Round) -> int:
    """Tell them, on the site and by text message; returns how many."""
    if round_.follows_id is None:
        return 0
    seated = exists().where(Placement.application_id == Application.id, Placement.state.in_(HOLDING))
    found = select(Application).where(
        Application.round_id == round_.follows_id, Application.state.in_(("in_round", "left_out")), ~seated
    )
    people = db.session.scalars(found.order_by(Application.id).options(joinedload(Application.user))).all()
    for application in people:
        body = f"{round_.name}可以报了，{said(round_.deadline)}截止。您填过的和核验过的材料都带过来，不用再交"
        tell(application.user_id, "补录开始了", body, link="/my-application", phone=phone_of(application.user))
    return len(people)


ON_OPEN.append(call_the_unplaced)
