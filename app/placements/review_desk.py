"""Reading reviews: a person's own, a guardian's ward's, and the coordinators' queue with what is overdue first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import joinedload

from app.applications.models import Application, Choice
from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.order_classes.models import OrderClass, Track
from app.placements.models import Review, Run
from app.placements.states import REVIEW_OPEN, REVIEW_UNANSWERED
from app.rounds.models import Round
from app.rounds.states import RESULT_IS_OUT


def result_seen_by(actor: Actor, application_id: int) -> Application | None:
    """An application with a published result, for the person herself and for her guardian."""
    found = db.session.get(Application, application_id)
    if found is None or found.state != "in_round" or found.round.state not in RESULT_IS_OUT:
        return None
    own = actor.user_id is not None and found.user_id == actor.user_id
    ward = found.guardian is not None and found.guardian.id == actor.guardian_id
    return found if own or ward else None


def own_review(actor: Actor, review_id: int) -> Review | None:
    """A review of one's own result or of one's ward's."""
    found = db.session.get(Review, review_id)
    return found if found is not None and result_seen_by(actor, found.application_id) is not None else None


def review_seen_by(actor: Actor, review_id: int) -> Review | None:
    """A review in one of the coordinator's alliances."""
    found = db.session.get(Review, review_id)
    return found if found is not None and found.application.round.alliance_id in actor.alliances else None


def reviews_listed(actor: Actor) -> Select[tuple[Review]]:
    """All reviews of the coordinator's alliances: what waits first, the nearest day first, so overdue ones lead."""
    waits = case((Review.state.in_(REVIEW_UNANSWERED), 0), (Review.state == "upheld", 1), else_=2)
    return (
        select(Review)
        .join(Application, Application.id == Review.application_id)
        .join(Round, Round.id == Application.round_id)
        .where(Round.alliance_id.in_(actor.alliances))
        .options(joinedload(Review.application).joinedload(Application.round), joinedload(Review.run))
        .order_by(waits, Review.answer_by, Review.id)
    )


def waiting(actor: Actor) -> tuple[int, dt.datetime | None]:
    """How many reviews wait for this very coordinator, and when the first is due; those of her own proposal do not."""
    found = (
        select(func.count(Review.id), func.min(Review.answer_by))
        .join(Application, Application.id == Review.application_id)
        .join(Round, Round.id == Application.round_id)
        .join(Run, Run.id == Review.run_id)
        .where(Round.alliance_id.in_(actor.alliances), Review.state.in_(REVIEW_OPEN))
        .where(Run.proposed_by.is_distinct_from(actor.user_id))
    )
    count, due = db.session.execute(found).one()
    return count, due


def count_overdue(actor: Actor) -> int:
    """How many of them should have been answered by now."""
    inner = reviews_listed(actor).where(Review.state.in_(REVIEW_UNANSWERED), Review.answer_by < now()).order_by(None)
    return db.session.scalar(select(func.count()).select_from(inner.with_only_columns(Review.id).subquery())) or 0


def choices_with_classes(application: Application) -> Sequence[Choice]:
    """The choices of a person in order, with class, school and position: one statement."""
    found = select(Choice).filter_by(application_id=application.id).order_by(Choice.rank).options(
        joinedload(Choice.track).joinedload(Track.order_class).joinedload(OrderClass.school),
        joinedload(Choice.track).joinedload(Track.position),
    )  # fmt: skip
    return db.session.scalars(found).all()
