"""两步登录: the app's code after password or text message; in production nobody of the staff works without it."""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

import pytest
from flask import Flask

from app.accounts import second_factor, service, sessions, totp
from app.accounts.models import User
from app.core.clock import at, now
from app.core.errors import Invalid, NotPermitted, TooMany, WrongState
from tests.app.accounts.test_registering import code_sent_to
from tests.app.make_accounts import make_admin, make_applicant, make_user
from tests.app.make_organisations import actor_for, make_school, make_school_staff
from tests.app.security.canaries import everything_stored

PASSWORD = "海边第三块石头下面"
RFC_SECRET = b"12345678901234567890"


# The last six of the eight digits of appendix B of RFC 6238.
@pytest.mark.parametrize(
    ("second", "code"),
    [(59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037")],
)
def test_the_codes_are_those_of_the_standard(second: int, code: str) -> None:
    moment = dt.datetime.fromtimestamp(second, dt.UTC)
    assert totp.code_of(RFC_SECRET, totp.step_of(moment)) == code
    assert totp.matching_step(RFC_SECRET, f" {code[:3]} {code[3:]} ", moment, 0) == second // 30


def test_a_clock_may_be_thirty_seconds_off_and_no_more_and_rubbish_is_no_code() -> None:
    moment = dt.datetime(2027, 3, 1, 8, tzinfo=dt.UTC)
    here = totp.step_of(moment)
    right = {step for step in range(here - 3, here + 4)
             if totp.matching_step(RFC_SECRET, totp.code_of(RFC_SECRET, step), moment, 0) is not None}
    assert right == {here - 1, here, here + 1}
    for rubbish in ("", "12345", "１２３４５６", "六位数", "0" * 4000):
        assert totp.matching_step(RFC_SECRET, rubbish, moment, 0) is None


def with_app(user: User) -> bytes:
    """Set the second factor up to the end; returns the secret in the app."""
    actor = actor_for(user)
    row = second_factor.begin(actor, user, PASSWORD)
    secret = second_factor.secret_of(row)
    with at(now() - dt.timedelta(minutes=5)):
        second_factor.confirm(actor, user, shown(secret))
    return secret


def shown(secret: bytes) -> str:
    """What the app shows now."""
    return totp.code_of(secret, totp.step_of(now()))


def test_after_the_password_comes_the_app_and_nothing_is_open_in_between(client: Any, post: Any) -> None:
    user = make_user(password=PASSWORD)
    secret = with_app(user)
    answer = post(client, "/log-in", {"login": service.phone_of(user), "password": PASSWORD, "next": "/account"})
    assert answer.location == "/log-in/second" and client.get("/account").status_code == 302
    assert client.get("/log-in/second").status_code == 200
    wrong = "000000" if shown(secret) != "000000" else "111111"
    assert post(client, "/log-in/second", {"code": wrong}).status_code == 422
    assert post(client, "/log-in/second", {"code": shown(secret)}).location == "/account"
    assert client.get("/account").status_code == 200


@pytest.mark.parametrize("way", ["code", "forgotten", "known"])
def test_no_other_way_of_logging_in_goes_around_it(client: Any, post: Any, way: str) -> None:
    user = make_user(password=PASSWORD)
    with_app(user)
    phone = str(service.phone_of(user))
    if way == "code":
        post(client, "/log-in/code", {"phone": phone})
        answer = post(client, "/log-in/code/enter", {"code": code_sent_to(phone)})
    elif way == "forgotten":
        post(client, "/log-in/forgotten", {"phone": phone})
        answer = post(client, "/log-in/forgotten/code", {"code": code_sent_to(phone), "password": "远处有一艘白色的船"})
    else:
        post(client, "/sign-up", {"phone": phone})
        post(client, "/sign-up/code", {"code": code_sent_to(phone)})
        answer = post(client, "/sign-up/known", {"mine": "yes"})
    assert answer.location == "/log-in/second" and client.get("/account").status_code == 302


def test_a_code_is_good_once_and_tries_are_counted(session: Any) -> None:
    user = make_user(password=PASSWORD)
    secret = with_app(user)
    second_factor.check(user.id, shown(secret))
    with pytest.raises(Invalid):
        second_factor.check(user.id, shown(secret))
    with pytest.raises(TooMany):
        for _ in range(second_factor.MOST_TRIES + 1):
            with pytest.raises(Invalid):
                second_factor.check(user.id, "000 00")
    with at(now() + dt.timedelta(minutes=16)):
        second_factor.check(user.id, shown(secret))


def test_the_first_step_is_forgotten_after_five_minutes(client: Any, post: Any) -> None:
    user = make_user(password=PASSWORD)
    secret = with_app(user)
    assert client.get("/log-in/second").status_code == 404
    post(client, "/log-in", {"login": service.phone_of(user), "password": PASSWORD})
    with at(now() + dt.timedelta(minutes=5, seconds=1)):
        assert post(client, "/log-in/second", {"code": shown(secret)}).status_code == 404


def test_the_secret_is_sealed_and_shown_only_until_it_is_set_up(
    client: Any, post: Any, log_in: Any, session: Any
) -> None:
    user = make_user(password=PASSWORD)
    log_in(client, user)
    assert post(client, "/account/second-factor", {"proof": "wrong"}).status_code == 422
    assert post(client, "/account/second-factor", {"proof": PASSWORD}).status_code == 303
    row = second_factor.of_user(user.id)
    assert row is not None
    secret = second_factor.secret_of(row)
    page = client.get("/account/second-factor").text
    assert totp.spoken(secret) in page and secret not in everything_stored(session)
    assert post(client, "/account/second-factor/confirm", {"code": "12"}).status_code == 422
    assert post(client, "/account/second-factor/confirm", {"code": shown(secret)}).status_code == 303
    assert totp.spoken(secret) not in client.get("/account/second-factor").text
    with pytest.raises(WrongState):
        second_factor.begin(actor_for(user), user, PASSWORD)


def test_an_administrator_takes_it_off_a_lost_phone_with_a_reason(
    client: Any, post: Any, log_in: Any, app: Flask
) -> None:
    admin, user = make_admin(), make_school_staff(make_school())
    user.password_hash = make_user(password=PASSWORD).password_hash
    with_app(user)
    token = sessions.begin(user_id=user.id)
    log_in(client, admin)
    page = f"/users/{user.id}"
    assert "取下两步登录" in client.get(page).text
    refused = post(client, f"{page}/second-factor/take-off", {"how": " "})
    assert refused.status_code == 422 and "怎么核实的" in refused.text and second_factor.is_on(user.id)
    assert post(client, f"{page}/second-factor/take-off", {"how": "本人带工作证来过"}).location == page
    assert not second_factor.is_on(user.id) and sessions.find(token) is None
    with pytest.raises(NotPermitted):
        second_factor.take_off(actor_for(admin), admin, "自己")


@pytest.fixture
def demanded(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    """As in production."""
    monkeypatch.setitem(app.config, "SECOND_FACTOR", True)


def test_staff_without_it_reach_no_page_of_their_work(client: Any, post: Any, log_in: Any, demanded: None) -> None:
    staff = make_school_staff(make_school())
    staff.password_hash = make_user(password=PASSWORD).password_hash
    log_in(client, staff)
    for path in ("/desk", "/applications", "/order-classes", "/account", "/inbox", "/start", "/ways-back/desk"):
        assert client.get(path).location == "/account/second-factor", path
    assert post(client, "/ways-back/desk", {}).location == "/account/second-factor"
    assert client.get("/account/second-factor").status_code == 200
    post(client, "/account/second-factor", {"proof": PASSWORD})
    row = second_factor.of_user(staff.id)
    assert row is not None and client.get("/desk").location == "/account/second-factor"
    post(client, "/account/second-factor/confirm", {"code": shown(second_factor.secret_of(row))})
    assert client.get("/desk").status_code == 200


def test_applicants_and_guardians_are_not_asked_for_it(client: Any, log_in: Any, demanded: None) -> None:
    log_in(client, make_applicant())
    assert client.get("/account").status_code == 200
    assert re.search("两步登录", client.get("/account").text)
