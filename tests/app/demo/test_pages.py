"""The demonstration's own pages: another role at one tap, the text messages, every part once; nowhere else."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.accounts.codes import send_code
from app.core.db import db
from app.core.requests import new_key
from app.demo import keeping
from app.home import menu
from config import Config, Keys, normal_url
from tests.app.make_accounts import make_user


@pytest.fixture
def demo(
    make_database: Callable[[], str], app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Flask]:
    """The application in demo mode on a database of its own, for what is done here is committed."""
    keys: Keys = app.config["SANFANG"].keys
    monkeypatch.setenv("SANFANG_DATA", str(tmp_path))
    monkeypatch.setattr(menu, "ROLE_SWITCH", menu.ROLE_SWITCH)
    config = Config("demo", normal_url(make_database()), tmp_path, keys)
    demo = create_app(config, WTF_CSRF_ENABLED=False, TESTING=True)
    with demo.app_context():
        db.create_all()
    yield demo


def keep(folder: Path, *people: Any) -> None:
    """Write the record that names these people as printed accounts."""
    accounts = [
        {"role": "协调员", "label": p.name, "key": str(p.id), "phone": "1", "password": "x", "why": ""} for p in people
    ]
    (folder / "demonstration.json").write_text(json.dumps({"accounts": accounts}), "utf-8")


@pytest.fixture
def visitor(demo: Flask) -> Iterator[FlaskClient]:
    with demo.app_context():
        yield demo.test_client()
        db.session.rollback()


def test_a_visitor_becomes_one_of_the_printed_people_at_one_tap(visitor: FlaskClient, tmp_path: Path) -> None:
    user = make_user("周婉", is_admin=True)
    db.session.commit()
    keep(tmp_path, user)
    assert "协调员：周婉" in visitor.get("/log-in").text
    answer = visitor.post("/demo/switch", data={"_key": new_key(), "user_id": str(user.id)})
    assert answer.status_code == 303
    assert "协调员：周婉（现在）" in visitor.get("/parts").text


def test_nobody_can_become_somebody_who_is_not_printed(visitor: FlaskClient, tmp_path: Path) -> None:
    other = make_user("不在名单上的人")
    db.session.commit()
    keep(tmp_path)
    assert visitor.post("/demo/switch", data={"_key": new_key(), "user_id": str(other.id)}).status_code == 404
    assert "登录" in visitor.get("/parts").text


def test_the_inbox_shows_the_code_an_invented_phone_got_and_can_be_narrowed_to_it(visitor: FlaskClient) -> None:
    make_user("林小禾", phone="14000000777")
    send_code("14000000777", "log_in")
    db.session.commit()
    page = visitor.get("/demo/inbox?q=140 0000 0777").text
    assert "14000000777" in page and "用来登录" in page
    assert "用来登录" not in visitor.get("/demo/inbox?q=14000000778").text


def test_outside_the_demonstration_none_of_this_exists(client: FlaskClient, post: Any) -> None:
    for path in ("/demo/inbox", "/parts"):
        assert client.get(path).status_code == 404
    assert post(client, "/demo/switch", {"user_id": "1"}).status_code == 404


def test_a_demonstration_is_used_again_only_if_it_is_complete_of_this_code_and_of_this_week(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SANFANG_DATA", str(tmp_path))
    assert not keeping.usable(keeping.load())
    (tmp_path / "sanfang.db").touch()
    keeping.save([], [], held=True)
    assert keeping.usable(keeping.load())
    record = keeping.load()
    assert record is not None
    assert not keeping.usable(record | {"held": False})
    assert not keeping.usable(record | {"version": "another"})
    assert not keeping.usable(record | {"made": "2020-01-01"})
    keeping.clear()
    assert not keeping.usable(record)
