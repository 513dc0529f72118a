"""The guardian's own way in, and that nobody gets from one side to the other."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import urljoin

from flask.testing import FlaskClient

from app.applications import service
from app.applications.models import Application
from app.core.db import db
from app.core.outbox import body_of, newest_to_phone
from tests.app.applications.stage import Stage, make_stage
from tests.app.make_accounts import make_applicant, next_phone
from tests.app.make_applications import make_application, make_evidence, make_guardian


def _named(stage: Stage) -> tuple[Application, str, str]:
    """A minor's submitted application with the phone and the link's token of her mother."""
    actor, row = stage.begin(make_applicant("林小禾", age=16))
    service.set_choices(actor, row, [stage.tracks[0].id], False)
    phone = next_phone()
    token = service.name_guardian(actor, row, name="林桂芳", relation="mother", phone=phone)
    service.submit(actor, row)
    db.session.commit()
    return row, phone, token


def _code(phone: str) -> str:
    found = re.search(r"验证码(\d{6})", body_of(newest_to_phone(phone)[0]))
    assert found is not None
    return found.group(1)


def test_a_guardian_comes_by_her_link_and_a_code_reads_and_agrees(
    session: Any, client: FlaskClient, post: Any
) -> None:
    stage = make_stage()
    row, phone, token = _named(stage)
    link = client.get(f"/guardian/{token}")
    # Between a class's words and its bracket a line may break.
    assert link.status_code == 200 and "林小禾" not in link.text
    assert stage.order_class.name not in link.text.replace("<wbr>", "")
    sent = post(client, f"/guardian/{token}/code")
    assert sent.status_code == 303 and urljoin(sent.request.path, sent.location) == f"/guardian/{token}/code"
    wrong = post(client, f"/guardian/{token}", {"code": "000000" if _code(phone) != "000000" else "111111"})
    assert wrong.status_code == 422 and "验证码不对" in wrong.text
    assert client.get("/guardian").status_code in (302, 403, 404)
    assert post(client, f"/guardian/{token}", {"code": _code(phone)}).location == "/guardian"
    page = client.get("/guardian")
    assert "同意以后会怎样" in page.text
    assert page.status_code == 200 and stage.order_class.name in page.text.replace("<wbr>", "") and "工资" in page.text
    assert post(client, "/guardian").status_code == 422
    assert post(client, "/guardian", {"agrees": "yes"}).status_code == 303
    db.session.expire_all()
    assert db.session.get(Application, row.id).state == "submitted"
    later = client.get("/guardian").text
    assert "您已同意" in later and "报名现在是“已提交”" in later and "同意以后会怎样" not in later
    stage.round.state = "published"
    db.session.commit()
    assert "报名现在是" not in client.get("/guardian").text, "where the result is out, this is old news"


def test_a_code_opens_once_only(session: Any, client: FlaskClient, post: Any, app: Any) -> None:
    _, phone, token = _named(make_stage())
    post(client, f"/guardian/{token}/code")
    code = _code(phone)
    assert post(client, f"/guardian/{token}", {"code": code}).status_code == 303
    assert post(app.test_client(), f"/guardian/{token}", {"code": code}).status_code == 422


def test_an_unknown_or_replaced_link_does_not_exist(session: Any, client: FlaskClient, post: Any) -> None:
    row, _, token = _named(make_stage())
    assert client.get("/guardian/none-such-link").status_code == 404
    service.send_again(service.SYSTEM, row.guardian)
    db.session.commit()
    assert client.get(f"/guardian/{token}").status_code == 404
    assert post(client, f"/guardian/{token}/code").status_code == 404


def test_a_guardian_reaches_none_of_the_applicants_pages(
    session: Any, client: FlaskClient, log_in: Any, post: Any
) -> None:
    row, _, _ = _named(make_stage())
    paper = make_evidence(row)
    log_in(client, guardian=row.guardian)
    assert client.get("/my-application").status_code == 403
    for page in ("", "/profile", "/papers", "/choices", "/submit", "/receipt", "/withdraw", "/guardian"):
        assert client.get(f"/my-application/{row.id}{page}").status_code == 404
    for page in ("/choices", "/submit", "/reopen", "/withdraw", "/guardian"):
        assert post(client, f"/my-application/{row.id}{page}").status_code == 404
    assert client.get(f"/evidence/{paper.id}/file").status_code == 404
    assert client.get("/applications").status_code == 403
    assert client.get(f"/applications/{row.id}").status_code == 404


def test_an_applicant_cannot_answer_for_her_guardian(
    session: Any, client: FlaskClient, log_in: Any, post: Any
) -> None:
    row, _, _ = _named(make_stage())
    log_in(client, row.user)
    assert client.get("/guardian").status_code == 404
    assert post(client, "/guardian", {"agrees": "yes"}).status_code == 404
    assert db.session.get(Application, row.id).state == "awaiting_guardian"


def test_a_guardian_sees_only_her_own_child(session: Any, client: FlaskClient, log_in: Any) -> None:
    stage = make_stage()
    row, _, _ = _named(stage)
    other = make_application(stage.round, make_applicant("吴晓棠", age=16), stage.tracks, state="awaiting_guardian")
    log_in(client, guardian=make_guardian(other, state="named", name="吴海"))
    text = client.get("/guardian").text
    assert "吴晓棠" in text and row.user.name not in text


def test_the_phone_of_the_guardian_is_named_on_a_page_that_says_what_is_wrong(
    session: Any, client: FlaskClient, log_in: Any, post: Any
) -> None:
    from app.accounts.sealed import phone_of

    stage = make_stage()
    _, row = stage.begin(make_applicant(age=16))
    log_in(client, row.user)
    url = f"/my-application/{row.id}/guardian"
    facts = {"name": "林桂芳", "relation": "mother"}
    answer = post(client, url, {**facts, "phone": phone_of(row.user)})
    assert answer.status_code == 422 and "不能和您的一样" in answer.text and "林桂芳" in answer.text
    assert post(client, url, {**facts, "phone": next_phone()}).status_code == 303
    assert "再发一次短信" in client.get(url).text
    assert post(client, f"{url}/link").status_code == 303


def test_a_stale_answer_is_refused_when_the_list_was_changed_under_her(
    session: Any, client: FlaskClient, log_in: Any, post: Any
) -> None:
    stage = make_stage()
    row, _, _ = _named(stage)
    from tests.app.make_organisations import actor_for

    log_in(client, guardian=row.guardian)
    seen = client.get("/guardian").text
    version = re.search(r'name="version" value="(\d+)"', seen).group(1)
    actor = actor_for(row.user)
    service.guardian_answer(service.SYSTEM, row.guardian, False)
    service.set_choices(actor, row, [stage.tracks[1].id], True)
    service.submit(actor, row)
    db.session.commit()
    assert post(client, "/guardian", {"agrees": "yes", "version": version}).status_code == 409


def test_her_page_names_what_else_waits_for_her(session: Any, client: FlaskClient, log_in: Any) -> None:
    from app.applications.views_guardian import ERRANDS

    row, _, _ = _named(make_stage())
    asked: list[int] = []
    ERRANDS.append(lambda guardian: asked.append(guardian.id) or [("还有一件事", "/somewhere")])
    try:
        log_in(client, guardian=row.guardian)
        assert '<a class="btn btn-primary" href="/somewhere">还有一件事</a>' in client.get("/guardian").text
    finally:
        ERRANDS.pop()
    assert asked == [row.guardian.id]
