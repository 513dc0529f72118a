"""Who gets in where: every address × every relation to the row it names. Nobody outside a relation gets a page, and
her request does not even try to write."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import nullcontext
from typing import Any

import pytest
from flask import Flask, Response

from app.core import pages
from tests.app.counting import statements
from tests.app.security.addresses import Address, addresses, browser_of, is_refused
from tests.app.security.pages import Page
from tests.app.security.story import Story
from tests.app.vanishing import undone

pytestmark = pytest.mark.either

IN_THE_MIDDLE = {
    "student": ("student",), "guardian": ("guardian",), "school": ("school", "school colleague"),
    "enterprise": ("enterprise", "enterprise colleague"), "station": ("station", "station colleague"),
    "coordinator": ("coordinator", "second coordinator"),
    "admin": ("admin",),
}  # fmt: skip
AROUND = (
    "neighbour school", "neighbour enterprise", "neighbour station", "neighbour applicant", "neighbour guardian",
    "foreign school", "foreign enterprise", "foreign station", "foreign coordinator",
    "stranger", "closed account", "former staff", "nobody",
)  # fmt: skip
EVERYBODY = (*(person for group in IN_THE_MIDDLE.values() for person in group), *AROUND)
# One of each role, and those without any, also try the pages that name no row.
OF_EACH_ROLE = (*IN_THE_MIDDLE, "stranger", "closed account", "former staff", "nobody")
WORKING = ("school", "enterprise", "station", "coordinator", "admin")
APPLICANTS = {"student", "neighbour applicant", "stranger", "former staff"}

# permission → whose relation to the row opens it. One word stands for all who work for the same house.
ROWS = {
    "agreement.see": "student guardian school enterprise coordinator",
    "agreement.sign": "student guardian school enterprise",
    "agreement.return": "student guardian school enterprise coordinator",
    "agreement.refuse": "student guardian",
    "agreement.ask_refusal": "enterprise",
    "agreement.deny": "student",
    "agreement.issue": "coordinator",
    "agreement.void": "coordinator",
    "denial.answer": "coordinator",
    "ending.ask": "student guardian enterprise",
    "ending.check": "school",
    "ending.proof": "school coordinator",
    "account.own": "student",
    "signed_in": "student",
    "user.manage": "admin",
    "setting.edit": "admin",
    "coordinator.invite": "coordinator admin",
    "member.end": "school",
    "membership.decide": "coordinator",
    "organisation.see": "house coordinator admin",
    "organisation.edit": "house",
    "organisation.check": "coordinator",
    "position.see": "enterprise school coordinator",
    "position.edit": "enterprise",
    "position.check": "coordinator",
    "report.decide": "coordinator",
    "class.see": "school enterprise coordinator",
    "class.edit": "school",
    "class.check": "coordinator",
    "round.see": "coordinator",
    "round.edit": "coordinator",
    "round.steer": "coordinator",
    "run.list": "coordinator",
    "run.see": "coordinator",
    "run.start": "coordinator",
    "run.propose": "coordinator",
    "run.approve": "coordinator",
    "run.publish": "coordinator",
    "placement.answer": "student",
    "placement.guardian": "guardian",
    "placement.list": "school enterprise coordinator",
    "review.ask": "student guardian",
    "review.see": "coordinator",
    "review.answer": "coordinator",
    "application.own": "student",
    "application.see": "school coordinator",
    "application.check": "school coordinator",
    "evidence.own": "student",
    "evidence.decide": "school coordinator",
    "score.enter": "school coordinator",
    "correction.own": "student",
    "correction.decide": "coordinator",
    "closure.own": "student",
    "message.manage": "admin",
    "way_back.see": "coordinator",
    "way_back.decide": "coordinator",
    "station.edit": "coordinator",
    "slip.enter": "station",
    "slip.see": "station coordinator",
    "slip.witness": "station coordinator",
    "slip.confirm": "student guardian",
}
# Pages that name no row: what somebody has to be, in whichever alliance.
ROLES = {
    "desk": "school enterprise station coordinator admin",
    "import.use": "school enterprise station coordinator admin",
    "alliance.manage": "admin",
    "user.manage": "admin",
    "setting.edit": "admin",
    "organisation.list": "coordinator admin",
    "organisation.register": "student applicant stranger school enterprise station coordinator admin staff",
    "account.own": "student applicant stranger school enterprise station coordinator admin staff",
    "signed_in": "student applicant stranger school enterprise station coordinator admin staff guardian",
    "application.start": "student applicant stranger staff",
    "position.list": "school enterprise coordinator",
    "position.edit": "enterprise",
    "report.list": "coordinator",
    "class.list": "school enterprise coordinator",
    "class.edit": "school",
    "round.list": "coordinator",
    "round.edit": "coordinator",
    "application.list": "school coordinator",
    "evidence.decide": "school coordinator",
    "score.enter": "school coordinator",
    "placement.list": "school enterprise coordinator",
    "review.list": "coordinator",
    "agreement.sign_many": "school enterprise",
    "agreement.issue": "coordinator",
    "guardian.answer": "guardian",
    "correction.list": "coordinator",
    "retention.see": "admin",
    "message.manage": "admin",
    "way_back.check": "school station coordinator",
    "way_back.list": "coordinator",
    "station.list": "coordinator",
    "slip.list": "station",
    "slip.watch": "coordinator",
}


def let_in(address: Address) -> set[str]:
    """Everybody who may have a page of this address; a KeyError here means that a new one must be thought about."""
    if address.endpoint.startswith("imports.") and address.kind:
        # What enterprises import, and coordinators for them; the present positions may be read by schools as well.
        roles = "enterprise coordinator" + " school" * (address.endpoint == "imports.export")
        return {person for person in EVERYBODY if _role(person) in roles.split()}
    if not address.loader:
        return {person for person in EVERYBODY if _role(person) in ROLES[address.permission].split()}
    if address.permission == "import.use":
        return {"school"}  # An upload is its maker's alone, not even her colleague's.
    if address.permission == "application.start":
        return APPLICANTS
    if address.endpoint == "agreements.take_back_ending":
        return {"student", "guardian"}  # Whoever asked for the ending.
    if address.permission == "slip.confirm":
        return {person for person in EVERYBODY if _role(person) not in WORKING}
    words = ROWS[address.permission].replace("house", address.kind).split()
    inside = {person for word in words for person in IN_THE_MIDDLE[word]}
    if address.permission == "slip.witness":
        inside -= {"station"}  # She entered it herself.
    # A public position may be built upon by every school of the alliance.
    return inside | ({"neighbour school"} if address.permission == "position.see" else set())


def _role(person: str) -> str:
    """foreign school → school, second coordinator → coordinator, former staff → staff."""
    words = person.split()
    if person in ("closed account", "nobody"):
        return ""
    return words[0] if words[-1] == "colleague" else words[-1]


def private(app: Flask, story: Story) -> list[Address]:
    """Every address that is not for the whole world."""
    return [address for address in addresses(app, story.rows) if address.permission != "public"]


def test_every_address_of_the_application_is_in_the_matrix(app: Flask, story: Story) -> None:
    assert {a.endpoint for a in addresses(app, story.rows)} == set(app.view_functions) - {"static"}
    assert set(story.people) == set(EVERYBODY)
    assert [str(a) for a in private(app, story) if not let_in(a)] == []
    used = {a.permission for a in private(app, story) if a.loader}
    assert set(ROWS) <= used, "a line of this table belongs to no address any more"


def tried(app: Flask, story: Story, who: str, every: bool) -> list[Address]:
    """What somebody tries. `requires` turns people away by permission and loader alone, whatever the view: those who
    have no part in anything try one address of each, and all of them in the long run."""
    if every or who not in AROUND:
        return private(app, story)
    gates = {(a.method, a.permission, a.loader, a.kind, bool(let_in(a) & {who})): a for a in private(app, story)}
    return list(gates.values())


def visited(app: Flask, story: Story, who: str, every: bool) -> Iterator[tuple[Address, Any, list[str]]]:
    """Every address, asked for by one person: the answer, and what was written for it."""
    browser = browser_of(app, story.people[who])
    with statements() as sent:
        for address in tried(app, story, who, every):
            if not address.loader and who not in OF_EACH_ROLE:
                continue
            # Only those who may can change anything: if anybody else did, the test has failed by then.
            with undone() if who in let_in(address) and address.method == "POST" else nullcontext():
                sent.clear()
                answer = address.ask(browser)
                written = [s for s in sent if not s.startswith(("SELECT", "INSERT INTO request_key"))]
            yield address, answer, written


@pytest.fixture
def bare_refusals(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most answers here are refusals, of which only the status is asked: their pages are drawn once, below."""
    monkeypatch.setattr(pages, "_page", lambda status, *_, **__: Response(status=status))


