"""Taking back the consent that names the schools takes back the application; schools see her no more."""

from __future__ import annotations

from typing import Any

from app.accounts.service import withdraw_consent
from app.applications import queries, service
from app.core.clock import at
from app.core.db import db
from app.core.history import history_of
from app.core.outbox import Message
from tests.app.applications.stage import make_stage
from tests.app.make_organisations import actor_for, make_school_staff


def test_an_application_handed_in_is_withdrawn_with_its_consent_and_she_is_told(session: Any) -> None:
    stage = make_stage()
    actor, application = stage.begin()
    service.set_choices(actor, application, [stage.tracks[0].id], True)
    service.submit(actor, application)
    school = actor_for(make_school_staff(stage.school))
    assert queries.application_seen_by(school, application.id) is not None
    withdraw_consent(actor, application.user, "schools_of_choices")
    assert application.state == "withdrawn"
    assert "撤回了给院校看资料的同意" in history_of("application", application.id)[-1].why
    assert queries.application_seen_by(school, application.id) is None
    told = db.session.query(Message).filter_by(user_id=application.user_id, subject="报名已撤回", channel="site").one()
    assert application.number in told.body


def test_there_is_a_way_back_before_the_deadline_with_a_new_consent(session: Any) -> None:
    stage = make_stage()
    actor, application = stage.begin()
    service.set_choices(actor, application, [stage.tracks[0].id], True)
    service.submit(actor, application)
    withdraw_consent(actor, application.user, "schools_of_choices")
    service.restore(actor, application)
    service.submit(actor, application)
    assert application.state == "submitted"
    school = actor_for(make_school_staff(stage.school))
    assert queries.application_seen_by(school, application.id) is not None


def test_another_consent_and_a_draft_leave_everything_as_it_is(session: Any) -> None:
    stage = make_stage()
    actor, application = stage.begin()
    service.set_choices(actor, application, [stage.tracks[0].id], True)
    service.submit(actor, application)
    service.reopen(actor, application)
    withdraw_consent(actor, application.user, "schools_of_choices")
    assert application.state == "draft"
    with at(stage.round.deadline):
        assert service.leave_out_unsubmitted(stage.round) == 1, "no version may stand without its consent"


def test_once_the_round_is_frozen_a_school_still_hears_nothing_of_her(session: Any) -> None:
    stage = make_stage()
    actor, application = stage.begin()
    service.set_choices(actor, application, [stage.tracks[0].id], True)
    service.submit(actor, application)
    application.state = "in_round"
    stage.round.state = "closed"
    db.session.flush()
    withdraw_consent(actor, application.user, "schools_of_choices")
    assert application.state == "in_round"
    assert queries.application_seen_by(actor_for(make_school_staff(stage.school)), application.id) is None
