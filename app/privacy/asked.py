"""What a person has asked for or said beside her applications, in one list: for her page and for her file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.agreements.endings import GROUNDS
from app.agreements.models import Agreement, Denial, Ending
from app.applications.models import Application
from app.core.db import db
from app.core.labels import CATEGORIES, DISTRICTS, REPORT_REASONS, START_POINTS, label
from app.core.states import MACHINES
from app.order_classes.models import OrderClass, Track
from app.placements.models import Review
from app.placements.reviews import ABOUT, NEXT_STEPS
from app.positions.models import Position, Report
from app.privacy.models import Closure, Correction
from app.stations.models import Slip, SlipBatch
from app.ways_back.models import WayBack

Facts = dict[str, str]
ENDING_OUTCOMES = {"": "在办", "ended": "解除了", "kept": "没有解除", "taken_back": "自己撤回了"}
SLIP_CONFIRMED = {"phone": "手机确认", "paper": "纸上签字"}


@dataclass(frozen=True)
class Asked:
    """One request: what kind (Chinese), its state (Chinese), when, her words, the answer, and what it was about."""

    what: str
    state: str
    at: dt.datetime
    said: str
    answer: str
    facts: Facts

    def as_dict(self) -> dict[str, Any]:
        return {"what": self.what, "state": self.state, "at": self.at, "said": self.said, "answer": self.answer,
                "about": self.facts}  # fmt: skip


def asked_of_us(user: User) -> list[Asked]:
    """Everything, the oldest first."""
    return sorted([*_about_results(user), *_about_account(user), *_about_agreements(user)], key=lambda asked: asked.at)


def _about_results(user: User) -> Iterator[Asked]:
    hers = select(Review).join(Application).where(Application.user_id == user.id)
    for review in db.session.scalars(hers.options(joinedload(Review.application))):
        yield _one("复核", review, review.says, review.finding, {
            "报名号": review.application.number, "哪里不对": label(ABOUT, review.about),
            "下一步": NEXT_STEPS.get(review.next_step or "", ""), "办了什么": review.carried_out,
        })  # fmt: skip
    named = joinedload(Report.position).joinedload(Position.enterprise)
    for report in db.session.scalars(_of(Report, user).options(named)):
        posting = f"{report.position.enterprise.name}，{report.position.name}"
        facts = {"岗位": posting, "哪种问题": label(REPORT_REASONS, report.reason), "留的电话": report.phone_hint}
        yield _one("举报", report, report.text, report.answer, facts)


def _about_account(user: User) -> Iterator[Asked]:
    for correction in db.session.scalars(_of(Correction, user)):
        facts = {"改成": correction.name, "证件号": correction.identity_hint}
        yield _one("更正", correction, correction.why, correction.answer, facts)
    for closure in db.session.scalars(_of(Closure, user)):
        yield _one("注销", closure, facts={"到期": f"{closure.runs_at:%Y-%m-%d}"})
    for way_back in db.session.scalars(_of(WayBack, user)):
        yield _one("换手机号", way_back, facts={"核对的地方": way_back.place, "新手机号": way_back.phone_hint})
    batch = joinedload(Slip.batch).joinedload(SlipBatch.station)
    for slip in db.session.scalars(_of(Slip, user).options(batch)):
        yield _one("代填单", slip, facts=_slip_facts(slip))


def _slip_facts(slip: Slip) -> Facts:
    """What a helper entered for her; the numbers she is known by stand at the top of her file."""
    tracks = select(Track).where(Track.id.in_(slip.tracks)).options(
        joinedload(Track.order_class).joinedload(OrderClass.school), joinedload(Track.position)
    )
    found = {track.id: track for track in db.session.scalars(tracks)}
    return {
        "服务站": slip.batch.station.name, "姓名": slip.name, "学历": label(START_POINTS, slip.start_point),
        "住在": label(DISTRICTS, slip.district), "类别": "、".join(label(CATEGORIES, c) for c in slip.categories),
        "志愿": "；".join(named(found[t]) for t in slip.tracks if t in found), "监护人": slip.guardian_name,
        "怎么确认的": SLIP_CONFIRMED.get(slip.how, ""),
    }  # fmt: skip


def _about_agreements(user: User) -> Iterator[Asked]:
    for denial in db.session.scalars(_of(Denial, user).options(joinedload(Denial.agreement))):
        state = "有答复了" if denial.answered_at else "等答复"
        facts = {"协议": denial.agreement.number}
        yield Asked("我没有同意", state, denial.created_at, denial.text, denial.answer, facts)
    hers = select(Ending).join(Agreement).where(Agreement.user_id == user.id, Ending.asked_by == "student")
    for ending in db.session.scalars(hers.options(joinedload(Ending.agreement))):
        facts = {"协议": ending.agreement.number, "原因": label(GROUNDS["student"], ending.ground)}
        state = ENDING_OUTCOMES[ending.outcome]
        yield Asked("解除协议", state, ending.asked_at, ending.why, ending.closed_because or ending.answer, facts)


def named(track: Track) -> str:
    """School, class and position in one line; the class of the track is loaded with its school."""
    position = f"，{track.position.name}" if track.position else ""
    return f"{track.order_class.school.name} {track.order_class.name}{position}"


def _of(model: Any, user: User) -> Select[Any]:
    return select(model).where(model.user_id == user.id)


def _one(what: str, row: Any, said: str = "", answer: str = "", facts: Facts | None = None) -> Asked:
    told = {name: text for name, text in (facts or {}).items() if text}
    return Asked(what, MACHINES[row.__tablename__].states[row.state], row.created_at, said, answer, told)
