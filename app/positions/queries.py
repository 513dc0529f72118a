"""Reading positions, each as far as the person who asks may see it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, false, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload

from app.core.actor import Actor
from app.core.db import db
from app.organisations.models import Enterprise, Member, Membership
from app.positions.models import Position, Report

UNDECIDED = ("new", "looking")


def enterprises_in(alliances: Iterable[int]) -> Select[tuple[int | None]]:
    """Ids of the enterprises that have joined any of these alliances."""
    return select(Membership.enterprise_id).where(
        Membership.alliance_id.in_(list(alliances)), Membership.state == "joined", Membership.enterprise_id.is_not(None)
    )


def alliances_of_schools(schools: Iterable[int]) -> list[int]:
    """Ids of the alliances these schools have joined."""
    found = select(Membership.alliance_id).where(Membership.school_id.in_(list(schools)), Membership.state == "joined")
    return list(db.session.scalars(found.distinct()))


def _visible(actor: Actor) -> ColumnElement[bool]:
    """An enterprise sees its own, a coordinator all of her alliances, a school the approved ones of its alliances."""
    ways: list[ColumnElement[bool]] = [false()]
    if actor.enterprises:
        ways.append(Position.enterprise_id.in_(actor.enterprises))
    if actor.alliances:
        ways.append(Position.enterprise_id.in_(enterprises_in(actor.alliances)))
    if actor.schools:
        shared = enterprises_in(alliances_of_schools(actor.schools))
        ways.append(and_(Position.state == "approved", Position.enterprise_id.in_(shared)))
    return or_(*ways)


def position_seen_by(actor: Actor, position_id: int) -> Position | None:
    found = select(Position).options(joinedload(Position.enterprise)).where(Position.id == position_id, _visible(actor))
    return db.session.scalar(found)


def listed(actor: Actor, *, state: str = "", field: str = "", words: str = "") -> Select[tuple[Position]]:
    """The positions an actor may see, newest first, filtered; to be cut into pages."""
    query = (
        select(Position).join(Position.enterprise).options(contains_eager(Position.enterprise)).where(_visible(actor))
    )
    if state:
        query = query.where(Position.state == state)
    if field:
        query = query.where(Position.field == field)
    if words:
        query = query.where(
            or_(Position.name.contains(words, autoescape=True), Enterprise.name.contains(words, autoescape=True))
        )
    return query.order_by(Position.id.desc())


def counts_by_state(actor: Actor) -> dict[str, int]:
    rows = db.session.execute(select(Position.state, func.count()).where(_visible(actor)).group_by(Position.state))
    return {row[0]: row[1] for row in rows}


def awaiting_check(alliances: Iterable[int]) -> int:
    """How many submitted positions wait for a coordinator of these alliances."""
    waiting = select(func.count()).where(
        Position.state == "submitted", Position.enterprise_id.in_(enterprises_in(alliances))
    )
    return db.session.scalar(waiting) or 0


def offered_in(alliance_id: int) -> Sequence[Position]:
    """The approved positions of the alliance's enterprises: what a school may build a track on."""
    found = (
        select(Position)
        .options(joinedload(Position.enterprise))
        .where(Position.state == "approved", Position.enterprise_id.in_(enterprises_in([alliance_id])))
        .order_by(Position.enterprise_id, Position.id)
    )
    return db.session.scalars(found).all()


def enterprise_by_credit_code(credit_code: str) -> Enterprise | None:
    return db.session.scalar(select(Enterprise).filter_by(credit_code=credit_code))


def has_joined(enterprise_id: int, alliances: Iterable[int]) -> bool:
    """Whether the enterprise belongs to any of these alliances."""
    joined = enterprises_in(alliances).where(Membership.enterprise_id == enterprise_id)
    return db.session.scalar(joined.limit(1)) is not None


def position_by_code(credit_code: str, code: str) -> Position | None:
    """The position a workbook names by its enterprise's credit code and its own short code."""
    found = (
        select(Position).join(Position.enterprise).where(Enterprise.credit_code == credit_code, Position.code == code)
    )
    return db.session.scalar(found)


def own_enterprise(actor: Actor) -> Enterprise | None:
    """The enterprise the actor posts for; the first when she works for several."""
    return db.session.get(Enterprise, min(actor.enterprises)) if actor.enterprises else None


def staff_of_enterprise(enterprise_id: int) -> list[int]:
    """User ids of those who work for the enterprise now."""
    return list(db.session.scalars(select(Member.user_id).filter_by(enterprise_id=enterprise_id, ended_at=None)))


def facts_of(position: Position, names: Iterable[str]) -> dict[str, Any]:
    return {name: getattr(position, name) for name in names}


# --- reports ---------------------------------------------------------------------------------------------------------


def posting_for_everybody(actor: Actor, position_id: int) -> Position | None:
    """A published posting, for whoever wants to say something about it."""
    found = select(Position).options(joinedload(Position.enterprise)).filter_by(id=position_id, state="approved")
    return db.session.scalar(found)


def _reports_seen_by(actor: Actor) -> Select[tuple[Report]]:
    """Reports of postings of the coordinator's alliances; nobody else sees any."""
    of_alliance = Position.enterprise_id.in_(enterprises_in(actor.alliances))
    return select(Report).join(Report.position).join(Position.enterprise).where(of_alliance)


_WITH_POSTING = contains_eager(Report.position).contains_eager(Position.enterprise)


def report_seen_by(actor: Actor, report_id: int) -> Report | None:
    return db.session.scalar(_reports_seen_by(actor).where(Report.id == report_id).options(_WITH_POSTING))


def reports(actor: Actor, state: str = "") -> Select[tuple[Report]]:
    """Undecided ones first, the oldest in front, so that what is overdue heads the list; then the newest decided."""
    query = _reports_seen_by(actor).options(_WITH_POSTING)
    if state:
        query = query.where(Report.state == state)
    decided = case((Report.state.in_(UNDECIDED), 0), else_=1)
    return query.order_by(decided, case((decided == 0, Report.created_at)), Report.id.desc())


def report_counts(actor: Actor) -> dict[str, int]:
    inner = _reports_seen_by(actor).with_only_columns(Report.state).subquery()
    return dict(db.session.execute(select(inner.c.state, func.count()).group_by(inner.c.state)).tuples().all())


def undecided_reports(actor: Actor) -> tuple[int, dt.datetime | None]:
    """How many wait for a coordinator's finding, and when the oldest of them was made."""
    inner = _reports_seen_by(actor).where(Report.state.in_(UNDECIDED)).with_only_columns(Report.created_at).subquery()
    return db.session.execute(select(func.count(), func.min(inner.c.created_at))).tuples().one()


def other_reports(row: Report) -> int:
    """How many other reports there are about the same posting."""
    same = select(func.count()).where(Report.position_id == row.position_id, Report.id != row.id)
    return db.session.scalar(same) or 0
