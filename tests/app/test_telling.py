"""Every change of state tells the person: a row on the site, and a text message on her phone, for each move there is."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.models import User
from app.accounts.sealed import identity_of
from app.agreements import service as agreements
from app.agreements.deadlines import expire_overdue, withdraw_orphans
from app.agreements.models import Agreement
from app.applications import papers, service
from app.applications.guardians import guardian_answer
from app.applications.models import Application
from app.core import clock
from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.core.history import History
from app.core.outbox import LONGEST_TEXT, Message, as_text, body_of
from app.core.states import MACHINES
from app.placements import answers
from app.placements import service as placements
from app.placements.models import Placement
from app.privacy import service as privacy
from tests.app.make_accounts import make_applicant
from tests.app.make_agreements import PASSWORD, Table, make_table, sign_turn, with_password
from tests.app.make_applications import make_application, make_evidence, make_guardian, make_picture, make_score
from tests.app.make_organisations import actor_for
from tests.app.make_placements import make_placement
from tests.app.make_privacy import make_closure, make_correction
from tests.app.make_rounds import round_calendar

Act = Callable[[], object]
Story = Callable[[Table], tuple[User, Act]]
DAY = dt.timedelta(days=1)
LOOKS_LIKE_A_NUMBER = re.compile(r"(?<!\d)[1-9]\d{16}[\dXx](?!\d)")
STORIES: dict[tuple[str, str], Story] = {}
# Moves by which nobody's own matter changes, or that are told in the moves beside them: each with its reason.
ELSEWHERE = {
    ("agreement", "fulfil"): "no command makes it yet",
    ("agreement", "end"): "endings: told by app/agreements/endings.py in the same words as keep",
    ("agreement", "agree_ending"): "endings: below, from the student's side",
    ("application", "put_back"): "tests/app/applications/test_when_choices_freeze.py",
    ("closure", "carry_out"): "told by text message alone: tests/app/privacy/test_closing.py",
    ("closure", "stop"): "tests/app/privacy/test_closing.py",
}
# Whose moves are a person's own matter.
THINGS = ("application", "evidence", "placement", "agreement", "correction", "closure")
# She reads the answer on the very page on which she sends one paper after the other.
ON_THE_SITE_ALONE = {("evidence", "replace"), ("correction", "withdraw")}


def tells(thing: str, *actions: str) -> Callable[[Story], Story]:
    def enter(story: Story) -> Story:
        STORIES.update({(thing, action): story for action in actions})
        return story

    return enter


@pytest.fixture
def table(session: Any) -> Table:
    return make_table()


def at_stage(table: Table, state: str, days_since_opening: int = 1) -> None:
    """The table's round, so many days after it opened."""
    table.round.state = state
    for name, moment in round_calendar(now() - days_since_opening * DAY).items():
        setattr(table.round, name, moment)
    db.session.flush()


def applied(table: Table, state: str, age: int = 20, name: str = "林小禾") -> Application:
    at_stage(table, "open")
    row = make_application(table.round, with_password(make_applicant(name, age=age)), [table.track], state=state)
    if age < 18:
        make_guardian(row, state="named")
    return row


def me(row: Application) -> Actor:
    return actor_for(row.user)


# --- applications -----------------------------------------------------------------------------------------------------


@tells("application", "submit")
def submits(table: Table) -> tuple[User, Act]:
    row = applied(table, "draft")
    return row.user, lambda: service.submit(me(row), row)


@tells("application", "submit_minor")
def submits_as_minor(table: Table) -> tuple[User, Act]:
    row = applied(table, "draft", age=17)
    return row.user, lambda: service.submit(me(row), row)


def _guardian_says(agrees: bool) -> Story:
    def story(table: Table) -> tuple[User, Act]:
        row = applied(table, "awaiting_guardian", age=17)
        assert row.guardian is not None
        guardian = row.guardian
        return row.user, lambda: guardian_answer(Actor(guardian_id=guardian.id), guardian, agrees)

    return story


STORIES["application", "guardian_agrees"] = _guardian_says(True)
STORIES["application", "guardian_refuses"] = _guardian_says(False)


@tells("application", "change")
def takes_back_to_change(table: Table) -> tuple[User, Act]:
    row = applied(table, "submitted")
    return row.user, lambda: service.reopen(me(row), row)


@tells("application", "withdraw")
def withdraws(table: Table) -> tuple[User, Act]:
    row = applied(table, "submitted")
    return row.user, lambda: service.withdraw(me(row), row)


@tells("application", "restore")
def comes_back(table: Table) -> tuple[User, Act]:
    row = applied(table, "withdrawn")
    return row.user, lambda: service.restore(me(row), row)


