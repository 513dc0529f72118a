"""The way from a phone number to the printed form and back, walked in the demonstration with a camera in hand."""

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
    _thinks_again(camera)
    camera.leave()


def _signs_up(camera: Camera) -> None:
    phone = f"140{random.randrange(10**7, 10**8)}"
    page = camera.page
    page.goto(camera.url + "/sign-up?next=/my-application")
    camera.take("sign-up")
    camera.fill(phone=phone)
    camera.press("发验证码")
    camera.take("sign-up-code")
    camera.enter_code(phone)
    camera.press("下一步")
    born = today() - dt.timedelta(days=17 * 366)
    identity = make_resident_id("371002", born, random.randrange(1000))
    camera.fill(name="林小禾", identity=identity)
    for consent in ("terms", "personal_data", "identity_number"):
        camera.tick(consent)
    camera.take("sign-up-person")
    camera.fill(identity="37100220091110652")
    camera.press("注册")
    camera.take("sign-up-faults")
    camera.fill(identity=identity)
    camera.press("注册")
    camera.take("my-application-start")


def _applies(camera: Camera) -> None:
    camera.press("开始报名")
    camera.press("去填个人信息")
    camera.fill(start_point="junior", district="371002")
    camera.take("profile")
    camera.press("保存个人信息")
    camera.take("papers")
    camera.press("去传")
    photo = {"name": "paper.jpg", "mimeType": "image/jpeg", "buffer": make_picture(900, 700)}
    camera.page.set_input_files("[name=file]", photo)  # type: ignore[arg-type]
    camera.take("paper")
    camera.press("上传这张")
    camera.press("下一步")
    camera.fill(name="林桂芳", relation="mother", phone=f"140{random.randrange(10**7, 10**8)}")
    camera.take("name-guardian")
    camera.press("保存，发短信给监护人")
    camera.press("下一步")
    camera.take("add-choice")
    for more in (True, True, False):
        camera.press("加到志愿里", "先加上，再去传材料")
        if more:
            camera.press("再加一个")
    camera.take("choices")
    camera.press("排好了，去提交报名")
    camera.tick("consent")
    camera.take("submit")
    camera.press("提交报名")
    camera.take("receipt")
    here = re.search(r"/my-application/\d+", camera.page.url)
    camera.go_and_take("printed-form", f"{here.group() if here else ''}/form")


def _thinks_again(camera: Camera) -> None:
    """The choices lie open twice; the order saved on the one is refused on the other, and is handed in anew."""
    overview = re.sub(r"/(form|receipt).*", "", camera.page.url)
    camera.page.goto(overview)
    camera.take("my-application-submitted")
    first, second = camera.page, camera.page.context.new_page()
    second.goto(overview)
    camera.press("改志愿")
    camera.page = second
    camera.press("改志愿")
    camera.page = first
    camera.press("下移")
    camera.page = second
    camera.press("去掉")
    camera.take("changed-meanwhile")
    second.close()
    camera.page = first
    camera.press("排好了，去提交报名")
    camera.tick("consent")
    camera.press("提交报名")
    camera.take("receipt-versions")
