"""What time does: a guardian's silence is a no after thirty days, everybody else's an expiry; each to the second."""

from __future__ import annotations

import datetime as dt

import pytest

from app.agreements import deadlines, service
from app.agreements.deadlines import agreement_deadlines, expire_overdue
from app.core import dispatch
from app.core.clock import at
from app.core.history import history_of
from tests.app.make_agreements import Table, sign_turn
from tests.app.make_organisations import actor_for
from tests.app.stuck import stuck

SECOND = dt.timedelta(seconds=1)


def test_a_guardian_silent_for_thirty_days_refuses_and_the_seat_is_free(table: Table) -> None:
    agreement = table.signed("awaiting_guardian", age=16)
    end = agreement.turn_since + dt.timedelta(days=30)
    with at(end):
        assert expire_overdue() == 0
        assert service.deadline_of(agreement) == end
    with at(end + SECOND):
        assert expire_overdue() == 1
    assert (agreement.state, agreement.placement.state) == ("refused", "released")
    assert history_of("agreement", agreement.id)[-1].by_role == "system"


def test_a_guardian_may_sign_in_the_last_second_of_her_thirty_days(table: Table) -> None:
    agreement = table.signed("awaiting_guardian", age=16)
    with at(agreement.turn_since + dt.timedelta(days=30)):
        sign_turn(table, agreement)
    assert agreement.state == "awaiting_enterprise"


def test_an_applicant_who_signs_late_leaves_her_guardian_the_whole_thirty_days(table: Table) -> None:
    agreement = table.issued(age=16)
    with at(service.deadline_of(agreement)):
        sign_turn(table, agreement)
        assert service.deadline_of(agreement) - agreement.turn_since == dt.timedelta(days=30)


@pytest.mark.parametrize("state", ["awaiting_applicant", "awaiting_enterprise", "awaiting_school"])
def test_what_is_not_signed_in_time_expires_and_the_seat_is_free(table: Table, state: str) -> None:
    agreement = table.signed(state)
    with at(agreement.sign_by):
        assert expire_overdue() == 0
    with at(agreement.sign_by + SECOND):
        assert expire_overdue() == 1
    assert (agreement.state, agreement.placement.state) == ("expired", "released")


def test_a_minor_applicants_own_days_end_before_her_guardians_begin(table: Table) -> None:
    agreement = table.issued(age=16)
    end = agreement.sign_by - dt.timedelta(days=30)
    with at(end):
        assert expire_overdue() == 0
    with at(end + SECOND):
        assert expire_overdue() == 1
    assert agreement.state == "expired"


def test_what_is_in_force_never_expires(table: Table) -> None:
    agreement = table.signed("in_force")
    with at(agreement.sign_by + dt.timedelta(days=900)):
        assert agreement_deadlines() == 0
    assert agreement.state == "in_force"


def test_one_that_is_stuck_does_not_hold_up_the_others(table: Table, monkeypatch: pytest.MonkeyPatch) -> None:
    held, other = table.issued("卡住"), table.issued("别的")
    stuck(monkeypatch, deadlines, "give_up_seat", held)
    with at(held.sign_by + dt.timedelta(days=1)):
        assert expire_overdue() == 1
    assert (held.state, other.state) == ("awaiting_applicant", "expired")


def test_the_worker_knows_the_chore() -> None:
    assert agreement_deadlines in dispatch.CHORES


def test_after_an_expiry_the_person_may_get_another_agreement(table: Table) -> None:
    agreement = table.issued("林小禾")
    with at(agreement.sign_by + SECOND):
        expire_overdue()
    agreement.placement.state = "accepted"
    assert service.issue(actor_for(table.coordinator), agreement.placement).state == "awaiting_applicant"
