"""How long records stay, to the day."""

from __future__ import annotations

import datetime as dt

from app.law.records import must_erase, must_keep

ENDED = dt.date(2027, 1, 31)


def test_an_agreement_is_kept_through_the_last_day_of_its_third_year() -> None:
    assert must_keep(ENDED, dt.date(2030, 1, 31))
    assert not must_keep(ENDED, dt.date(2030, 2, 1))


def test_no_setting_makes_it_shorter_than_the_two_years_of_the_law() -> None:
    assert must_keep(ENDED, dt.date(2029, 1, 31), months=1)


def test_what_has_not_ended_is_kept() -> None:
    assert must_keep(None, dt.date(2099, 1, 1))


def test_the_data_of_somebody_unplaced_go_after_the_set_months_unless_a_review_is_open() -> None:
    assert not must_erase(ENDED, dt.date(2027, 7, 31))
    assert must_erase(ENDED, dt.date(2027, 8, 1))
    assert not must_erase(ENDED, dt.date(2027, 8, 1), objection_open=True)
    assert not must_erase(None, dt.date(2099, 1, 1))
