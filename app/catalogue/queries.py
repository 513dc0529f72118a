"""Reading what everybody may see: public classes with their positions, and how they filled the last time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import contains_eager

from app.core.actor import Actor
from app.core.db import db
from app.order_classes.models import OrderClass, Track
from app.order_classes.queries import with_parts, with_tracks
from app.organisations.models import Enterprise, School
from app.placements.models import Run, RunClass
from app.positions.models import Position
from app.rounds.models import Round, RoundClass

RESULT_IS_OUT = ("published", "responding", "settled", "archived")


@dataclass(frozen=True)
class Wanted:
    """What somebody looks for; blank means anything. ``round_ids`` keeps to what these rounds offer."""

    words: str = ""
    field: str = ""
    district: str = ""
    level: str = ""
    mode: str = ""
    school: str = ""
    round_ids: tuple[int, ...] = ()


def open_rounds() -> tuple[Round, ...]:
    """The rounds that take applications, the one that ends first in front."""
    return tuple(db.session.scalars(select(Round).where(Round.state == "open").order_by(Round.deadline)))


def classes(wanted: Wanted) -> Select[tuple[OrderClass]]:
    """Public classes that fit, to be cut into pages."""
    query = (
        select(OrderClass)
        .join(OrderClass.school)
        .options(contains_eager(OrderClass.school), *with_parts())
        .where(OrderClass.state == "approved")
    )
    for column, value in (
        (OrderClass.field, wanted.field),
        (OrderClass.level, wanted.level),
        (OrderClass.mode, wanted.mode),
    ):
        if value:
            query = query.where(column == value)
    if wanted.school.isdecimal():
        query = query.where(OrderClass.school_id == int(wanted.school))
    if wanted.district:
        query = query.where(_leads(Position.district == wanted.district))
    if wanted.words:
        query = query.where(_mentions(wanted.words))
    if wanted.round_ids:
        offered = select(RoundClass.order_class_id).where(RoundClass.round_id.in_(wanted.round_ids))
        query = query.where(OrderClass.id.in_(offered))
    return query.order_by(OrderClass.school_id, OrderClass.id)


def _leads(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Whether one of the class's tracks leads to a position that fits."""
    track = select(Track.id).join(Track.position).join(Position.enterprise)
    return exists(track.where(Track.order_class_id == OrderClass.id, condition))


def _mentions(words: str) -> ColumnElement[bool]:
    def has(column: Any) -> ColumnElement[bool]:
        return column.contains(words, autoescape=True)

    found = or_(has(Position.name), has(Enterprise.name))
    return or_(has(OrderClass.name), has(OrderClass.major), has(School.name), _leads(found))


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


@dataclass(frozen=True)
class LastTime:
    """How a class came out last: people taken, cut-off score (None: no score decided), whether it opened."""

    filled: int | None
    cutoff: int | None
    opened: bool = True


def last_times(rows: Sequence[OrderClass]) -> dict[int, LastTime]:
    """Class id → its last published result, else what the school reported; classes without either are missing."""
    found = {
        row.id: LastTime(row.last_filled, row.last_cutoff)
        for row in rows
        if row.last_filled is not None or row.last_cutoff is not None
    }
    newest = (
        select(RunClass.order_class_id, func.max(RunClass.run_id).label("run_id"))
        .join(Run, Run.id == RunClass.run_id)
        .join(Round, Round.id == Run.round_id)
        .where(
            RunClass.order_class_id.in_([row.id for row in rows]), Run.state == "chosen", Run.purpose == "main",
            Round.state.in_(RESULT_IS_OUT),
        )
        .group_by(RunClass.order_class_id)
    )  # fmt: skip
    newest_run = newest.subquery()
    results = select(RunClass).join(
        newest_run,
        and_(RunClass.order_class_id == newest_run.c.order_class_id, RunClass.run_id == newest_run.c.run_id),
    )
    for result in db.session.scalars(results):
        found[result.order_class_id] = LastTime(result.filled, result.cutoff_score, result.open)
    return found
