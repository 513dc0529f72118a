"""Applying on a phone whose browser runs no script: every step is a form, every move a button."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.journeys import applying
from tests.journeys.hands import Person
from tests.journeys.people import signs_up, years_ago
from tests.journeys.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.timeout(400)]


def choices_of(applicant: Person) -> list[str]:
    """The ranked classes as the page shows them."""
    return list(applicant.page.locator("article.choice h2").all_inner_texts())


def test_applying_needs_no_script(town: Town, browser: Browser) -> None:
    town.run("tests.journeys.open_round")
    applicant = signs_up(town, browser, "林小禾", "14000000006", years_ago(19), script=False)
    applying.says_who_she_is(applicant)
    applying.hands_in_her_papers(applicant)

    applicant.go("/my-application/1/choices/add")
    for _ in range(3):
        applicant.press("加到志愿里").go("/my-application/1/choices/add")
    one, two, three = choices_of(applicant.go("/my-application/1/choices"))
    assert choices_of(applicant.press("第1志愿下移")) == [two, one, three]
    assert choices_of(applicant.press("第3志愿上移")) == [two, three, one]
    assert choices_of(applicant.press("去掉第2志愿")) == [two, one]

    applicant.go("/my-application/1/submit").fill(consent="yes").press("提交报名").sees("报名回执", "回执号", two, one)
    assert town.complaints == []
