"""What publication does: a run's rows become offers, and everybody hears, the unplaced first."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.consents import withdrawn_by
from app.accounts.telling import tell_person
from app.applications.models import Application
from app.core.actor import Actor
from app.core.clock import now
from app.core.dates import said
from app.core.db import db
from app.core.outbox import UNPLACED_FIRST
from app.placements.consenting import ask
from app.placements.models import Placement, Run, RunPlacement
from app.placements.snapshot import HOLDING
from app.placements.states import PLACEMENT


def offer_seats(actor: Actor, run: Run) -> int:
    """Turn a run's rows into placements, and tell everybody, the unplaced first. Returns the number of offers.

    In a repair, who rises gives up the old seat and keeps her yes.
    """
    holding = {
        p.application_id: p
        for p in db.session.scalars(
            select(Placement).where(Placement.round_id == run.round_id, Placement.state.in_(HOLDING))
        )
    }
    rows = select(RunPlacement, Application).join(Application, Application.id == RunPlacement.application_id)
    rows = rows.where(RunPlacement.run_id == run.id).options(joinedload(Application.user))
    found = db.session.execute(rows.order_by(Application.id)).tuples().all()
    answer_by = _answer_by(run)
    gone = withdrawn_by([application.user_id for _, application in found], "schools_of_choices")
    offers = 0
    for unplaced_first in (True, False):
        for row, application in found:
            if application.user_id in gone and row.track_id is not None:
                # Decided with everybody, as the frozen round is; but no school may hear of somebody who took back.
                continue
            if (row.track_id is None) is unplaced_first:
                offers += _offer_one(actor, run, row, application, holding.get(row.application_id), answer_by)
    return offers


def _answer_by(run: Run) -> dt.datetime:
    """A repair's offers get half of the main window, two days at least."""
    length = run.round.respond_by - run.round.publish_at
    return run.round.respond_by if run.purpose == "main" else now() + max(dt.timedelta(days=2), length / 2)


def _offer_one(
    actor: Actor, run: Run, row: RunPlacement, application: Application, held: Placement | None, answer_by: dt.datetime
) -> int:
    if row.track_id is None:
        if run.purpose == "main":
            body = "这一轮没有录取。每个志愿的原因都写明了，也告诉您下一步怎么办。"
            tell_person(application.user, "结果出来了", body, link="/my-result", priority=UNPLACED_FIRST)
        return 0
    if held is not None and held.track_id == row.track_id:
        return 0
    if held is not None:
        PLACEMENT.move(held, "release", actor, why="换到了更靠前的志愿")
    placement = Placement(
        round_id=run.round_id,
        run_id=run.id,
        application_id=application.id,
        user_id=application.user_id,
        track_id=row.track_id,
        rank=row.rank,
        by=row.by or "choice",
        answer_by=answer_by,
        created_at=now(),
        upgrade=bool(held and held.upgrade),
    )
    PLACEMENT.begin(placement, actor, detail={"run": run.number})
    if held is not None and held.state == "released" and held.answered_at is not None:
        PLACEMENT.move(placement, "accept", actor, why="按本人“有更靠前的就换”的约定", answered_at=now())
    body = f"请在{said(answer_by)}前决定去不去。不答复，名额会让给后面的人。"
    if placement.state == "accepted":
        body = "按您说的“有更靠前的就换”，换到了更靠前的志愿。原来的名额让给了后面的人。"
    tell_person(application.user, "您被录取了", body, link="/my-result")
    ask(placement, "换到了更靠前的志愿")
    return 1
