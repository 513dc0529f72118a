"""Ending an agreement in force: the student's notice needs nobody's yes; every other ending takes three steps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.agreements import service
from app.agreements.endings import GROUNDS, NOTICE_GROUNDS, open_ending
from app.agreements.models import Agreement, Ending
from app.core.clock import at, now
from app.core.db import db
from app.core.errors import Invalid, NotPermitted, WrongState
from app.core.outbox import Message
from tests.app.make_agreements import PASSWORD, Table
from tests.app.make_applications import make_picture
from tests.app.make_organisations import actor_for

TEN_DAYS = dt.timedelta(days=10)


def notice(table: Table, ground: str = "further_study", **facts: Any) -> tuple[Agreement, Ending]:
    agreement = table.signed("in_force", **facts)
    return agreement, service.ask_ending(table.actor("student", agreement), agreement, ground=ground, why="")


@pytest.mark.parametrize("ground", NOTICE_GROUNDS)
def test_a_notice_takes_effect_with_the_schools_check_without_the_enterprise(table: Table, ground: str) -> None:
    agreement, ending = notice(table, ground)
    with pytest.raises(WrongState):
        service.answer_ending(table.actor("enterprise", agreement), agreement, False, "我们不同意")
    service.check_ending(table.actor("school", agreement), agreement, True)
    assert (agreement.state, agreement.placement.state, ending.outcome) == ("ended", "released", "ended")


def test_a_notice_takes_effect_after_ten_days_when_nobody_checks_it(table: Table) -> None:
    agreement, ending = notice(table)
    with at(ending.asked_at + TEN_DAYS - dt.timedelta(seconds=1)):
        assert service.end_overdue_endings() == 0
    with at(ending.asked_at + TEN_DAYS):
        assert service.end_overdue_endings() == 1
    assert agreement.state == "ended" and ending.closed_at == ending.asked_at + TEN_DAYS


def test_a_school_that_cannot_confirm_a_notice_says_why_and_the_student_may_ask_again(table: Table) -> None:
    agreement, _ = notice(table)
    school = table.actor("school", agreement)
    with pytest.raises(Invalid) as refusal:
        service.check_ending(school, agreement, False)
    assert refusal.value.field == "why"
    service.check_ending(school, agreement, False, "录取通知书看不清")
    assert agreement.state == "in_force" and open_ending(agreement) is None
    service.ask_ending(table.actor("student", agreement), agreement, ground="army", why="")
    assert agreement.state == "ending_asked"


def test_another_reason_needs_the_enterprises_yes_and_then_the_school(table: Table) -> None:
    agreement = table.signed("in_force")
    student, firm, school = (table.actor(p, agreement) for p in ("student", "enterprise", "school"))
    with pytest.raises(Invalid) as refusal:
        service.ask_ending(student, agreement, ground="other", why=" ")
    assert refusal.value.field == "why"
    service.ask_ending(student, agreement, ground="other", why="想换专业")
    with pytest.raises(WrongState):
        service.check_ending(school, agreement, True)
    with pytest.raises(NotPermitted):
        service.answer_ending(student, agreement, True)
    service.answer_ending(firm, agreement, True)
    assert agreement.state == "ending_agreed"
    service.check_ending(school, agreement, True)
    assert agreement.state == "ended"


def test_an_enterprise_asks_and_the_student_decides(table: Table) -> None:
    agreement = table.signed("in_force")
    firm = table.actor("enterprise", agreement)
    with pytest.raises(Invalid):
        service.ask_ending(firm, agreement, ground="further_study", why="不能用学生的理由")
    service.ask_ending(firm, agreement, ground="position_gone", why="生产线停了")
    service.answer_ending(table.actor("student", agreement), agreement, False, "我还想去")
    assert agreement.state == "in_force" and agreement.placement.state == "accepted"


def test_a_minors_yes_to_the_enterprise_is_her_guardians(table: Table) -> None:
    agreement = table.signed("in_force", age=16)
    service.ask_ending(table.actor("enterprise", agreement), agreement, ground="position_gone", why="停产")
    with pytest.raises(NotPermitted):
        service.answer_ending(table.actor("student", agreement), agreement, True)
    service.answer_ending(table.actor("guardian", agreement), agreement, True)
    assert agreement.state == "ending_agreed"


def test_ten_days_of_silence_go_to_the_coordinator_once_who_decides(table: Table) -> None:
    agreement = table.signed("in_force")
    ending = service.ask_ending(table.actor("student", agreement), agreement, ground="other", why="想换专业")
    coordinator = actor_for(table.coordinator)
    with pytest.raises(WrongState, match="时间还没到"):
        service.settle_ending(coordinator, agreement, True, "急着办")
    with at(ending.due_at):
        assert service.end_overdue_endings() == 1 and service.end_overdue_endings() == 0
        told = db.session.query(Message).filter_by(user_id=table.coordinator.id, subject="解除申请没人答复，请协调")
        assert told.count() == 1 and agreement.state == "ending_asked"
        service.settle_ending(coordinator, agreement, True, "企业电话里同意")
    assert agreement.state == "ended"


def test_who_asked_may_take_it_back_and_nobody_else(table: Table) -> None:
    agreement, ending = notice(table)
    with pytest.raises(NotPermitted):
        service.take_back_ending(table.actor("enterprise", agreement), agreement)
    service.take_back_ending(table.actor("student", agreement), agreement)
    assert (agreement.state, ending.outcome) == ("in_force", "taken_back")


def test_nobody_ends_what_is_not_in_force_and_the_school_does_not_ask(table: Table) -> None:
    agreement = table.issued()
    with pytest.raises(WrongState):
        service.ask_ending(table.actor("student", agreement), agreement, ground="army", why="")
    with pytest.raises(NotPermitted):
        service.ask_ending(table.actor("school", agreement), agreement, ground="other", why="退学")


def test_a_voided_paper_gives_the_seat_up_and_closes_what_was_under_way(table: Table) -> None:
    agreement, ending = notice(table)
    service.void(actor_for(table.coordinator), agreement, "查实是别人替签的")
    assert (agreement.state, agreement.placement.state, ending.outcome) == ("void", "released", "ended")


def test_every_party_that_may_ask_has_grounds() -> None:
    assert set(GROUNDS) == {"student", "guardian", "enterprise"}


def test_the_proof_is_for_the_school_and_the_enterprise_reads_no_ground(
    client: FlaskClient, log_in: Callable[..., None], post: Callable[..., Any], table: Table
) -> None:
    import io

    agreement = table.signed("in_force")
    log_in(client, agreement.placement.application.user)
    assert "不用企业同意" in client.get(f"/agreements/{agreement.id}/ending").text
    answer = post(
        client,
        f"/agreements/{agreement.id}/ending",
        {"ground": "illness", "why": "肾病要治两年", "proof": PASSWORD,
         "file": (io.BytesIO(make_picture()), "病历.jpg")},
    )  # fmt: skip
    assert answer.status_code == 303, answer.text
    proof = f"/agreements/{agreement.id}/ending/proof"
    log_in(client, table.enterprise_staff)
    page = client.get(f"/agreements/{agreement.id}").text
    assert "第11条" in page and "肾病" not in page and "重大疾病" not in page
    assert client.get(proof).status_code == 404
    log_in(client, table.school_staff)
    page = client.get(f"/agreements/{agreement.id}").text
    assert "肾病" in page and "去审核" in page
    assert client.get(proof).data.startswith(b"\xff\xd8")
    url = f"/agreements/{agreement.id}/ending/check"
    assert client.get(url).status_code == 200
    assert post(client, url, {"ends": "yes", "proof": "不对的密码在这里"}).status_code == 422
    assert post(client, url, {"ends": "yes", "proof": PASSWORD}).status_code == 303
    db.session.refresh(agreement)
    assert agreement.state == "ended"


def test_a_request_counts_as_waiting_for_those_who_must_act(table: Table) -> None:
    from app.agreements.queries import awaiting

    notice(table, name="甲一")
    other = table.signed("in_force", "乙二")
    ending = service.ask_ending(table.actor("student", other), other, ground="other", why="想换")
    firm, school, coordinator = map(actor_for, (table.enterprise_staff, table.school_staff, table.coordinator))
    assert (awaiting(firm)["endings"], awaiting(school)["endings"], awaiting(coordinator)["endings"]) == (1, 1, 0)
    with at(max(ending.due_at, now())):
        assert awaiting(coordinator)["endings"] == 1
