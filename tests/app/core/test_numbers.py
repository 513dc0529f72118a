"""Numbers from outside: what names a row, what a page, and what nothing at all."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.forms import row, within_time
from app.core.numbers import LARGEST_COUNT, LARGEST_ID, number_in, page_in


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("12", 12), ("１２", 12), (str(LARGEST_ID), LARGEST_ID), (str(LARGEST_ID + 1), None), ("9" * 5000, None),
     ("-1", None), ("²", None), ("1.0", None), (" 1", None), ("", None), (None, None), (7, 7), (-7, None)],
)  # fmt: skip
def test_only_plain_digits_that_a_database_can_keep_are_a_number(text: object, number: int | None) -> None:
    assert number_in(text) == number


def test_a_count_ends_earlier_than_an_id() -> None:
    assert number_in(str(LARGEST_COUNT), LARGEST_COUNT) == LARGEST_COUNT
    assert number_in(str(LARGEST_COUNT + 1), LARGEST_COUNT) is None


@given(st.text())
def test_no_text_breaks_the_reading_of_numbers_and_every_page_exists(text: str) -> None:
    found = number_in(text)
    assert found is None or 0 <= found <= LARGEST_ID
    assert 1 <= page_in(text, 4) <= 4


@pytest.mark.parametrize(("asked", "page"), [("1", 1), ("3", 3), ("4", 3), ("0", 1), ("²", 1), (None, 1)])
def test_a_page_that_a_list_does_not_have_becomes_one_that_it_has(asked: str | None, page: int) -> None:
    assert page_in(asked, 3) == page


def test_a_choice_among_rows_takes_no_word_for_a_number() -> None:
    assert row("5") == 5
    with pytest.raises(ValueError, match="没有这一项"):
        row("²")


@pytest.mark.parametrize("year", [1, 1899, 2201, 9999])
def test_a_year_nobody_means_is_said_to_be_one(year: int) -> None:
    with pytest.raises(ValueError, match="年份要在1900到2200之间"):
        within_time(dt.date(year, 1, 1))


def test_the_first_and_the_last_year_still_count() -> None:
    assert within_time(dt.date(1900, 1, 1)) and within_time(dt.datetime(2200, 12, 31, 23, 59))
