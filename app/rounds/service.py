"""Setting up, opening and freezing a round."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
import secrets
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import delete, select

from app.core import states
from app.core.actor import Actor
from app.core.clock import now
from app.core.crypto import vault
from app.core.db import db
from app.core.errors import CONSTRAINTS, Faults, Invalid, WrongState
from app.core.labels import CATEGORIES
from app.order_classes import service as order_classes
from app.order_classes.models import OrderClass
from app.organisations.models import Alliance, Enterprise, School
from app.rounds.models import EnterpriseHeadcount, Round, RoundClass, SchoolPlan
from app.rounds.queries import classes_running
from app.rounds.states import ROUND

# The calendar in its order, with the words of each date.
DATES = {
    "opens_at": "开始报名", "deadline": "报名截止", "guardian_due": "监护人同意截止", "evidence_due": "材料和分数截止",
    "publish_at": "公布结果", "respond_by": "本人答复截止", "sign_by": "签协议截止",
}  # fmt: skip
MAY_MEET = ("guardian_due", "evidence_due", "sign_by")
FACTS = ("name", "code", *DATES, "max_choices", "uses_minimum", "uses_adjustment", "group_order")
SEED_BYTES = 32
# What happens to applications when choices freeze; applications, which lie above, add theirs.
ON_CHECKING: list[Callable[[Round], Any]] = []
# Who has to hear that a round takes applications.
ON_OPEN: list[Callable[[Round], Any]] = []
# Who has to hear, with the reason, that a round is cancelled.
ON_CANCEL: list[Callable[[Round, str], Any]] = []

CONSTRAINTS["uq_round_code"] = ("code", "这个代码已经用过了，换一个")
CONSTRAINTS["ck_round_calendar"] = ("opens_at", "日期的先后不对，请对一遍")
CONSTRAINTS["ck_round_max_choices"] = ("max_choices", "志愿最多1到10个")


def create(actor: Actor, alliance: Alliance, follows: Round | None = None, **facts: Any) -> Round:
    """Set up a round and commit to its lottery: the seed is drawn and sealed now, only its SHA-256 is shown.

    A supplementary round names the one it ``follows``: people bring their decided papers from there.

    Raises:
        Faults: dates out of order, each beside its field.
    """
    _in_order(facts)
    seed = secrets.token_bytes(SEED_BYTES)
    row = Round(alliance_id=alliance.id, created_by=actor.user_id, created_at=now(), facts={}, **_known(facts))
    row.alliance, row.follows_id = alliance, follows.id if follows else None
    row.seed_sealed = vault().seal("round", "seed", row.code, seed)
    row.seed_commitment = hashlib.sha256(seed.hex().encode()).hexdigest()
    ROUND.begin(row, actor, detail={"seed_commitment": row.seed_commitment})
    return row


def revise(actor: Actor, round_: Round, version: int | None = None, **facts: Any) -> Round:
    """Change a round that has not opened; its code stays, the seed is sealed to it."""
    if round_.state != "setup":
        raise WrongState("已经开始报名，规则和日期不能再改")
    _in_order(facts)
    changes = {k: v for k, v in _known(facts).items() if k != "code"}
    states.revise("round", round_, actor, version, changes)
    return round_


def _known(facts: dict[str, Any]) -> dict[str, Any]:
    known = {k: v for k, v in facts.items() if k in FACTS}
    known["group_order"] = [g for g in known.get("group_order") or CATEGORIES if g in CATEGORIES]
    return known


def _in_order(facts: dict[str, Any]) -> None:
    """Every date after (or, where two may meet, not before) the one before it."""
    faults: list[Invalid] = []
    names = [n for n in DATES if facts.get(n) is not None]
    for before, after in itertools.pairwise(names):
        early: dt.datetime = facts[before]
        late: dt.datetime = facts[after]
        if late < early or (late == early and after not in MAY_MEET):
            faults.append(Invalid(f"{DATES[after]}要在{DATES[before]}之后", after))
    if faults:
        raise Faults(faults)


def _setting_up(round_: Round) -> None:
    if round_.state != "setup":
        raise WrongState("已经开始报名，班和计划不能再改")


def offer(actor: Actor, round_: Round, classes: Iterable[OrderClass]) -> None:
    """Say which classes the round offers: exactly these; seats and minimum are copied from the class.

    Raises:
        Faults: a class is not approved or belongs to another alliance.
    """
    _setting_up(round_)
    wanted = list(classes)
    strange = [c for c in wanted if c.alliance_id != round_.alliance_id]
    faults = [Invalid(f"“{c.name}”还没有通过审核", "classes") for c in wanted if c.state != "approved"]
    faults += [Invalid(f"“{c.name}”不是本联盟的班", "classes") for c in strange]
    if faults:
        raise Faults(faults)
    db.session.execute(delete(RoundClass).where(RoundClass.round_id == round_.id))
    for c in wanted:
        db.session.add(RoundClass(round_id=round_.id, order_class_id=c.id, seats=c.seats, min_open=c.min_open))
    states.revise("round", round_, actor, None, {"facts": {**round_.facts, "classes": len(wanted)}})


def set_seats(actor: Actor, round_: Round, order_class: OrderClass, seats: int, min_open: int) -> None:
    """Offer another number of seats in this round (a supplementary round offers what is left)."""
    _setting_up(round_)
    row = db.session.scalars(select(RoundClass).filter_by(round_id=round_.id, order_class_id=order_class.id)).one()
    row.seats, row.min_open = seats, min(min_open, seats)
    db.session.flush()


def set_plan(actor: Actor, round_: Round, school: School, plan: int | None) -> None:
    """How many a school may take in this round; None lifts the limit."""
    _setting_up(round_)
    db.session.execute(delete(SchoolPlan).where(SchoolPlan.round_id == round_.id, SchoolPlan.school_id == school.id))
    if plan is not None:
        db.session.add(SchoolPlan(round_id=round_.id, school_id=school.id, plan=plan))
    db.session.flush()


def set_headcount(actor: Actor, round_: Round, enterprise: Enterprise, headcount: int | None) -> None:
    """How many an enterprise may take in this round over all its positions; None lifts the limit."""
    _setting_up(round_)
    row = EnterpriseHeadcount
    db.session.execute(delete(row).where(row.round_id == round_.id, row.enterprise_id == enterprise.id))
    if headcount is not None:
        db.session.add(row(round_id=round_.id, enterprise_id=enterprise.id, headcount=headcount))
    db.session.flush()


def open_round(actor: Actor, round_: Round, version: int | None = None) -> None:
    """Open for applications.

    Raises:
        Faults: nothing is offered, a class is no longer approved, or the deadline has passed.
    """
    offered = db.session.scalars(select(RoundClass).filter_by(round_id=round_.id)).all()
    faults: list[Invalid] = []
    if not offered:
        faults.append(Invalid("还没有选订单班。先选好班，再开始报名"))
    faults += [
        Invalid(f"“{c.order_class.name}”现在不是“已公布”，先核一下")
        for c in offered
        if c.order_class.state != "approved"
    ]
    faults += [
        Invalid(f"“{c.order_class.name}”的名额后来改成了{c.order_class.seats}人，请重新选一次班")
        for c in offered
        if c.seats > c.order_class.seats
    ]
    if round_.deadline <= now():
        faults.append(Invalid("报名截止的时间已经过了，先改日期"))
    if faults:
        raise Faults(faults)
    ROUND.move(round_, "open", actor, version=version, detail={"classes": len(offered)})
    for call in ON_OPEN:
        call(round_)


def _keep_classes_of_running_rounds(order_class: OrderClass) -> None:
    """A class that people have ranked stays as they saw it until the round is settled."""
    names = classes_running(order_class.id)
    if names:
        raise Invalid(f"这个班正在“{names[0]}”里招生，这一批办结以后才能关闭或退回")


order_classes.BEFORE_LEAVING.append(_keep_classes_of_running_rounds)


def begin_checking(actor: Actor, round_: Round, version: int | None = None) -> None:
    """Freeze the choices once the deadline has passed; what was not handed in by then is left out."""
    if now() < round_.deadline:
        raise WrongState("还没到报名截止的时间")
    ROUND.move(round_, "begin_checking", actor, version=version)
    for settle in ON_CHECKING:
        settle(round_)


def cancel(actor: Actor, round_: Round, why: str, version: int | None = None) -> None:
    """Cancel a round that has no published result, saying why."""
    if not why.strip():
        raise Invalid("请写明为什么取消，报名的人会看到", "why")
    ROUND.move(round_, "cancel", actor, why=why, version=version)
    for tell in ON_CANCEL:
        tell(round_, why.strip())


def archive(actor: Actor, round_: Round) -> None:
    ROUND.move(round_, "archive", actor)