@tells("application", "return")
def is_sent_back(table: Table) -> tuple[User, Act]:
    row = applied(table, "submitted")
    return row.user, lambda: service.send_back(actor_for(table.coordinator), row, "毕业证看不清")


@tells("application", "check")
def is_checked(table: Table) -> tuple[User, Act]:
    row = applied(table, "submitted")
    return row.user, lambda: service.check(actor_for(table.coordinator), row)


@tells("application", "leave_out")
def is_left_out(table: Table) -> tuple[User, Act]:
    row = applied(table, "draft")
    at_stage(table, "open", 24)
    return row.user, lambda: service.leave_out_unsubmitted(table.round)


@tells("application", "freeze")
def enters_the_draw(table: Table) -> tuple[User, Act]:
    row = applied(table, "checked")
    make_score(row, table.order_class)
    at_stage(table, "checking", 27)
    return row.user, lambda: placements.close(actor_for(table.coordinator), table.round)


# --- papers -----------------------------------------------------------------------------------------------------------


def _paper_is_decided(ok: bool) -> Story:
    def story(table: Table) -> tuple[User, Act]:
        paper = make_evidence(applied(table, "submitted"))
        actor = actor_for(table.school_staff)
        return paper.application.user, lambda: papers.decide_evidence(actor, paper, ok, "" if ok else "看不清")

    return story


STORIES["evidence", "verify"] = _paper_is_decided(True)
STORIES["evidence", "return"] = _paper_is_decided(False)


@tells("evidence", "replace")
def sends_another(table: Table) -> tuple[User, Act]:
    row = applied(table, "draft")
    make_evidence(row)
    return row.user, lambda: papers.upload_evidence(me(row), row, "graduation", None, make_picture())


# --- placements -------------------------------------------------------------------------------------------------------


def offered(table: Table, age: int = 20, state: str = "offered", **facts: Any) -> Placement:
    row = applied(table, "in_round", age)
    at_stage(table, "responding", 31)
    return make_placement(row, table.track, state, **facts)


def _answers(what: str, age: int = 20) -> Story:
    def story(table: Table) -> tuple[User, Act]:
        seat = offered(table, age)
        return seat.application.user, lambda: answers.answer(me(seat.application), seat, what)

    return story


STORIES["placement", "accept"] = _answers("accept")
STORIES["placement", "decline"] = _answers("decline")
STORIES["placement", "ask_guardian"] = _answers("accept", age=17)


def _guardian_decides(agrees: bool) -> Story:
    def story(table: Table) -> tuple[User, Act]:
        seat = offered(table, 17, "accepting")
        guardian = seat.application.guardian
        assert guardian is not None
        return seat.application.user, lambda: answers.guardian_answer(Actor(guardian_id=guardian.id), seat, agrees)

    return story


STORIES["placement", "guardian_agrees"] = _guardian_decides(True)
STORIES["placement", "guardian_refuses"] = _guardian_decides(False)


@tells("placement", "lapse")
def is_silent(table: Table) -> tuple[User, Act]:
    seat = offered(table, answer_by=now() - DAY)
    return seat.application.user, answers.lapse_overdue


# --- agreements -------------------------------------------------------------------------------------------------------


def of(agreement: Any) -> User:
    user: User = agreement.placement.application.user
    return user


@tells("agreement", "issue")
def is_issued(table: Table) -> tuple[User, Act]:
    seat = table.placed()
    return seat.application.user, lambda: agreements.issue(actor_for(table.coordinator), seat)


def _next_signature(state: str, age: int = 20) -> Story:
    def story(table: Table) -> tuple[User, Act]:
        agreement = table.signed(state, age=age)
        return of(agreement), lambda: sign_turn(table, agreement)

    return story


STORIES["agreement", "sign_adult"] = _next_signature("awaiting_applicant")
STORIES["agreement", "sign_minor"] = _next_signature("awaiting_applicant", age=17)
STORIES["agreement", "sign_guardian"] = _next_signature("awaiting_guardian", age=17)
STORIES["agreement", "sign_enterprise"] = _next_signature("awaiting_enterprise")
STORIES["agreement", "sign_school"] = _next_signature("awaiting_school")


@tells("agreement", "return")
def sends_back(table: Table) -> tuple[User, Act]:
    agreement = table.issued()
    return of(agreement), lambda: agreements.send_back(actor_for(of(agreement)), agreement, "名字错了")


