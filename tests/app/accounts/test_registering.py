"""Signing up: what is asked, what is refused, what is kept."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from app.accounts import service
from app.accounts.consents import SIGN_UP, WORDS, consents_of, has_consent
from app.accounts.models import User
from app.accounts.queries import access_log
from app.core.actor import ANONYMOUS
from app.core.clock import at, china, today
from app.core.errors import Faults, Invalid, TooMany, refusal
from app.core.history import history_of
from app.core.outbox import body_of, newest_to_phone
from tests.app.make_accounts import make_applicant, make_user, next_identity, next_phone
from tests.app.make_organisations import actor_for

ADULT = dt.date(1999, 5, 6)


def facts(birth: dt.date = ADULT, **changes: Any) -> dict[str, Any]:
    return {
        "name": "林小禾",
        "phone": next_phone(),
        "identity_kind": "resident_id",
        "identity": next_identity(birth),
        "consents": SIGN_UP,
        **changes,
    }


def code_sent_to(phone: str) -> str:
    body = body_of(newest_to_phone(phone, 1)[0])
    return "".join(c for c in body.split("验证码")[1] if c.isdigit())[:6]


def test_a_person_is_registered_with_everything_sealed_and_masked(session: Any) -> None:
    given = facts()
    user = service.register(ANONYMOUS, **given)
    assert service.phone_of(user) == given["phone"] and service.identity_of(user) == given["identity"]
    assert user.phone_hint == f"{given['phone'][:3]}****{given['phone'][-4:]}"
    assert user.identity_hint == f"3{'*' * 16}{given['identity'][-1]}"
    assert user.birth_date == ADULT and user.password_hash is None
    row = json.dumps([str(v) for v in session.execute(text('SELECT * FROM "user"')).one()])
    assert given["phone"] not in row and given["identity"] not in row
    assert [line.action for line in history_of("user", user.id)] == ["create"]
    assert [line["action"] for line in access_log(user.id)] == ["sign_up"]


def test_every_consent_names_the_hash_of_the_words_that_were_shown(session: Any) -> None:
    user = service.register(ANONYMOUS, **facts())
    kept = {row.purpose: row for row in consents_of(user.id)}
    assert set(kept) == set(SIGN_UP)
    for purpose, row in kept.items():
        assert (row.text_version, row.text_sha256) == (WORDS[purpose].version, WORDS[purpose].sha256)


def test_a_withdrawn_consent_no_longer_stands_but_its_row_stays(session: Any) -> None:
    user = service.register(ANONYMOUS, **facts())
    service.withdraw_consent(actor_for(user), user, "personal_data")
    assert not has_consent(user.id, "personal_data") and has_consent(user.id, "terms")
    assert len(consents_of(user.id)) == 3
    with pytest.raises(Invalid):
        service.withdraw_consent(actor_for(user), user, "personal_data")


@pytest.mark.parametrize(("day", "may"), [((2026, 3, 10), False), ((2026, 3, 11), True)])
def test_nobody_registers_before_the_day_after_the_fourteenth_birthday(session: Any, day: Any, may: bool) -> None:
    with at(china(dt.date(*day), 9)):
        given = facts(dt.date(2012, 3, 10))
        if may:
            assert service.register(ANONYMOUS, **given).id
            return
        with pytest.raises(Faults) as refused:
            service.register(ANONYMOUS, **given)
        assert [f.field for f in refused.value.faults] == ["identity"] and "14周岁" in refused.value.message


def test_every_fault_is_told_at_once_beside_its_field(session: Any) -> None:
    with pytest.raises(Faults) as refused:
        service.register(
            ANONYMOUS,
            name=" ",
            phone="139",
            identity_kind="resident_id",
            identity="37100220090514002",
            password="12345678",
            consents=("terms",),
        )
    assert {f.field for f in refused.value.faults} == {
        "name", "phone", "identity", "password", "personal_data", "identity_number",
    }  # fmt: skip


def test_a_passport_needs_a_stated_birth_date_beside_its_own_field(session: Any) -> None:
    with pytest.raises(Faults) as refused:
        service.register(ANONYMOUS, **facts(identity_kind="passport", identity="E12345678"))
    assert [f.field for f in refused.value.faults] == ["birth_date"]
    assert (
        service.register(
            ANONYMOUS, **facts(identity_kind="passport", identity="E12345678", birth_date=ADULT)
        ).birth_date
        == ADULT
    )


@pytest.mark.parametrize("same", ["phone", "identity"])
def test_a_second_account_is_refused_by_the_constraint_and_the_fault_names_its_field(session: Any, same: str) -> None:
    first, second = facts(), facts()
    service.register(ANONYMOUS, **first)
    second[same] = first[same]
    with pytest.raises(IntegrityError) as broken, session.begin_nested():
        service.register(ANONYMOUS, **second)
    assert refusal(broken.value).field == same


def sign_up_to_the_person(client: Any, post: Any, phone: str) -> None:
    assert post(client, "/sign-up", {"phone": phone}).location == "/sign-up/code"
    answer = post(client, "/sign-up/code", {"code": code_sent_to(phone)})
    assert answer.location == "/sign-up/person"


def page_facts(**changes: Any) -> dict[str, Any]:
    return {
        "name": "林小禾",
        "identity_kind": "resident_id",
        "identity": next_identity(ADULT),
        "terms": "y",
        "personal_data": "y",
        "identity_number": "y",
        **changes,
    }


def test_signing_up_through_the_pages_ends_signed_in(client: Any, post: Any, app: Any) -> None:
    phone = next_phone()
    sign_up_to_the_person(client, post, phone)
    assert phone not in client.get("/sign-up/person").text
    answer = post(client, "/sign-up/person", page_facts())
    assert answer.status_code == 303 and answer.location == "/start"
    cookie = (
        answer.headers["Set-Cookie"]
        if "sanfang_login" in answer.headers["Set-Cookie"]
        else "".join(answer.headers.getlist("Set-Cookie"))
    )
    assert "HttpOnly" in cookie and "SameSite=Lax" in cookie
    page = client.get("/account")
    assert page.status_code == 200 and "林小禾" in page.text and phone not in page.text
    assert page.headers["Cache-Control"] == "no-store"


def test_a_person_under_eighteen_is_told_that_a_guardian_will_be_needed(client: Any, post: Any) -> None:
    phone = next_phone()
    sign_up_to_the_person(client, post, phone)
    young = next_identity(today() - dt.timedelta(days=16 * 366))
    post(client, "/sign-up/person", page_facts(identity=young))
    assert "监护人" in client.get("/account").text


def test_the_person_page_opens_only_after_the_code_has_proved_the_phone(client: Any, post: Any) -> None:
    assert client.get("/sign-up/person").status_code == 404
    phone = next_phone()
    post(client, "/sign-up", {"phone": phone})
    assert client.get("/sign-up/person").status_code == 404
    assert post(client, "/sign-up/person", page_facts()).status_code == 404


def test_a_stranger_does_not_learn_that_a_phone_is_registered_and_its_owner_is_let_in(client: Any, post: Any) -> None:
    user = make_applicant()
    phone, other = service.phone_of(user), next_phone()
    known, unknown = (post(client, "/sign-up", {"phone": p}) for p in (phone, other))
    assert (known.status_code, known.location) == (unknown.status_code, unknown.location)
    post(client, "/sign-up", {"phone": phone})
    answer = post(client, "/sign-up/code", {"code": code_sent_to(str(phone))})
    assert answer.location == "/sign-up/known"
    assert post(client, "/sign-up/known", {"mine": "yes"}).location == "/start"
    assert user.name in client.get("/account").text


def test_what_the_form_does_not_ask_for_is_ignored(client: Any, post: Any, session: Any) -> None:
    phone = next_phone()
    sign_up_to_the_person(client, post, phone)
    extra = {"is_admin": "1", "state": "disabled", "id": "1", "uid": "x", "phone": "13999999999", "version": "9"}
    assert post(client, "/sign-up/person", page_facts(**extra)).status_code == 303
    user = session.scalars(select(User).order_by(User.id.desc())).first()
    assert not user.is_admin and user.state == "active" and service.phone_of(user) == phone


def test_a_registered_identity_number_shows_beside_the_field_and_keeps_what_was_typed(client: Any, post: Any) -> None:
    taken = next_identity(ADULT)
    make_user(identity=taken)
    sign_up_to_the_person(client, post, next_phone())
    answer = post(client, "/sign-up/person", page_facts(identity=taken, name="周望舒"))
    assert answer.status_code == 422
    assert "这个证件号已经注册过了" in answer.text and "周望舒" in answer.text


def test_whoever_proved_a_phone_may_not_try_one_identity_number_after_the_other(session: Any) -> None:
    """Ten in a quarter of an hour, twenty a day; somebody with another phone at the same address is not slowed down."""
    phone, start, tried = next_phone(), china(today(), 9), 0
    for quarter in range(6):
        with at(start + dt.timedelta(minutes=16 * quarter)):
            for _ in range(12):
                try:
                    wrong = facts(phone=phone, identity="371002199913011234")
                    service.register(ANONYMOUS, **wrong, address="203.0.113.5")
                except TooMany:
                    break
                except Faults:
                    tried += 1
    assert tried == 20
    with at(start):
        assert service.register(ANONYMOUS, **facts(), address="203.0.113.5").id


def test_a_child_below_fourteen_is_told_kindly_from_which_day_on(client: Any, post: Any) -> None:
    sign_up_to_the_person(client, post, next_phone())
    young = next_identity(today() - dt.timedelta(days=13 * 365))
    answer = post(client, "/sign-up/person", page_facts(identity=young))
    assert answer.status_code == 422
    assert "满14周岁才能注册" in answer.text and "起可以" in answer.text and "先看看有哪些班" in answer.text


@pytest.mark.parametrize(("age", "says"), [(15, "满16周岁"), (17, "未满18周岁"), (19, "注册好了")])
def test_a_new_person_hears_what_her_age_means(client: Any, post: Any, age: int, says: str) -> None:
    sign_up_to_the_person(client, post, next_phone())
    born = today().replace(year=today().year - age, day=1) - dt.timedelta(days=40)
    post(client, "/sign-up/person", page_facts(identity=next_identity(born)))
    page = client.get("/account").text
    assert ("未满16周岁" if age == 15 else says) in page and ("监护人" in page) is (age < 18)
