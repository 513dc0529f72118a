"""Drafting, sending, checking and closing positions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import func, select

from app.core import states
from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Faults, Invalid, WrongState
from app.core.outbox import tell
from app.law.postings import without_forbidden
from app.organisations.models import Enterprise
from app.positions.lawfulness import FREE_TEXT, lawful_faults
from app.positions.models import Position
from app.positions.queries import facts_of, staff_of_enterprise
from app.positions.states import POSITION

# What an enterprise says about a position; nothing else can be set from outside.
FACTS = (
    "code", "name", "field", "headcount", "duties", "requirements", "conditions", "safety", "district", "address",
    "shift", "wage_low", "wage_high", "contract_months", "probation_months", "probation_wage", "insurance", "hazards",
    "last_pay", "last_pay_people", "last_pay_source", "valid_until",
)  # fmt: skip
# Asked before a published position is taken away: whoever builds on it may refuse (order classes do).
BEFORE_LEAVING: list[Callable[[Position], None]] = []
PUBLISHED = ("approved", "paused")


def draft(actor: Actor, enterprise: Enterprise, **facts: Any) -> Position:
    """Begin a posting. It may still break the law: that is judged when it is sent.

    Raises:
        Invalid: the wage range is upside down (field ``wage_high``) or the code is taken (field ``code``).
    """
    facts = _tidy(facts)
    facts["code"] = facts.get("code") or _next_code(enterprise)
    row = Position(enterprise_id=enterprise.id, enterprise=enterprise, created_at=now(), **facts)
    POSITION.begin(row, actor)
    return row


def revise(actor: Actor, position: Position, version: int | None = None, **facts: Any) -> Position:
    """Change a posting that is not yet public. Raises WrongState, Conflict (the page was stale), Invalid."""
    if position.state not in ("draft", "returned"):
        raise WrongState("交了审核的岗位不能改。先撤回，再改")
    facts = _tidy(facts)
    if "code" in facts and not facts["code"]:
        facts["code"] = position.code
    states.revise("position", position, actor, version, facts)
    return position


def submit(actor: Actor, position: Position, version: int | None = None) -> None:
    """Send a posting to the coordinators. Raises Faults: everything unlawful or missing, each beside its field."""
    _lawful(position)
    POSITION.move(position, "submit", actor, version=version, returned_because="")


def approve(actor: Actor, position: Position, why: str = "", version: int | None = None) -> None:
    """A coordinator publishes a posting; the law is asked once more, since a day may have passed."""
    _lawful(position)
    POSITION.move(position, "approve", actor, why=why, version=version)
    tell_enterprise(position, "岗位审核通过了", f"“{position.name}”已公布，院校现在可以把它排进订单班。")


def send_back(actor: Actor, position: Position, why: str, version: int | None = None) -> None:
    """A coordinator returns a posting with the reason. Raises Invalid (field ``why``) without one."""
    if not why.strip():
        raise Invalid("写清楚哪里要改，企业才知道怎么改", "why")
    _may_leave(position)
    POSITION.move(position, "return", actor, why=why, version=version, returned_because=why)
    tell_enterprise(position, "岗位要改一改", f"“{position.name}”退回了：{why}")


def withdraw(actor: Actor, position: Position, version: int | None = None) -> None:
    """The enterprise takes a sent posting back to change it."""
    POSITION.move(position, "withdraw", actor, version=version)


def close(actor: Actor, position: Position, why: str = "", version: int | None = None) -> None:
    """End a posting. Raises Invalid while an order class still builds on it."""
    _may_leave(position)
    POSITION.move(position, "close", actor, why=why, version=version)


def clone(actor: Actor, position: Position) -> Position:
    """A new draft that says the same under a code of its own."""
    facts = facts_of(position, FACTS) | {"code": ""}
    return draft(actor, position.enterprise, **facts)


def without_phrases(texts: dict[str, str | None]) -> dict[str, str]:
    """The free texts with every unlawful wording taken out; the person reads them again and sends them herself."""
    return {name: without_forbidden(texts.get(name) or "") for name in FREE_TEXT if name in texts}


def _tidy(facts: dict[str, Any]) -> dict[str, Any]:
    unknown = set(facts) - set(FACTS)
    if unknown:
        raise TypeError(f"unknown facts of a position: {sorted(unknown)}")
    low, high = facts.get("wage_low"), facts.get("wage_high")
    if low is not None and high is not None and high < low:
        raise Invalid("工资的高限不能比低限少", "wage_high")
    return {name: "" if value is None and name in _TEXTS else value for name, value in facts.items()}


_TEXTS = frozenset(FREE_TEXT) | {"code"}


def _next_code(enterprise: Enterprise) -> str:
    """The next free short number of the enterprise: P01, P02 …"""
    taken = set(db.session.scalars(select(Position.code).filter_by(enterprise_id=enterprise.id)))
    number = (db.session.scalar(select(func.count()).where(Position.enterprise_id == enterprise.id)) or 0) + 1
    while f"P{number:02d}" in taken:
        number += 1
    return f"P{number:02d}"


def _lawful(position: Position) -> None:
    faults = lawful_faults(position)
    if position.enterprise.state != "approved":
        faults.insert(0, Invalid("企业资料还没审核通过，通过后才能发布岗位"))
    if faults:
        raise Faults(faults)


def _may_leave(position: Position) -> None:
    for ask in BEFORE_LEAVING if position.state in PUBLISHED else ():
        ask(position)


def tell_enterprise(position: Position, subject: str, body: str) -> None:
    """Everybody who works for the enterprise hears of its posting."""
    for user_id in staff_of_enterprise(position.enterprise_id):
        tell(user_id, subject, body, link=f"/positions/{position.id}")
