"""When something goes wrong, the page says it in plain words, and leads on."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.exc import DataError

from app import create_app
from app.core.errors import Conflict, TooMany
from app.core.requests import new_key
from config import Config, Keys, normal_url

FROM_HERE = {"Referer": "http://localhost/sign-up?next=/my-application"}
TOO_MUCH = 25 * 1024 * 1024


def raises(error: Exception) -> Any:
    def view() -> None:
        raise error

    return view


def test_what_is_too_large_is_read_to_its_end_and_then_refused_with_a_way_back(client: FlaskClient) -> None:
    """A phone that is still sending when the answer comes shows a broken line instead of the answer."""
    sent = io.BytesIO(b"0" * TOO_MUCH)
    answer = client.post(
        "/log-in", input_stream=sent, headers=FROM_HERE, content_type="multipart/form-data; boundary=b",
        content_length=TOO_MUCH,
    )  # fmt: skip
    assert answer.status_code == 413
    assert "文件太大，没传上" in answer.text and "照片最大20MB" in answer.text
    assert 'href="/sign-up?next=/my-application">回到刚才那一页' in answer.text
    assert sent.tell() == TOO_MUCH


def test_what_is_no_form_is_told_apart_from_an_old_page(database_url: str, tmp_path: Path) -> None:
    """A form without its token: 400. Something else altogether: 415."""
    guarded = create_app(Config("test", normal_url(database_url), tmp_path, Keys.fresh())).test_client()
    strange, old = guarded.post("/log-in", json={"login": "x"}), guarded.post("/log-in", data={"_key": new_key()})
    assert strange.status_code == 415 and "这种文件收不了" in strange.text and ".xlsx" in strange.text
    assert old.status_code == 400 and "这一页开得太久了" in old.text
    long = guarded.post("/log-in", data={"login": "0" * 600_000})
    assert long.status_code == 413 and "太大" in long.text


@pytest.mark.parametrize(("seconds", "words"), [(45, "请过45秒再试"), (90, "请过2分钟再试"), (900, "请过15分钟再试")])
def test_who_is_throttled_reads_how_long_and_that_the_account_is_not_locked(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, seconds: int, words: str
) -> None:
    monkeypatch.setitem(app.view_functions, "home.index", raises(TooMany("试得太多次了", seconds)))
    answer = client.get("/")
    assert answer.status_code == 429 and answer.headers["Retry-After"] == str(seconds)
    assert words in answer.text and "没有被锁" in answer.text


def test_a_value_that_no_column_can_hold_is_no_crash(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(app.view_functions, "home.index", raises(DataError("SELECT 1", {}, ValueError("NUL"))))
    answer = client.get("/")
    assert answer.status_code == 400 and "NUL" not in answer.text


@pytest.mark.parametrize(
    ("referer", "leads_back"),
    [("http://localhost/classes?page=2", True), ("http://evil.example/classes", False), ("", False),
     ("http://localhost//evil.example", False), ("javascript:alert(1)", False)],
)  # fmt: skip
def test_the_way_back_leads_to_a_page_of_this_site_or_nowhere(
    app: Flask, client: FlaskClient, monkeypatch: pytest.MonkeyPatch, referer: str, leads_back: bool
) -> None:
    monkeypatch.setitem(app.view_functions, "accounts.log_out", raises(Conflict()))
    answer = client.post("/log-out", headers={"Referer": referer}, data={"_key": new_key()})
    assert answer.status_code == 409
    assert ("回到刚才那一页" in answer.text) is leads_back
    assert ('href="/classes?page=2"' in answer.text) is leads_back
    assert "evil" not in answer.text and "alert(1)" not in answer.text
