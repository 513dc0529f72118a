"""Who may do an internship, how many, for how long and for how much."""

from __future__ import annotations

import datetime as dt

from app.law.internship import (
    filing_due_by,
    interns_within_share,
    internship_after_first_year,
    internship_age,
    internship_conditions,
    internship_length,
    internship_pay_enough,
)


def test_a_full_time_class_sends_nobody_in_the_first_year() -> None:
    assert not internship_after_first_year("full_time", 1)
    assert internship_after_first_year("full_time", 2)
    assert internship_after_first_year("part_time", 1)


def test_nobody_interns_before_16() -> None:
    birth = dt.date(2011, 5, 4)
    assert not internship_age(birth, dt.date(2027, 5, 4))
    assert internship_age(birth, dt.date(2027, 5, 5))


def test_the_tenth_intern_of_a_hundred_staff_is_the_last() -> None:
    assert interns_within_share(10, 100, 2, 10)
    assert not interns_within_share(11, 100, 2, 10)
    assert not interns_within_share(10, 99, 1, 10)


def test_of_ten_in_the_same_post_two_interns_are_the_most() -> None:
    verdict = interns_within_share(3, 100, 3, 10)
    assert [fault.field for fault in verdict.faults] == ["post_interns"]
    assert "最多2人" in verdict.message


def test_both_shares_are_named_when_both_are_broken_and_settings_may_differ() -> None:
    assert len(interns_within_share(40, 100, 9, 10).faults) == 2
    assert interns_within_share(30, 100, 3, 10, "3/10", "3/10")


def test_pay_is_four_fifths_of_the_post_or_its_lowest_grade() -> None:
    assert internship_pay_enough(3200, 4000)
    assert not internship_pay_enough(3199, 4000)
    assert internship_pay_enough(3000, 4000, lowest_grade=3000)
    assert not internship_pay_enough(2999, 4000, lowest_grade=3000)


def test_internship_stays_within_three_tenths_of_the_study_time() -> None:
    assert internship_length(9, 30)
    assert not internship_length(10, 30)
    assert internship_length(10, 36)
    assert not internship_length(11, 36)


def test_overtime_nights_heavy_work_and_agents_are_each_named() -> None:
    assert internship_conditions()
    assert [fault.field for fault in internship_conditions(True, True, True, True).faults] == [
        "overtime", "night", "heavy", "intermediary",
    ]


def test_filing_has_fifteen_days() -> None:
    assert filing_due_by(dt.date(2028, 2, 20)) == dt.date(2028, 3, 6)
