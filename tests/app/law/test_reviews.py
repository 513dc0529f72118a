"""复核: the window in working days, and that nobody judges her own proposal."""

from __future__ import annotations

import datetime as dt

import pytest

from app.law.reviews import answered_by_another_person, review_may_be_asked, workdays_later

FRIDAY = dt.date(2027, 3, 5)


@pytest.mark.parametrize(
    ("count", "day"),
    [(0, dt.date(2027, 3, 5)), (1, dt.date(2027, 3, 8)), (5, dt.date(2027, 3, 12)), (6, dt.date(2027, 3, 15))],
)
def test_a_weekend_does_not_count(count: int, day: dt.date) -> None:
    assert workdays_later(FRIDAY, count) == day


def test_published_on_a_saturday_the_first_working_day_is_monday() -> None:
    assert workdays_later(dt.date(2027, 3, 6), 1) == dt.date(2027, 3, 8)


def test_the_last_day_counts_in_full_and_the_next_does_not() -> None:
    assert review_may_be_asked(FRIDAY, dt.date(2027, 3, 12), 5).ok
    late = review_may_be_asked(FRIDAY, dt.date(2027, 3, 13), 5)
    assert late.rule == "review_window" and "2027年3月12日" in late.message


def test_whoever_proposed_the_result_does_not_answer() -> None:
    assert answered_by_another_person(7, 8).ok and answered_by_another_person(None, 8).ok
    assert answered_by_another_person(7, 7).rule == "review_by_another_person"
