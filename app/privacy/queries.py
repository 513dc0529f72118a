"""Reading corrections: one's own, and those of people who applied in the coordinator's alliances."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.agreements.models import Agreement
from app.agreements.states import OVER
from app.applications.models import Application
from app.core.actor import Actor
from app.core.db import db
from app.core.files import StoredFile
from app.privacy.models import Closure, Correction
from app.rounds.models import Round


def own_correction(actor: Actor, correction_id: int) -> Correction | None:
    return db.session.scalar(select(Correction).filter_by(id=correction_id, user_id=actor.user_id or 0))


def own_closure(actor: Actor, closure_id: int) -> Closure | None:
    return db.session.scalar(select(Closure).filter_by(id=closure_id, user_id=actor.user_id or 0))


def corrections_seen_by(actor: Actor, state: str = "asked") -> Select[tuple[Correction]]:
    """The longest waiting first."""
    applied = exists().where(
        Application.user_id == Correction.user_id, Application.round_id == Round.id,
        Round.alliance_id.in_(actor.alliances),
    )
    found = select(Correction).where(applied).options(joinedload(Correction.user))
    return (found.where(Correction.state == state) if state else found).order_by(Correction.id)


def correction_seen_by(actor: Actor, correction_id: int) -> Correction | None:
    return db.session.scalar(corrections_seen_by(actor, "").where(Correction.id == correction_id))


def waiting_corrections(actor: Actor) -> tuple[int, dt.datetime | None]:
    """How many wait for this coordinator, and since when the oldest."""
    inner = corrections_seen_by(actor).order_by(None).with_only_columns(Correction.created_at).subquery()
    count, oldest = db.session.execute(select(func.count(), func.min(inner.c.created_at))).one()
    return count, oldest


def paper_of(row: Correction) -> StoredFile | None:
    """The photographed paper, while it is kept."""
    return row.file if row.file is not None and row.file.content is not None else None


def live_agreement(user: User) -> Agreement | None:
    """An agreement that still shows the old name or number."""
    return db.session.scalar(select(Agreement).where(Agreement.user_id == user.id, Agreement.state.not_in(OVER)))
