"""Anybody with the paper can check it, learns no more than the paper needs, and cannot guess."""

from __future__ import annotations

import io
import shutil
import subprocess
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select

from app.accounts.sealed import identity_of, phone_of
from app.agreements import service
from app.agreements.models import Agreement, Paper
from app.agreements.number import new_check_code
from app.agreements.views_check import MISSED, MOST_WRONG, UNKNOWN_FILE
from app.applications.guardians import guardian_phone
from app.core import jobs
from app.core.db import db
from tests.app.make_agreements import Table, guardian_of, sign_turn
from tests.app.make_organisations import actor_for

Post = Callable[..., Any]
reads_pdf = pytest.mark.skipif(not shutil.which("pdftotext"), reason="poppler's pdftotext is not installed")


def printed(agreement: Agreement) -> bytes:
    """The kept paper of the present state, after the workers have come to it."""
    db.session.commit()
    jobs.run_due()
    assert service.paper_of(agreement) is not None
    return service.paper_bytes(agreement)


def text_of(pdf: bytes) -> str:
    read = subprocess.run(["pdftotext", "-", "-"], input=pdf, capture_output=True, check=True)
    return read.stdout.decode()


def upload(client: FlaskClient, post: Post, content: bytes) -> str:
    answer = post(client, "/check", {"file": (io.BytesIO(content), "x.pdf")}, follow_redirects=True)
    assert answer.status_code == 200
    return str(answer.text)


def test_the_check_page_shows_state_and_hash_and_no_person(client: FlaskClient, table: Table) -> None:
    agreement = table.signed("in_force", "欧阳静如", age=16)
    user, guardian = agreement.placement.application.user, guardian_of(agreement)
    page = client.get(f"/check?code={agreement.check_code.lower().replace('-', ' ')}").text
    hash_ = service.current(agreement).text_sha256
    for shown in (agreement.number, "第1稿", "已生效", "欧＊", "林＊", hash_[:32], hash_[32:], table.enterprise.name):
        assert shown in page, shown
    secrets = (user.name, guardian.name, identity_of(user), phone_of(user), guardian_phone(guardian), "梁夏", "崔明",
               user.phone_hint, user.identity_hint, guardian.phone_hint, "虚构路2号", user.birth_date)  # fmt: skip
    for secret in secrets:
        assert str(secret) not in page, secret


@pytest.mark.parametrize("asked", ["number", "wrong code", "nonsense", "almost"])
def test_whatever_is_not_a_code_gets_the_same_answer(client: FlaskClient, table: Table, asked: str) -> None:
    agreement = table.signed("in_force")
    code = {"number": agreement.number, "wrong code": new_check_code(), "nonsense": "' OR 1=1 --",
            "almost": agreement.check_code[:-1]}[asked]  # fmt: skip
    answer = client.get("/check", query_string={"code": code})
    assert answer.status_code == 200 and MISSED in answer.text
    assert table.enterprise.name not in answer.text and "第1稿" not in answer.text


def test_guessing_is_stopped_and_an_honest_address_goes_on(client: FlaskClient, table: Table) -> None:
    agreement = table.signed("in_force")
    for _ in range(MOST_WRONG):
        assert client.get("/check", query_string={"code": new_check_code()}).status_code == 200
    stopped = client.get("/check", query_string={"code": agreement.check_code})
    assert stopped.status_code == 429 and int(stopped.headers["Retry-After"]) > 0
    elsewhere = client.get(
        "/check", query_string={"code": agreement.check_code}, environ_base={"REMOTE_ADDR": "10.9.8.7"}
    )
    assert "已经生效" in elsewhere.text


