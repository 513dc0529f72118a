"""复核: until when a result may be doubted, until when it is answered, and by whom."""

from __future__ import annotations

import datetime as dt

from app.law.catalogue import rule
from app.law.verdict import OK, Verdict, broken, chinese_date

_TEST = "test_reviews.py"
_ARTICLE = "《个人信息保护法》第二十四条"
SATURDAY = 5


def workdays_later(day: dt.date, count: int) -> dt.date:
    """The ``count``-th working day after ``day``, which itself does not count. Monday to Friday; public holidays are
    not known here, so the real number of working days may be smaller and never larger."""
    left = count
    while left > 0:
        day += dt.timedelta(days=1)
        left -= day.weekday() < SATURDAY
    return day


@rule(
    "review_window",
    article=_ARTICLE,
    says="结果公布后，几个工作日内本人和监护人都可以申请由人复核",
    tested_by=_TEST,
)
def review_may_be_asked(published_on: dt.date, on: dt.date, workdays: int) -> Verdict:
    """Whether a review may still be asked for on a day; the last day counts in full."""
    last = workdays_later(published_on, workdays)
    if on <= last:
        return OK
    return broken("review_window", f"申请复核到{chinese_date(last)}为止，已经过了。有事可以打咨询电话")


@rule(
    "review_by_another_person",
    article=_ARTICLE,
    says="提议这个结果的人不能答复对它的复核",
    tested_by=_TEST,
)
def answered_by_another_person(proposed_by: object | None, answers: object | None) -> Verdict:
    """Whether somebody may answer a review: nobody judges the result she proposed herself."""
    if proposed_by is not None and proposed_by == answers:
        return broken("review_by_another_person", "这个结果是您提议的，要由另一位协调员答复")
    return OK
