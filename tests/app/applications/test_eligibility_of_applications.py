"""The law's one function, asked from rows: each boundary on the day before, on the day and on the day after."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import event

from app.applications import service
from app.applications.eligibility import freeze, verdict, verdicts
from app.applications.queries import offered_tracks
from app.core.clock import CHINA, at, china, today
from app.core.db import db
from tests.app.applications.stage import make_stage
from tests.app.make_accounts import make_applicant
from tests.app.make_applications import make_application, make_claim, make_evidence
from tests.app.make_order_classes import make_class, make_track
from tests.app.make_positions import make_position


def _years_before(day: dt.date, years: int, shift: int = 0) -> dt.date:
    moved = day + dt.timedelta(days=shift)
    return moved.replace(year=moved.year - years) if (moved.month, moved.day) != (2, 29) else moved.replace(
        year=moved.year - years, day=28
    )


@pytest.mark.parametrize(
    ("birthday_is", "position_open", "seat_open"),
    [(-1, True, False), (0, False, True), (1, False, True)],
    ids=["16 the day before publication", "16 on publication day", "16 the day after"],
)
def test_a_position_opens_on_the_day_after_the_sixteenth_birthday_and_the_seat_only_way_closes(
    session: Any, birthday_is: int, position_open: bool, seat_open: bool
) -> None:
    stage = make_stage(age_min=14)
    seat_only = make_track(stage.order_class)
    result = stage.round.publish_at.astimezone(CHINA).date()
    user = make_applicant(birth=_years_before(result, 16, birthday_is))
    application = make_application(stage.round, user)
    found = verdicts(application, [stage.tracks[0], seat_only])
    assert found[stage.tracks[0].id].eligible is position_open
    assert found[seat_only.id].eligible is seat_open


@pytest.mark.parametrize(("level", "admitted"), [("stated", None), ("uploaded", None), ("verified", "migrant_worker")])
def test_a_relaxed_age_counts_only_when_verified(session: Any, level: str, admitted: str | None) -> None:
    stage = make_stage(age_max=25, relaxed={"migrant_worker": 45})
    application = make_application(stage.round, make_applicant(age=40), stage.tracks)
    make_claim(application, "migrant_worker", level)
    found = verdict(application, stage.tracks[0])
    assert found.eligible is (admitted is not None) and found.admitted_by == admitted
    if admitted is None:
        assert found.rule == "class_age_unverified" and "户口簿" in found.opens_with[0]


@pytest.mark.parametrize(("shift", "eligible"), [(1, True), (0, True), (-1, False)])
def test_the_ceiling_is_counted_on_the_reference_date(session: Any, shift: int, eligible: bool) -> None:
    stage = make_stage(age_max=25, relaxed={})
    birth = _years_before(stage.order_class.reference_date, 26, shift)
    application = make_application(stage.round, make_applicant(birth=birth))
    assert verdict(application, stage.tracks[0]).eligible is eligible


def test_a_hazard_bars_whoever_is_not_eighteen_on_the_first_day_at_work(session: Any) -> None:
    stage = make_stage(on_post_date=today() + dt.timedelta(days=400), enrolment_date=today() + dt.timedelta(days=90))
    dusty = make_track(stage.order_class, make_position(stage.enterprise, hazards=["dust"]))
    user = make_applicant(birth=_years_before(stage.order_class.on_post_date, 18))
    application = make_application(stage.round, user)
    assert verdict(application, dusty).rule == "hazard_18"
    assert verdict(application, stage.tracks[0]).eligible


def test_an_own_students_class_opens_with_the_verified_proof_of_enrolment(session: Any) -> None:
    stage = make_stage(audience="own_students")
    application = make_application(stage.round, make_applicant(), school_id=stage.school.id)
    assert verdict(application, stage.tracks[0]).rule == "audience"
    paper = make_evidence(application, "enrolment_proof")
    assert verdict(application, stage.tracks[0]).rule == "audience"
    paper.state = "verified"
    assert verdict(application, stage.tracks[0]).eligible


def test_an_employees_class_is_for_the_employees_of_the_very_enterprise(session: Any) -> None:
    stage = make_stage(audience="employees")
    other = make_stage()
    application = make_application(stage.round, make_applicant(), enterprise_id=other.enterprise.id)
    make_evidence(application, "employment_proof", state="verified")
    assert verdict(application, stage.tracks[0]).rule == "audience"
    application.enterprise_id = stage.enterprise.id
    assert verdict(application, stage.tracks[0]).eligible


def test_the_wrong_start_point_bars(session: Any) -> None:
    stage = make_stage(start_point="senior")
    application = make_application(stage.round, make_applicant(), start_point="junior")
    assert verdict(application, stage.tracks[0]).rule == "start_point"


def test_freezing_writes_the_rule_beside_the_choice_and_keeps_its_rank(session: Any) -> None:
    stage = make_stage()
    far = make_class(stage.school, stage.alliance, start_point="senior")
    barred = make_track(far, make_position(stage.enterprise))
    application = make_application(stage.round, make_applicant(), [barred, stage.tracks[0]])
    freeze(application)
    assert [(c.rank, c.barred_by) for c in application.choices] == [(1, "start_point"), (2, None)]


def test_verdicts_over_many_tracks_ask_the_database_nothing(session: Any) -> None:
    stage = make_stage()
    stage.more_tracks(6)
    application = make_application(stage.round, make_applicant())
    make_claim(application, "veteran")
    db.session.commit()
    db.session.expire_all()
    application = db.session.get(type(application), application.id)
    tracks = offered_tracks(stage.round.id)
    verdicts(application, tracks[:1])
    asked: list[str] = []
    listen = lambda *facts: asked.append(facts[2])  # noqa: E731
    event.listen(db.engine, "before_cursor_execute", listen)
    try:
        assert len(verdicts(application, tracks)) == 8
    finally:
        event.remove(db.engine, "before_cursor_execute", listen)
    assert asked == []


def test_a_fifteen_year_old_goes_through_with_a_seat_only_track(session: Any) -> None:
    stage = make_stage(age_min=14)
    seat_only = make_track(stage.order_class)
    with at(china(today(), 12)):
        actor, application = stage.begin(make_applicant(age=15))
        service.set_choices(actor, application, [seat_only.id], False)
        assert verdict(application, seat_only).eligible
        assert "先入学、后定岗" in verdict(application, stage.tracks[0]).message
