"""What a person's identity is still needed for, by which rule, and until when. One answer for her own page, for the
closing of her account and for the retention job, so that the three can never say different things."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select

from app.accounts.models import User
from app.agreements.models import Agreement
from app.agreements.states import NEVER_BOUND, OVER
from app.applications.models import Application
from app.core.clock import day_of, now, today
from app.core.db import db
from app.core.history import History
from app.core.settings import whole
from app.law.contracts import add_months
from app.law.records import must_erase, must_keep
from app.organisations.models import Member
from app.placements.models import Placement, Review
from app.placements.snapshot import HOLDING
from app.rounds.models import Round

ENDED = ("settled", "archived", "cancelled")
# From close to publication the lottery is drawn and the numbers are fixed: nobody can leave in between.
COMPUTING = ("closed", "proposed", "approved")


@dataclass(frozen=True)
class Hold:
    """One reason to keep. ``until`` is the last day of keeping, None while it is open; ``first`` says what the person
    does to end it (blank: nothing but time does). A ``house`` reason is our own period: it gives way when she asks."""

    says: str
    rule: str
    until: dt.date | None = None
    first: str = ""
    house: bool = False

    def as_dict(self) -> dict[str, Any]:
        return {"says": self.says, "rule": self.rule, "until": self.until.isoformat() if self.until else None}


# Features above this one, or beside it, may know more reasons: each gives the holds of a user.
MORE: list[Callable[[User], list[Hold]]] = []


def holds(user: User) -> list[Hold]:
    """Everything that keeps this person's identity, what is open first."""
    agreed = _agreements(user)
    # A seat goes with the agreement that is still open, which is named already.
    seats = [] if any(hold.until is None for hold in agreed) else _seats(user)
    found = [*_work(user), *agreed, *seats, *_reviews(user), *_rounds(user)]
    for more in MORE:
        found += more(user)
    return sorted(found, key=lambda hold: hold.until or dt.date.min)


def open_holds(user: User) -> list[Hold]:
    """What must end before an account can be closed at all."""
    return [hold for hold in holds(user) if hold.until is None]


def lasting_holds(user: User) -> list[Hold]:
    """What stays even when the person asks for everything to go."""
    return [hold for hold in holds(user) if hold.until is not None and not hold.house]


def kept_until(user: User) -> dt.date | None:
    """The last day on which her identity is kept as things stand; None while something is open or nothing keeps it."""
    found = holds(user)
    return None if not found or any(hold.until is None for hold in found) else max(h.until for h in found if h.until)


def _work(user: User) -> list[Hold]:
    works = db.session.scalar(select(Member.id).filter_by(user_id=user.id, ended_at=None).limit(1))
    if works is None and not user.is_admin:
        return []
    return [Hold("您还在这里工作", "工作人员的操作要查得到人", first="先请单位结束您的工作账号")]


def _agreements(user: User) -> list[Hold]:
    months, found = whole("retention_agreement_months"), []
    for row in db.session.scalars(select(Agreement).filter_by(user_id=user.id).order_by(Agreement.id)):
        if row.state not in OVER:
            first = "先撤回、解除，或者等它履行完"
            found.append(Hold(f"协议{row.number}还没有结束", "《劳动合同法》第五十条", first=first))
        elif row.state not in NEVER_BOUND:
            ended = day_of(row.turn_since)
            if must_keep(ended, today(), months):
                says = f"协议{row.number}，结束后还要存{max(months, 24)}个月"
                found.append(Hold(says, "《劳动合同法》第五十条", add_months(ended, max(months, 24))))
    return found


def _seats(user: User) -> list[Hold]:
    """A seat that is held. Once its round is over it counts like an agreement that has ended with it: she studies."""
    held = select(Placement, Round).join(Round, Round.id == Placement.round_id)
    found = []
    for placement, round_ in db.session.execute(held.where(Placement.user_id == user.id, Placement.state.in_(HOLDING))):
        ended = ended_on(round_)
        if ended is None or placement.state != "accepted":
            found.append(Hold(f"{round_.name}的录取名额还在您手里", "名额要留给能联系上的人", first="先放弃这个名额"))
        elif must_keep(ended, today(), whole("retention_agreement_months")):
            until = add_months(ended, max(whole("retention_agreement_months"), 24))
            found.append(Hold(f"{round_.name}录取了您", "《人力资源市场暂行条例》第三十三条", until))
    return found


def _reviews(user: User) -> list[Hold]:
    """A doubt that nobody has answered: whoever answers must still know whose result it is."""
    asked = select(Review.id).join(Application).where(
        Application.user_id == user.id, Review.answered_at.is_(None), Review.state != "withdrawn"
    )
    if db.session.scalar(asked.limit(1)) is None:
        return []
    return [Hold("您的复核还没有答复", "《个人信息保护法》第二十四条", first="等答复，或者先撤回复核")]


def _rounds(user: User) -> list[Hold]:
    """Rounds she took part in, until their time is over."""
    took_part = select(Application, Round).join(Round, Round.id == Application.round_id)
    months, found = whole("retention_unplaced_months"), []
    for application, round_ in db.session.execute(took_part.where(Application.user_id == user.id)):
        ended = ended_on(round_)
        if ended is None and application.state == "in_round" and round_.state in COMPUTING:
            first = "等结果公布以后再申请"
            found.append(Hold(f"{round_.name}正在算录取", "名单封存以后不能少人", first=first))
        elif ended is None:
            # It does not stand in the way of a closure, which withdraws it; the job waits for the round's end.
            end = day_of(round_.sign_by)
            until = add_months(end, months)
            found.append(Hold(f"{round_.name}还没有结束", "《个人信息保护法》第十九条", until, house=True))
        elif not must_erase(ended, today(), months):
            says = f"{round_.name}的报名，批次结束后存{months}个月"
            found.append(Hold(says, "《个人信息保护法》第四十七条", add_months(ended, months), house=True))
    return found


def ended_on(round_: Round) -> dt.date | None:
    """The day a round ended: when it was settled or cancelled, at the latest when its last window closed."""
    if round_.state in ENDED:
        moved = select(func.max(History.at)).where(
            History.thing == "round", History.thing_id == round_.id, History.to_state.in_(("settled", "cancelled"))
        )
        return day_of(db.session.scalar(moved) or round_.sign_by)
    return day_of(round_.sign_by) if round_.sign_by < now() else None
