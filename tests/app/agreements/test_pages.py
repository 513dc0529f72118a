"""The pages of agreements as each role meets them: read, tick, prove, sign, and be told what went wrong beside it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient

from app.accounts.sealed import phone_of
from app.agreements import service
from app.agreements.models import Agreement
from app.applications.guardians import guardian_phone
from app.core.db import db
from app.core.outbox import body_of, newest_to_phone
from tests.app.counting import statements
from tests.app.make_accounts import make_user
from tests.app.make_agreements import PASSWORD, Table, guardian_of
from tests.app.make_organisations import make_alliance, make_coordinator, make_enterprise, make_enterprise_staff

Post = Callable[..., Any]
LogIn = Callable[..., None]
TERMS = ("wage", "post", "intern", "free", "leave", "cond")


def hidden(page: str) -> dict[str, str]:
    """The hidden fields of the signing form, as a browser would send them."""
    form = page[page.index("/sign\"") :]
    return {
        name: re.search(rf'name="{name}" value="([^"]*)"', form)[1]  # type: ignore[index]
        for name in ("text_sha256", "nonce", "version")
    }


def sign_on_page(
    client: FlaskClient, post: Post, agreement: Agreement, ticks: tuple[str, ...] = TERMS, **sent: str
) -> Any:
    page = client.get(f"/agreements/{agreement.id}").text
    data = hidden(page) | dict.fromkeys(ticks, "yes") | {"proof": PASSWORD} | sent
    return post(client, f"/agreements/{agreement.id}/sign", data)


def test_an_applicant_reads_ticks_and_signs(client: FlaskClient, log_in: LogIn, post: Post, table: Table) -> None:
    agreement = table.issued()
    log_in(client, agreement.placement.application.user)
    page = client.get(f"/agreements/{agreement.id}").text
    for words in ("现在轮到您", "这是约定，不是劳动合同", "4,600–5,200元", "不收押金", "我看懂了，签字"):
        assert words in page
    answer = sign_on_page(client, post, agreement)
    assert answer.status_code == 303, answer.text
    assert "现在等企业签" in client.get(answer.location).text
    assert "打开这份协议" in client.get("/agreements").text


def test_what_was_not_ticked_is_named_and_what_was_stays_ticked(
    client: FlaskClient, log_in: LogIn, post: Post, table: Table
) -> None:
    agreement = table.issued()
    log_in(client, agreement.placement.application.user)
    answer = sign_on_page(client, post, agreement, ticks=("wage", "post"))
    assert answer.status_code == 422
    assert "还有4条没勾：实习的钱、不收您的钱、您可以反悔、企业什么时候要您" in answer.text
    assert len(re.findall(r'type="checkbox"[^>]* checked', answer.text)) == 2
    assert agreement.state == "awaiting_applicant"


def test_sending_for_a_code_keeps_the_ticks_and_the_code_signs(
    client: FlaskClient, log_in: LogIn, post: Post, table: Table
) -> None:
    agreement = table.issued()
    user = agreement.placement.application.user
    user.password_hash = None
    log_in(client, user)
    answer = post(client, f"/agreements/{agreement.id}/send-code", {"wage": "yes", "free": "yes"})
    assert answer.status_code == 303
    assert len(re.findall(r'type="checkbox"[^>]* checked', client.get(f"/agreements/{agreement.id}").text)) == 2
    code = re.search(r"\d{6}", body_of(newest_to_phone(phone_of(user) or "")[0]))[0]  # type: ignore[index]
    wrong = sign_on_page(client, post, agreement, proof=f"{(int(code) + 1) % 1000000:06d}")
    assert wrong.status_code == 422 and "验证码不对" in wrong.text and agreement.state == "awaiting_applicant"
    assert sign_on_page(client, post, agreement, proof=code).status_code == 303
    db.session.refresh(agreement)
    assert agreement.state == "awaiting_enterprise"


def test_a_guardian_signs_in_her_own_session_by_a_code_to_her_own_phone(
    client: FlaskClient, log_in: LogIn, post: Post, table: Table
) -> None:
    agreement = table.signed("awaiting_guardian", age=16)
    log_in(client, guardian=guardian_of(agreement))
    assert "孩子的协议" in client.get("/agreements").text
    assert "去签三方协议</a>" in client.get("/guardian").text
    page = client.get(f"/agreements/{agreement.id}").text
    assert "您签了，林小禾才能签成" in page
    assert re.search(r"下面这\d条里的“您”，都是指林小禾。", page), "the terms call the child 您"
    post(client, f"/agreements/{agreement.id}/send-code")
    phone = guardian_phone(guardian_of(agreement))
    code = re.search(r"\d{6}", body_of(newest_to_phone(phone)[0]))[0]  # type: ignore[index]
    assert sign_on_page(client, post, agreement, proof=code).status_code == 303
    db.session.refresh(agreement)
    assert agreement.state == "awaiting_enterprise"
    assert service.current(agreement).signatures[-1].party == "guardian"


def test_a_changed_or_stale_page_answers_409(client: FlaskClient, log_in: LogIn, post: Post, table: Table) -> None:
    agreement = table.issued()
    log_in(client, agreement.placement.application.user)
    assert sign_on_page(client, post, agreement, text_sha256="0" * 64).status_code == 409
    assert sign_on_page(client, post, agreement, version="1").status_code == 409
    db.session.refresh(agreement)
    assert agreement.state == "awaiting_applicant"


def test_a_double_tap_signs_once_and_ends_on_the_same_page(
    client: FlaskClient, log_in: LogIn, post: Post, table: Table
) -> None:
    agreement = table.issued()
    log_in(client, agreement.placement.application.user)
    data = hidden(client.get(f"/agreements/{agreement.id}").text) | dict.fromkeys(TERMS, "yes") | {"proof": PASSWORD}
    data["_key"] = "the-same-key-for-both-taps"
    taps = [client.post(f"/agreements/{agreement.id}/sign", data=data) for _ in range(2)]
    assert {tap.headers["Location"] for tap in taps} == {f"/agreements/{agreement.id}"}
    assert len(service.current(agreement).signatures) == 1


def test_strangers_and_other_organisations_find_nothing(client: FlaskClient, log_in: LogIn, table: Table) -> None:
    agreement = table.signed("in_force")
    elsewhere = make_alliance()
    others = [
        make_user("路人"),
        make_enterprise_staff(make_enterprise(alliance=table.alliance), "别家"),
        make_coordinator(elsewhere, "别的联盟"),
    ]
    for other in others:
        log_in(client, other)
        for page in ("", "/text", "/paper.pdf", "/sign", "/return", "/void", "/ending", "/ending/proof"):
            answer = client.get(f"/agreements/{agreement.id}{page}")
            assert answer.status_code in (404, 405), (other.name, page)


def test_the_parties_may_only_what_is_theirs(client: FlaskClient, log_in: LogIn, table: Table) -> None:
    agreement = table.issued()
    may = {
        table.enterprise_staff: {"return": 409, "refuse": 403, "void": 403, "revise": 403, "deny": 403},
        table.school_staff: {"return": 409, "ask-refusal": 403, "withdraw": 403, "ending": 403},
        table.coordinator: {"return": 200, "withdraw": 200, "void": 409, "revise": 409, "refuse": 403, "deny": 403},
        agreement.placement.application.user: {"return": 200, "refuse": 200, "deny": 200, "void": 403, "ending": 409},
    }
    for user, pages in may.items():
        log_in(client, user)
        assert client.get(f"/agreements/{agreement.id}").status_code == 200
        for page, status in pages.items():
            assert client.get(f"/agreements/{agreement.id}/{page}").status_code == status, (user.name, page)


def test_everybody_not_signed_in_is_sent_to_log_in(client: FlaskClient, table: Table) -> None:
    agreement = table.issued()
    assert "/log-in" in client.get("/agreements").location
    answer = client.get(f"/agreements/{agreement.id}")
    assert answer.status_code == 404 or "/log-in" in answer.location


def test_the_desk_signs_with_a_password_and_the_history_says_who_in_which_role(
    client: FlaskClient, log_in: LogIn, post: Post, table: Table
) -> None:
    agreement = table.signed("awaiting_enterprise")
    log_in(client, table.enterprise_staff)
    page = client.get(f"/agreements/{agreement.id}").text
    identity = agreement.placement.application.user.identity_hint
    assert identity in page and "代表本单位签字" in page and "本人签" in page
    assert sign_on_page(client, post, agreement, ticks=()).status_code == 303
    log_in(client, table.school_staff)
    assert sign_on_page(client, post, agreement, ticks=()).status_code == 303
    assert "已生效" in client.get(f"/agreements/{agreement.id}").text


def test_batch_signing_on_the_page_names_what_was_not_signed(
    client: FlaskClient, log_in: LogIn, post: Post, table: Table
) -> None:
    ready = [table.signed("awaiting_enterprise", name) for name in ("林小禾", "赵一帆")]
    gone = table.signed("awaiting_school", "钱晚")
    log_in(client, table.enterprise_staff)
    page = client.get("/agreements/batch").text
    assert "共2份" in page
    values = [*re.findall(r'name="chosen" value="([^"]+)"', page), f"{gone.id}:{'a' * 64}", "nonsense"]
    wrong = post(client, "/agreements/batch", {"chosen": values, "proof": "不对的密码在这里"})
    assert wrong.status_code == 422 and "密码不对" in wrong.text
    answer = post(client, "/agreements/batch", {"chosen": values, "proof": PASSWORD})
    assert answer.status_code == 200 and "签好了2份" in answer.text and gone.number in answer.text
    assert all(db.session.get(Agreement, a.id, populate_existing=True).state == "awaiting_school" for a in ready)


def test_a_coordinator_issues_the_chosen_and_reads_why_the_others_must_wait(
    client: FlaskClient, log_in: LogIn, post: Post, table: Table
) -> None:
    ready, young = table.placed("林小禾"), table.placed("许幼", age=15)
    alone = table.placed("贺单", age=17, guardian="")
    log_in(client, table.coordinator)
    page = client.get("/agreements/to-issue").text
    assert "满16周岁才能定岗位" in page and "要先有监护人同意" in page
    answer = post(client, "/agreements/to-issue", {"chosen": [ready.id, young.id, alone.id]})
    assert "发出了1份协议" in answer.text and "有2人没有发" in answer.text
    assert young.application.number in answer.text
    assert "请先勾选" in post(client, "/agreements/to-issue").text


def test_returning_and_revising_on_the_pages(client: FlaskClient, log_in: LogIn, post: Post, table: Table) -> None:
    agreement = table.issued()
    log_in(client, agreement.placement.application.user)
    assert "请填原因" in post(client, f"/agreements/{agreement.id}/return", {"why": " "}).text
    assert post(client, f"/agreements/{agreement.id}/return", {"why": "电话错了"}).status_code == 303
    assert "电话错了" in client.get(f"/agreements/{agreement.id}").text
    log_in(client, table.coordinator)
    assert "改好了，再发一稿" in client.get(f"/agreements/{agreement.id}").text
    assert post(client, f"/agreements/{agreement.id}/revise", {"why": "改了"}).status_code == 303
    db.session.refresh(agreement)
    assert (agreement.state, agreement.revision_number) == ("awaiting_applicant", 2)


def test_refusing_needs_the_proof_and_gives_the_seat_up(
    client: FlaskClient, log_in: LogIn, post: Post, table: Table
) -> None:
    agreement = table.issued()
    log_in(client, agreement.placement.application.user)
    url = f"/agreements/{agreement.id}/refuse"
    assert post(client, url, {"proof": "不对的密码在这里"}).status_code == 422
    assert post(client, url, {"proof": PASSWORD}).status_code == 303
    db.session.refresh(agreement)
    db.session.refresh(agreement.placement)
    assert (agreement.state, agreement.placement.state) == ("refused", "released")


def test_after_a_refusal_the_enterprise_reads_no_more_of_the_person(
    client: FlaskClient, log_in: LogIn, table: Table
) -> None:
    agreement = table.issued("欧阳静如")
    service.refuse(table.actor("student", agreement), agreement)
    log_in(client, table.enterprise_staff)
    assert client.get(f"/agreements/{agreement.id}/text").status_code == 404
    assert client.get(f"/agreements/{agreement.id}/paper.pdf").status_code == 404
    for page in (f"/agreements/{agreement.id}", "/agreements", "/agreements?q=欧阳静如"):
        assert "欧阳静如" not in client.get(page).text.replace('value="欧阳静如"', "")


def test_the_private_line_is_seen_by_coordinators_only_and_answered(
    client: FlaskClient, log_in: LogIn, post: Post, table: Table
) -> None:
    agreement = table.signed("awaiting_enterprise")
    secret = "李老师拿我的手机替我点的"
    log_in(client, agreement.placement.application.user)
    assert post(client, f"/agreements/{agreement.id}/deny", {"text": secret}).status_code == 303
    assert secret in client.get(f"/agreements/{agreement.id}").text
    for user in (table.school_staff, table.enterprise_staff):
        log_in(client, user)
        assert secret not in client.get(f"/agreements/{agreement.id}").text + client.get("/inbox").text
        assert client.get("/agreements/denials").status_code == 403
    log_in(client, table.coordinator)
    assert secret in client.get("/agreements/denials").text
    url = re.search(r"/agreements/denials/\d+", client.get("/agreements/denials").text)[0]  # type: ignore[index]
    assert post(client, url, {"answer": "已打电话，作废重签"}).status_code == 303
    log_in(client, agreement.placement.application.user)
    assert "已打电话，作废重签" in client.get(f"/agreements/{agreement.id}").text


def test_the_full_text_has_every_word_that_is_hashed(client: FlaskClient, log_in: LogIn, table: Table) -> None:
    from app.agreements.paper import document_text

    agreement = table.issued(age=16)
    log_in(client, agreement.placement.application.user)
    page = client.get(f"/agreements/{agreement.id}/text").text
    plain = re.sub(r"\s|<[^>]+>", "", page)
    terms = service.terms_in(service.current(agreement))
    for line in document_text(terms).splitlines():
        for part in re.split(r"[：｜ ]", line):
            if part not in ("模板版本", "见证"):
                assert re.sub(r"\s", "", part) in plain, part


def test_a_list_asks_the_same_number_of_questions_however_long(
    client: FlaskClient, log_in: LogIn, table: Table
) -> None:
    def asked(path: str, user: Any) -> int:
        log_in(client, user)
        with statements() as seen:
            assert client.get(path).status_code == 200
        return len(seen)

    table.signed("awaiting_enterprise", "甲一"), table.placed("待发一")
    pages = [("/agreements", table.coordinator), ("/agreements/batch", table.enterprise_staff),
             ("/agreements/to-issue", table.coordinator)]  # fmt: skip
    for path, user in pages:
        asked(path, user)
    before = [asked(path, user) for path, user in pages]
    for name in ("乙二", "丙三", "丁四"):
        table.signed("awaiting_enterprise", name), table.placed("待发" + name)
    assert [asked(path, user) for path, user in pages] == before
