"""The pages of a lost phone, from the log-in page to the new phone."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from app.accounts import service as accounts
from app.core.clock import at, now
from app.core.outbox import body_of, newest_to_phone
from tests.app.accounts.test_registering import ADULT, code_sent_to, page_facts, sign_up_to_the_person
from tests.app.make_accounts import next_identity, next_phone
from tests.app.ways_back.stage import Stage, make_stage


@pytest.fixture
def stage(session: Any) -> Stage:
    return make_stage()


def paper(stage: Stage, reference: str) -> dict[str, Any]:
    return {"reference": reference, "name": stage.user.name, "identity": stage.identity, "present": "y"}


def ask_through_the_pages(client: Any, post: Any, stage: Stage) -> str:
    assert "换了号" in client.get("/log-in").text
    assert client.get("/ways-back").status_code == client.get("/ways-back/phone").status_code == 200
    assert post(client, "/ways-back/phone", {"phone": stage.new}).location == "/ways-back/phone/code"
    assert post(client, "/ways-back/phone/code", {"code": code_sent_to(stage.new)}).location == "/ways-back/person"
    facts = {"name": stage.user.name, "identity_kind": "resident_id", "identity": stage.identity}
    answer = post(client, "/ways-back/person", facts)
    assert answer.status_code == 303, answer.text
    page = client.get(answer.location).text
    assert stage.identity not in page and stage.new not in page and stage.user.name not in page
    return str(answer.location).rsplit("/", 1)[1]


def test_the_whole_way_back_through_the_pages(client: Any, post: Any, log_in: Any, app: Any, stage: Stage) -> None:
    reference = ask_through_the_pages(client, post, stage)
    school, coordinator = app.test_client(), app.test_client()
    log_in(school, stage.school)
    assert "核对证件" in school.get("/ways-back/desk").text
    assert post(school, "/ways-back/desk", {**paper(stage, reference), "name": "别人"}).status_code == 422
    assert post(school, "/ways-back/desk", paper(stage, reference)).status_code == 303
    mine = client.get(f"/ways-back/mine/{reference}").text
    assert "等第二人看过" in mine and "再由另一个人看过就换" in mine and "放行" not in mine, "a word of the desk"
    for title in ("在这里申请", "带证件原件去核对", "等原手机", "换成新手机号"):
        assert title in mine and title in client.get("/ways-back").text
    log_in(coordinator, stage.first)
    listed = coordinator.get("/ways-back/requests").text
    assert reference in listed and stage.user.name not in listed
    page = str(re.search(r"/ways-back/requests/\d+", listed)[0])  # type: ignore[index]
    assert "以后才能放行" in coordinator.get(page).text
    assert post(coordinator, f"{page}/release").status_code == 409
    with at(now() + dt.timedelta(hours=25)):
        log_in(coordinator, stage.first)
        assert post(coordinator, f"{page}/release").status_code == 303
        assert "已换手机号" in coordinator.get(page).text
    assert "换好了" in client.get(f"/ways-back/mine/{reference}").text
    post(client, "/log-in/code", {"phone": stage.new})
    assert post(client, "/log-in/code/enter", {"code": code_sent_to(stage.new)}).status_code == 303
    assert stage.user.name in client.get("/account").text


def test_the_old_phones_link_stops_it_and_shows_no_more_than_it_must(
    client: Any, post: Any, log_in: Any, app: Any, stage: Stage
) -> None:
    stage.checked()
    told = next(body_of(m) for m in newest_to_phone(stage.old) if "拦下来" in body_of(m))
    link = str(re.search(r"/ways-back/objections/\S+", told)[0])  # type: ignore[index]
    page = client.get(link).text
    assert stage.new not in page and stage.user.name not in page
    answer = post(client, link)
    assert answer.location == "/ways-back/objected" and client.get(answer.location).status_code == 200
    assert post(client, link).status_code == 409
    log_in(client, stage.first)
    assert "原手机说" in client.get("/ways-back/requests?state=objected").text


def test_whoever_checked_sees_the_request_and_is_not_let_decide(
    client: Any, post: Any, log_in: Any, stage: Stage
) -> None:
    row = stage.checked(by=stage.first)
    log_in(client, stage.first)
    assert "请另一位协调员" in client.get(f"/ways-back/requests/{row.id}").text
    for verb in ("release", "refuse"):
        assert post(client, f"/ways-back/requests/{row.id}/{verb}", {"why": "x"}).status_code == 403


def test_a_registered_identity_number_leads_into_the_way_back_without_a_second_code(
    client: Any, post: Any, stage: Stage
) -> None:
    sign_up_to_the_person(client, post, stage.new)
    answer = post(client, "/sign-up/person", page_facts(identity=stage.identity, name="周望舒"))
    assert answer.status_code == 422 and "/ways-back" in answer.text
    for secret in (stage.user.name, stage.user.phone_hint, stage.old[-4:]):
        assert secret not in answer.text, "whose it is shows nowhere"
    facts = {"name": stage.user.name, "identity_kind": "resident_id", "identity": stage.identity}
    assert post(client, "/ways-back/person", facts).status_code == 303


def test_known_and_unknown_numbers_get_the_very_same_answer(client: Any, post: Any, stage: Stage, app: Any) -> None:
    answers = []
    for identity in (stage.identity, next_identity(ADULT)):
        browser, phone = app.test_client(), next_phone()
        post(browser, "/ways-back/phone", {"phone": phone})
        post(browser, "/ways-back/phone/code", {"code": code_sent_to(phone)})
        facts = {"name": "林小禾", "identity_kind": "resident_id", "identity": identity}
        answer = post(browser, "/ways-back/person", facts)
        shown = browser.get(answer.location)
        text = re.sub(r'value="[^"]*"|[2-9A-Z]{4} [2-9A-Z]{4}|1\d\d\*{4}\d{4}', "", shown.text)
        answers.append((answer.status_code, shown.status_code, text))
    assert answers[0] == answers[1]


def test_nobody_asks_with_a_phone_that_is_not_proved(client: Any, post: Any, stage: Stage) -> None:
    facts = {"name": stage.user.name, "identity_kind": "resident_id", "identity": stage.identity}
    assert client.get("/ways-back/person").status_code == 404
    assert post(client, "/ways-back/person", facts).status_code == 404
    assert accounts.phone_of(stage.user) == stage.old
