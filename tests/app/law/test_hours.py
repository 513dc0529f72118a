"""R1 and R2 at the very hour where they turn."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.law.hours import core_practice, workshop_ratio
from app.law.ratios import exact, percent


def test_exactly_one_half_in_the_workshop_is_enough() -> None:
    assert workshop_ratio(600, 1200)


def test_one_hour_below_one_half_is_not_and_that_hour_is_named() -> None:
    verdict = workshop_ratio(599, 1200)
    assert not verdict
    assert verdict.missing == 1
    assert "还差1课时" in verdict.message
    assert "49.9%" in verdict.message


def test_of_an_odd_number_of_hours_the_half_is_rounded_up() -> None:
    assert not workshop_ratio(600, 1201)
    assert workshop_ratio(600, 1201).missing == 1
    assert workshop_ratio(601, 1201)


def test_exactly_one_and_a_half_times_the_ordinary_core_practice_is_enough() -> None:
    assert core_practice(600, 400)
    assert not core_practice(599, 400)
    assert core_practice(599, 400).missing == 1
    assert not core_practice(601, 401)
    assert core_practice(602, 401)


def test_unfilled_or_impossible_hours_pass_nothing() -> None:
    assert not workshop_ratio(0, 0)
    assert not workshop_ratio(11, 10)
    assert not core_practice(100, 0)
    assert not core_practice(-1, 10)


def test_another_threshold_may_be_set_as_text() -> None:
    assert not workshop_ratio(600, 1200, "3/5")
    assert workshop_ratio(720, 1200, "0.6")


def test_a_floating_threshold_is_refused() -> None:
    with pytest.raises(TypeError):
        exact(0.5)  # type: ignore[arg-type]


@given(st.integers(1, 5000), st.data())
def test_adding_exactly_the_missing_hours_makes_it_pass_and_one_less_does_not(professional, data) -> None:
    workshop = data.draw(st.integers(0, professional))
    verdict = workshop_ratio(workshop, professional)
    assert workshop_ratio(workshop + verdict.missing, professional)
    if verdict.missing:
        assert not workshop_ratio(workshop + verdict.missing - 1, professional)
    assert bool(verdict) == (2 * workshop >= professional)


@given(st.integers(1, 5000), st.integers(0, 9000))
def test_r2_is_three_halves_in_whole_numbers(ordinary: int, core: int) -> None:
    verdict = core_practice(core, ordinary)
    assert bool(verdict) == (2 * core >= 3 * ordinary)
    assert core_practice(core + verdict.missing, ordinary)


def test_a_share_just_below_one_half_never_reads_as_one_half() -> None:
    assert percent(Fraction(4999, 10000)) == "49.9%"
    assert percent(Fraction(1, 2)) == "50%"
