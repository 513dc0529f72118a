"""Ages at the day before, on and after the birthdays that matter."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.law.age import (
    age_reached_on,
    full_age,
    is_under_14,
    is_under_16,
    is_under_18,
    may_do_hazardous,
    may_hold_position,
    may_register,
    needs_guardian,
    sixteenth_reached_on,
)

BORN = dt.date(2008, 3, 1)
LEAP = dt.date(2008, 2, 29)
DAY = dt.timedelta(days=1)
dates = st.dates(dt.date(1900, 1, 1), dt.date(2100, 12, 31))


def birthday(age: int) -> dt.date:
    return dt.date(BORN.year + age, 3, 1)


def counted_by_hand(birth: dt.date, on: dt.date) -> int:
    """An independent definition: how many anniversaries lie strictly before the day, 28 February for a leap child."""
    month, day = birth.month, birth.day
    passed = 0
    for year in range(birth.year + 1, on.year + 1):
        leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
        last = day - 1 if (month, day) == (2, 29) and not leap else day
        if (year, month, last) < (on.year, on.month, on.day):
            passed += 1
    return passed


@given(dates, dates)
def test_full_age_agrees_with_counting_the_birthdays_that_are_past(birth: dt.date, on: dt.date) -> None:
    if birth > on:
        with pytest.raises(ValueError):
            full_age(birth, on)
    else:
        assert full_age(birth, on) == counted_by_hand(birth, on)


@given(dates, st.integers(0, 40_000), st.integers(0, 400))
def test_nobody_ever_gets_younger(birth: dt.date, after: int, more: int) -> None:
    on = birth + dt.timedelta(days=after)
    assert full_age(birth, on) <= full_age(birth, on + dt.timedelta(days=more))


@given(dates, st.integers(1, 100))
def test_an_age_is_reached_on_exactly_one_day(birth: dt.date, age: int) -> None:
    reached = age_reached_on(birth, age)
    assert full_age(birth, reached) == age
    assert full_age(birth, reached - DAY) == age - 1


@pytest.mark.parametrize(
    ("age", "is_under"), [(14, is_under_14), (16, is_under_16), (18, is_under_18)], ids=["14", "16", "18"]
)
def test_on_the_birthday_itself_the_age_is_not_yet_reached_and_the_day_after_it_is(age, is_under) -> None:
    assert is_under(BORN, birthday(age) - DAY)
    assert is_under(BORN, birthday(age))
    assert not is_under(BORN, birthday(age) + DAY)


def test_somebody_born_on_1_march_2008_is_of_age_from_2_march_2026() -> None:
    assert needs_guardian(BORN, dt.date(2026, 3, 1))
    assert not needs_guardian(BORN, dt.date(2026, 3, 2))


def test_a_leap_child_is_of_age_on_1_march_whether_the_year_leaps_or_not() -> None:
    assert sixteenth_reached_on(LEAP) == dt.date(2024, 3, 1)
    assert is_under_16(LEAP, dt.date(2024, 2, 29))
    assert age_reached_on(LEAP, 18) == dt.date(2026, 3, 1)
    assert is_under_18(LEAP, dt.date(2026, 2, 28))
    assert not is_under_18(LEAP, dt.date(2026, 3, 1))


def test_a_newborn_is_nought_and_stays_so_through_the_first_birthday() -> None:
    assert full_age(BORN, BORN) == 0
    assert full_age(BORN, birthday(1)) == 0
    assert full_age(BORN, birthday(1) + DAY) == 1


def test_below_14_nobody_registers_and_the_answer_names_the_first_day() -> None:
    verdict = may_register(BORN, birthday(14))
    assert not verdict
    assert verdict.rule == "age_14"
    assert "2022年3月2日" in verdict.message
    assert may_register(BORN, birthday(14) + DAY)


def test_below_16_there_is_no_position() -> None:
    verdict = may_hold_position(BORN, birthday(16))
    assert verdict.rule == "age_16"
    assert verdict.opens_with == ["2024年3月2日起满16周岁"]
    assert may_hold_position(BORN, birthday(16) + DAY)


def test_any_hazard_asks_for_18_on_the_on_post_date() -> None:
    assert not may_do_hazardous(BORN, birthday(18), ["noise"])
    assert may_do_hazardous(BORN, birthday(18) + DAY, ["noise"])
    assert may_do_hazardous(BORN, birthday(17), [])


def test_a_hazard_nobody_has_a_word_for_still_counts() -> None:
    assert "dragons" in may_do_hazardous(BORN, birthday(17), ["dragons"]).message
