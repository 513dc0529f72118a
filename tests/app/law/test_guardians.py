"""A guardian has her own phone and her own time, and silence is no consent."""

from __future__ import annotations

import datetime as dt

from app.law.guardians import applicant_ending_effective_on, guardian_consented, guardian_has_own_phone

ASKED = dt.date(2027, 6, 1)
LAST = dt.date(2027, 7, 1)
DAY = dt.timedelta(days=1)


def test_the_guardian_is_not_reached_by_the_applicants_phone() -> None:
    assert guardian_has_own_phone("13800000001", "13800000002")
    assert not guardian_has_own_phone("13800000001", "13800000001")
    assert not guardian_has_own_phone("13800000001", "")


def test_the_thirtieth_day_is_in_time_and_the_next_is_not() -> None:
    assert guardian_consented(ASKED, LAST, LAST)
    assert not guardian_consented(ASKED, LAST + DAY, LAST + DAY)


def test_silence_is_waiting_first_and_refusal_afterwards_but_never_consent() -> None:
    waiting = guardian_consented(ASKED, None, LAST)
    assert not waiting
    assert waiting.opens_with == ["监护人同意"]
    over = guardian_consented(ASKED, None, LAST + DAY)
    assert not over
    assert over.opens_with == []


def test_consent_given_before_anybody_asked_does_not_count() -> None:
    assert not guardian_consented(ASKED, ASKED - DAY, ASKED)


def test_the_applicants_notice_takes_effect_at_the_schools_check_or_after_ten_days() -> None:
    assert applicant_ending_effective_on(ASKED, None) == dt.date(2027, 6, 11)
    assert applicant_ending_effective_on(ASKED, dt.date(2027, 6, 4)) == dt.date(2027, 6, 4)
    assert applicant_ending_effective_on(ASKED, dt.date(2027, 6, 30)) == dt.date(2027, 6, 11)
