"""A person's own account: phone, password, devices, consents."""

from __future__ import annotations

import re
import statistics
import time
from typing import Any

import pytest

from app.accounts import service, sessions
from app.accounts.consents import consents_of, give_consent
from app.core.outbox import newest_to_phone
from tests.app.accounts.test_registering import code_sent_to
from tests.app.make_accounts import make_applicant, make_user, next_phone
from tests.app.make_organisations import actor_for

GOOD = "海边第三块石头下面"
BETTER = "远处有一艘白色的船"


def test_a_new_password_needs_proof_ends_other_devices_and_is_told(client: Any, post: Any, log_in: Any) -> None:
    user = make_user(password=GOOD)
    elsewhere = sessions.begin(user_id=user.id)
    log_in(client, user)
    form = {"password": BETTER, "proof": "not this"}
    refused = post(client, "/account/password", form)
    assert refused.status_code == 422 and "密码不对" in refused.text and BETTER not in refused.text
    assert post(client, "/account/password", {**form, "proof": GOOD}).status_code == 303
    assert sessions.find(elsewhere) is None and client.get("/account").status_code == 200
    assert service.log_in_with_password(str(service.phone_of(user)), BETTER).id == user.id
    assert newest_to_phone(str(service.phone_of(user)), 1)[0].subject == "密码改好了"


def test_whoever_has_no_password_proves_herself_by_a_code(client: Any, post: Any, log_in: Any) -> None:
    user = make_applicant()
    phone = str(service.phone_of(user))
    log_in(client, user)
    before = {"Referer": "http://localhost/account/password"}
    assert post(client, "/send-code/prove", headers=before).location == "/account/password"
    answer = post(client, "/account/password", {"password": GOOD, "proof": code_sent_to(phone)})
    assert answer.status_code == 303 and user.password_hash


@pytest.mark.parametrize("before", ["http://evil.example/x", "http://localhost.evil.example/x", "", "//evil"])
def test_after_a_code_was_sent_nobody_is_led_off_the_site(client: Any, post: Any, log_in: Any, before: str) -> None:
    log_in(client, make_applicant())
    assert post(client, "/send-code/prove", headers={"Referer": before}).location == "/start"


def test_a_new_phone_needs_its_own_code_and_proof_and_the_old_one_is_told(client: Any, post: Any, log_in: Any) -> None:
    user, taken = make_user(password=GOOD), make_user()
    old, new = str(service.phone_of(user)), next_phone()
    log_in(client, user)
    assert post(client, "/account/phone/code", {"phone": new}).status_code == 303
    form = {"phone": new, "code": code_sent_to(new), "proof": GOOD}
    assert post(client, "/account/phone", {**form, "code": "000000"}).status_code == 422
    assert post(client, "/account/phone", {**form, "phone": service.phone_of(taken)}).status_code == 422
    assert post(client, "/account/phone", form).status_code == 303
    assert service.phone_of(user) == new
    assert newest_to_phone(old, 1)[0].subject == "手机号改了"


def test_a_taken_phone_is_refused_beside_its_field_even_with_its_code(client: Any, post: Any, log_in: Any) -> None:
    user, taken = make_user(password=GOOD), make_user()
    number = str(service.phone_of(taken))
    log_in(client, user)
    post(client, "/account/phone/code", {"phone": number})
    answer = post(client, "/account/phone", {"phone": number, "code": code_sent_to(number), "proof": GOOD})
    assert answer.status_code == 422 and "这个手机号已经注册过了" in answer.text


def test_a_device_is_ended_by_its_owner_and_by_nobody_else(client: Any, post: Any, log_in: Any, session: Any) -> None:
    user, stranger = make_applicant(), make_applicant()
    token = sessions.begin(user_id=user.id)
    other = sessions.find(token)
    assert other is not None
    log_in(client, stranger)
    assert post(client, f"/account/sessions/{other.id}/end").status_code == 404
    log_in(client, user)
    assert "退出那台" in client.get("/account").text
    assert post(client, f"/account/sessions/{other.id}/end").status_code == 303
    session.expire_all()
    assert sessions.find(token) is None and client.get("/account").status_code == 200


def test_consents_are_withdrawn_one_by_one_on_the_page(client: Any, post: Any, log_in: Any) -> None:
    user = make_applicant()
    for purpose in ("terms", "personal_data"):
        give_consent(user, purpose)
    log_in(client, user)
    assert post(client, "/account/consents/withdraw", {"purpose": "terms"}).status_code == 303
    assert {row.purpose: row.withdrawn_at is not None for row in consents_of(user.id)} == {
        "terms": True,
        "personal_data": False,
    }
    assert post(client, "/account/consents/withdraw", {"purpose": "nonsense"}).status_code == 422
    for purpose in ("terms", "personal_data", "identity_number", "schools_of_choices"):
        assert client.get(f"/consents/{purpose}").status_code == 200
    assert client.get("/consents/nonsense").status_code == 404


def test_the_full_text_of_a_consent_leads_back_and_never_to_another_site(client: Any, log_in: Any) -> None:
    def leads_to(before: str) -> str:
        text = client.get("/consents/terms", headers={"Referer": before}).text
        return str(re.search(r'<a href="([^"]*)">‹', text)[1])  # type: ignore[index]

    assert leads_to("http://localhost/sign-up/person?next=/account") == "/sign-up/person?next=/account"
    assert leads_to("https://elsewhere.example/x") == leads_to("http://localhost/consents/terms") == "/"
    log_in(client, make_applicant())
    assert leads_to("") == "/account"
    assert "<summary>这段文字的指纹</summary>" in client.get("/consents/terms").text


def test_a_long_password_is_taken_whole_and_spaces_are_kept(client: Any, post: Any, log_in: Any) -> None:
    user = make_user(password=GOOD)
    log_in(client, user)
    odd = "  two spaces before, and one after — and far beyond sixty-four characters in all "
    assert post(client, "/account/password", {"password": odd, "proof": GOOD}).status_code == 303
    phone = str(service.phone_of(user))
    assert service.log_in_with_password(phone, odd)
    with pytest.raises(service.Invalid):
        service.log_in_with_password(phone, odd.strip())


@pytest.mark.usefixtures("real_hashing")
def test_known_and_unknown_accounts_take_the_same_time(session: Any) -> None:
    """Both verify one hash; the margin is wide, but a missing dummy (no hash at all) would break it."""
    known = str(service.phone_of(make_user(password=GOOD)))

    def median(login: str) -> float:
        times = []
        for number in range(9):
            begun = time.perf_counter()
            with pytest.raises(service.Invalid):
                service.log_in_with_password(login, "wrong password", f"203.0.113.{number}")
            times.append(time.perf_counter() - begun)
        return statistics.median(times)

    median("13900000000")
    slow, other = median(known), median("13900000001")
    assert 0.5 < slow / other < 2


def test_the_account_page_shows_masks_only(client: Any, log_in: Any) -> None:
    user = make_applicant()
    log_in(client, user)
    page = client.get("/account").text
    assert str(service.phone_of(user)) not in page and str(service.identity_of(user)) not in page
    assert user.phone_hint in page and user.identity_hint in page
    assert actor_for(user).name in page
