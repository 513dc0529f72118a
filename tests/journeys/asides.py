"""What lies beside the straight way: the self-check, the ways back into an account, a slip from a station, refusals."""

from __future__ import annotations

import datetime as dt
import random
import re

from app.core.clock import today
from app.core.identifiers import make_resident_id
from app.demo.story.assisting import PEOPLE
from tests.journeys.camera import Camera
from tests.journeys.pictures import COORDINATOR, SIGNING, STATION

# Invented people of the demonstration: who lost her phone, and who has not confirmed her slip.
LOST_PHONE, UNCONFIRMED = "14000009421", 3


def answer_questions(camera: Camera) -> None:
    """The self-check of a few questions, and what it says."""
    camera.visit()
    camera.page.goto(camera.url + "/classes/check")
    camera.fill(year=str(today().year - 24), month="3", start_point="junior")
    camera.tick("categories", "unemployed_youth")
    camera.press("看我能报哪些")
    camera.take("self-check-result")
    camera.leave()


def refusals(camera: Camera) -> None:
    """Pages one only sees when something goes wrong, brought about as a browser would bring them about."""
    camera.visit()
    for name, enctype, size in (
        ("too-large", "application/x-www-form-urlencoded", 700_000),
        ("wrong-kind-of-file", "text/plain", 10),
        ("old-page", "application/x-www-form-urlencoded", 10),
    ):
        camera.page.goto(camera.url + "/sign-up")
        camera.page.evaluate(
            """([enctype, size]) => { const form = document.createElement("form");
            form.method = "post"; form.action = "/log-in"; form.enctype = enctype;
            const field = document.createElement("input"); field.name = "login"; field.value = "0".repeat(size);
            form.append(field); document.body.append(form); form.submit(); }""",
            [enctype, size],
        )
        camera.page.wait_for_selector("text=现在怎么办")
        camera.take(name)
    camera.leave()


def refused(camera: Camera) -> None:
    """A post of a page of somebody's own that asks for what there is not: no form to show the fault beside."""
    camera.visit()
    camera.become(SIGNING)
    camera.page.goto(camera.url + "/account/data")
    camera.page.evaluate(
        """() => { const form = document.querySelector("form:has([name=_key]):has([name=csrf_token])");
        const field = document.createElement("input"); field.name = "purpose"; field.value = "none";
        form.append(field); form.method = "post"; form.action = "/account/consents/give"; form.submit(); }"""
    )
    camera.page.wait_for_selector("text=现在怎么办")
    camera.take("refused")
    camera.leave()


def too_often(camera: Camera) -> None:
    """Last of all: this address is then throttled for a while."""
    camera.visit()
    for turn in range(60):
        answer = camera.page.goto(f"{camera.url}/check?code={turn:04}-NOCODE-NOCODE")
        if answer is not None and answer.status == 429:
            camera.take("too-often")
            break
    else:
        camera.wrong.append("too-often: nobody was throttled")
    camera.leave()


def look(camera: Camera) -> None:
    """A coordinator opens somebody's application, and she reads who did."""
    camera.visit()
    camera.become(SIGNING)
    camera.page.goto(camera.url + "/my-result")
    camera.follow("看我的报名")
    number = re.search(r"报名号(\S+)", camera.page.locator("main").inner_text())
    assert number, "her application has no number"
    camera.become(COORDINATOR)
    camera.go_and_take("application", f"/applications?q={number.group(1)} > {number.group(1)}")
    camera.become(SIGNING)
    camera.go_and_take("who-looked", "/account/looks")
    camera.leave()


def ways_back(camera: Camera) -> None:
    """A forgotten password, a number somebody else has had, a lost phone, and the old phone's objection."""
    camera.visit()
    camera.page.goto(camera.url + "/log-in/forgotten")
    camera.fill(phone=LOST_PHONE)
    camera.press("发验证码")
    camera.take("new-password")
    camera.page.goto(camera.url + "/sign-up")
    camera.fill(phone=LOST_PHONE)
    camera.press("发验证码")
    camera.enter_code(LOST_PHONE)
    camera.press("下一步")
    camera.take("used-number")
    camera.leave()
    camera.visit()
    _asks_for_a_new_number(camera)
    camera.page.goto(camera.url + camera.newest_to(LOST_PHONE, r"/ways-back/objections/[\w-]+"))
    camera.take("objection")
    camera.leave()


def _asks_for_a_new_number(camera: Camera) -> None:
    phone = f"140{random.randrange(10**7, 10**8)}"
    camera.page.goto(camera.url + "/ways-back/phone")
    camera.take("way-back-phone")
    camera.fill(phone=phone)
    camera.press("发验证码")
    camera.enter_code(phone)
    camera.press("下一步")
    camera.fill(name="林小禾", identity=make_resident_id("371002", dt.date(1991, 4, 2), random.randrange(1000)))
    camera.take("way-back-person")
    camera.press("拿申请号")
    camera.take("way-back-asked")


def slip(camera: Camera) -> None:
    """The person opens what the station entered for her by the code on her paper, and reads it before she confirms."""
    name, year, _ = PEOPLE[UNCONFIRMED]
    camera.visit()
    camera.become(STATION)
    camera.page.goto(camera.url + "/station/batches/1/slips")
    code = camera.page.locator(".leaf", has_text=name).locator(".lead b").inner_text()
    camera.leave()
    camera.visit()
    camera.page.goto(camera.url + "/slip")
    camera.fill(code=code)
    camera.press("打开我的单子")
    camera.take("slip")
    phone = f"140{random.randrange(10**7, 10**8)}"
    identity = make_resident_id("371002", dt.date(year, 3, 8 + UNCONFIRMED), 940 + UNCONFIRMED)
    camera.fill(last_four=identity[-4:], phone=phone)
    camera.press("发验证码")
    camera.take("slip-confirm")
    camera.leave()
