"""Logging in and out: sessions, throttles, codes, and nothing told to strangers."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from typing import Any

import pytest
from argon2 import PasswordHasher
from sqlalchemy import func, select

from app.accounts import service, sessions
from app.accounts.models import LoginSession
from app.accounts.queries import access_log
from app.core.access import AccessLine
from app.core.clock import at, now
from app.core.requests import new_key
from tests.app.make_accounts import make_applicant, make_user, next_identity, next_phone
from tests.app.make_organisations import actor_for, make_school, make_school_staff

GOOD = "海边第三块石头下面"
COOKIE = "sanfang_login"


def token_of(client: Any) -> str | None:
    cookie = client.get_cookie(COOKIE)
    return cookie.value if cookie else None


def log_in_page(client: Any, post: Any, login: str, password: str = GOOD, **more: Any) -> Any:
    return post(client, "/log-in", {"login": login, "password": password}, **more)


def test_phone_and_identity_number_both_open_the_account(client: Any, post: Any) -> None:
    identity = next_identity(dt.date(1999, 1, 1))
    user = make_user(password=GOOD, identity=identity)
    assert log_in_page(client, post, service.phone_of(user)).location == "/start"
    post(client, "/log-out")
    assert log_in_page(client, post, identity[:17] + identity[17].lower()).location == "/start"


def test_the_session_changes_at_log_in_and_the_planted_one_is_worth_nothing(client: Any, post: Any, app: Any) -> None:
    user = make_user(password=GOOD)
    other = make_applicant()
    planted = sessions.begin(user_id=other.id)
    client.set_cookie(COOKIE, planted)
    log_in_page(client, post, service.phone_of(user))
    fresh = token_of(client)
    assert fresh != planted and sessions.find(planted) is None
    before = fresh
    log_in_page(client, post, service.phone_of(user))
    assert token_of(client) != before and sessions.find(str(before)) is None


def test_only_a_hash_of_the_token_is_stored_and_the_token_has_256_bits(session: Any) -> None:
    token = sessions.begin(user_id=make_user().id)
    row = session.scalar(select(LoginSession))
    assert row.token_hash == hashlib.sha256(token.encode()).hexdigest() and len(token) >= 43


def test_logging_out_kills_the_session_itself_not_only_the_cookie(client: Any, post: Any) -> None:
    user = make_user(password=GOOD)
    log_in_page(client, post, service.phone_of(user))
    stolen = str(token_of(client))
    post(client, "/log-out")
    assert token_of(client) is None and sessions.find(stolen) is None
    client.set_cookie(COOKIE, stolen)
    assert client.get("/account").status_code == 302


@pytest.mark.parametrize(
    ("staff", "minutes", "lives"), [(False, 59, True), (False, 60, False), (True, 29, True), (True, 30, False)]
)
def test_an_idle_session_ends_after_sixty_minutes_and_thirty_for_staff(
    client: Any, log_in: Any, staff: bool, minutes: int, lives: bool
) -> None:
    user = make_school_staff(make_school()) if staff else make_applicant()
    log_in(client, user)
    with at(now() + dt.timedelta(minutes=minutes)):
        assert (client.get("/account").status_code == 200) is lives


def test_a_session_in_use_lives_on_but_never_beyond_twelve_hours(client: Any, log_in: Any) -> None:
    log_in(client, make_applicant())
    start = now()
    for minutes in range(50, 12 * 60, 50):
        with at(start + dt.timedelta(minutes=minutes)):
            assert client.get("/account").status_code == 200, minutes
    with at(start + dt.timedelta(hours=12)):
        assert client.get("/account").status_code == 302


def test_a_closed_account_is_out_at_once_and_does_not_get_in_again(client: Any, log_in: Any, post: Any) -> None:
    user, admin = make_user(password=GOOD), make_user("苏管理", is_admin=True)
    log_in(client, user)
    service.disable(actor_for(admin), user, "本人要求")
    assert client.get("/account").status_code == 302
    answer = log_in_page(client, post, service.phone_of(user))
    assert answer.status_code == 422 and "停用" in answer.text
    service.enable(actor_for(admin), user, "本人来过")
    assert log_in_page(client, post, service.phone_of(user)).status_code == 303


def _without_keys(page: str) -> str:
    return re.sub(r'value="[^"]*"', "", page)


def test_an_unknown_account_and_a_wrong_password_get_the_very_same_answer(client: Any, post: Any) -> None:
    user = make_user(password=GOOD)
    wrong = log_in_page(client, post, service.phone_of(user), "not the right one")
    unknown = log_in_page(client, post, next_phone(), "not the right one")
    assert wrong.status_code == unknown.status_code == 422
    assert _without_keys(wrong.text) == _without_keys(unknown.text)


def test_asking_for_a_code_tells_nobody_whether_the_phone_is_known(client: Any, post: Any) -> None:
    known, unknown = str(service.phone_of(make_user())), next_phone()
    answers = []
    for phone in (known, unknown):
        sent = post(client, "/log-in/code", {"phone": phone})
        tried = [post(client, "/log-in/code/enter", {"code": "000000"}) for _ in range(6)]
        answers.append((sent.status_code, sent.location, [(t.status_code, _without_keys(t.text)) for t in tried]))
    masked = [re.sub(r"1\d\d\*{4}\d{4}", "", str(a)) for a in answers]
    assert masked[0] == masked[1]


def test_failures_from_one_address_never_lock_the_person_herself_out(client: Any, post: Any, session: Any) -> None:
    user = make_user(password=GOOD)
    phone = service.phone_of(user)
    attacker, home = {"REMOTE_ADDR": "203.0.113.9"}, {"REMOTE_ADDR": "198.51.100.7"}
    statuses = [
        log_in_page(client, post, phone, f"guess number {n}", environ_base=attacker).status_code for n in range(12)
    ]
    assert statuses == [422] * 10 + [429] * 2
    assert log_in_page(client, post, phone, environ_base=attacker).status_code == 429
    assert log_in_page(client, post, phone, environ_base=home).status_code == 303
    with at(now() + dt.timedelta(minutes=16)):
        assert log_in_page(client, post, phone, environ_base=attacker).status_code == 303


def test_a_throttled_answer_says_when_to_come_back(client: Any, post: Any) -> None:
    for _ in range(11):
        answer = log_in_page(client, post, "13900000000", "guess")
    assert answer.status_code == 429 and 0 < int(answer.headers["Retry-After"]) <= 900


def test_successes_do_not_count_against_anybody(client: Any, post: Any) -> None:
    phone = service.phone_of(make_user(password=GOOD))
    assert {log_in_page(client, post, phone).status_code for _ in range(15)} == {303}


@pytest.mark.usefixtures("real_hashing")
def test_an_old_hash_is_made_anew_at_log_in(session: Any) -> None:
    user = make_user()
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(GOOD)
    user.password_hash = old
    session.flush()
    service.log_in_with_password(str(service.phone_of(user)), GOOD)
    assert user.password_hash != old and "m=19456,t=2,p=1" in user.password_hash


# --- history and open redirects -----------------------------------------------------------------------------------


def test_every_entry_and_every_failed_try_is_a_line_of_the_access_log(client: Any, post: Any, session: Any) -> None:
    user = make_user(password=GOOD)
    phone = service.phone_of(user)
    log_in_page(client, post, phone, "wrong password")
    log_in_page(client, post, next_phone(), "wrong password")
    log_in_page(client, post, phone)
    post(client, "/log-out")
    assert [line["action"] for line in access_log(user.id)] == ["log_out", "log_in", "log_in_failed"]
    assert session.scalar(select(func.count()).select_from(AccessLine).filter_by(user_id=None)) == 1


BAD_TARGETS = [
    "//evil.example", "https://evil.example", "/\\evil.example", "\\\\evil.example", "/%5cevil.example", "/\tevil",
    "/%2f%2fevil.example", "javascript:alert(1)", " //evil.example", "http:evil", "///evil.example", "/@evil",
    "evil.example", "/\r\nX: y", "https:///evil.example", "/%0d%0aLocation:x" + "x" * 300,
]  # fmt: skip


@pytest.mark.parametrize("target", BAD_TARGETS)
def test_nobody_is_led_off_the_site_after_log_in(client: Any, target: str) -> None:
    phone = service.phone_of(make_user(password=GOOD))
    answer = client.post("/log-in", data={"_key": new_key(), "login": phone, "password": GOOD, "next": target})
    assert answer.location == "/start"


def test_a_page_of_this_site_is_followed_after_log_in(client: Any, post: Any) -> None:
    phone = service.phone_of(make_user(password=GOOD))
    before = client.get("/account?x=1")
    assert before.location == "/log-in?next=/account?x%3D1" or "next=" in before.location
    answer = post(client, "/log-in", {"login": phone, "password": GOOD, "next": "/account?x=1"})
    assert answer.location == "/account?x=1"
