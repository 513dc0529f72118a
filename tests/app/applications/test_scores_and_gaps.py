"""Scores within their bounds, by whom they may be entered, and what keeps a round from being closed."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from app.applications import service
from app.applications.models import Score
from app.applications.queries import missing_scores, undecided
from app.core.clock import at, now
from app.core.db import db
from app.core.errors import Invalid, NotPermitted, WrongState, refusal
from app.core.history import history_of
from tests.app.applications.stage import make_stage
from tests.app.make_accounts import make_applicant
from tests.app.make_applications import make_application, make_evidence, make_guardian, make_score
from tests.app.make_order_classes import make_class, make_track
from tests.app.make_organisations import actor_for, make_enterprise_staff, make_school, make_school_staff
from tests.app.make_positions import make_position


@pytest.mark.parametrize("value", [-1, 101, 1000])
def test_the_database_itself_refuses_a_score_out_of_bounds(session: Any, value: int) -> None:
    stage = make_stage()
    application = make_application(stage.round, make_applicant(), stage.tracks)
    with pytest.raises(IntegrityError) as broken, db.session.begin_nested():
        db.session.add(Score(application=application, order_class=stage.order_class, value=value, entered_at=now()))
        db.session.flush()
    assert (refusal(broken.value).field, refusal(broken.value).message) == ("value", "分数要在0到100之间")
    with pytest.raises(Invalid, match="0到100"):
        service.enter_score(stage.coordinator(), application, stage.order_class, value)


@pytest.mark.parametrize("value", [0, 100])
def test_both_ends_are_scores(session: Any, value: int) -> None:
    stage = make_stage()
    application = make_application(stage.round, make_applicant(), stage.tracks)
    assert service.enter_score(stage.coordinator(), application, stage.order_class, value).value == value


def test_a_corrected_score_leaves_both_numbers_in_the_history(session: Any) -> None:
    stage = make_stage()
    application = make_application(stage.round, make_applicant(), stage.tracks)
    teacher = actor_for(make_school_staff(stage.school))
    service.enter_score(teacher, application, stage.order_class, 61)
    service.enter_score(teacher, application, stage.order_class, 61)
    service.enter_score(teacher, application, stage.order_class, 67)
    lines = [line.detail for line in history_of("application", application.id) if line.action == "score"]
    assert [(line["from"], line["to"]) for line in lines] == [(None, 61), (61, 67)]


def test_only_the_class_school_and_the_coordinator_enter_scores(session: Any) -> None:
    stage = make_stage()
    application = make_application(stage.round, make_applicant(), stage.tracks)
    for stranger in (make_school_staff(make_school()), make_enterprise_staff(stage.enterprise)):
        with pytest.raises(NotPermitted):
            service.enter_score(actor_for(stranger), application, stage.order_class, 60)


def test_no_score_for_a_class_that_was_not_chosen_or_ranks_by_lot(session: Any) -> None:
    stage = make_stage()
    by_lot = make_class(stage.school, stage.alliance, score_rule="lottery")
    track = make_track(by_lot, make_position(stage.enterprise))
    application = make_application(stage.round, make_applicant(), [track])
    with pytest.raises(Invalid, match="不计分"):
        service.enter_score(stage.coordinator(), application, by_lot, 60)
    with pytest.raises(Invalid, match="没有报"):
        service.enter_score(stage.coordinator(), application, stage.order_class, 60)


def test_after_the_close_nothing_is_entered_or_decided_any_more(session: Any) -> None:
    stage = make_stage({"state": "closed"})
    application = make_application(stage.round, make_applicant(), stage.tracks, state="in_round")
    with pytest.raises(WrongState):
        service.enter_score(stage.coordinator(), application, stage.order_class, 60)
    with pytest.raises(WrongState):
        service.decide_evidence(stage.coordinator(), make_evidence(application), True)


def test_every_undecided_paper_and_missing_score_is_named(session: Any) -> None:
    stage = make_stage({"state": "checking"})
    first = make_application(stage.round, make_applicant(), stage.tracks)
    second = make_application(stage.round, make_applicant(), stage.tracks[:1])
    draft = make_application(stage.round, make_applicant(), stage.tracks, submitted=False)
    for application in (first, draft):
        make_evidence(application, "unemployment", "unemployed_youth")
    make_score(second, stage.order_class)
    with at(stage.round.evidence_due):
        gaps = undecided(stage.round)
    assert len(gaps) == 2
    assert first.number in gaps[0] and "失业登记" in gaps[0]
    assert first.number in gaps[1] and stage.order_class.name in gaps[1]


def test_two_tracks_of_one_class_need_one_score_and_a_barred_choice_none(session: Any) -> None:
    stage = make_stage()
    far = make_class(stage.school, stage.alliance, start_point="senior")
    barred = make_track(far, make_position(stage.enterprise))
    application = make_application(stage.round, make_applicant(), [*stage.tracks, barred])
    gaps = missing_scores(stage.round)
    assert [(gap.application.id, gap.order_class.id) for gap in gaps] == [(application.id, stage.order_class.id)]
    assert missing_scores(stage.round, far.id) == []


def test_a_returned_paper_is_decided(session: Any) -> None:
    stage = make_stage()
    application = make_application(stage.round, make_applicant(), stage.tracks)
    make_score(application, stage.order_class)
    paper = make_evidence(application)
    assert len(undecided(stage.round)) == 1
    service.decide_evidence(stage.coordinator(), paper, False, "看不清")
    assert undecided(stage.round) == []


def test_a_guardian_who_has_time_left_keeps_the_round_open_and_her_silence_does_not(session: Any) -> None:
    stage = make_stage({"state": "checking"})
    application = make_application(stage.round, make_applicant(age=16), stage.tracks, state="awaiting_guardian")
    make_guardian(application, state="named")
    with at(stage.round.deadline):
        assert application.number in undecided(stage.round)[0]
    with at(stage.round.guardian_due):
        assert undecided(stage.round) == []
