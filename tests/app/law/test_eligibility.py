"""One function says whether a choice may take part, with every reason, the binding one first."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace

import pytest

from app.law.eligibility import Dates, Person, TrackFacts, eligibility

RESULT = dt.date(2027, 6, 30)
ENROLMENT = dt.date(2027, 9, 1)
ON_POST = dt.date(2030, 7, 1)
ON = Dates(result=RESULT)

PERSON = Person(birth_date=dt.date(2010, 1, 1), start_point="junior")
TRACK = TrackFacts(
    start_points=("junior",), reference_date=ENROLMENT, age_min=15, age_max=22, on_post_date=ON_POST, school_id=7,
    enterprise_id=9,
)
SEAT = replace(TRACK, seat_only=True, enterprise_id=None)


def born(year: int, month: int, day: int) -> Person:
    return replace(PERSON, birth_date=dt.date(year, month, day))


def test_an_ordinary_applicant_is_admitted_by_the_plain_rule() -> None:
    verdict = eligibility(PERSON, TRACK, ON)
    assert verdict.eligible
    assert verdict.admitted_by == "plain"
    assert verdict.rule is None


def test_a_paused_posting_bars_everybody_and_that_is_the_binding_reason() -> None:
    assert eligibility(PERSON, replace(TRACK, paused=True), ON).rule == "posting_paused"
    both = eligibility(born(1980, 1, 1), replace(TRACK, paused=True), ON)
    assert both.rule == "posting_paused" and len(both.faults) == 2


def test_on_the_sixteenth_birthday_the_result_gives_a_seat_but_no_position() -> None:
    person = born(2011, 6, 30)
    assert eligibility(person, TRACK, ON).rule == "age_16"
    assert eligibility(person, SEAT, ON).eligible


def test_the_day_after_it_gives_a_position_but_no_seat_only_track() -> None:
    person = born(2011, 6, 29)
    assert eligibility(person, TRACK, ON).eligible
    assert eligibility(person, SEAT, ON).rule == "seat_only"


def test_a_position_that_starts_before_the_result_is_tested_on_its_own_first_day() -> None:
    early = replace(TRACK, on_post_date=RESULT - dt.timedelta(days=1))
    assert eligibility(born(2011, 6, 29), early, ON).rule == "age_16"


def test_below_14_nobody_registers_and_that_binds_before_everything_else() -> None:
    child = born(2013, 6, 30)
    verdict = eligibility(child, TRACK, ON)
    assert verdict.rule == "age_14"
    assert [fault.rule for fault in verdict.faults] == ["age_14", "age_16", "class_age_min"]


def test_the_14_is_asked_on_the_day_of_registration_when_it_is_known() -> None:
    person = born(2013, 6, 1)
    assert eligibility(person, replace(SEAT, age_min=14), ON).eligible
    assert eligibility(person, replace(SEAT, age_min=14), Dates(RESULT, dt.date(2027, 6, 1))).rule == "age_14"


def test_a_hazard_bars_who_is_not_18_on_the_on_post_date_and_a_seat_has_no_hazards() -> None:
    noisy = replace(TRACK, hazards=("noise",), age_max=30)
    assert eligibility(born(2012, 7, 1), replace(noisy, seat_only=True), ON).eligible
    late = replace(noisy, on_post_date=dt.date(2028, 1, 1))
    assert eligibility(born(2010, 1, 1), late, ON).rule == "hazard_18"
    assert eligibility(born(2009, 12, 31), late, ON).eligible


def test_hazards_without_a_known_first_day_are_tested_on_the_result_date() -> None:
    unknown = replace(TRACK, hazards=("dust",), on_post_date=None)
    assert eligibility(PERSON, unknown, ON).rule == "hazard_18"


def test_the_start_point_has_to_be_one_the_class_takes() -> None:
    verdict = eligibility(replace(PERSON, start_point="senior"), TRACK, ON)
    assert verdict.rule == "start_point"
    assert "初中" in verdict.message
    assert eligibility(replace(PERSON, start_point=""), TRACK, ON).rule == "start_point"


def test_a_class_for_its_own_students_or_employees_takes_only_them() -> None:
    own = replace(TRACK, audience="own_students")
    assert eligibility(PERSON, own, ON).rule == "audience"
    assert eligibility(replace(PERSON, school_id=8), own, ON).rule == "audience"
    assert eligibility(replace(PERSON, school_id=7), own, ON).eligible
    staff = replace(TRACK, audience="employees")
    assert eligibility(replace(PERSON, school_id=7), staff, ON).rule == "audience"
    assert eligibility(replace(PERSON, enterprise_id=9), staff, ON).eligible


def test_belonging_nowhere_never_equals_a_track_that_names_nobody() -> None:
    nowhere = replace(TRACK, audience="employees", enterprise_id=None)
    assert eligibility(PERSON, nowhere, ON).rule == "audience"


def test_an_unknown_audience_is_a_programming_error_not_an_open_door() -> None:
    with pytest.raises(ValueError):
        eligibility(PERSON, replace(TRACK, audience="friends"), ON)


def test_a_relaxed_age_lets_in_only_the_verified_and_says_by_which_category() -> None:
    relaxed = replace(TRACK, relaxed={"migrant_worker": None})
    older = replace(born(1990, 1, 1), claimed_categories=("migrant_worker",))
    barred = eligibility(older, relaxed, ON)
    assert barred.rule == "class_age_unverified"
    assert barred.opens_with
    assert barred.admitted_by is None
    admitted = eligibility(replace(older, verified_categories=("migrant_worker",)), relaxed, ON)
    assert admitted.admitted_by == "migrant_worker"


def test_every_reason_is_listed_not_only_the_first() -> None:
    person = replace(born(1990, 1, 1), start_point="senior")
    track = replace(TRACK, audience="own_students")
    assert [fault.rule for fault in eligibility(person, track, ON).faults] == [
        "start_point", "class_age_max", "audience",
    ]


def test_there_is_no_place_to_put_what_may_not_be_asked() -> None:
    fields = set(Person.__dataclass_fields__) | set(TrackFacts.__dataclass_fields__)
    assert not fields & {"sex", "gender", "ethnicity", "religion", "marriage", "household", "health", "region"}