def test_a_printed_paper_is_recognised_and_one_changed_byte_is_not(
    client: FlaskClient, post: Post, table: Table
) -> None:
    agreement = table.signed("in_force")
    content = printed(agreement)
    assert "就是现在这一份" in upload(client, post, content)
    changed = bytearray(content)
    changed[len(changed) // 2] ^= 1
    assert UNKNOWN_FILE in upload(client, post, bytes(changed))
    assert UNKNOWN_FILE in upload(client, post, b"%PDF-1.7 somebody else's")
    assert client.get("/check?paper=" + "x" * 64).text.count("认不出") == 1


def test_an_older_paper_is_recognised_and_said_to_be_old(client: FlaskClient, post: Post, table: Table) -> None:
    agreement = table.signed("awaiting_school")
    old = printed(agreement)
    sign_turn(table, agreement)
    page = upload(client, post, old)
    assert "不是最新的" in page and "待院校签" in page and "已生效" in page


def test_a_late_worker_prints_the_present_step_and_always_the_paper_in_force(
    client: FlaskClient, post: Post, table: Table
) -> None:
    agreement = table.signed("in_force")
    in_force = service.paper_bytes(agreement)  # made at once, before any worker came
    service.ask_ending(table.actor("student", agreement), agreement, ground="army", why="")
    printed(agreement)
    assert set(db.session.scalars(select(Paper.state))) == {"in_force", "ending_asked"}
    assert "“已生效”时印的" in upload(client, post, in_force)


def test_the_paper_made_at_once_and_the_workers_paper_are_the_same_bytes(table: Table) -> None:
    agreement = table.signed("awaiting_enterprise")
    assert service.paper_of(agreement) is None
    at_once = service.paper_bytes(agreement)
    assert printed(agreement) == at_once


def test_the_kept_paper_is_sealed(table: Table) -> None:
    agreement = table.signed("in_force")
    printed(agreement)
    paper = service.paper_of(agreement)
    assert paper is not None and b"%PDF" not in paper.content


@reads_pdf
def test_the_paper_says_it_is_not_in_force_until_it_is(table: Table) -> None:
    agreement = table.issued()
    while agreement.state != "in_force":
        assert "未生效" in "".join(text_of(service.paper_bytes(agreement)).split())
        sign_turn(table, agreement)
    text = "".join(text_of(service.paper_bytes(agreement)).split())
    assert "已生效" in text and agreement.check_code in text and agreement.number in text
    assert text.count("已签署") >= 3


def test_downloading_the_pdf_writes_nothing(client: FlaskClient, log_in: Callable[..., None], table: Table) -> None:
    agreement = table.signed("in_force")
    log_in(client, agreement.placement.application.user)
    answer = client.get(f"/agreements/{agreement.id}/paper.pdf")
    assert answer.data.startswith(b"%PDF") and "attachment" in answer.headers["Content-Disposition"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert db.session.scalar(select(func.count()).select_from(Paper)) == 0


def test_what_cannot_be_printed_goes_back_before_anybody_else_signs(table: Table) -> None:
    position = table.track.position
    assert position is not None
    position.duties = "按图装配🙂"
    agreement = table.issued()
    db.session.commit()
    jobs.run_due()
    db.session.refresh(agreement)
    assert agreement.state == "returned" and "🙂" in agreement.returned_because
    position.duties = "按图装配"
    service.revise(actor_for(table.coordinator), agreement)
    assert printed(agreement).startswith(b"%PDF")


@pytest.mark.parametrize(
    ("end", "says"), [("void", "没有效力"), ("ask_ending", "正在办解除"), ("return", "还没有生效")]
)
def test_the_check_says_what_the_paper_is_worth_now(client: FlaskClient, table: Table, end: str, says: str) -> None:
    agreement = table.signed("awaiting_school" if end == "return" else "in_force")
    coordinator = actor_for(table.coordinator)
    if end == "void":
        service.void(coordinator, agreement, "冒名")
    elif end == "return":
        service.send_back(coordinator, agreement, "改")
    else:
        service.ask_ending(table.actor("student", agreement), agreement, ground="army", why="")
    assert says in client.get(f"/check?code={agreement.check_code}").text


def test_an_empty_upload_is_told_so(client: FlaskClient, post: Post, table: Table) -> None:
    answer = post(client, "/check", {})
    assert answer.status_code == 422 and "请选协议的PDF文件" in answer.text
