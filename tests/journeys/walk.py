"""The way from a phone number to the printed form, walked in the demonstration with a camera in hand."""

from __future__ import annotations

import datetime as dt
import random
import re

from app.core.clock import today
from app.core.identifiers import make_resident_id
from tests.app.make_applications import make_picture
from tests.journeys.camera import Camera


def walk(camera: Camera) -> None:
    """Sign up and apply as a newcomer of 17, taking each page on the way."""
    camera.visit()
    _signs_up(camera)
    _applies(camera)
    camera.leave()


def answer_questions(camera: Camera) -> None:
    """The self-check of a few questions, and what it says."""
    camera.visit()
    camera.page.goto(camera.url + "/classes/check")
    _fill(camera, year=str(today().year - 24), month="3", start_point="junior")
    _tick(camera, "categories", "unemployed_youth")
    _press(camera, "看我能报哪些")
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


def _signs_up(camera: Camera) -> None:
    phone = f"140{random.randrange(10**7, 10**8)}"
    page = camera.page
    page.goto(camera.url + "/sign-up?next=/my-application")
    camera.take("sign-up")
    _fill(camera, phone=phone)
    _press(camera, "发验证码")
    camera.take("sign-up-code")
    inbox = page.context.new_page()
    inbox.goto(f"{camera.url}/demo/inbox?q={phone}")
    code = re.search(r"(?<!\d)\d{6}(?!\d)", inbox.locator("main").inner_text())
    assert code, "the demonstration's inbox shows no code"
    inbox.close()
    _fill(camera, code=code.group())
    _press(camera, "下一步")
    born = today() - dt.timedelta(days=17 * 366)
    _fill(camera, name="林小禾", identity=make_resident_id("371002", born, random.randrange(1000)))
    for consent in ("terms", "personal_data", "identity_number"):
        _tick(camera, consent)
    camera.take("sign-up-person")
    _press(camera, "注册")
    camera.take("my-application-start")


def _applies(camera: Camera) -> None:
    _press(camera, "开始报名")
    _press(camera, "去填个人信息")
    _fill(camera, start_point="junior", district="371002")
    camera.take("profile")
    _press(camera, "保存个人信息")
    camera.take("papers")
    _press(camera, "去传")
    photo = {"name": "paper.jpg", "mimeType": "image/jpeg", "buffer": make_picture(900, 700)}
    camera.page.set_input_files("[name=file]", photo)  # type: ignore[arg-type]
    camera.take("paper")
    _press(camera, "上传这张")
    _press(camera, "下一步")
    _fill(camera, name="林桂芳", relation="mother", phone=f"140{random.randrange(10**7, 10**8)}")
    camera.take("name-guardian")
    _press(camera, "保存，发短信给监护人")
    _press(camera, "下一步")
    camera.take("add-choice")
    for more in (True, True, False):
        _press(camera, "加到志愿里", "先加上，再去传材料")
        if more:
            _press(camera, "再加一个")
    camera.take("choices")
    _press(camera, "排好了，去提交报名")
    _tick(camera, "consent")
    camera.take("submit")
    _press(camera, "提交报名")
    camera.take("receipt")
    here = re.search(r"/my-application/\d+", camera.page.url)
    camera.go_and_take("printed-form", f"{here.group() if here else ''}/form")


def _fill(camera: Camera, **values: str) -> None:
    for name, value in values.items():
        field = camera.page.locator(f"[name='{name}']:visible").first
        if field.evaluate("e => e.type") == "select-one":
            field.select_option(value)
        elif field.evaluate("e => e.type") == "radio":
            camera.page.locator(f"[name='{name}'][value='{value}']").check()
        else:
            field.fill(value)


def _tick(camera: Camera, name: str, value: str = "") -> None:
    camera.page.locator(f"[name='{name}']" + (f"[value='{value}']" if value else "")).first.check()


def _press(camera: Camera, *words: str) -> None:
    """Press the first button or link that begins with any of these words."""
    pattern = re.compile("^(" + "|".join(map(re.escape, words)) + ")")
    found = camera.page.locator("main button, main a, .dock button, .dock a").filter(has_text=pattern).first
    with camera.page.expect_navigation(wait_until="load"):
        found.click()
