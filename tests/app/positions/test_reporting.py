"""举报: anybody may say what is wrong with a posting, the enterprise never learns who, and a person answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core import clock, states
from app.core.db import db
from app.core.errors import Conflict, Invalid, TooMany, WrongState
from app.core.history import History
from app.core.outbox import Message, newest_to_phone
from app.core.retention import DUTIES
from app.positions import reporting
from app.positions.models import Report
from tests.app.make_accounts import make_applicant
from tests.app.make_organisations import (
    actor_for,
    make_alliance,
    make_coordinator,
    make_enterprise_staff,
    make_school,
    make_school_staff,
)
from tests.app.make_positions import make_position, make_report

PHONE = "13812345678"
SAID = {"reason": "fee", "text": "面试时要我先交三百元押金。"}


@pytest.fixture
def posting(firm: Any) -> Any:
    return make_position(firm)


@pytest.fixture
def coordinator(alliance: Any) -> Any:
    return make_coordinator(alliance)


def the_report() -> Report:
    return db.session.scalars(select(Report)).one()


def test_nobody_has_to_sign_in_to_report_and_is_told_what_happens_next(
    client: FlaskClient, posting: Any, post: Callable[..., Any]
) -> None:
    db.session.commit()
    page = client.get(f"/positions/{posting.id}/report").text
    assert all(said in page for said in ("不用登录", "企业看不到是谁说的", "7天内核实"))
    assert "结果发到我的账户" not in page
    answer = post(client, f"/positions/{posting.id}/report", SAID)
    assert answer.status_code == 303
    assert "收到了" in client.get(answer.location).text
    row = the_report()
    assert (row.state, row.user_id, row.phone_sealed, row.phone_hint) == ("new", None, None, "")


def test_a_double_tap_reports_once(client: FlaskClient, posting: Any) -> None:
    db.session.commit()
    for _ in range(2):
        data = {"_key": "k" * 20, **SAID}
        assert client.post(f"/positions/{posting.id}/report", data=data).location.endswith("/reported")
    assert the_report()


@pytest.mark.parametrize(("typed", "says"), [
    ({"reason": ""}, "请选是哪一种问题"), ({"reason": "made_up"}, "请选是哪一种问题"), ({"text": ""}, "请填怎么回事"),
    ({"text": "假的"}, "再写具体一点"), ({"phone": "1381234"}, "手机号要11位，现在是7位"),
])  # fmt: skip
def test_what_is_missing_is_said_beside_its_field_and_the_rest_stays(
    client: FlaskClient, posting: Any, post: Callable[..., Any], typed: dict[str, str], says: str
) -> None:
    db.session.commit()
    answer = post(client, f"/positions/{posting.id}/report", SAID | {"phone": PHONE} | typed)
    assert answer.status_code == 422 and says in answer.text
    assert "text" in typed or SAID["text"] in answer.text
    assert db.session.scalars(select(Report)).all() == []


@pytest.mark.parametrize("state", ["draft", "submitted", "returned", "closed"])
def test_only_what_is_published_can_be_reported(client: FlaskClient, firm: Any, state: str) -> None:
    row = make_position(firm, state=state)
    db.session.commit()
    for page in ("report", "reported"):
        assert client.get(f"/positions/{row.id}/{page}").status_code == 404


def test_who_is_signed_in_chooses_whether_anybody_knows(
    client: FlaskClient, posting: Any, post: Callable[..., Any], log_in: Callable[..., None]
) -> None:
    person = make_applicant()
    log_in(client, person)
    assert "结果发到我的账户" in client.get(f"/positions/{posting.id}/report").text
    post(client, f"/positions/{posting.id}/report", SAID)
    assert the_report().user_id is None
    traces = db.session.scalars(select(History).filter_by(thing="report")).all()
    assert [line.by_user for line in traces] == [None]
    post(client, f"/positions/{posting.id}/report", SAID | {"wants_answer": "y"})
    assert {row.user_id for row in db.session.scalars(select(Report))} == {None, person.id}


def test_a_flood_from_one_place_is_stopped_and_another_place_is_not(posting: Any) -> None:
    nobody = actor_for(make_applicant())
    for _ in range(reporting.MOST_A_DAY):
        reporting.report(nobody, posting, **SAID)
    with pytest.raises(TooMany):
        reporting.report(nobody, posting, **SAID)
    reporting.report(actor_for(make_applicant()), posting, **SAID)


def test_the_phone_is_sealed_and_forgotten_when_the_answer_is_on_its_way(posting: Any, coordinator: Any) -> None:
    row = reporting.report(actor_for(make_applicant()), posting, **SAID, phone=PHONE)
    assert row.phone_sealed and PHONE.encode() not in row.phone_sealed and row.phone_hint == "138****5678"
    by = actor_for(coordinator)
    reporting.look(by, row)
    reporting.decide(by, row, upheld=True, answer="企业退了钱，岗位已退回。")
    assert (row.state, row.phone_sealed, row.phone_hint) == ("upheld", None, "")
    (message,) = newest_to_phone(PHONE)
    assert message.body == f"“{posting.name}”：查实了。企业退了钱，岗位已退回。"


def test_who_has_an_account_reads_the_answer_there(posting: Any, coordinator: Any) -> None:
    person = make_applicant()
    row = reporting.report(actor_for(person), posting, **SAID, wants_answer=True)
    by = actor_for(coordinator)
    reporting.look(by, row)
    reporting.decide(by, row, upheld=False, answer="核对了工资表，没有收钱。")
    channels = sorted(m.channel for m in db.session.scalars(select(Message).filter_by(user_id=person.id)))
    assert channels == ["site", "site", "sms"]


def test_a_report_is_looked_into_once_and_decided_once_with_a_finding(posting: Any, coordinator: Any) -> None:
    row, by = make_report(posting), actor_for(coordinator)
    with pytest.raises(WrongState):
        reporting.decide(by, row, upheld=True, answer="查实了")
    reporting.look(by, row, version=1)
    with pytest.raises(WrongState):
        reporting.look(by, row)
    with pytest.raises(Invalid) as refused:
        reporting.decide(by, row, upheld=True, answer="  ")
    assert refused.value.field == "answer"
    with pytest.raises(Conflict):
        reporting.decide(by, row, upheld=True, answer="查实了", version=1)
    reporting.decide(by, row, upheld=True, answer="查实了")
    with pytest.raises(WrongState):
        reporting.decide(by, row, upheld=False, answer="没有")


def test_the_queue_shows_the_oldest_undecided_first_and_says_what_is_overdue(
    client: FlaskClient, posting: Any, coordinator: Any, log_in: Callable[..., None]
) -> None:
    decided = make_report(posting, state="upheld", text="已经办完的那一个")
    late = make_report(posting, text="等了很久的那一个", created_at=clock.now() - dt.timedelta(days=8))
    fresh = make_report(posting, state="looking", text="刚刚说的那一个")
    log_in(client, coordinator)
    page = client.get("/positions/reports").text
    places = [page.index(f"/positions/reports/{row.id}\"") for row in (late, fresh, decided)]
    assert places == sorted(places) and page.count("超期了") == 1
    assert "有人举报岗位" in client.get("/desk").text and "已过期限" in client.get("/desk").text
    only = client.get("/positions/reports?state=upheld").text
    assert "已经办完的那一个" in only and "刚刚说的那一个" not in only


def test_a_coordinator_answers_from_the_page(
    client: FlaskClient, posting: Any, coordinator: Any, log_in: Callable[..., None], post: Callable[..., Any]
) -> None:
    row = make_report(posting, phone=PHONE)
    make_report(posting)
    log_in(client, coordinator)
    page = client.get(f"/positions/reports/{row.id}").text
    assert "138****5678" in page and PHONE not in page and "另外还有1个举报" in page and "我来核实" in page
    assert post(client, f"/positions/reports/{row.id}/look", {"version": 1}).status_code == 303
    assert "核实的结果" in client.get(f"/positions/reports/{row.id}").text
    wrong = post(client, f"/positions/reports/{row.id}/decide", {"version": 2, "decision": "maybe", "answer": "问过了"})
    assert wrong.status_code == 422 and "请选查实了，还是没有查实" in wrong.text and "问过了" in wrong.text
    good = {"version": 2, "decision": "dismiss", "answer": "问过三个人，没有收钱。"}
    assert post(client, f"/positions/reports/{row.id}/decide", good).status_code == 303
    db.session.expire_all()
    assert row.state == "dismissed" and newest_to_phone(PHONE)
    assert "没有收钱" in client.get(f"/positions/reports/{row.id}").text


def test_the_enterprise_the_school_and_other_alliances_see_nothing_of_it(
    client: FlaskClient, firm: Any, posting: Any, alliance: Any, log_in: Callable[..., None]
) -> None:
    row = make_report(posting, text="龘靐要押金的那句话")
    others = make_coordinator(make_alliance())
    for person in (make_enterprise_staff(firm), make_school_staff(make_school(alliance=alliance)), others):
        log_in(client, person)
        assert client.get(f"/positions/reports/{row.id}").status_code == 404
        for page in ("/positions/reports", f"/positions/{posting.id}", "/desk", "/positions", "/inbox"):
            assert "龘靐" not in client.get(page).text


def test_what_was_said_is_forgotten_in_its_time_and_how_it_ended_stays(posting: Any, coordinator: Any) -> None:
    person = make_applicant()
    old = clock.now() - dt.timedelta(days=800)
    decided = make_report(posting, state="upheld", created_at=old, user_id=person.id, answer="退了钱")
    open_one = make_report(posting, state="looking", created_at=old)
    fresh = make_report(posting, state="dismissed")
    duty = DUTIES["reports"]
    assert duty.due() == 1 and duty.erase(10) == 1 and duty.due() == 0
    db.session.expire_all()
    assert (decided.text, decided.answer, decided.user_id, decided.state) == ("", "", None, "upheld")
    assert open_one.text and fresh.text


def test_the_moves_are_those_of_the_table() -> None:
    machine = states.MACHINES["report"]
    assert [(m.action, m.sources, m.target) for m in machine.moves] == [
        ("look", ("new",), "looking"), ("uphold", ("looking",), "upheld"), ("dismiss", ("looking",), "dismissed"),
    ]  # fmt: skip
