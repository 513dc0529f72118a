"""Nobody reads a person's data before it is hers to read: raw bytes of every page and file are searched for it."""

from __future__ import annotations

import io
import json
import logging
import re
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from app.core import logs, senders
from app.core.db import db
from tests.app.security import hunt as story
from tests.app.security.addresses import Address, addresses, browser_of
from tests.app.security.canaries import database_file, everything_stored, found_in
from tests.app.security.hunt import Hunt, make_hunt
from tests.app.vanishing import undone

pytestmark = pytest.mark.either

LOOKS_LIKE_A_NUMBER = re.compile(r"(?<![0-9a-zA-Z])(?:[1-9]\d{16}[\dXx]|1[3-9]\d{9})(?![0-9a-zA-Z])")


@pytest.fixture
def hunt(session: Any) -> Hunt:
    return make_hunt()


def seen_by(app: Flask, hunt: Hunt, who: dict[str, int], wanted: Callable[[Address], bool]) -> dict[str, list[str]]:
    """The wanted addresses × every row, asked for by one person: which secrets stood in the answers' bytes."""
    browser, found = browser_of(app, who), {}
    for address in filter(wanted, addresses(app, hunt.rows())):
        with undone() if address.method == "POST" else nullcontext():
            answer = address.ask(browser)
        if told := found_in(answer.data + str(answer.headers).encode(), hunt.secrets):
            found[str(address)] = told
    return found


def is_get(address: Address) -> bool:
    return address.method == "GET"


def test_onlookers_read_nothing_of_anybody_while_applications_are_checked(app: Flask, hunt: Hunt) -> None:
    story.apply(hunt)
    story.check(hunt)
    found = {word: seen_by(app, hunt, who, is_get) for word, who in hunt.onlookers.items()}
    assert found == {word: {} for word in hunt.onlookers}


def test_an_offer_that_is_not_accepted_tells_the_enterprise_and_other_schools_nothing(app: Flask, hunt: Hunt) -> None:
    for chapter in (story.apply, story.check, story.offer):
        chapter(hunt)
    found = {word: seen_by(app, hunt, who, is_get) for word, who in hunt.onlookers.items()}
    found["buttons"] = seen_by(app, hunt, hunt.onlookers["the enterprise of the choices"], lambda a: a.method == "POST")
    assert found == {word: {} for word in (*hunt.onlookers, "buttons")}


def test_the_search_itself_finds_what_there_is_to_find(app: Flask, hunt: Hunt) -> None:
    """Without this the tests above would also pass on blank pages."""
    for chapter in (story.apply, story.check, story.offer, story.accept_and_sign):
        chapter(hunt)
    mine, hers = (canary.name for canary in hunt.canaries)

    def told(who: dict[str, int], *starts: str) -> set[str]:
        seen = seen_by(app, hunt, who, lambda address: is_get(address) and address.path.startswith(starts))
        return {word for words in seen.values() for word in words}

    herself = told({"user_id": hunt.applications[0].user_id}, "/a", "/e", "/m")
    assert {f"{mine}'s identity", f"{mine}'s phone", f"{mine}'s address", f"{mine}'s paper"} <= herself
    assert not any(word.startswith(hers) for word in herself)
    for staff in (hunt.table.school_staff.id, hunt.table.enterprise_staff.id):
        assert {f"{mine}'s name", f"{hers}'s name"} <= told({"user_id": staff}, "/agreements", "/placements")


def test_a_stolen_copy_of_the_database_holds_nobodys_numbers_papers_or_links(
    app: Flask, hunt: Hunt, post: Callable[..., Any]
) -> None:
    for chapter in (story.apply, story.check, story.offer, story.accept_and_sign):
        chapter(hunt)
    senders.deliver_due()
    tokens = {token: token.encode() for token in hunt.tokens()}
    _knock(app, hunt, post)
    stolen = everything_stored(db.session) + database_file(db.session)
    assert hunt.canaries[0].name.encode() in stolen, "the copy is blank"
    for canary in hunt.canaries:
        assert found_in(stolen, canary.sealed) == []
        assert found_in(stolen, canary.plain_hashes) == []
    assert found_in(stolen, tokens) == []


def _knock(app: Flask, hunt: Hunt, post: Callable[..., Any]) -> None:
    """Log-ins, codes and one-time links: what is counted and what is remembered of them lies in the database too."""
    for canary, token in zip(hunt.canaries, hunt.tokens(), strict=True):
        browser = app.test_client()
        for login in (canary.phone, canary.identity, f"+86{canary.phone}"):
            assert post(browser, "/log-in", {"login": login, "password": "不对的密码"}).status_code == 422
        assert post(browser, "/log-in/code", {"phone": canary.phone}).status_code == 303
        assert post(browser, f"/guardian/{token}/code").status_code == 303


def test_what_a_bundle_tells_the_world_names_nobody(hunt: Hunt) -> None:
    for chapter in (story.apply, story.check, story.offer):
        chapter(hunt)
    run = db.session.get_one(story.Run, hunt.rows()["run_id"][0])
    assert found_in(run.bundle or b"", hunt.secrets | {"number": hunt.applications[0].number.encode()}) == []


@pytest.fixture
def log_lines() -> Iterator[io.StringIO]:
    """What the process writes to its log meanwhile."""
    written = io.StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(logs.JsonLines())
    logging.getLogger().addHandler(handler)
    yield written
    logging.getLogger().removeHandler(handler)


def test_the_log_of_the_whole_way_names_no_number_and_no_address(
    app: Flask, hunt: Hunt, log_lines: io.StringIO, monkeypatch: pytest.MonkeyPatch, post: Callable[..., Any]
) -> None:
    for chapter in (story.apply, story.check, story.offer, story.accept_and_sign):
        chapter(hunt)
    senders.deliver_due()
    canary = hunt.canaries[0]
    _knock(app, hunt, post)
    _crash_with(app, monkeypatch, canary.address, f"+86{canary.phone} {canary.identity}")
    lines = log_lines.getvalue().splitlines()
    assert len(lines) > 3 and all(json.loads(line)["event"] for line in lines)
    written = "\n".join(lines)
    assert "crash" in written and "a value that cannot be stored" in written
    assert found_in(written.encode(), {**hunt.secrets, **canary.sealed}) == []
    assert LOOKS_LIKE_A_NUMBER.findall(written) == []


def _crash_with(app: Flask, monkeypatch: pytest.MonkeyPatch, address: str, numbers: str) -> None:
    """A fault in the middle of a statement, whose values are somebody's, and one that speaks of numbers itself."""

    def statement() -> None:
        db.session.execute(text("SELECT :a, :b"), {"a": object(), "b": address})

    def sentence() -> None:
        raise RuntimeError(f"a value that cannot be stored: {numbers}")

    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    for fault in (statement, sentence):
        monkeypatch.setitem(app.view_functions, "home.index", fault)
        with undone():
            assert app.test_client().get("/").status_code == 500
