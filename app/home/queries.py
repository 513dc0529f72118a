"""Figures for the desk's pictures: how full each class is, and supply against demand per field."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import joinedload

from app.applications.models import Application, Choice
from app.core.actor import Actor
from app.core.db import db
from app.core.labels import FIELDS
from app.order_classes.models import OrderClass, Track
from app.positions.models import Position
from app.rounds.models import Round, RoundClass

COUNTED = ("awaiting_guardian", "submitted", "returned", "checked", "in_round")


@dataclass(frozen=True)
class Fill:
    """One offered class: its seats and minimum, how many put it first, and how many put it anywhere."""

    order_class: OrderClass
    seats: int
    min_open: int
    first: int
    anywhere: int

    @property
    def short(self) -> bool:
        return self.first < self.min_open


@dataclass(frozen=True)
class Balance:
    """One field: heads the positions ask for (or seats a supplementary round has left), and people whose first choice
    lies in it."""

    field: str
    demand: int
    supply: int


def fill_per_class(round_: Round, actor: Actor) -> list[Fill]:
    """Classes of a round with their choices: all for a coordinator, a school's or an enterprise's own otherwise."""
    wanted = (
        select(
            Track.order_class_id.label("class_id"),
            func.count(func.distinct(Choice.application_id)).label("anywhere"),
            func.count(func.distinct(case((Choice.rank == 1, Choice.application_id)))).label("first"),
        )
        .join(Choice, Choice.track_id == Track.id)
        .join(Application, Application.id == Choice.application_id)
        .where(Application.round_id == round_.id, Application.state.in_(COUNTED))
        .group_by(Track.order_class_id)
        .subquery()
    )
    found = (
        select(RoundClass, wanted.c.first, wanted.c.anywhere)
        .join(OrderClass, OrderClass.id == RoundClass.order_class_id)
        .outerjoin(wanted, wanted.c.class_id == RoundClass.order_class_id)
        .where(RoundClass.round_id == round_.id)
        .options(joinedload(RoundClass.order_class).joinedload(OrderClass.school))
    )
    if round_.alliance_id not in actor.alliances:
        theirs = select(Track.order_class_id).join(Position).where(Position.enterprise_id.in_(actor.enterprises))
        found = found.where(OrderClass.school_id.in_(actor.schools) | OrderClass.id.in_(theirs))
    rows = db.session.execute(found).tuples().all()
    fills = [
        Fill(offered.order_class, offered.seats, offered.min_open, first or 0, anywhere or 0)
        for offered, first, anywhere in rows
    ]
    return sorted(fills, key=lambda fill: (not fill.short, -fill.first, fill.order_class.name))


def balance_per_field(round_: Round) -> list[Balance]:
    """Demand and supply of a round in each of the eight fields, the largest demand first."""
    offered = select(RoundClass.order_class_id).where(RoundClass.round_id == round_.id)
    posted = select(Track.position_id).where(Track.order_class_id.in_(offered), Track.position_id.is_not(None))
    asked = select(Position.field, func.sum(Position.headcount)).where(Position.id.in_(posted)).group_by(Position.field)
    if round_.follows_id is not None:
        # Most of what the positions asked for was filled by the round before.
        left = select(OrderClass.field, func.sum(RoundClass.seats)).join(RoundClass)
        asked = left.where(RoundClass.round_id == round_.id).group_by(OrderClass.field)
    demand = db.session.execute(asked).tuples()
    supply = db.session.execute(
        select(OrderClass.field, func.count(func.distinct(Choice.application_id)))
        .join(Track, Track.order_class_id == OrderClass.id)
        .join(Choice, Choice.track_id == Track.id)
        .join(Application, Application.id == Choice.application_id)
        .where(Application.round_id == round_.id, Application.state.in_(COUNTED), Choice.rank == 1)
        .group_by(OrderClass.field)
    ).tuples()
    heads = {field: int(number) for field, number in demand}
    people = {field: int(number) for field, number in supply}
    lines = [Balance(FIELDS[field], heads.get(field, 0), people.get(field, 0)) for field in FIELDS]
    return sorted((line for line in lines if line.demand or line.supply), key=lambda line: -line.demand)


def offer_of(round_: Round) -> tuple[int, int]:
    """How many classes and how many positions a round offers."""
    offered = select(RoundClass.order_class_id).where(RoundClass.round_id == round_.id)
    classes = db.session.scalar(select(func.count()).select_from(offered.subquery())) or 0
    posts = db.session.scalar(
        select(func.count(func.distinct(Track.position_id))).where(Track.order_class_id.in_(offered))
    )
    return classes, posts or 0
