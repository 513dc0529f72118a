"""Saved as you go, in a real browser: a dead line loses nothing, a lost answer is asked for again with the same key."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any

import pytest
from flask import Flask, jsonify, request
from playwright.sync_api import Browser, Page

from tests.shape.serving import serving

pytestmark = pytest.mark.browser
LOST = "没交上，网断了。您填的都在"
CARD = '<article class="choice">{0}<input type="hidden" name="order" value="{0}"></article>'
PAGE = """<!doctype html><html lang="zh"><title>x</title><script src="/static/sanfang.js" defer></script>
<script src="/static/drafts.js" defer></script>
<form method="post" action="/log-out"><button id="out">退出</button></form>
<form id="draft" method="post" data-draft="/draft"><input type="hidden" name="csrf_token" value="t">
<input type="hidden" name="_key" value="the-form's-own-key"><input type="hidden" name="version" value="{version}">
<input id="name" name="name" value="{name}"><label><input type="radio" name="go" value="yes">y</label>
<label><input type="radio" name="go" value="no" checked>n</label><div>{cards}</div><button>保存</button></form>
<form id="careful" method="post" action="/final" data-careful="keep"><input id="text" name="text">
<button name="b" value="7">提交</button></form></html>"""


class Site:
    """What the server has; ``drafts`` and ``finals`` keep what arrived."""

    def __init__(self) -> None:
        self.address, self.name, self.cards, self.version = "", "", ["1", "2", "3"], 1
        self.slow = 0.0
        self.drafts: list[Any] = []
        self.finals: list[Any] = []


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    app = Flask(__name__, static_folder="../../app/static")
    site = Site()

    @app.get("/")
    def page() -> str:
        return PAGE.format(name=site.name, version=site.version, cards="".join(map(CARD.format, site.cards)))

    @app.post("/draft")
    def draft() -> Any:
        site.drafts.append(request.form)
        time.sleep(site.slow)
        return jsonify(version=len(site.drafts) + 1, at="10:42", refused=[])

    @app.get("/healthz")
    def alive() -> str:
        return "ok"

    @app.post("/log-out")
    @app.post("/final")
    def final() -> tuple[str, int]:
        site.finals.append(request.form)
        return "", 204

    with serving(app) as address:
        site.address = f"{address}/"
        yield site


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    context = browser.new_context()
    visit = context.new_page()
    site.drafts.clear()
    site.finals.clear()
    visit.goto(site.address)
    yield visit
    context.close()


def said(page: Page, form: str, words: str) -> None:
    page.locator(f"#{form} [data-said]", has_text=words).wait_for(timeout=5000)


def write(page: Page, text: str) -> None:
    """Type, and leave the field."""
    page.fill("#name", text)
    page.dispatch_event("#name", "change")


def come_back(page: Page, site: Site) -> Page:
    """The browser was closed on the dead line; the page is opened anew where there is one."""
    context = page.context
    page.close()
    context.set_offline(False)
    again = context.new_page()
    again.goto(site.address)
    return again


def kept(page: Page) -> list[str]:
    found: list[str] = page.evaluate("Object.keys(localStorage)")
    return found


def test_what_is_filled_in_is_saved_with_a_key_of_its_own_and_the_version_follows(page: Page, site: Site) -> None:
    write(page, "虚构路9号")
    said(page, "draft", "已自动保存10:42")
    sent = site.drafts[0]
    assert sent["name"] == "虚构路9号" and sent["csrf_token"] == "t" and sent["version"] == "1"
    assert len(sent["_key"]) >= 16 and sent["_key"] != "the-form's-own-key"
    assert page.input_value("[name=version]") == "2" and page.input_value("[name=_key]") == "the-form's-own-key"
    assert kept(page) == [], "the browser forgets what the server has"


def test_a_dead_spot_is_named_and_what_was_typed_survives_a_reload(page: Page, site: Site) -> None:
    page.context.set_offline(True)
    write(page, "虚构路9号")
    page.check("[value=yes]")
    said(page, "draft", LOST)
    page = come_back(page, site)
    said(page, "draft", "已自动保存")
    assert page.input_value("#name") == "虚构路9号" and page.is_checked("[value=yes]")
    assert site.drafts[-1]["name"] == "虚构路9号" and site.drafts[-1]["go"] == "yes"


def test_when_the_line_comes_back_the_draft_goes_out_by_itself(page: Page, site: Site) -> None:
    page.context.set_offline(True)
    write(page, "虚构路9号")
    said(page, "draft", LOST)
    assert site.drafts == []
    page.context.set_offline(False)
    said(page, "draft", "已自动保存")
    assert [sent["name"] for sent in site.drafts] == ["虚构路9号"]


def test_a_lost_answer_is_asked_for_again_with_the_same_key(page: Page, site: Site) -> None:
    lost: list[Any] = []

    def lose_once(route: Any) -> None:
        if lost:
            route.continue_()
            return
        lost.append(route.fetch())
        route.abort()

    page.route("**/draft", lose_once)
    write(page, "虚构路9号")
    said(page, "draft", LOST)
    page.evaluate("window.dispatchEvent(new Event('online'))")
    said(page, "draft", "已自动保存")
    first, second = site.drafts
    assert first["_key"] == second["_key"] and first["name"] == second["name"]


ORDER = "[...document.querySelectorAll('[name=order]')].map((e) => e.value)"
FIRST_TO_THE_END = """() => { const list = document.querySelector('.choice').parentNode;
list.append(list.firstElementChild); list.dispatchEvent(new CustomEvent('laid', {bubbles: true})); }"""


def test_cards_come_back_as_they_lay(page: Page, site: Site) -> None:
    page.context.set_offline(True)
    page.evaluate(FIRST_TO_THE_END)
    said(page, "draft", LOST)
    page = come_back(page, site)
    said(page, "draft", "已自动保存")
    assert page.evaluate(ORDER) == ["2", "3", "1"] and site.drafts[-1].getlist("order") == ["2", "3", "1"]


def test_an_order_of_cards_that_are_not_there_any_more_is_forgotten(page: Page, site: Site) -> None:
    page.context.set_offline(True)
    page.evaluate(FIRST_TO_THE_END)
    said(page, "draft", LOST)
    site.cards = ["1", "2"]
    page = come_back(page, site)
    site.cards = ["1", "2", "3"]
    assert page.evaluate(ORDER) == ["1", "2"] and kept(page) == []


def test_what_the_server_made_of_a_button_is_not_undone_by_the_copy_of_before(page: Page, site: Site) -> None:
    """A button that moves a card up posts the order as it lay; the copy of that order is older than the next page."""
    page.evaluate("document.querySelector('#draft button').formAction = '/final'")
    with page.expect_response("**/final"):
        page.click("#draft button")
    site.cards, site.version = ["2", "1", "3"], 2
    page.goto(site.address)
    site.cards, site.version = ["1", "2", "3"], 1
    assert page.evaluate(ORDER) == ["2", "1", "3"] and kept(page) == [] and site.drafts == []


def test_a_final_button_on_a_dead_line_keeps_the_page_and_works_afterwards(page: Page, site: Site) -> None:
    page.fill("#text", "写了很多")
    page.context.set_offline(True)
    page.click("#careful button")
    said(page, "careful", LOST + "。连上网再点一次")
    assert page.input_value("#text") == "写了很多" and site.finals == []
    page = come_back(page, site)
    assert page.input_value("#text") == "写了很多"
    with page.expect_response("**/final"):
        page.click("#careful button")
    assert kept(page) == []
    assert [(sent["text"], sent["b"]) for sent in site.finals] == [("写了很多", "7")]


def test_a_final_button_waits_for_the_draft_on_its_way_and_carries_its_version(page: Page, site: Site) -> None:
    """Otherwise the page's own draft would make the page look out of date, and saving would be refused."""
    page.evaluate("document.querySelector('#draft button').formAction = '/final'")
    site.slow = 0.8
    with page.expect_request("**/draft"):
        write(page, "虚构路9号")
    with page.expect_response("**/final"):
        page.click("#draft button")
    site.slow = 0.0
    assert len(site.drafts) == 1
    assert [(sent["name"], sent["version"]) for sent in site.finals] == [("虚构路9号", "2")]


def test_whoever_signs_out_leaves_nothing_half_written_behind(page: Page, site: Site) -> None:
    page.evaluate("localStorage.setItem('draft:/any', '1'); localStorage.setItem('other', '2')")
    with page.expect_response("**/log-out"):
        page.click("#out")
    assert kept(page) == ["other"]
