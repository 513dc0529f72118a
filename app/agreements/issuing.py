"""Issuing: from an accepted placement to an agreement that waits for its first signature, and anew after a return."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app.agreements.drafting import guardian_of, position_of
from app.agreements.models import Agreement, Revision
from app.agreements.notices import tell_student
from app.agreements.number import agreement_number, class_part, new_check_code
from app.agreements.printing import queue_paper
from app.agreements.revisions import freeze
from app.agreements.states import AGREEMENT
from app.applications.models import Guardian
from app.core.actor import Actor
from app.core.clock import now, today
from app.core.db import db
from app.core.errors import DomainError, Invalid, WrongState, refusal
from app.core.settings import whole
from app.law.age import may_do_hazardous, may_hold_position
from app.law.eligibility import posting_stands
from app.law.verdict import Verdict
from app.order_classes.models import OrderClass
from app.placements.models import Placement
from app.placements.recipients import covered, covered_each
from app.placements.states import PLACEMENT


def require_signable(placement: Placement) -> None:
    """The placement holds and she is 16 today: asked when it is issued and again before every signature.

    Raises:
        WrongState: the seat is not hers (any more).
        Invalid: under 16 (劳动法 art. 15), no birth date, or the posting is paused.
    """
    if placement.state != "accepted":
        state = PLACEMENT.states[placement.state]
        raise WrongState(f"录取现在是“{state}”。本人接受录取以后，才能发协议、签协议")
    birth = placement.application.user.birth_date
    if birth is None:
        raise Invalid("还没有出生日期，先补身份信息")
    verdict = may_hold_position(birth, today())
    if not verdict.ok:
        raise Invalid(verdict.message)
    position = placement.position or placement.track.position
    stands = posting_stands(position is not None and position.paused)
    if not stands.ok:
        raise Invalid(f"{stands.message}。恢复以后才能发协议、签协议")


def _require_issuable(placement: Placement) -> Guardian | None:
    """Everything that must hold before an agreement is drafted; returns the guardian who will have to sign."""
    require_signable(placement)
    position = position_of(placement)
    birth, cls = placement.application.user.birth_date, placement.track.order_class
    assert birth is not None
    verdict = may_do_hazardous(birth, cls.on_post_date, position.hazards)
    if not verdict.ok:
        raise Invalid(verdict.message)
    if placement.upgrade and placement.rank != 1 and placement.round.state == "responding":
        raise Invalid("本人选了“有更靠前的就换”，递补办结以前还可能换，先不发协议")
    return guardian_of(placement.application)


def _require_named(placement: Placement) -> None:
    """Her name goes to the enterprise now: only to one that her consent names. Asked where it is written, not for
    every line of a list."""
    named = covered(placement)
    if not named.ok:
        raise Invalid(f"{named.message}，先不能发协议。等本人点同意")


def obstacle(placement: Placement) -> str:
    """Why no agreement can be issued for this placement today; blank when it can."""
    try:
        _require_issuable(placement)
    except DomainError as fault:
        return fault.message
    return ""


def obstacles(placements: Sequence[Placement]) -> dict[int, str]:
    """The same for the lines of a list, by placement, and whose own consent is waited for: one statement for all."""
    named = covered_each(placements)
    return {p.id: obstacle(p) or _waits_for_consent(named[p.id]) for p in placements}


def _waits_for_consent(named: Verdict) -> str:
    return "" if named.ok else f"等本人点同意：{named.message}"


def issue(actor: Actor, placement: Placement) -> Agreement:
    """Draft and issue the agreement of an accepted placement.

    Raises:
        WrongState: the placement is not accepted.
        Invalid: under 16 today, no position yet, a hazardous position before 18, a seat that may still change, or no
            agreeing guardian of a minor; she has another live agreement (constraint).
    """
    guardian = _require_issuable(placement)
    _require_named(placement)
    cls, position = placement.track.order_class, position_of(placement)
    agreement = Agreement(
        placement_id=placement.id,
        placement=placement,
        user_id=placement.user_id,
        school_id=cls.school_id,
        enterprise_id=position.enterprise_id,
        guardian_id=guardian.id if guardian else None,
        number=_next_number(cls),
        check_code=new_check_code(),
        sign_by=_sign_by(placement, guardian),
        turn_since=now(),
        created_at=now(),
    )
    AGREEMENT.begin(agreement, actor)
    freeze(actor, agreement, 1, agreement.sign_by)
    _send(actor, agreement, "协议发给您了", "三方预就业协议可以看了。看懂了再签，不着急。")
    return agreement


def issue_many(actor: Actor, placements: Sequence[Placement]) -> tuple[int, list[str]]:
    """Issue what can be issued. Returns how many were, and for each other one its application number and why not."""
    if not placements:
        raise Invalid("请先勾选要发协议的人", "chosen")
    issued, refused = 0, []
    for placement in placements:
        number = placement.application.number
        try:
            with db.session.begin_nested():
                issue(actor, placement)
            issued += 1
        except (DomainError, IntegrityError) as fault:
            said = fault if isinstance(fault, DomainError) else refusal(fault)
            refused.append(f"{number}：{said.message}")
    return issued, refused


def _sign_by(placement: Placement, guardian: Guardian | None) -> dt.datetime:
    """The last moment for all. A guardian's own days come on top, so that the applicant's delay cannot eat them."""
    last = max(placement.round.sign_by, now() + dt.timedelta(days=whole("agreement_sign_days")))
    return last + dt.timedelta(days=whole("guardian_sign_days")) if guardian else last


def _next_number(cls: OrderClass) -> str:
    """The next serial of the class and year. The class's row is locked, so that two issuers do not take the same."""
    year, part = today().year, class_part(cls.code)
    db.session.execute(select(OrderClass.id).filter_by(id=cls.id).with_for_update())
    used = select(func.count()).select_from(Agreement).where(Agreement.number.like(f"{year}-{part}-%"))
    return agreement_number(year, part, (db.session.scalar(used) or 0) + 1)


def _send(actor: Actor, agreement: Agreement, subject: str, body: str, why: str = "", **changes: Any) -> None:
    AGREEMENT.move(agreement, "issue", actor, why=why, turn_since=now(), **changes)
    queue_paper(agreement)
    tell_student(agreement, subject, body)


def revise(actor: Actor, agreement: Agreement, why: str = "", version: int | None = None) -> Revision:
    """Draft the present terms anew; every signature on the old revision is void, and the applicant signs first again.

    Raises:
        WrongState: the agreement was not returned.
    """
    if agreement.state != "returned":
        raise WrongState("退回的协议才能改了再发")
    guardian = _require_issuable(agreement.placement)
    _require_named(agreement.placement)
    sign_by, number = _sign_by(agreement.placement, guardian), agreement.revision_number + 1
    revision = freeze(actor, agreement, number, sign_by, why)
    _send(
        actor,
        agreement,
        "协议改好了",
        f"退回的协议改成了第{number}稿。以前签的不算了，请看过这一稿再签。",
        why,
        version=version,
        revision_number=number,
        sign_by=sign_by,
        guardian_id=guardian.id if guardian else None,
        returned_because="",
        refusal_ground="",
    )
    return revision

