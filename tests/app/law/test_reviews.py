"""复核: the window in working days, and that nobody judges her own proposal."""

from __future__ import annotations

import datetime as dt

import pytest

from app.law.reviews import answered_by_another_person, review_may_be_asked
from app.law.workdays import WEEKDAYS, Workdays, days_text, read_days

FRIDAY = dt.date(2027, 3, 5)


@pytest.mark.parametrize(
    ("count", "day"),
    [(0, dt.date(2027, 3, 5)), (1, dt.date(2027, 3, 8)), (5, dt.date(2027, 3, 12)), (6, dt.date(2027, 3, 15))],
)
def test_a_weekend_does_not_count(count: int, day: dt.date) -> None:
    assert WEEKDAYS.later(FRIDAY, count) == day


def test_published_on_a_saturday_the_first_working_day_is_monday() -> None:
    assert WEEKDAYS.later(dt.date(2027, 3, 6), 1) == dt.date(2027, 3, 8)


def test_a_holiday_does_not_count_and_a_weekend_that_is_worked_does() -> None:
    monday, sunday = dt.date(2027, 3, 8), dt.date(2027, 3, 7)
    assert Workdays(free={monday}).later(FRIDAY, 1) == dt.date(2027, 3, 9)
    assert Workdays(made_up={sunday}).later(FRIDAY, 1) == sunday
    late = dt.date(2027, 3, 15)
    assert not review_may_be_asked(FRIDAY, late, 5).ok
    assert review_may_be_asked(FRIDAY, late, 5, Workdays(free={monday})).ok


def test_days_are_written_singly_or_as_spans_and_read_back() -> None:
    days = read_days("2027-01-01、2027-02-05至2027-02-07\n2027-01-01")
    assert [day.day for day in days] == [1, 5, 6, 7]
    assert read_days(days_text(days)) == days and read_days("  ") == ()


@pytest.mark.parametrize("text", ["元旦", "2027-02-30", "2027-02-07至2027-02-05", "2027-01-01至2027-06-01", "20270101"])
def test_what_is_no_day_is_said(text: str) -> None:
    with pytest.raises(ValueError, match=r"不是日子|先后不对"):
        read_days(text)


def test_the_last_day_counts_in_full_and_the_next_does_not() -> None:
    assert review_may_be_asked(FRIDAY, dt.date(2027, 3, 12), 5).ok
    late = review_may_be_asked(FRIDAY, dt.date(2027, 3, 13), 5)
    assert late.rule == "review_window" and "2027年3月12日" in late.message


def test_whoever_proposed_the_result_does_not_answer() -> None:
    assert answered_by_another_person(7, 8).ok and answered_by_another_person(None, 8).ok
    assert answered_by_another_person(7, 7).rule == "review_by_another_person"
