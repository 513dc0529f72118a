"""Reading what everybody may see: public classes with their positions, and how they filled the last time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, exists, func, or_, select
from sqlalchemy.orm import contains_eager, joinedload, selectinload

from app.applications.models import Application
from app.catalogue.distances import HOMES, km_from
from app.catalogue.shifts import shift_is
from app.core.actor import Actor
from app.core.clock import day_of, today
from app.core.db import db
from app.core.labels import SHIFTS
from app.core.numbers import number_in
from app.law.eligibility import Dates
from app.order_classes.models import OrderClass, Track
from app.order_classes.queries import with_parts, with_tracks
from app.organisations.models import Enterprise, School
from app.positions.models import Position
from app.rounds.models import Round, RoundClass
from app.rounds.queries import RUNNING

MOST_CALENDARS = 12


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for; blank means anything. ``wage``: yuan a month that the lowest wage reaches. ``home``: a
    district; ``within``: kilometres from it to the school and to the work (None: any). ``round_ids`` keeps to what
    these rounds offer, ``class_ids`` to these classes.
    """

    words: str = ""
    field: str = ""
    district: str = ""
    level: str = ""
    mode: str = ""
    school: str = ""
    shift: str = ""
    wage: int = 0
    home: str = ""
    within: int | None = None
    round_ids: tuple[int, ...] = ()
    class_ids: tuple[int, ...] | None = None


def open_rounds() -> tuple[Round, ...]:
    """The rounds that take applications, the one that ends first in front."""
    return tuple(db.session.scalars(select(Round).where(Round.state == "open").order_by(Round.deadline)))


def classes(wanted: Wanted) -> Select[tuple[OrderClass]]:
    """Public classes that fit, the nearest first where a home is named; to be cut into pages."""
    query = (
        select(OrderClass)
        .join(OrderClass.school)
        .options(contains_eager(OrderClass.school), *with_parts())
        .where(OrderClass.state == "approved", *_of_class(wanted))
    )
    posts = _of_position(wanted)
    if posts:
        query = query.where(_leads(*posts))
    if wanted.words:
        query = query.where(_mentions(wanted.words, posts))
    if wanted.home not in HOMES:
        return query.order_by(OrderClass.school_id, OrderClass.id)
    away = _away(wanted.home, posts)
    if wanted.within is not None:
        query = query.where(away <= wanted.within)
    return query.order_by(away, OrderClass.school_id, OrderClass.id)


def _of_class(wanted: Wanted) -> list[ColumnElement[bool]]:
    """What is asked of the class itself."""
    asked = ((OrderClass.field, wanted.field), (OrderClass.level, wanted.level), (OrderClass.mode, wanted.mode))
    found: list[ColumnElement[bool]] = [column == value for column, value in asked if value]
    school = number_in(wanted.school)
    if school is not None:
        found.append(OrderClass.school_id == school)
    if wanted.round_ids:
        offered = select(RoundClass.order_class_id).where(RoundClass.round_id.in_(wanted.round_ids))
        found.append(OrderClass.id.in_(offered))
    if wanted.class_ids is not None:
        found.append(OrderClass.id.in_(wanted.class_ids))
    return found


def _of_position(wanted: Wanted) -> list[ColumnElement[bool]]:
    """What is asked of a position: one and the same position of the class has to meet all of it."""
    found: list[ColumnElement[bool]] = []
    if wanted.district:
        found.append(Position.district == wanted.district)
    if wanted.wage:
        found.append(Position.wage_low >= wanted.wage)
    if wanted.shift in SHIFTS:
        found.append(shift_is(wanted.shift, Position.shift))
    return found


