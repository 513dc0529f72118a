"""A forgotten password, and a phone number that belongs to somebody else by now."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest

from app.accounts import forgotten, service, sessions
from app.accounts.states import CLOSED
from app.core.clock import at, now
from app.core.errors import Invalid
from app.core.outbox import newest_to_phone
from tests.app.accounts.test_registering import code_sent_to, page_facts
from tests.app.make_accounts import make_applicant, make_user, next_phone
from tests.app.make_organisations import actor_for

OLD, NEW = "海边第三块石头下面", "远处有一艘白色的船"


def send(client: Any, post: Any, phone: str) -> Any:
    return post(client, "/log-in/forgotten", {"phone": phone})


def test_a_code_to_the_known_phone_sets_a_new_password_and_everybody_else_is_out(client: Any, post: Any) -> None:
    user = make_user(password=OLD)
    phone, elsewhere = str(service.phone_of(user)), sessions.begin(user_id=user.id)
    assert "忘了密码" in client.get("/log-in").text and client.get("/log-in/forgotten").status_code == 200
    assert send(client, post, phone).location == "/log-in/forgotten/code"
    answer = post(client, "/log-in/forgotten/code", {"code": code_sent_to(phone), "password": NEW})
    assert answer.location == "/start" and client.get("/account").status_code == 200
    assert sessions.find(elsewhere) is None
    assert service.log_in_with_password(phone, NEW).id == user.id
    with pytest.raises(Invalid):
        service.log_in_with_password(phone, OLD)
    assert newest_to_phone(phone, 1)[0].subject == "密码改好了"


def test_known_and_unknown_phones_get_the_very_same_answers(client: Any, post: Any) -> None:
    answers = []
    for phone in (str(service.phone_of(make_user(password=OLD))), next_phone()):
        sent = send(client, post, phone)
        page = client.get(sent.location).text
        tried = [post(client, sent.location, {"code": "000000", "password": NEW}) for _ in range(6)]
        answers.append((sent.status_code, page, [(t.status_code, t.text) for t in tried]))
    plain = [re.sub(r'value="[^"]*"|1\d\d\*{4}\d{4}', "", str(each)) for each in answers]
    assert plain[0] == plain[1]
    assert newest_to_phone(next_phone()) == []


def test_the_same_code_works_once_and_a_weak_password_does_not_use_it_up(client: Any, post: Any) -> None:
    phone = str(service.phone_of(make_user("林小禾大名", password=OLD)))
    send(client, post, phone)
    code = code_sent_to(phone)
    for weak in ("12345678", phone, "林小禾大名", "短"):
        answer = post(client, "/log-in/forgotten/code", {"code": code, "password": weak})
        assert answer.status_code == 422 and weak not in re.sub(r"密码.*?位", "", answer.text).split("<form", 1)[0]
    assert post(client, "/log-in/forgotten/code", {"code": code, "password": NEW}).status_code == 303
    assert post(client, "/log-in/forgotten/code", {"code": code, "password": OLD}).status_code == 404
    with pytest.raises(Invalid):
        forgotten.reset_password(phone, code, OLD)


def test_a_closed_account_stays_closed(client: Any, post: Any) -> None:
    user = make_user(password=OLD)
    service.disable(actor_for(make_user("苏管理", is_admin=True)), user, "本人要求")
    phone = str(service.phone_of(user))
    send(client, post, phone)
    answer = post(client, "/log-in/forgotten/code", {"code": code_sent_to(phone), "password": NEW})
    assert answer.status_code == 422 and CLOSED in answer.text


def test_the_page_of_the_code_opens_only_in_the_browser_that_asked(client: Any, post: Any, app: Any) -> None:
    phone = str(service.phone_of(make_user()))
    send(client, post, phone)
    other = app.test_client()
    assert other.get("/log-in/forgotten/code").status_code == 404
    code = code_sent_to(phone)
    assert post(other, "/log-in/forgotten/code", {"code": code, "password": NEW}).status_code == 404


def test_a_code_for_something_else_sets_no_password(session: Any) -> None:
    phone = str(service.phone_of(make_user(password=OLD)))
    service.send_code(phone, "log_in")
    with pytest.raises(Invalid):
        forgotten.reset_password(phone, code_sent_to(phone), NEW)


# --- a number that was handed on ----------------------------------------------------------------------------------


def prove(client: Any, post: Any, phone: str) -> Any:
    post(client, "/sign-up", {"phone": phone})
    return post(client, "/sign-up/code", {"code": code_sent_to(phone)})


def test_a_number_that_was_anothers_is_taken_off_her_account_and_serves_the_new_owner(client: Any, post: Any) -> None:
    before = make_applicant("周望舒", password=OLD)
    phone, identity = str(service.phone_of(before)), str(service.identity_of(before))
    assert prove(client, post, phone).location == "/sign-up/known"
    page = client.get("/sign-up/known").text
    assert "周**" in page and "周望舒" not in page
    assert post(client, "/sign-up/known", {"mine": "no"}).location == "/sign-up/person"
    assert service.phone_of(before) is None and before.phone_hint == ""
    assert post(client, "/sign-up/person", page_facts()).location == "/start"
    assert service.log_in_with_password(identity, OLD).id == before.id, "the old owner still gets in by her paper"


def test_after_half_a_year_a_code_alone_opens_no_account_before_somebody_said_that_it_is_hers(
    client: Any, post: Any
) -> None:
    user = make_applicant("周望舒", password=OLD)
    phone = str(service.phone_of(user))
    for days, target in ((179, "/start"), (181 + 179, "/sign-up/known")):
        with at(now() + dt.timedelta(days=days)):
            post(client, "/log-in/code", {"phone": phone})
            assert post(client, "/log-in/code/enter", {"code": code_sent_to(phone)}).location == target
            post(client, "/log-out")


def test_after_half_a_year_a_code_alone_sets_no_password_either(client: Any, post: Any) -> None:
    phone = str(service.phone_of(make_user(password=OLD)))
    with at(now() + dt.timedelta(days=181)):
        send(client, post, phone)
        answer = post(client, "/log-in/forgotten/code", {"code": code_sent_to(phone), "password": NEW})
        assert answer.status_code == 422 and "先用验证码登录" in answer.text


def test_answering_needs_the_phone_proved_and_an_answer(client: Any, post: Any) -> None:
    user = make_applicant()
    assert post(client, "/sign-up/known", {"mine": "no"}).status_code == 404
    prove(client, post, str(service.phone_of(user)))
    assert post(client, "/sign-up/known", {"mine": "perhaps"}).status_code == 422
    assert post(client, "/sign-up/known", {}).status_code == 422
    assert service.phone_of(user) is not None