@pytest.mark.usefixtures("bare_refusals")
@pytest.mark.parametrize("who", EVERYBODY)
def test_only_those_who_have_a_part_in_a_row_get_its_pages(
    app: Flask, story: Story, who: str, request: pytest.FixtureRequest
) -> None:
    surprises = []
    for address, answer, written in visited(app, story, who, request.config.getoption("--long")):
        refused = is_refused(answer)
        if refused is (who in let_in(address)) or answer.status_code >= 500:
            surprises.append(f"{address} → {answer.status_code}")
        if refused and written:
            surprises.append(f"{address} was refused but tried to write: {written}")
        if refused and who in AROUND and tells_of_a_row(address, answer, who):
            surprises.append(f"{address} → {answer.status_code} tells that there is such a row")
    assert surprises == []


def test_everybody_reads_a_whole_page_about_what_does_not_exist(app: Flask, story: Story) -> None:
    answers = {who: browser_of(app, story.people[who]).get("/classes/0") for who in EVERYBODY}
    assert {who: answer.status_code for who, answer in answers.items() if answer.status_code != 404} == {}
    assert {who: found for who, answer in answers.items() if (found := Page(answer.text).faults)} == {}


def tells_of_a_row(address: Address, answer: Any, who: str) -> bool:
    """What one may not see answers like what does not exist: 404, and to nobody in particular the way to log in.

    That there is a round to apply for is no secret, nor are the names of the settings, nor a position to whom it shows.
    """
    open_secret = address.permission in ("application.start", "setting.edit") or (
        address.loader == "position_seen_by" and who == "neighbour school"
    )
    return bool(address.loader) and not open_secret and answer.status_code == 403
