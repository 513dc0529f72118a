"""Reading order classes, each as far as the person who asks may see it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, false, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.core.actor import Actor
from app.core.db import db
from app.order_classes.models import OrderClass, Track
from app.organisations.models import Alliance, Member, Membership, School
from app.positions.models import Position


def with_tracks() -> tuple[Any, ...]:
    """Loader options for a class with everything a page says about it: four statements for any number of classes."""
    return (joinedload(OrderClass.school), *with_parts())


def with_parts() -> tuple[Any, ...]:
    """The same where the school is joined already."""
    return (
        selectinload(OrderClass.tracks).joinedload(Track.position).joinedload(Position.enterprise),
        selectinload(OrderClass.reserves),
        selectinload(OrderClass.hours),
    )


def _leads_to(enterprises: Iterable[int]) -> ColumnElement[bool]:
    return exists(
        select(Track.id)
        .join(Track.position)
        .where(Track.order_class_id == OrderClass.id, Position.enterprise_id.in_(list(enterprises)))
    )


def _visible(actor: Actor) -> ColumnElement[bool]:
    """A school sees its own, a coordinator all of her alliances, an enterprise the public ones that lead to it."""
    ways: list[ColumnElement[bool]] = [false()]
    if actor.schools:
        ways.append(OrderClass.school_id.in_(actor.schools))
    if actor.alliances:
        ways.append(OrderClass.alliance_id.in_(actor.alliances))
    if actor.enterprises:
        ways.append(and_(OrderClass.state == "approved", _leads_to(actor.enterprises)))
    return or_(*ways)


def class_seen_by(actor: Actor, class_id: int) -> OrderClass | None:
    found = select(OrderClass).options(*with_tracks()).where(OrderClass.id == class_id, _visible(actor))
    return db.session.scalar(found)


def track_seen_by(actor: Actor, class_id: int, track_id: int) -> Track | None:
    """A track of a class the actor may see."""
    order_class = class_seen_by(actor, class_id)
    return next((track for track in order_class.tracks if track.id == track_id), None) if order_class else None


def listed(actor: Actor, *, state: str = "", field: str = "", words: str = "") -> Select[tuple[OrderClass]]:
    """The classes an actor may see, newest first, filtered; to be cut into pages."""
    query = (
        select(OrderClass)
        .join(OrderClass.school)
        .options(contains_eager(OrderClass.school), selectinload(OrderClass.hours))
        .where(_visible(actor))
    )
    if state:
        query = query.where(OrderClass.state == state)
    if field:
        query = query.where(OrderClass.field == field)
    if words:
        query = query.where(
            or_(OrderClass.name.contains(words, autoescape=True), School.name.contains(words, autoescape=True))
        )
    return query.order_by(OrderClass.id.desc())


def counts_by_state(actor: Actor) -> dict[str, int]:
    rows = db.session.execute(select(OrderClass.state, func.count()).where(_visible(actor)).group_by(OrderClass.state))
    return {row[0]: row[1] for row in rows}


def awaiting_check(alliances: Iterable[int]) -> int:
    """How many submitted classes wait for a coordinator of these alliances."""
    waiting = select(func.count()).where(OrderClass.state == "submitted", OrderClass.alliance_id.in_(list(alliances)))
    return db.session.scalar(waiting) or 0


def approved_in(alliance_id: int) -> Sequence[OrderClass]:
    """The classes of an alliance that may be offered in a round."""
    found = (
        select(OrderClass)
        .options(*with_tracks())
        .where(OrderClass.alliance_id == alliance_id, OrderClass.state == "approved")
        .order_by(OrderClass.school_id, OrderClass.id)
    )
    return db.session.scalars(found).all()


def own_school(actor: Actor) -> School | None:
    """The school the actor opens classes for; the first when she works for several."""
    return db.session.get(School, min(actor.schools)) if actor.schools else None


def alliances_of(school_id: int) -> dict[str, str]:
    """Id (as text, for a form) → name of the alliances the school has joined."""
    rows = db.session.execute(
        select(Alliance.id, Alliance.name)
        .join(Membership, Membership.alliance_id == Alliance.id)
        .where(Membership.school_id == school_id, Membership.state == "joined")
        .order_by(Alliance.id)
    )
    return {str(row[0]): row[1] for row in rows}


def class_by_code(school_id: int, code: str) -> OrderClass | None:
    return db.session.scalar(select(OrderClass).filter_by(school_id=school_id, code=code))


def school_by_credit_code(credit_code: str) -> School | None:
    return db.session.scalar(select(School).filter_by(credit_code=credit_code))


def staff_of_school(school_id: int) -> list[int]:
    """User ids of those who work for the school now."""
    return list(db.session.scalars(select(Member.user_id).filter_by(school_id=school_id, ended_at=None)))


def classes_on(position_id: int) -> list[str]:
    """The names of the public classes that build on a position."""
    found = (
        select(OrderClass.name)
        .join(Track, Track.order_class_id == OrderClass.id)
        .where(Track.position_id == position_id, OrderClass.state == "approved")
    )
    return list(db.session.scalars(found))
