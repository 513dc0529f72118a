"""What happens to applications, papers and placements, move by move."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.accounts.models import User
from app.applications import papers, service
from app.applications.guardians import guardian_answer
from app.applications.models import Application
from app.core.actor import Actor
from app.core.clock import now
from app.placements import answers, reviews
from app.placements import service as placements
from app.placements.models import Placement, Review
from tests.app.make_accounts import make_applicant
from tests.app.make_agreements import Table, with_password
from tests.app.make_applications import make_application, make_evidence, make_guardian, make_picture, make_score
from tests.app.make_organisations import actor_for
from tests.app.make_placements import make_placement, make_review, make_run
from tests.app.telling.told import DAY, STORIES, Act, Story, at_stage, tells


def applied(table: Table, state: str, age: int = 20, name: str = "林小禾") -> Application:
    at_stage(table, "open")
    row = make_application(table.round, with_password(make_applicant(name, age=age)), [table.track], state=state)
    if age < 18:
        make_guardian(row, state="named")
    return row


def me(row: Application) -> Actor:
    return actor_for(row.user)


# --- applications -----------------------------------------------------------------------------------------------------


def _herself(moves: Callable[[Actor, Application], object], state: str, age: int = 20) -> Story:
    """She moves her own application out of this state."""

    def story(table: Table) -> tuple[User, Act]:
        row = applied(table, state, age)
        return row.user, lambda: moves(me(row), row)

    return story


STORIES["application", "submit"] = _herself(service.submit, "draft")
STORIES["application", "submit_minor"] = _herself(service.submit, "draft", age=17)
STORIES["application", "change"] = _herself(service.reopen, "submitted")
STORIES["application", "withdraw"] = _herself(service.withdraw, "submitted")
STORIES["application", "restore"] = _herself(service.restore, "withdrawn")


def _guardian_says(agrees: bool) -> Story:
    def story(table: Table) -> tuple[User, Act]:
        row = applied(table, "awaiting_guardian", age=17)
        assert row.guardian is not None
        guardian = row.guardian
        return row.user, lambda: guardian_answer(Actor(guardian_id=guardian.id), guardian, agrees)

    return story


STORIES["application", "guardian_agrees"] = _guardian_says(True)
STORIES["application", "guardian_refuses"] = _guardian_says(False)


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


def _review(state: str, act: Callable[[Actor, Review], object]) -> Story:
    """Somebody without a seat asked for a review; a coordinator, or she herself, does something about it."""

    def story(table: Table) -> tuple[User, Act]:
        row = applied(table, "in_round")
        at_stage(table, "responding", 31)
        step = "mend_score" if state == "upheld" else None
        review = make_review(row, make_run(table.round).id, state, next_step=step)
        by = me(row) if act is reviews.withdraw else actor_for(table.coordinator)
        return row.user, lambda: act(by, review)

    return story


STORIES["review", "take"] = _review("asked", reviews.take)
STORIES["review", "withdraw"] = _review("asked", reviews.withdraw)
STORIES["review", "uphold"] = _review("looking", lambda by, row: reviews.answer(by, row, True, "登错了", "mend_score"))
STORIES["review", "dismiss"] = _review("looking", lambda by, row: reviews.answer(by, row, False, "没有错"))
STORIES["review", "carry_out"] = _review("upheld", lambda by, row: reviews.carry_out(by, row, "改好了"))


@tells("placement", "lapse")
def is_silent(table: Table) -> tuple[User, Act]:
    seat = offered(table, answer_by=now() - DAY)
    return seat.application.user, answers.lapse_overdue
