"""Probation, pay and time limits of the labour contract at their boundaries."""

from __future__ import annotations

import datetime as dt

import pytest

from app.law.contracts import (
    contract_due_by,
    contract_in_time,
    no_penalty_on_applicant,
    probation_cap_months,
    probation_wage_enough,
    probation_within_cap,
    takes_nothing,
)


@pytest.mark.parametrize(
    ("term", "cap"), [(1, 0), (2, 0), (3, 1), (11, 1), (12, 2), (35, 2), (36, 6), (60, 6), (None, 6)]
)
def test_the_cap_on_probation_turns_at_3_12_and_36_months(term: int | None, cap: int) -> None:
    assert probation_cap_months(term) == cap
    assert probation_within_cap(cap, term)
    assert not probation_within_cap(cap + 1, term)


def test_a_contract_for_one_piece_of_work_has_no_probation() -> None:
    assert not probation_within_cap(1, 36, task_based=True)
    assert "不能设试用期" in probation_within_cap(1, 2).message


def test_probation_pay_is_at_least_four_fifths_and_at_least_the_local_minimum() -> None:
    assert probation_wage_enough(4000, 5000, 2200)
    assert "4000" in probation_wage_enough(3999, 5000, 2200).message
    assert not probation_wage_enough(2199, 2500, 2200)
    assert probation_wage_enough(2200, 2500, 2200)


def test_four_fifths_of_an_awkward_wage_is_rounded_up_in_the_advice() -> None:
    assert not probation_wage_enough(4000, 5001, 2200)
    assert "4001" in probation_wage_enough(4000, 5001, 2200).message
    assert probation_wage_enough(4001, 5001, 2200)


def test_the_contract_is_due_within_one_month_and_the_last_day_is_in_time() -> None:
    start = dt.date(2030, 7, 15)
    assert contract_due_by(start) == dt.date(2030, 8, 15)
    assert contract_in_time(start, dt.date(2030, 8, 15), dt.date(2031, 1, 1))
    assert not contract_in_time(start, dt.date(2030, 8, 16), dt.date(2031, 1, 1))
    assert contract_in_time(start, None, dt.date(2030, 8, 15))
    assert "1天" in contract_in_time(start, None, dt.date(2030, 8, 16)).message


def test_a_month_from_the_31st_of_january_ends_with_february() -> None:
    assert contract_due_by(dt.date(2027, 1, 31)) == dt.date(2027, 2, 28)
    assert contract_due_by(dt.date(2028, 1, 31)) == dt.date(2028, 2, 29)
    assert contract_due_by(dt.date(2027, 12, 31)) == dt.date(2028, 1, 31)


def test_neither_one_yuan_nor_a_document_may_be_kept() -> None:
    assert takes_nothing()
    assert not takes_nothing(amount=1)
    assert not takes_nothing(keeps_documents=True)
    assert len(takes_nothing(5, True).faults) == 2


def test_the_applicant_never_owes_a_penalty() -> None:
    assert no_penalty_on_applicant(0)
    assert not no_penalty_on_applicant(1)
