"""A minor's guardian: her own phone, her own consent, her own time; silence is never a yes."""

from __future__ import annotations

import datetime as dt

from app.law.catalogue import rule
from app.law.verdict import OK, Verdict, broken, chinese_date

_TEST = "test_guardians.py"


@rule(
    "guardian_phone",
    article="《民法典》第十九条、第一百四十五条",
    says="监护人的手机号不能和申请人的相同",
    tested_by=_TEST,
)
def guardian_has_own_phone(applicant_phone: str, guardian_phone: str) -> Verdict:
    """Whether the guardian is reached by a phone that is not the applicant's; both normalised."""
    if guardian_phone and guardian_phone != applicant_phone:
        return OK
    return broken("guardian_phone", "监护人要留自己的手机号，不能和您的一样", "guardian_phone")


@rule(
    "guardian_consent",
    article="《民法典》第一百四十五条",
    says="监护人在期限内没有表示，算没同意（签协议是30天）",
    tested_by=_TEST,
)
def guardian_consented(
    asked_on: dt.date, consented_on: dt.date | None, on: dt.date, days: int = 30
) -> Verdict:
    """Whether the guardian's consent stands. Days count from the day after she was asked; the last one is in time."""
    last = asked_on + dt.timedelta(days=days)
    if consented_on is not None and asked_on <= consented_on <= last:
        return OK
    if consented_on is None and on <= last:
        return broken("guardian_consent", f"等监护人同意，到{chinese_date(last)}为止", None, ["监护人同意"])
    return broken("guardian_consent", f"监护人到{chinese_date(last)}没有同意，按不同意算")


@rule(
    "applicant_ending",
    article="《民法典》第五百六十五条；协议第十一条",
    says="本人因升学、参军、重病、家庭变故解除，院校核过或满10天就生效，企业不同意也一样",
    tested_by=_TEST,
)
def applicant_ending_effective_on(notice_on: dt.date, checked_on: dt.date | None, days: int = 10) -> dt.date:
    """The day on which the applicant's notice of ending takes effect: the school's check, at the latest ``days`` on."""
    latest = notice_on + dt.timedelta(days=days)
    return latest if checked_on is None else min(latest, max(notice_on, checked_on))
