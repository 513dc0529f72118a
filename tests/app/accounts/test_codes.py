"""One-time codes and proving oneself again: counted tries, one use, nothing in the clear."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts import codes, service
from app.accounts.models import OneTimeCode
from app.core.clock import at, now
from app.core.errors import Invalid, TooMany
from tests.app.accounts.test_logging_in import COOKIE, GOOD
from tests.app.accounts.test_registering import code_sent_to
from tests.app.make_accounts import make_user, next_phone
from tests.app.make_organisations import actor_for


def test_a_code_opens_once_and_only_for_its_purpose(session: Any) -> None:
    phone = str(service.phone_of(make_user()))
    service.send_code(phone, "log_in")
    code = code_sent_to(phone)
    with pytest.raises(Invalid):
        service.check_code(phone, "prove", code)
    assert service.log_in_with_code(phone, f" {code[:3]} {code[3:]} ")
    with pytest.raises(Invalid):
        service.log_in_with_code(phone, code)


def test_a_code_is_dead_after_ten_minutes_and_when_a_newer_one_was_sent(session: Any) -> None:
    phone = str(service.phone_of(make_user()))
    service.send_code(phone, "log_in")
    first = code_sent_to(phone)
    with at(now() + dt.timedelta(minutes=10)), pytest.raises(Invalid):
        service.check_code(phone, "log_in", first)
    service.send_code(phone, "log_in")
    second = code_sent_to(phone)
    if first != second:
        with pytest.raises(Invalid):
            service.check_code(phone, "log_in", first)
    service.check_code(phone, "log_in", second)


def test_the_sixth_try_fails_even_with_the_right_code(client: Any, post: Any) -> None:
    phone = str(service.phone_of(make_user()))
    post(client, "/log-in/code", {"phone": phone})
    right = code_sent_to(phone)
    wrong = f"{(int(right) + 1) % 1000000:06d}"
    assert [post(client, "/log-in/code/enter", {"code": wrong}).status_code for _ in range(5)] == [422] * 5
    assert post(client, "/log-in/code/enter", {"code": right}).status_code == 422
    assert client.get_cookie(COOKIE) is None


def test_codes_are_stored_keyed_and_sealed_and_never_in_the_clear(session: Any) -> None:
    from app.core.outbox import Message

    phone = str(service.phone_of(make_user()))
    service.send_code(phone, "log_in")
    code = code_sent_to(phone)
    row, message = session.scalar(select(OneTimeCode)), session.scalar(select(Message))
    assert code not in row.code_hash and row.code_hash != hashlib.sha256(code.encode()).hexdigest()
    assert (
        message.body == "" and code.encode() not in message.body_sealed and phone.encode() not in message.address_sealed
    )


def test_one_phone_gets_no_more_than_eight_codes_an_hour(session: Any) -> None:
    phone = next_phone()
    for _ in range(codes.PER_PHONE):
        service.send_code(phone, "sign_up")
    with pytest.raises(TooMany):
        service.send_code(phone, "sign_up")
    with at(now() + dt.timedelta(hours=1, minutes=1)):
        service.send_code(phone, "sign_up")


def test_sign_up_bots_are_stopped_by_address_while_others_go_on(session: Any) -> None:
    stopped = 0
    for number in range(codes.PER_ADDRESS + 20):
        try:
            service.send_code(f"1370000{number:04d}", "sign_up", "203.0.113.9")
        except TooMany:
            stopped += 1
    assert stopped == 20
    assert service.send_code("13712345678", "sign_up", "198.51.100.7") == "13712345678"


# --- proving oneself again ----------------------------------------------------------------------------------------


def test_the_password_or_a_code_proves_who_acts(session: Any) -> None:
    with_password, without = make_user(password=GOOD), make_user()
    service.prove(actor_for(with_password), GOOD)
    phone = str(service.phone_of(without))
    service.send_code(phone, "prove")
    service.prove(actor_for(without), code_sent_to(phone))
    for user in (with_password, without):
        with pytest.raises(Invalid) as refused:
            service.prove(actor_for(user), "123456")
        assert refused.value.field == "proof"


def test_tries_to_prove_count_even_where_the_command_is_refused_in_a_savepoint(
    client: Any, log_in: Any, post: Any
) -> None:
    user = make_user(password=GOOD)
    log_in(client, user)
    form = {"password": "另外一句很长的话儿", "proof": "wrong wrong"}
    answers = [post(client, "/account/password", form).status_code for _ in range(11)]
    assert answers == [422] * 10 + [429]


def test_a_wrong_proof_inside_a_savepoint_is_counted_when_the_request_has_ended(session: Any) -> None:
    from app.core import throttle
    from app.core.lasting import settle

    user = make_user(password=GOOD)
    whom = f"{user.id}|None"
    for _ in range(2):
        try:
            with session.begin_nested():
                service.prove(actor_for(user), "wrong")
        except Invalid:
            pass
        settle()
    assert throttle.reached("prove", whom, seconds=service.QUARTER) == 2
    with session.begin_nested():
        service.prove(actor_for(user), GOOD)
    settle()
    assert throttle.reached("prove", whom, seconds=service.QUARTER) == 2
