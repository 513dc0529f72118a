"""Reading rounds: who sees which, where in its calendar one stands, what it offers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.core.actor import Actor
from app.core.clock import now
from app.core.dates import moment
from app.core.db import db
from app.order_classes.models import OrderClass, Track
from app.positions.models import Position
from app.rounds.models import EnterpriseHeadcount, Round, RoundClass, SchoolPlan

# What the calendar says at each step: the step's title and the date that ends it.
STEPS = (
    ("报名、排志愿", "opens_at", "deadline"),
    ("监护人同意", "deadline", "guardian_due"),
    ("核对材料和分数", "guardian_due", "evidence_due"),
    ("试算、审批", "evidence_due", "publish_at"),
    ("公布结果，本人决定", "publish_at", "respond_by"),
    ("签三方协议", "respond_by", "sign_by"),
)
RUNNING = ("open", "checking", "closed", "proposed", "approved", "published", "responding")


def round_seen_by(actor: Actor, round_id: int) -> Round | None:
    """A round of one of the coordinator's alliances."""
    found = db.session.get(Round, round_id)
    return found if found is not None and found.alliance_id in actor.alliances else None


def rounds_of(actor: Actor) -> Sequence[Round]:
    """All rounds of the coordinator's alliances, newest first."""
    found = select(Round).where(Round.alliance_id.in_(actor.alliances)).order_by(Round.opens_at.desc())
    return db.session.scalars(found).all()


def open_round_for_applicants() -> Round | None:
    """The round people can apply to now: open, begun, before its deadline; the one that ends first."""
    found = (
        select(Round)
        .where(Round.state == "open", Round.opens_at <= now(), Round.deadline > now())
        .order_by(Round.deadline)
    )
    return db.session.scalars(found.options(joinedload(Round.alliance))).first()


def current_round(alliance_id: int | None = None) -> Round | None:
    """The round that public pages speak of: one open for applications, else the newest that is under way."""
    opened = open_round_for_applicants()
    if opened is not None and alliance_id in (None, opened.alliance_id):
        return opened
    found = select(Round).where(Round.state.in_(RUNNING)).order_by(Round.opens_at.desc())
    if alliance_id is not None:
        found = found.where(Round.alliance_id == alliance_id)
    return db.session.scalars(found).first()


def stage(round_: Round, at: dt.datetime | None = None) -> str:
    """The title of the step a round's calendar is in at a moment (now by default)."""
    at = at or now()
    for title, begins, ends in STEPS:
        if getattr(round_, begins) <= at < getattr(round_, ends):
            return title
    return "还没开始" if at < round_.opens_at else "已办结"


def calendar(round_: Round, at: dt.datetime | None = None) -> list[dict[str, Any]]:
    """The lines of ``ui.calendar``: title, when, past, now."""
    at = at or now()
    lines = []
    for title, begins, ends in STEPS:
        start, end = getattr(round_, begins), getattr(round_, ends)
        lines.append({"title": title, "when": f"{moment(end)}止", "past": at >= end, "now": start <= at < end})
    return lines


def offered(round_: Round) -> Sequence[RoundClass]:
    """The classes of a round with school, tracks, positions and enterprises: four statements."""
    found = (
        select(RoundClass)
        .filter_by(round_id=round_.id)
        .order_by(RoundClass.order_class_id)
        .options(
            joinedload(RoundClass.order_class).options(
                joinedload(OrderClass.school),
                selectinload(OrderClass.reserves),
                selectinload(OrderClass.tracks).joinedload(Track.position).joinedload(Position.enterprise),
            )
        )
    )
    return db.session.scalars(found).unique().all()


def offerable(round_: Round) -> Sequence[OrderClass]:
    """Approved classes of the alliance that a round may offer."""
    found = (
        select(OrderClass)
        .filter_by(alliance_id=round_.alliance_id, state="approved")
        .options(joinedload(OrderClass.school))
        .order_by(OrderClass.school_id, OrderClass.code)
    )
    return db.session.scalars(found).all()


def classes_running(order_class_id: int) -> list[str]:
    """The names of the rounds under way that offer a class."""
    found = (
        select(Round.name)
        .join(RoundClass, RoundClass.round_id == Round.id)
        .where(RoundClass.order_class_id == order_class_id, Round.state.in_(RUNNING))
    )
    return list(db.session.scalars(found))


def plans(round_: Round) -> dict[int, int]:
    return {p.school_id: p.plan for p in db.session.scalars(select(SchoolPlan).filter_by(round_id=round_.id))}


def headcounts(round_: Round) -> dict[int, int]:
    found = select(EnterpriseHeadcount).filter_by(round_id=round_.id)
    return {h.enterprise_id: h.headcount for h in db.session.scalars(found)}
