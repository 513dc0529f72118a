"""One journey: from the first administrator's link to an agreement in force, every step in a real browser."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

from tests.journeys import applying, deciding, founding, signing
from tests.journeys.hands import Person
from tests.journeys.people import comes_back, signs_up, years_ago
from tests.journeys.town import Town

pytestmark = [pytest.mark.browser, pytest.mark.either, pytest.mark.timeout(400)]


def test_from_the_first_administrators_link_to_an_agreement_in_force(
    town: Town, browser: Browser, request: pytest.FixtureRequest
) -> None:
    first, second = founding.an_alliance_is_founded(town, browser)
    school, firm = founding.organisations_register(town, browser)
    founding.they_are_let_in(first)
    founding.a_position_is_posted(firm, first)
    founding.an_order_class_is_opened(school, first)
    founding.a_round_is_opened(first)

    applicant = signs_up(town, browser, "林小禾", "14000000006", years_ago(17, days=30))
    applying.says_who_she_is(applicant)
    applying.hands_in_her_papers(applicant)
    applying.names_her_guardian(applicant)
    applying.ranks_and_submits(applicant)
    guardian = applying.the_guardian_agrees(town, browser)

    town.pass_time(days=12, hours=1)
    deciding.papers_are_checked(comes_back(first))
    deciding.scores_are_entered(comes_back(school))
    town.pass_time(days=2)
    deciding.the_round_is_closed_and_solved(comes_back(first))
    deciding.two_persons_decide(town, first, second)

    signing.she_accepts_and_her_guardian_agrees(town, applicant, guardian)
    signing.the_agreement_is_issued(first)
    signing.all_four_sign(town, applicant, guardian, firm, school)
    signing.it_is_in_force(applicant, Person(town, browser, narrow=True))

    # What is left unseen is visited by the links of her own pages: the staff's, a minute of pages, in the long run.
    applicant.go("/").follows_every_link()
    guardian.go("/").follows_every_link()
    for person in (first, school, firm) if request.config.getoption("--long") else ():
        person.go("/desk").follows_every_link()
    assert town.complaints == []