@tells("agreement", "refuse")
@tells("placement", "release")
def refuses(table: Table) -> tuple[User, Act]:
    agreement = table.issued()
    return of(agreement), lambda: agreements.refuse(actor_for(of(agreement)), agreement, "不去了")


@tells("agreement", "withdraw")
def is_withdrawn(table: Table) -> tuple[User, Act]:
    agreement = table.issued()
    agreement.placement.state = "released"
    db.session.flush()
    return of(agreement), withdraw_orphans


@tells("agreement", "expire")
def expires(table: Table) -> tuple[User, Act]:
    agreement = table.issued()
    agreement.sign_by = now() - DAY
    return of(agreement), expire_overdue


@tells("agreement", "ask_ending")
def asks_to_end(table: Table) -> tuple[User, Act]:
    agreement = table.signed("in_force")
    actor = actor_for(of(agreement))
    return of(agreement), lambda: agreements.ask_ending(actor, agreement, ground="further_study", why="要升学")


@tells("agreement", "keep")
def goes_on(table: Table) -> tuple[User, Act]:
    user, ask = asks_to_end(table)
    ask()
    agreement = db.session.scalars(select(Agreement).filter_by(user_id=user.id)).one()
    return user, lambda: agreements.take_back_ending(actor_for(user), agreement)


@tells("agreement", "void")
def is_voided(table: Table) -> tuple[User, Act]:
    agreement = table.signed("in_force")
    return of(agreement), lambda: agreements.void(actor_for(table.coordinator), agreement, "写错了人")


# --- one's own data ---------------------------------------------------------------------------------------------------


def _corrected(applies: bool) -> Story:
    def story(table: Table) -> tuple[User, Act]:
        row = make_correction(applied(table, "submitted").user)
        return row.user, lambda: privacy.decide_correction(actor_for(table.coordinator), row, applies, "对过了")

    return story


STORIES["correction", "apply"] = _corrected(True)
STORIES["correction", "refuse"] = _corrected(False)


@tells("correction", "withdraw")
def takes_the_correction_back(table: Table) -> tuple[User, Act]:
    row = make_correction(applied(table, "submitted").user)
    return row.user, lambda: privacy.withdraw_correction(actor_for(row.user), row)


@tells("closure", "withdraw")
def keeps_the_account(table: Table) -> tuple[User, Act]:
    row = make_closure(applied(table, "draft").user)
    return row.user, lambda: privacy.withdraw_closure(actor_for(row.user), row)


# --- the proofs -------------------------------------------------------------------------------------------------------


def test_no_move_is_forgotten() -> None:
    moves = {(thing, move.action) for thing in THINGS for move in MACHINES[thing].moves}
    assert moves == set(STORIES) | set(ELSEWHERE)


@pytest.mark.parametrize(("thing", "action"), list(STORIES), ids=["-".join(move) for move in STORIES])
def test_the_move_tells_the_person_on_the_site_and_on_her_phone(table: Table, thing: str, action: str) -> None:
    user, act = STORIES[thing, action](table)
    db.session.flush()
    last = max(db.session.scalars(select(Message.id)), default=0)
    act()
    db.session.flush()
    assert db.session.scalars(select(History.id).filter_by(thing=thing, action=action)).first(), "it did not happen"
    told = db.session.scalars(select(Message).where(Message.id > last, Message.user_id == user.id)).all()
    assert {m.channel for m in told} == ({"site"} if (thing, action) in ON_THE_SITE_ALONE else {"site", "sms"})
    for message in told:
        words = as_text(message.subject, body_of(message))
        assert identity_of(user) not in words and not LOOKS_LIKE_A_NUMBER.search(words)
        assert message.channel == "site" or len(words) <= LONGEST_TEXT, words
        assert message.channel == "sms" or message.link


def test_every_member_of_the_next_house_hears_once_that_it_is_their_turn(table: Table) -> None:
    def told() -> list[tuple[int | None, str]]:
        found = select(Message.user_id, Message.channel).filter_by(subject="有协议等您签").order_by(Message.id)
        return list(db.session.execute(found).tuples())

    table.signed("awaiting_enterprise", "甲")
    staff = table.enterprise_staff.id
    assert told() == [(staff, "site"), (staff, "sms")]
    table.signed("awaiting_enterprise", "乙")
    assert len(told()) == 2, "they have not read the first yet"
    for message in db.session.scalars(select(Message).filter_by(user_id=staff)):
        message.read_at = now()
    table.signed("awaiting_school", "丙")
    assert told()[2:] == [(staff, "site"), (staff, "sms"), (table.school_staff.id, "site"),
                          (table.school_staff.id, "sms")]
    assert PASSWORD and clock.now()
