"""The one thing that would help most, out of the explanation; and the way into the next round."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.applications.models import Application
from app.core.clock import at, now
from app.core.db import db
from app.core.outbox import Message
from app.placements.advice import advise, rooms
from app.placements.models import Run, RunClass, RunPlacement, RunReason
from app.rounds.models import Round
from app.rounds.service import open_round
from tests.app.applications.stage import Stage, make_stage
from tests.app.counting import statements
from tests.app.make_accounts import make_applicant
from tests.app.make_applications import make_application, make_claim
from tests.app.make_order_classes import make_class, make_track
from tests.app.make_placements import make_placement, make_run
from tests.app.make_positions import make_position
from tests.app.make_rounds import make_round


def result(stage: Stage, application: Application, *reasons: tuple[Any, ...], opened: bool = True) -> Run:
    """A published run in which the class has two of its forty seats left and the person none; reasons by rank."""
    run = make_run(stage.round)
    seats = stage.order_class.seats
    db.session.add(RunClass(run_id=run.id, order_class_id=stage.order_class.id, open=opened, filled=seats - 2))
    db.session.add(RunPlacement(run_id=run.id, application_id=application.id))
    for rank, (track, reason, distance) in enumerate(reasons, start=1):
        db.session.add(RunReason(run_id=run.id, application_id=application.id, rank=rank, track_id=track.id,
                                 reason=reason, limit="", distance=distance))
    db.session.flush()
    return run


def said(application: Application, run: Run) -> Any:
    found = select(RunReason).filter_by(run_id=run.id, application_id=application.id).order_by(RunReason.rank)
    return advise(application, run, list(db.session.scalars(found)))


def _applied(stage: Stage, *tracks: Any, **facts: Any) -> Application:
    return make_application(stage.round, make_applicant(age=facts.pop("age", 20)), tracks, state="in_round", **facts)


@pytest.fixture
def stage(session: Any) -> Stage:
    return make_stage({"max_choices": 2, "state": "responding"})


def test_a_paper_that_opens_a_barred_choice_comes_first(stage: Stage) -> None:
    application = _applied(stage, stage.tracks[0], age=40)
    make_claim(application, "migrant_worker", level="uploaded")
    run = result(stage, application, (stage.tracks[0], "not_eligible", None))
    advice = said(application, run)
    assert advice.kind == "paper" and "农民工" in advice.title and stage.order_class.name in advice.text


def test_a_free_seat_she_is_eligible_for_is_named_with_its_number(stage: Stage) -> None:
    application = _applied(stage, stage.tracks[0], adjustable=False)
    run = result(stage, application, (stage.tracks[0], "score", 3))
    advice = said(application, run)
    assert advice.kind == "room" and "2个" in advice.text and "服从调剂" in advice.text


def test_where_she_is_not_eligible_or_the_class_is_closed_no_seat_is_named(stage: Stage) -> None:
    application = _applied(stage, stage.tracks[0], start_point="senior")
    run = result(stage, application, (stage.tracks[0], "score", 3))
    assert said(application, run).kind == "more"
    other = make_stage({"max_choices": 2, "state": "responding"})
    application = _applied(other, other.tracks[0])
    assert said(application, result(other, application, (other.tracks[0], "not_open", 5), opened=False)).kind == "more"


def test_a_list_on_which_nothing_takes_her_hears_that_first_and_not_to_write_more_of_it(stage: Stage) -> None:
    stage.order_class.start_point = "senior"
    application = _applied(stage, stage.tracks[0])
    advice = said(application, result(stage, application, (stage.tracks[0], "not_eligible", None)))
    assert advice.kind == "fitting" and "条件都对不上" in advice.text


def test_a_full_list_hears_how_near_the_nearest_line_was(stage: Stage) -> None:
    application = _applied(stage, *stage.tracks)
    run = result(stage, application, (stage.tracks[0], "score", 9), (stage.tracks[1], "score", 3))
    advice = said(application, run)
    assert advice.kind == "close" and "差3分" in advice.title


def test_nobody_is_blamed_where_nothing_was_hers_to_do(stage: Stage) -> None:
    application = _applied(stage, *stage.tracks)
    run = result(stage, application, (stage.tracks[0], "full", None), (stage.tracks[1], "not_open", 4))
    advice = said(application, run)
    assert advice.kind == "wait" and "不是您的材料不够" in advice.text


def test_a_track_has_no_more_room_than_its_position_and_its_quota(session: Any) -> None:
    stage = make_stage({"state": "responding"})
    small = make_position(stage.enterprise, headcount=1)
    track = make_track(stage.order_class, small)
    application = _applied(stage, stage.tracks[0])
    run = result(stage, application)
    left = {room.track.id: room.left for room in rooms(run, [*stage.tracks, track])}
    assert left[track.id] == 1 and left[stage.tracks[0].id] == 2
    holder = _applied(stage, track)
    db.session.add(RunPlacement(run_id=run.id, application_id=holder.id, track_id=track.id, rank=1, by="choice"))
    db.session.flush()
    assert track.id not in {room.track.id for room in rooms(run, [*stage.tracks, track])}


def _supplementary(stage: Stage, **facts: Any) -> Round:
    return make_round(stage.alliance, [stage.order_class], follows_id=stage.round.id, **facts)


def test_the_way_onward_names_the_next_rounds_day_and_leads_into_an_open_one(stage: Stage) -> None:
    application = _applied(stage, *stage.tracks)
    run = result(stage, application, (stage.tracks[0], "full", None))
    assert "还没有定" in said(application, run).onward
    coming = _supplementary(stage, state="setup", opens_at=now() + timedelta(days=3))
    advice = said(application, run)
    assert "开始时会发短信" in advice.onward and advice.round_id is None
    coming.state, coming.opens_at = "open", now() - timedelta(hours=1)
    db.session.flush()
    assert said(application, run).round_id == coming.id


def test_when_the_supplementary_round_opens_those_without_a_seat_are_called(stage: Stage) -> None:
    without = _applied(stage, stage.tracks[0])
    seated = _applied(stage, stage.tracks[0])
    make_placement(seated, stage.tracks[0])
    gone = make_application(stage.round, make_applicant("撤回"), stage.tracks, state="withdrawn")
    coming = _supplementary(stage, state="setup")
    open_round(stage.coordinator(), coming)
    called = set(db.session.scalars(select(Message.user_id).filter_by(subject="补录开始了", channel="sms")))
    assert called == {without.user_id} and gone.user_id not in called


def test_a_first_round_calls_nobody(stage: Stage) -> None:
    _applied(stage, stage.tracks[0])
    open_round(stage.coordinator(), make_round(stage.alliance, [stage.order_class], state="setup"))
    assert db.session.query(Message).filter_by(subject="补录开始了").count() == 0


def test_the_advice_asks_the_same_number_of_questions_however_many_tracks_there_are(stage: Stage) -> None:
    application = _applied(stage, stage.tracks[0])
    run = result(stage, application, (stage.tracks[0], "score", 3))

    def asked() -> int:
        db.session.expire_all()
        with statements() as sent:
            said(application, run)
        return len(sent)

    few = asked()
    stage.more_tracks(5)
    extra = make_class(stage.school, stage.alliance)
    make_track(extra, make_position(stage.enterprise))
    with at(now()):
        assert asked() == few
