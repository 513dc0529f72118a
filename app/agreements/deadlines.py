"""What time does to agreements, done by a worker every few seconds: silence ends what waits for it.

Each agreement is done in a savepoint of its own, so that one that cannot be moved does not hold up the others.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import and_, or_, select

from app.agreements.closing import give_up_seat
from app.agreements.endings import end_overdue_notice, pass_on
from app.agreements.models import Agreement, Ending
from app.agreements.notices import tell_student
from app.agreements.printing import queue_paper
from app.agreements.signing import deadline_of
from app.agreements.states import AGREEMENT, SIGNING
from app.core.actor import SYSTEM
from app.core.alone import each_alone
from app.core.clock import now
from app.core.db import db
from app.core.dispatch import chore
from app.core.settings import whole
from app.placements.models import Placement


def expire_overdue() -> int:
    """End what was not signed in time. A guardian's silence of 30 days is a refusal (民法典 art. 145); everybody
    else's is an expiry. Either gives the seat up. Returns how many ended."""
    guardians_days = dt.timedelta(days=whole("guardian_sign_days"))
    late = or_(
        Agreement.sign_by < now(),
        and_(Agreement.state == "awaiting_guardian", Agreement.turn_since < now() - guardians_days),
        and_(
            Agreement.state == "awaiting_applicant",
            Agreement.guardian_id.is_not(None),
            Agreement.sign_by < now() + guardians_days,
        ),
    )
    waiting = select(Agreement).where(Agreement.state.in_((*SIGNING, "returned")), late).order_by(Agreement.id)
    return each_alone(db.session.scalars(waiting).all(), _expire)


def _expire(agreement: Agreement) -> None:
    if agreement.state == "awaiting_guardian" and now() > deadline_of(agreement):
        AGREEMENT.move(agreement, "refuse", SYSTEM, why="监护人30天没有签，按不同意算", turn_since=now())
    else:
        AGREEMENT.move(agreement, "expire", SYSTEM, why="过了签署的期限", turn_since=now())
    give_up_seat(SYSTEM, agreement, "协议没有按时签成")
    tell_student(agreement, "协议没有签成", "签的时间过了，名额已经让出。还想去，请联系协调员。")
    queue_paper(agreement)


def withdraw_orphans() -> int:
    """Take back what is being signed for a seat that is not hers any more (a repair moved her up). Returns how many."""
    orphans = (
        select(Agreement)
        .join(Placement, Placement.id == Agreement.placement_id)
        .where(Agreement.state.in_((*SIGNING, "returned")), Placement.state != "accepted")
        .order_by(Agreement.id)
    )
    return each_alone(db.session.scalars(orphans).all(), _withdraw)


def _withdraw(agreement: Agreement) -> None:
    AGREEMENT.move(agreement, "withdraw", SYSTEM, why="录取变了，这份协议不用签了", turn_since=now())
    tell_student(agreement, "这份协议不用签了", "您的录取变了，会按新的录取再发一份协议。")
    queue_paper(agreement)


def end_overdue_endings() -> int:
    """Let notices take effect after ten days, and pass other requests nobody answered to the coordinators."""
    due = select(Ending).where(Ending.outcome == "", Ending.due_at <= now()).order_by(Ending.id)
    notices = db.session.scalars(due.where(Ending.notice.is_(True))).all()
    silent = db.session.scalars(due.where(Ending.notice.is_(False), Ending.passed_on_at.is_(None))).all()
    return each_alone(notices, end_overdue_notice) + each_alone(silent, pass_on)


@chore
def agreement_deadlines() -> int:
    """Everything time does to agreements, in one go."""
    return withdraw_orphans() + expire_overdue() + end_overdue_endings()
