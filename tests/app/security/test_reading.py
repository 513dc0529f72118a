"""Reading changes nothing: everybody follows every link she finds, and afterwards each table is as it was."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app.core.db import db
from tests.app.counting import statements
from tests.app.security.addresses import Address, browser_of
from tests.app.security.canaries import everything_stored
from tests.app.security.growth import grow
from tests.app.security.pages import Page
from tests.app.security.story import Story
from tests.app.security.test_matrix import OF_EACH_ROLE, let_in, private
from tests.app.vanishing import undone

pytestmark = pytest.mark.either

READERS = ("nobody", "stranger", "student", "guardian", "school", "enterprise", "station", "coordinator", "admin")
FIRST_PAGES = ("/", "/start", "/check", "/classes", "/sign-up")
HEADERS = {
    "X-Content-Type-Options": "nosniff", "Referrer-Policy": "same-origin", "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
}  # fmt: skip
# 286 tells the page that asks every second that there is no more to ask.
FINE = (200, 286)


@pytest.fixture(scope="module")
def lively(story: Story) -> Story:
    """The story with two of everything."""
    grow(story)
    grow(story)
    return story


def fingerprint() -> str:
    """A hash over every row of every table; reading may note when a session was last seen, and whose record was
    looked at (tests/app/core/test_access.py), nothing else."""
    return hashlib.sha256(everything_stored(db.session, but=("login_session.seen_at", "access_line"))).hexdigest()


def crawl(browser: FlaskClient) -> Iterator[tuple[str, Any]]:
    """Every page this browser reaches by links, each once, however its filters are combined."""
    waiting, seen = list(FIRST_PAGES), set(FIRST_PAGES)
    while waiting:
        path = waiting.pop()
        answer = browser.get(path)
        yield path, answer
        found = [answer.location] if answer.status_code in (302, 303) else []
        if answer.mimetype == "text/html":
            found += Page(answer.text).links
        for link in found:
            if link and link not in seen and not link.startswith("/static/") and link.count("&") < 2:
                seen.add(link)
                waiting.append(link)


@pytest.mark.parametrize("who", READERS)
def test_every_page_that_links_lead_to_opens_is_whole_and_writes_nothing(
    app: Flask, lively: Story, who: str
) -> None:
    browser = browser_of(app, lively.people[who])
    before, faults, pages = fingerprint(), {}, 0
    for path, answer in crawl(browser):
        found = faults_of(path, answer, signed_in=who != "nobody")
        if found:
            faults[path] = found
        pages += 1
    assert faults == {}
    assert pages >= (60 if who in ("school", "enterprise", "coordinator") else 8), "the crawl got nowhere"
    assert fingerprint() == before


def faults_of(path: str, answer: Any, signed_in: bool) -> list[str]:
    """What is wrong with an answer to a link."""
    if answer.status_code in (302, 303):
        return [] if answer.location.startswith("/") and not answer.location.startswith("//") else [answer.location]
    faults = [] if answer.status_code in FINE else [f"status {answer.status_code}"]
    faults += Page(answer.text).faults if answer.mimetype == "text/html" and not _is_part(path) else []
    return faults + header_faults(answer, signed_in)


def _is_part(path: str) -> bool:
    """An answer that a page puts into itself: no whole document."""
    return path.endswith("/progress") or path.startswith("/positions/preview")


def header_faults(answer: Any, signed_in: bool) -> list[str]:
    head = answer.headers
    faults = [f"{name} is {head.get(name)}" for name, value in HEADERS.items() if head.get(name) != value]
    policy = head.get("Content-Security-Policy", "")
    if "default-src 'none'" not in policy or "unsafe" in policy or "frame-ancestors 'none'" not in policy:
        faults.append(f"policy {policy}")
    if signed_in and head.get("Cache-Control") != "no-store":
        faults.append(f"may be kept: {head.get('Cache-Control')}")
    if answer.mimetype.startswith("text/") and "charset=utf-8" not in head["Content-Type"].lower():
        faults.append(f"no charset: {head['Content-Type']}")
    if answer.mimetype not in ("text/html", "application/json") and "attachment" not in head.get(
        "Content-Disposition", ""
    ) and not answer.mimetype.startswith("image/"):
        faults.append(f"{answer.mimetype} opens in the page")
    return faults


@pytest.mark.parametrize("path", ["/nothing-here", "/static/theme.css", "/static/nothing", "/healthz", "/agreements/1"])
def test_answers_that_are_no_pages_carry_the_same_headers(app: Flask, story: Story, path: str) -> None:
    answer = app.test_client().get(path)
    faults = [f for f in header_faults(answer, signed_in=False) if "opens in the page" not in f]
    assert faults == []


@pytest.mark.parametrize("who", [who for who in OF_EACH_ROLE if who in READERS[2:]])
def test_no_page_asks_the_database_more_when_its_lists_grow(app: Flask, lively: Story, who: str) -> None:
    browser = browser_of(app, lively.people[who])
    wanted = [a for a in private(app, lively) if a.method == "GET" and who in let_in(a)]
    before = {address: asked_for(browser, address) for address in wanted}
    with undone():
        for _ in range(3):
            grow(lively)
        after = {address: asked_for(browser, address) for address in wanted}
    grown = {str(address): (before[address], after[address]) for address in wanted if after[address] > before[address]}
    assert grown == {}


def asked_for(browser: FlaskClient, address: Address) -> int:
    """How many questions a page asks when nothing is remembered from the page before."""
    db.session.remove()
    with statements() as sent:
        address.ask(browser)
    return sum(statement.startswith("SELECT") for statement in sent)
