"""Second chapter: somebody applies on her phone, step by step, and her guardian agrees."""

from __future__ import annotations

from playwright.sync_api import Browser

from tests.app.make_applications import make_picture
from tests.journeys.hands import Person
from tests.journeys.people import opens_the_guardians_link
from tests.journeys.town import Town

GUARDIANS_PHONE = "14000000007"


def says_who_she_is(applicant: Person) -> None:
    applicant.go("/my-application").press("开始报名").sees("林小禾")
    applicant.go("/my-application/1/profile").fill(start_point="junior", district="371002").press("保存个人信息")
    applicant.go("/my-application/1/categories").fill(categories="school_leaver").press("保存类别")


def hands_in_her_papers(applicant: Person) -> None:
    """Photograph every paper that the categories ask for."""
    places = applicant.page.locator("a[href*='/papers/']").evaluate_all("all => all.map(a => a.getAttribute('href'))")
    assert places, applicant.text
    for place in places:
        applicant.go(place).hand_over("file", make_picture(900, 700)).press("上传这张")


def names_her_guardian(applicant: Person) -> None:
    applicant.go("/my-application/1/guardian").fill(name="林桂芳", relation="mother", phone=GUARDIANS_PHONE)
    applicant.press("保存，发短信给监护人")


def ranks_and_submits(applicant: Person) -> None:
    applicant.go("/my-application/1/choices/add").press("加到志愿里").go("/my-application/1/choices")
    applicant.go("/my-application/1/submit").fill(consent="yes").press("提交报名")


def the_guardian_agrees(town: Town, browser: Browser) -> Person:
    guardian = Person(town, browser, narrow=True)
    guardian.phone = GUARDIANS_PHONE
    opens_the_guardians_link(town, guardian).fill(agrees="yes").press("告诉孩子我的答复").sees("您已同意")
    return guardian
