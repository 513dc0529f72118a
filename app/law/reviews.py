"""复核: until when a result may be doubted, until when it is answered, and by whom."""

from __future__ import annotations

import datetime as dt

from app.law.catalogue import rule
from app.law.verdict import OK, Verdict, broken, chinese_date
from app.law.workdays import WEEKDAYS, Workdays

_TEST = "test_reviews.py"
_ARTICLE = "《个人信息保护法》第二十四条"


@rule(
    "review_window",
    article=_ARTICLE,
    says="结果公布后，几个工作日内本人和监护人都可以申请由人复核",
    tested_by=_TEST,
)
def review_may_be_asked(published_on: dt.date, on: dt.date, count: int, workdays: Workdays = WEEKDAYS) -> Verdict:
    """Whether a review may still be asked for on a day, ``count`` working days after; the last day counts in full."""
    last = workdays.later(published_on, count)
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
