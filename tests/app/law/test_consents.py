"""Consent names who may read, sensitive categories are free, and two people stand behind a result."""

from __future__ import annotations

from app.law.consents import consent_covers, decided_by_people, sensitive_category_consented


def test_a_school_that_the_consent_does_not_name_is_found() -> None:
    verdict = consent_covers({1}, {1: "东澜技师学院", 2: "望潮高级技工学校"})
    assert not verdict
    assert verdict.opens_with == ["望潮高级技工学校"]
    assert consent_covers({1, 2, 3}, {1: "东澜技师学院", 2: "望潮高级技工学校"})


def test_a_sensitive_category_needs_its_own_consent_and_an_ordinary_one_does_not() -> None:
    assert not sensitive_category_consented("disabled", False)
    assert sensitive_category_consented("disabled", True)
    assert sensitive_category_consented("veteran", False)


def test_nobody_approves_what_she_proposed_herself() -> None:
    assert decided_by_people(1, 2)
    assert not decided_by_people(1, 1)
    assert not decided_by_people(1, None)
    assert not decided_by_people(None, 2)