def _leads(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether one of the class's tracks leads to a position that fits."""
    track = select(Track.id).join(Track.position).join(Position.enterprise)
    return exists(track.where(Track.order_class_id == OrderClass.id, Position.state == "approved", *conditions))


def _away(home: str, posts: Iterable[ColumnElement[bool]]) -> ColumnElement[int]:
    """The farther of the way to school and the way to the nearest work that fits; the school's alone without work."""
    work = select(func.min(km_from(home, Position.district))).select_from(Track).join(Track.position)
    nearest = work.where(Track.order_class_id == OrderClass.id, *posts).scalar_subquery()
    school = km_from(home, School.district)
    return case((nearest > school, nearest), else_=school)


def _mentions(words: str, posts: Iterable[ColumnElement[bool]]) -> ColumnElement[bool]:
    def has(column: Any) -> ColumnElement[bool]:
        return column.contains(words, autoescape=True)

    found = or_(has(Position.name), has(Enterprise.name))
    return or_(has(OrderClass.name), has(OrderClass.major), has(School.name), _leads(found, *posts))


def schools() -> dict[str, str]:
    """Id (as text, for the address) → name of the schools with public classes."""
    rows = db.session.execute(
        select(School.id, School.name)
        .join(OrderClass, OrderClass.school_id == School.id)
        .where(OrderClass.state == "approved")
        .group_by(School.id, School.name)
        .order_by(School.id)
    )
    return {str(row[0]): row[1] for row in rows}


def class_for_everybody(actor: Actor, class_id: int) -> OrderClass | None:
    """A public class with its tracks, positions and enterprises."""
    found = select(OrderClass).options(*with_tracks()).where(OrderClass.id == class_id, OrderClass.state == "approved")
    return db.session.scalar(found)


def rounds_offering(class_id: int, rounds: Iterable[Round]) -> list[Round]:
    """Those of ``rounds`` in which the class can be applied for."""
    offered = set(db.session.scalars(select(RoundClass.round_id).where(RoundClass.order_class_id == class_id)))
    return [each for each in rounds if each.id in offered]


def judged_by(round_: Round | None) -> Dates:
    """The days on which a class is judged: the result's day of the round that offers it, else today."""
    result = day_of(round_.publish_at) if round_ else today()
    return Dates(max(result, today()), today())


def offer(rounds: Iterable[Round], everything: bool = False) -> list[tuple[OrderClass, Dates]]:
    """Every public class that ``rounds`` offer, with the days on which it is judged; all public ones with
    ``everything`` or where there is no round. A class in two rounds is judged by the first. Five statements.
    """
    dates: dict[int, Dates] = {}
    named = {each.id: each for each in rounds}
    pairs = select(RoundClass.order_class_id, RoundClass.round_id).where(RoundClass.round_id.in_(named))
    for class_id, round_id in sorted(db.session.execute(pairs).tuples(), key=lambda pair: list(named).index(pair[1])):
        dates.setdefault(class_id, judged_by(named[round_id]))
    query = select(OrderClass).options(*with_tracks()).where(OrderClass.state == "approved").order_by(OrderClass.id)
    if named and not everything:
        query = query.where(OrderClass.id.in_(dates))
    return [(row, dates.get(row.id, judged_by(None))) for row in db.session.scalars(query).unique()]


def calendars() -> Sequence[Round]:
    """The rounds whose calendar is public: open ones and those to come first, then those under way, by deadline."""
    found = select(Round).where(Round.state.in_(RUNNING)).options(joinedload(Round.alliance))
    order = (case((Round.state == "open", 0), else_=1), Round.deadline, Round.id)
    return db.session.scalars(found.order_by(*order).limit(MOST_CALENDARS)).all()


def latest_application(user_id: int | None) -> Application | None:
    """What somebody has said of herself last, with categories and papers."""
    if user_id is None:
        return None
    found = (
        select(Application)
        .filter_by(user_id=user_id)
        .options(joinedload(Application.round), joinedload(Application.user), selectinload(Application.claims))
        .order_by(Application.id.desc())
        .limit(1)
    )
    return db.session.scalar(found)


def own_only() -> tuple[dict[str, str], dict[str, str]]:
    """Schools with classes for their own students alone, enterprises with classes for their employees: id → name."""
    closed = select(OrderClass.id).where(OrderClass.state == "approved")
    schools_ = select(School.id, School.name).join(OrderClass, OrderClass.school_id == School.id)
    own = schools_.where(OrderClass.id.in_(closed.where(OrderClass.audience == "own_students"))).distinct()
    firms = select(Enterprise.id, Enterprise.name).join(Position).join(Track).join(OrderClass)
    staff = firms.where(OrderClass.id.in_(closed.where(OrderClass.audience == "employees"))).distinct()
    return tuple({str(row[0]): row[1] for row in db.session.execute(q).tuples()} for q in (own, staff))  # type: ignore[return-value]
