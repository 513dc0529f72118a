"""Last chapter: the result is accepted, the agreement issued, signed by all four, in force, and checked in public."""

from __future__ import annotations

from pathlib import Path

from tests.journeys.hands import Person
from tests.journeys.people import PASSWORD, comes_back, opens_the_guardians_link
from tests.journeys.town import Town


def she_accepts_and_her_guardian_agrees(town: Town, applicant: Person, guardian: Person) -> None:
    comes_back(applicant).go("/my-result").sees("您被第1志愿录取了", "每个志愿的结果和原因")
    applicant.page.locator("main input[name=consent]").check()
    applicant.press("我去，接受录取").sees("等监护人同意")
    opens_the_guardians_link(town, guardian).go("/guardian/placements/1").fill(agrees="yes").press("送出我的答复")
    applicant.go("/my-result").sees("名额是您的了")


def the_agreement_is_issued(coordinator: Person) -> None:
    coordinator.go("/agreements/to-issue").page.locator("main input[type=checkbox]").first.check()
    coordinator.press("给勾上的人发协议")


def all_four_sign(town: Town, applicant: Person, guardian: Person, firm: Person, school: Person) -> None:
    """In order: she herself, her guardian, the enterprise, the school."""
    _signs(applicant.go("/agreements/1"), PASSWORD)
    _signs(guardian.go("/agreements/1").press("发验证码到"), town.code_to(guardian.phone))
    _signs(comes_back(firm).go("/agreements/1"), PASSWORD)
    _signs(comes_back(school).go("/agreements/1"), PASSWORD)


def _signs(person: Person, proof: str) -> None:
    """Tick every key term, prove who one is, sign."""
    for box in person.page.locator("main input[type=checkbox]:visible").all():
        box.check()
    person.fill(proof=proof).press("我看懂了，签字" if person.narrow else "看过全文，代表本单位签字")


def it_is_in_force(applicant: Person, passer_by: Person) -> None:
    """She keeps the paper; anybody who holds it can check it by its code."""
    applicant.go("/agreements/1").sees("已生效")
    with applicant.page.expect_download() as paper:
        applicant.page.evaluate("location.href = '/agreements/1/paper.pdf'")
    assert Path(paper.value.path()).read_bytes()[:5] == b"%PDF-"
    code = applicant.page.locator("#check-code").input_value()
    passer_by.go("/check").fill(code=code).press("查这份协议").sees("已生效")
