"""What awaits people while a round runs: steering it, papers, scores, agreements, and the sixteenth birthday."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from app.agreements import service as agreements
from app.core.clock import at, today
from app.home.desks import awaiting
from app.home.rounds import steering
from app.law.age import birthday
from tests.app.make_accounts import make_applicant
from tests.app.make_agreements import make_table
from tests.app.make_applications import make_application, make_evidence, make_score
from tests.app.make_order_classes import make_class, make_track
from tests.app.make_organisations import (
    actor_for,
    make_alliance,
    make_coordinator,
    make_enterprise,
    make_school,
    make_school_staff,
)
from tests.app.make_placements import make_run
from tests.app.make_positions import make_position
from tests.app.make_rounds import make_round


def titles(user: Any) -> list[str]:
    return [line.title for line in awaiting(actor_for(user))]


@pytest.mark.parametrize(
    ("state", "says"),
    [
        ("setup", "还没有开始报名"),
        ("checking", "正在核对"),
        ("closed", "可以试算了"),
        ("approved", "已批准，等公布"),
        ("settled", None),
        ("cancelled", None),
    ],
)
def test_a_round_calls_for_its_next_step(session: Any, state: str, says: str | None) -> None:
    alliance = make_alliance()
    actor = actor_for(make_coordinator(alliance))
    make_round(alliance, state=state)
    found = [line.title for line in steering(actor)]
    assert (len(found) == 1 and str(says) in found[0]) if says else found == []


def test_an_open_round_calls_only_when_its_deadline_has_passed(session: Any) -> None:
    alliance = make_alliance()
    user = make_coordinator(alliance)
    round_ = make_round(alliance, state="open")
    assert titles(user) == []
    with at(round_.deadline):
        line = awaiting(actor_for(user))[0]
        assert "报名截止了" in line.title and line.tone == "stop"


def test_a_solved_run_asks_to_be_compared_and_a_proposal_asks_only_the_other_person(session: Any) -> None:
    alliance = make_alliance()
    first, second = make_coordinator(alliance), make_coordinator(alliance, "韩立群")
    round_ = make_round(alliance, state="closed")
    run = make_run(round_, state="solved")
    assert "等您选一次" in titles(first)[0]
    round_.state, run.proposed_by = "proposed", first.id
    session.flush()
    assert titles(first) == [] and "等您审批" in titles(second)[0]


def test_papers_and_scores_call_those_who_decide_them(session: Any) -> None:
    alliance = make_alliance()
    school = make_school(alliance=alliance)
    cls = make_class(school, alliance)
    track = make_track(cls, make_position(make_enterprise(alliance=alliance)))
    round_ = make_round(alliance, [cls], state="checking")
    application = make_application(round_, make_applicant(), tracks=[track], submitted=True)
    make_evidence(application)
    teacher, stranger = make_school_staff(school), make_school_staff(make_school(alliance=alliance))
    assert set(titles(teacher)) >= {"材料等核验", "分数还没有录"}
    assert not {"材料等核验", "分数还没有录"} & set(titles(stranger))


def test_nobody_is_asked_for_a_score_of_somebody_who_may_not_enter_the_class(session: Any) -> None:
    alliance = make_alliance()
    school = make_school(alliance=alliance)
    cls = make_class(school, alliance)
    track = make_track(cls, make_position(make_enterprise(alliance=alliance)))
    round_ = make_round(alliance, [cls], state="checking")
    teacher = make_school_staff(school)
    make_application(round_, make_applicant(age=59), tracks=[track], submitted=True)
    assert "分数还没有录" not in titles(teacher)
    fits = make_application(round_, make_applicant(age=20), tracks=[track], submitted=True)
    line = next(line for line in awaiting(actor_for(teacher)) if line.title == "分数还没有录")
    assert line.count == 1 and line.due == round_.evidence_due
    make_score(fits, cls)
    assert "分数还没有录" not in titles(teacher)


def test_agreements_call_one_party_after_the_other(session: Any) -> None:
    table = make_table()
    table.placed("等发")
    assert "可以发协议了" in titles(table.coordinator)
    agreement = table.signed("awaiting_enterprise", "林小禾")
    assert "三方协议等签" in titles(table.enterprise_staff) and "三方协议等签" not in titles(table.school_staff)
    agreements.deny(table.actor("student", agreement), agreement, "有人替我点的")
    assert titles(table.coordinator)[0] == "申请人说“我没有同意”"
    assert "申请人说“我没有同意”" not in titles(table.school_staff) + titles(table.enterprise_staff)


@pytest.mark.parametrize(("days", "calls"), [(0, False), (1, True)])
def test_a_seat_without_a_position_calls_on_the_day_after_the_sixteenth_birthday(
    session: Any, days: int, calls: bool
) -> None:
    table = make_table()
    born = today() - dt.timedelta(days=15 * 365 + 100)
    table.placed("许幼", birth=born, track=make_track(table.order_class), position_id=None)
    noon = dt.datetime.combine(birthday(born, 16), dt.time(12), dt.UTC) + dt.timedelta(days=days)
    with at(noon):
        assert ("满16周岁，可以定岗" in titles(table.coordinator)) is calls
