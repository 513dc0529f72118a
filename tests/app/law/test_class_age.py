"""The class's age window: who is let in, by which rule, and what would open it to the others."""

from __future__ import annotations

import datetime as dt

from app.law.class_age import AgeVerdict, within_age

ENROLMENT = dt.date(2027, 9, 1)
RELAXED = {"migrant_worker": 35, "veteran": None}


def judge(age_on_enrolment: int, verified: tuple[str, ...] = (), claimed: tuple[str, ...] = ()) -> AgeVerdict:
    """Somebody whose last birthday before enrolment was the day before: exactly that age, from that very day."""
    birth = dt.date(ENROLMENT.year - age_on_enrolment, 8, 31)
    return within_age(birth, ENROLMENT, 15, 24, RELAXED, verified, claimed)


def test_both_ends_of_the_window_belong_to_it() -> None:
    assert judge(15).admitted_by == "plain"
    assert judge(24).admitted_by == "plain"
    assert judge(14).rule == "class_age_min"
    assert judge(25).rule == "class_age_max"


def test_the_day_that_counts_is_the_enrolment_date_and_the_birthday_itself_is_still_the_younger_age() -> None:
    turns_25_that_day = dt.date(ENROLMENT.year - 25, ENROLMENT.month, ENROLMENT.day)
    assert within_age(turns_25_that_day, ENROLMENT, 15, 24, {}, ())
    assert not within_age(turns_25_that_day - dt.timedelta(days=1), ENROLMENT, 15, 24, {}, ())


def test_a_relaxed_age_counts_only_when_verified() -> None:
    claimed_only = judge(30, claimed=("migrant_worker",))
    assert not claimed_only
    assert claimed_only.rule == "class_age_unverified"
    assert "农民工" in claimed_only.message
    assert claimed_only.opens_with == ["农民工：户口簿和劳动合同、参保或工资记录"]
    verified = judge(30, verified=("migrant_worker",))
    assert verified
    assert verified.admitted_by == "migrant_worker"


def test_the_relaxed_ceiling_belongs_to_the_window_and_ends_there() -> None:
    assert judge(35, verified=("migrant_worker",))
    assert not judge(36, verified=("migrant_worker",))


def test_none_means_no_ceiling() -> None:
    assert judge(60, verified=("veteran",)).admitted_by == "veteran"


def test_a_category_the_class_does_not_relax_for_opens_nothing() -> None:
    verdict = judge(30, verified=("unemployed_youth",))
    assert not verdict
    assert len(verdict.opens_with) == 2


def test_no_relaxation_lets_anybody_in_below_the_lower_end() -> None:
    assert judge(14, verified=("veteran", "migrant_worker")).rule == "class_age_min"


def test_within_the_plain_window_a_verified_category_is_not_what_admits() -> None:
    assert judge(20, verified=("veteran",)).admitted_by == "plain"


def test_of_several_verified_categories_the_one_recorded_never_depends_on_the_order_given() -> None:
    assert judge(30, verified=("veteran", "migrant_worker")).admitted_by == "migrant_worker"
    assert judge(30, verified=("migrant_worker", "veteran")).admitted_by == "migrant_worker"


def test_where_no_category_would_help_the_answer_promises_none() -> None:
    birth = dt.date(1980, 1, 1)
    verdict = within_age(birth, ENROLMENT, 15, 24, {"migrant_worker": 35}, (), ("migrant_worker",))
    assert verdict.rule == "class_age_max"
    assert verdict.opens_with == []


def test_a_class_without_ends_takes_everybody() -> None:
    assert within_age(dt.date(1950, 1, 1), ENROLMENT, None, None, {}, ()).admitted_by == "plain"
