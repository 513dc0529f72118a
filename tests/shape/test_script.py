"""What the script adds, and that all works without it: a real browser on the parts page, under the real policy."""

from __future__ import annotations

import io
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask, render_template, request
from PIL import Image
from playwright.sync_api import Browser, Page

from tests.shape.drawing import a_bare_app, a_form, around
from tests.shape.serving import serving

pytestmark = pytest.mark.browser
ORIENTATION = 0x0112


class Served:
    """The parts page behind an address; ``posts`` keeps what arrived."""

    def __init__(self) -> None:
        self.address, self.posts = "", []


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    app: Flask = a_bare_app.__wrapped__()
    app.view_functions["static"] = app.send_static_file
    site = Served()

    @app.get("/parts")
    def parts() -> str:
        return render_template("layout/parts.html", **around(form=a_form(name="", phone="139")))

    @app.post("/<path:_where>")
    def arrived(_where: str) -> tuple[str, int]:
        site.posts.append(request.form)
        return "", 204

    with serving(app) as address:
        site.address = f"{address}/parts"
        yield site


@contextmanager
def a_visit(
    browser: Browser, served: Served, width: int = 1280, script: bool = True
) -> Iterator[tuple[Page, list[str]]]:
    """One visit to the parts page; the second value collects what the browser complains about."""
    context = browser.new_context(viewport={"width": width, "height": 800}, java_script_enabled=script)
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    served.posts.clear()
    page.goto(served.address)
    yield page, complaints
    context.close()


@pytest.mark.parametrize("width", [320, 360, 768, 1280])
def test_no_page_scrolls_sideways_and_the_policy_is_never_broken(browser: Browser, served: Served, width: int) -> None:
    with a_visit(browser, served, width) as (page, complaints):
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert complaints == []


def test_what_a_finger_taps_is_large_enough(browser: Browser, served: Served) -> None:
    with a_visit(browser, served, 360) as (page, _):
        small = page.evaluate(
            """() => [...document.querySelectorAll('button, .btn, select, .tick, .tickline, .links a, .filters a')]
            .filter(e => e.offsetParent).map(e => [e.textContent.trim(), e.getBoundingClientRect().height])
            .filter(([, height]) => height < 40)"""
        )
        assert small == []


def test_a_question_is_asked_first_and_a_no_posts_nothing(browser: Browser, served: Served) -> None:
    with a_visit(browser, served) as (page, _):
        page.get_by_role("button", name="撤回报名").click()
        assert page.get_by_role("dialog").get_by_text("这一轮就不再录取您").is_visible()
        page.get_by_role("button", name="先不").click()
        assert page.get_by_role("dialog").count() == 0 and served.posts == []
        page.get_by_role("button", name="撤回报名").click()
        with page.expect_response("**/parts"):
            page.get_by_role("dialog").get_by_role("button", name="撤回报名").click()
        assert len(served.posts) == 1 and served.posts[0]["_key"] == "a-fresh-key"


def test_two_quick_taps_post_once_and_the_tapped_button_is_named(browser: Browser, served: Served) -> None:
    with a_visit(browser, served) as (page, _):
        with page.expect_response("**/parts"):
            page.evaluate("const b = document.querySelector('[name=drop]'); b.click(); b.click();")
        page.wait_for_timeout(200)
        assert [post["drop"] for post in served.posts] == ["41"]


def test_dragging_a_choice_changes_the_order_that_is_posted(browser: Browser, served: Served) -> None:
    with a_visit(browser, served) as (page, _):
        first, second = page.locator("[data-grip]").nth(0), page.locator(".choice").nth(1)
        page.set_viewport_size({"width": 1280, "height": 1600})
        page.locator(".choice").nth(1).scroll_into_view_if_needed()
        start, end = first.bounding_box(), second.bounding_box()
        assert start and end
        page.mouse.move(start["x"] + 10, start["y"] + 10)
        page.mouse.down()
        page.mouse.move(end["x"] + 60, end["y"] + end["height"] - 20, steps=12)
        page.mouse.up()
        assert page.eval_on_selector_all("[name=order]", "all => all.map(e => e.value)") == ["42", "41"]
        assert page.locator(".choice").nth(0).get_attribute("aria-label") == "第1志愿"
        assert page.locator(".choice").nth(0).get_by_role("button", name="第1志愿上移").is_disabled()
        assert page.locator("[data-saved]").inner_text() == "改过了，还没保存"


def test_the_count_of_ticks_follows_the_ticks(browser: Browser, served: Served) -> None:
    with a_visit(browser, served) as (page, _):
        assert page.locator("[data-ticked]").inner_text() == "1"
        page.locator(".tick input[name=free]").check()
        assert page.locator("[data-ticked]").inner_text() == "2"


def test_the_summary_of_faults_has_the_focus_and_leads_to_the_field(browser: Browser, served: Served) -> None:
    with a_visit(browser, served) as (page, _):
        assert page.evaluate("document.activeElement.className") == "faults"
        page.get_by_role("link", name="岗位名称：").click()
        assert page.evaluate("document.activeElement.id") == "name"


def test_a_clock_runs_on_the_servers_time(browser: Browser, served: Served) -> None:
    """The page was made at noon; whatever the device says, 90 minutes are left until half past one."""
    with a_visit(browser, served) as (page, _):
        page.evaluate(
            """() => { const b = document.querySelector('.clock b');
            b.dataset.until = '2026-11-22T13:30:30+00:00'; b.dataset.now = '2026-11-22T12:00:00+00:00';
            document.dispatchEvent(new CustomEvent('htmx:load')); }"""
        )
        assert page.locator(".clock b").inner_text() == "1小时30分"


def test_without_script_buttons_post_and_nothing_dead_is_shown(browser: Browser, served: Served) -> None:
    with a_visit(browser, served, 360, script=False) as (page, _):
        for dead in ("[data-print]", "[data-copy]", "[data-grip]"):
            assert not page.locator(dead).first.is_visible()
        with page.expect_request(lambda sent: sent.method == "POST"):
            page.get_by_role("button", name="第1志愿下移").click()
        page.wait_for_timeout(200)
        assert served.posts[0]["move"] == "down:41" and served.posts[0].getlist("order") == ["41", "42"]
        assert page.locator(".clock b").inner_text() == "8天6小时"


MADE_SMALL = """new Promise((done) => setInterval(async () => {
  const file = document.querySelector("#scan").files[0];
  if (file.name !== "photo.jpg") return;
  const picture = await createImageBitmap(file);
  done([picture.width, picture.height, file.size]);
}, 50))"""


def a_photo() -> bytes:
    """What a phone's camera gives: 12 million pixels that lie on their side, a few megabytes."""
    out, exif = io.BytesIO(), Image.Exif()
    exif[ORIENTATION] = 6
    picture = Image.effect_noise((1000, 750), 60).resize((4000, 3000)).convert("RGB")
    picture.save(out, "JPEG", quality=90, exif=exif)
    return out.getvalue()


def test_a_photo_is_made_small_and_upright_before_it_is_sent(browser: Browser, served: Served) -> None:
    photo = a_photo()
    assert len(photo) > 600_000
    sent = {"name": "IMG_1.jpg", "mimeType": "image/jpeg", "buffer": photo}
    with a_visit(browser, served) as (page, complaints):
        page.set_input_files("#scan", sent)  # type: ignore[arg-type]
        facts = page.evaluate(MADE_SMALL)
        assert facts[:2] == [1200, 1600] and facts[2] < len(photo) / 2
        assert complaints == []
