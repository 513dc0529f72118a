"""What staff read: the list of applications with its filters, the queue of papers, and classes with their scores."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.applications.gaps import HANDED_IN, missing_scores
from app.applications.models import Application, Choice, Evidence, Score
from app.applications.queries import seen_by
from app.core.actor import Actor
from app.core.db import db
from app.order_classes.models import OrderClass, Track
from app.rounds.models import Round, RoundClass

CHECKING = ("open", "checking")


@dataclass(frozen=True)
class Filters:
    """What the address asks for; empty means all."""

    state: str = ""
    class_id: int = 0
    round_id: int = 0
    undecided: bool = False
    wanted: str = ""


def listed(actor: Actor, filters: Filters) -> Select[tuple[Application]]:
    """Applications this staff may see, narrowed by the filters, newest round first."""
    found = _narrowed(seen_by(actor), filters)
    if filters.state:
        found = found.where(Application.state == filters.state)
    return found.order_by(Application.round_id.desc(), Application.number).options(
        joinedload(Application.user),
        selectinload(Application.choices).joinedload(Choice.track).joinedload(Track.order_class),
    )


def _narrowed(found: Select[tuple[Application]], filters: Filters) -> Select[tuple[Application]]:
    if filters.round_id:
        found = found.where(Application.round_id == filters.round_id)
    if filters.class_id:
        chosen = exists().where(
            Choice.application_id == Application.id, Choice.track_id == Track.id,
            Track.order_class_id == filters.class_id,
        )
        found = found.where(chosen)
    if filters.undecided:
        found = found.where(_waiting(), Application.state.in_(HANDED_IN))
    if filters.wanted:
        found = found.where(Application.number.icontains(filters.wanted, autoescape=True))
    return found


def _waiting() -> ColumnElement[bool]:
    return exists().where(Evidence.application_id == Application.id, Evidence.state == "uploaded")


def counts_by_state(actor: Actor, filters: Filters) -> dict[str, int]:
    """How many applications stand in each state, under the other filters."""
    inner = _narrowed(seen_by(actor), filters).with_only_columns(Application.id, Application.state).subquery()
    rows = db.session.execute(select(inner.c.state, func.count()).group_by(inner.c.state))
    return dict(rows.tuples().all())


def undecided_counts(application_ids: Iterable[int]) -> dict[int, int]:
    """How many papers of each application wait for a decision."""
    rows = db.session.execute(
        select(Evidence.application_id, func.count())
        .where(Evidence.application_id.in_(list(application_ids)), Evidence.state == "uploaded")
        .group_by(Evidence.application_id)
    )
    return dict(rows.tuples().all())


def classes_of(actor: Actor) -> Sequence[OrderClass]:
    """Classes to filter by: those of the actor's schools, or all that her alliances' rounds offer."""
    ways = [OrderClass.school_id.in_(actor.schools), OrderClass.alliance_id.in_(actor.alliances)]
    found = select(OrderClass).where(or_(*ways), exists().where(RoundClass.order_class_id == OrderClass.id))
    return db.session.scalars(found.order_by(OrderClass.name, OrderClass.id)).all()


def queue(actor: Actor) -> Select[tuple[Evidence]]:
    """Papers waiting for a decision this staff may make, the longest waiting first."""
    visible = seen_by(actor).where(Application.state.in_(HANDED_IN), Round.state.in_(CHECKING))
    ids = visible.with_only_columns(Application.id)
    return (
        select(Evidence)
        .where(Evidence.application_id.in_(ids), Evidence.state == "uploaded")
        .order_by(Evidence.created_at, Evidence.id)
        .options(joinedload(Evidence.application).joinedload(Application.user))
    )


def waiting_count(actor: Actor) -> int:
    """How many papers wait for this staff."""
    inner = queue(actor).order_by(None).with_only_columns(Evidence.id).subquery()
    return db.session.scalar(select(func.count()).select_from(inner)) or 0


def next_in_queue(actor: Actor, after: int = 0) -> Evidence | None:
    """The paper to look at next; ``after`` is the one just left undecided or decided."""
    waiting = db.session.scalars(queue(actor).limit(2)).all()
    return next((paper for paper in waiting if paper.id != after), None)


@dataclass(frozen=True)
class ScoreDesk:
    """One class of a round at the time of scoring: who handed in for it, and how many scores are still missing."""

    offered: RoundClass
    round: Round
    people: int
    missing: int


def score_desks(actor: Actor) -> list[ScoreDesk]:
    """The classes ranked by score whose scores this staff enters, those with most to do first."""
    found = (
        select(RoundClass, Round)
        .join(Round, Round.id == RoundClass.round_id)
        .join(OrderClass, OrderClass.id == RoundClass.order_class_id)
        .where(Round.state.in_(CHECKING), OrderClass.score_rule == "score")
        .where(or_(OrderClass.school_id.in_(actor.schools), Round.alliance_id.in_(actor.alliances)))
        .options(joinedload(RoundClass.order_class).joinedload(OrderClass.school))
    )
    rows = db.session.execute(found).tuples().all()
    gaps: Counter[tuple[int, int]] = Counter()
    for round_ in {round_.id: round_ for _, round_ in rows}.values():
        gaps.update((round_.id, gap.order_class.id) for gap in missing_scores(round_))
    people = _people(round_.id for _, round_ in rows)
    desks = [
        ScoreDesk(offered, round_, people.get(key, 0), gaps[key])
        for offered, round_ in rows for key in [(round_.id, offered.order_class_id)]
    ]
    return sorted(desks, key=lambda desk: (-desk.missing, desk.offered.order_class.name, desk.offered.id))


def _people(round_ids: Iterable[int]) -> dict[tuple[int, int], int]:
    rows = db.session.execute(
        select(Application.round_id, Track.order_class_id, func.count(func.distinct(Application.id)))
        .join(Choice, Choice.application_id == Application.id)
        .join(Track, Track.id == Choice.track_id)
        .where(Application.round_id.in_(list(round_ids)), Application.state.in_(HANDED_IN))
        .group_by(Application.round_id, Track.order_class_id)
    )
    return {(round_id, class_id): count for round_id, class_id, count in rows}


def round_class_seen_by(actor: Actor, round_class_id: int) -> RoundClass | None:
    """A class of a round whose scores this staff may see."""
    offered = db.session.get(RoundClass, round_class_id)
    if offered is None:
        return None
    cls = offered.order_class
    return offered if cls.school_id in actor.schools or cls.alliance_id in actor.alliances else None


def candidates(offered: RoundClass) -> Select[tuple[Application]]:
    """Everybody who handed in and chose the class, in the order of their numbers."""
    chosen = exists().where(
        Choice.application_id == Application.id, Choice.track_id == Track.id,
        Track.order_class_id == offered.order_class_id,
    )
    return (
        select(Application)
        .where(Application.round_id == offered.round_id, Application.state.in_(HANDED_IN), chosen)
        .order_by(Application.number)
        .options(
            joinedload(Application.user), joinedload(Application.round), selectinload(Application.claims),
            selectinload(Application.evidence),
            selectinload(Application.choices).joinedload(Choice.track).joinedload(Track.order_class),
            selectinload(Application.choices).joinedload(Choice.track).joinedload(Track.position),
        )
    )


def scores_in(offered: RoundClass, application_ids: Iterable[int]) -> dict[int, int]:
    """Scores entered for the class, by application."""
    found = select(Score.application_id, Score.value).where(
        Score.order_class_id == offered.order_class_id, Score.application_id.in_(list(application_ids))
    )
    return dict(db.session.execute(found).tuples().all())
