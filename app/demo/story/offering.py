"""Chapter 2: positions and classes from the workbooks, each checked by a coordinator; the round that offers them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.core.db import db
from app.core.web import commit
from app.demo.files import MOST_CHOICES, ROUND_CODE
from app.demo.stage import Stage
from app.demo.story.doing import enter_workbook
from app.order_classes import service as classes
from app.order_classes.models import OrderClass, Track
from app.organisations.models import Enterprise, School
from app.positions import service as positions
from app.positions.models import Position
from app.rounds import service as rounds
from app.rounds.models import Round

# An enterprise as a whole takes a few more than its positions together: the limits lie one inside the other.
SPARE = 2


def post(stage: Stage) -> None:
    """The enterprises' positions, from the workbook; another coordinator reads and publishes each."""
    with stage.at(-72):
        stage.notes["positions"] = enter_workbook(stage, stage.actor("coordinator"), "positions")
    with stage.at(-71, 10):
        checker = stage.actor("second")
        for position in db.session.scalars(select(Position).filter_by(state="submitted").order_by(Position.id)).all():
            positions.approve(checker, position)
            commit()


def open_classes(stage: Stage) -> None:
    """The schools' classes, from the workbook, with hours, tracks, ages and reserves; each is checked."""
    with stage.at(-69):
        enter_workbook(stage, stage.actor("coordinator"), "classes")
    with stage.at(-68, 10):
        checker = stage.actor("second")
        for order_class in _classes("submitted"):
            classes.approve(checker, order_class)
            commit()
    stage.notes["classes"] = len(_classes("approved"))


def _classes(state: str) -> list[OrderClass]:
    return list(db.session.scalars(select(OrderClass).filter_by(state=state).order_by(OrderClass.id)))


def open_round(stage: Stage) -> None:
    """Set up the round with its calendar and limits, commit to the lottery, open it."""
    with stage.at(-66, 10):
        actor = stage.actor("coordinator")
        facts: dict[str, Any] = {"max_choices": MOST_CHOICES, "uses_minimum": True, "uses_adjustment": True}
        facts |= stage.calendar.first_round()
        round_ = rounds.create(actor, stage.alliance, name="春季第一批", code=ROUND_CODE, **facts)
        stage.notes["round"] = round_.id
        offered = _classes("approved")
        rounds.offer(actor, round_, offered)
        for order_class in offered if stage.seats else []:
            rounds.set_seats(actor, round_, order_class, *stage.seats)  # type: ignore[misc]
        set_limits(stage, round_, {c.id: c.seats for c in offered})
        commit()
    with stage.at(-65):
        rounds.open_round(actor, round_)
        commit()


def set_limits(stage: Stage, round_: Round, seats: dict[int, int]) -> None:
    """What each school plans (all its seats) and each enterprise takes (its positions and a few more)."""
    actor = stage.actor("coordinator")
    plans: dict[School, int] = {}
    heads: dict[Enterprise, set[Position]] = {}
    for order_class in db.session.scalars(select(OrderClass).where(OrderClass.id.in_(seats))).all():
        plans[order_class.school] = plans.get(order_class.school, 0) + seats[order_class.id]
        for track in db.session.scalars(select(Track).filter_by(order_class_id=order_class.id)).all():
            if track.position is not None:
                heads.setdefault(track.position.enterprise, set()).add(track.position)
    for school, plan in plans.items():
        rounds.set_plan(actor, round_, school, plan)
    for enterprise, found in heads.items():
        rounds.set_headcount(actor, round_, enterprise, sum(p.headcount for p in found) + SPARE)
