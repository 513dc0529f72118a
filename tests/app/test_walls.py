"""The walls around every request: idempotency, CSRF, headers, error pages, one commit, sealed values."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from sqlalchemy.exc import OperationalError

from app import create_app
from app.core import crypto, logs, throttle
from app.core.crypto import Unreadable, Vault
from app.core.dates import form_moment
from app.core.db import db
from app.core.errors import Conflict, TooMany, WrongState
from app.core.history import History
from app.core.requests import new_key
from app.core.web import same_site
from app.rounds.models import Round
from app.rounds.states import ROUND
from config import Config, Keys, normal_url
from tests.app.make_organisations import actor_for, make_alliance, make_coordinator
from tests.app.make_rounds import make_round, round_calendar


def round_form() -> dict[str, str]:

    return {"name": "2027年秋季", "code": "27Q", "max_choices": "5"} | {
        name: form_moment(moment) for name, moment in round_calendar().items()
    }


@pytest.fixture
def coordinator(client: FlaskClient, log_in: Callable[..., None]) -> FlaskClient:
    log_in(client, make_coordinator(make_alliance()))
    return client


def test_a_double_tap_is_done_once_and_leads_to_the_same_page(coordinator: FlaskClient) -> None:
    data = round_form() | {"_key": new_key()}
    first, second = coordinator.post("/rounds/new", data=data), coordinator.post("/rounds/new", data=data)
    assert first.status_code == 303 and second.status_code == 302
    assert first.headers["Location"] == second.headers["Location"]
    assert db.session.scalar(select(func.count()).select_from(Round)) == 1


def test_a_post_without_its_key_is_refused_and_changes_nothing(coordinator: FlaskClient) -> None:
    assert coordinator.post("/rounds/new", data=round_form()).status_code == 400
    assert db.session.scalar(select(func.count()).select_from(Round)) == 0


def test_a_wrong_form_keeps_what_was_typed_and_may_be_sent_again_under_the_same_key(coordinator: FlaskClient) -> None:
    key = new_key()
    wrong = coordinator.post("/rounds/new", data=round_form() | {"code": "", "_key": key})
    assert wrong.status_code == 422 and "2027年秋季" in wrong.text
    assert coordinator.post("/rounds/new", data=round_form() | {"_key": key}).status_code == 303


def test_every_fault_of_a_form_shows_at_once(coordinator: FlaskClient, post: Callable[..., Any]) -> None:
    page = post(coordinator, "/rounds/new", {"max_choices": "99", "opens_at": "明天"}).text
    for sentence in ("请填批次名称", "请填代码", "要在1到10个之间", "开始报名要写成"):
        assert sentence in page


def test_a_stale_page_is_answered_with_409_and_the_present_state(
    coordinator: FlaskClient, post: Callable[..., Any]
) -> None:
    row = make_round(db.session.get(make_alliance().__class__, 1) or make_alliance(), [], state="setup")
    form = {**round_form(), "version": str(row.version + 7)}
    answer = post(coordinator, f"/rounds/{row.id}/edit", form)
    assert answer.status_code in (404, 409)


def test_two_moves_from_the_same_page_cannot_both_win(session: Any) -> None:
    alliance = make_alliance()
    actor = actor_for(make_coordinator(alliance))
    row = make_round(alliance, [], state="setup")
    seen = row.version
    ROUND.move(row, "open", actor, version=seen)
    with pytest.raises(WrongState):
        ROUND.move(row, "open", actor, version=seen)
    with pytest.raises(Conflict):
        ROUND.move(row, "begin_checking", actor, version=seen)


def test_history_can_be_added_to_and_nothing_else(session: Any) -> None:
    alliance = make_alliance()
    ROUND.move(make_round(alliance, [], state="setup"), "open", actor_for(make_coordinator(alliance)))
    db.session.flush()
    for statement in ("UPDATE history SET why = 'x'", "DELETE FROM history"):
        with pytest.raises(Exception, match="append-only"), db.session.begin_nested():
            db.session.execute(text(statement))
    assert db.session.scalar(select(func.count()).select_from(History)) >= 1


def test_a_sealed_value_opens_only_where_it_was_sealed() -> None:
    vault = Vault(Keys.fresh())
    box = vault.seal("user", "identity", "row1", "371002200901010018")
    assert vault.open_text("user", "identity", "row1", box) == "371002200901010018"
    assert b"3710" not in box
    for place in (("user", "identity", "row2"), ("user", "phone", "row1"), ("guardian", "identity", "row1")):
        with pytest.raises(Unreadable):
            vault.open(*place, box)
    with pytest.raises(Unreadable):
        vault.open("user", "identity", "row1", box[:-1] + bytes([box[-1] ^ 1]))


def test_security_headers_stand_on_every_answer(client: FlaskClient) -> None:
    for path in ("/", "/log-in", "/nothing-here", "/healthz"):
        head = client.get(path).headers
        assert head["X-Content-Type-Options"] == "nosniff"
        assert head["Referrer-Policy"] == "same-origin"
        policy = head["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "unsafe" not in policy and "frame-ancestors 'none'" in policy


def test_signed_in_pages_are_never_stored(coordinator: FlaskClient) -> None:
    assert coordinator.get("/rounds").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(
    "target",
    ["//evil.example", "https://evil.example", "/\\evil.example", "/%5cevil", "\t//evil", "/a@b", "javascript:alert(1)",
     "/%2f%2fevil", "", "x" * 400],
)  # fmt: skip
def test_next_leads_only_to_a_path_of_this_site(target: str) -> None:
    assert same_site(target) is None
    assert same_site("/rounds?page=2") == "/rounds?page=2"


def test_a_form_without_its_csrf_token_is_refused(database_url: str, tmp_path: Path) -> None:
    guarded = create_app(Config("test", normal_url(database_url), tmp_path, Keys.fresh()))
    answer = guarded.test_client().post("/log-in", data={"_key": new_key()})
    assert answer.status_code == 400 and "刷新" in answer.text


def test_a_crash_shows_an_incident_number_and_no_trace(app: Flask, client: FlaskClient, monkeypatch: Any) -> None:
    monkeypatch.setitem(app.view_functions, "home.index", lambda: 1 / 0)
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    page = client.get("/")
    assert page.status_code == 500
    assert "ZeroDivisionError" not in page.text and "Traceback" not in page.text


def test_a_lost_database_is_503_with_a_time_to_come_back(app: Flask, client: FlaskClient, monkeypatch: Any) -> None:
    def lost() -> None:
        raise OperationalError("SELECT 1", {}, Exception("server closed the connection"))

    monkeypatch.setitem(app.view_functions, "home.index", lost)
    answer = client.get("/")
    assert answer.status_code == 503 and int(answer.headers["Retry-After"]) > 0
    assert "server closed" not in answer.text


def test_log_lines_are_json_and_carry_no_identity_or_phone() -> None:
    record = logging.LogRecord("sanfang", logging.INFO, "", 0, "asked 371002200901010018 at\n13912345678", None, None)
    line = logs.JsonLines().format(record)
    assert "\n" not in line and json.loads(line)["event"]
    assert "371002200901010018" not in line and "13912345678" not in line


def test_throttling_counts_over_all_processes_and_says_when_to_come_back(session: Any) -> None:
    for _ in range(3):
        throttle.count("try", "somebody", most=3, seconds=600)
    with pytest.raises(TooMany) as refused:
        throttle.count("try", "somebody", most=3, seconds=600)
    assert 0 < refused.value.retry_after <= 601
    throttle.count("try", "somebody else", most=3, seconds=600)


def test_sixteen_threads_on_one_state_move_it_once(make_database: Callable[[], str], tmp_path: Path) -> None:
    app = create_app(Config("test", normal_url(make_database()), tmp_path, Keys.fresh()))
    with app.app_context():
        db.create_all()
        alliance = make_alliance()
        actor = actor_for(make_coordinator(alliance))
        number = make_round(alliance, [], state="setup").id
        db.session.commit()
    start, wins = threading.Barrier(16), []

    def move() -> None:
        with app.app_context():
            start.wait()
            try:
                row = db.session.get(Round, number)
                ROUND.move(row, "open", actor)
                db.session.commit()
                wins.append(1)
            except (WrongState, Conflict):
                db.session.rollback()

    threads = [threading.Thread(target=move) for _ in range(16)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with app.app_context():
        moves = select(func.count()).select_from(History).filter_by(thing="round", action="open")
        assert (len(wins), db.session.scalar(moves)) == (1, 1)
    crypto.install(Keys.fresh())
