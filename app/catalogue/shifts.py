"""Which kind of shift a posting's own words speak of. Enterprises write shifts freely, so the kinds are found by words:
a posting that says none of them is found under no kind, and the page says so.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, String, and_, func, not_, or_

from app.core.labels import SHIFTS

# What is ruled out is taken out first, or 不上夜班 would be found as night work.
_DENIED = ("不上夜班", "没有夜班", "无夜班", "不用倒班", "没有倒班", "不倒班", "无倒班")
_TWO = ("两班", "二班倒", "2班倒")
_THREE = ("三班", "3班倒", "四班")
_SAYS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "day": (("白班", "日班"), ("倒", "轮班", "夜", *_TWO, *_THREE)),
    "two_shift": (_TWO, _THREE),
    "three_shift": (_THREE, ()),
    "night": (("夜",), ()),
    "flexible": (("弹性", "灵活"), ()),
}
assert set(_SAYS) == set(SHIFTS)


def shift_is(kind: str, column: Any) -> ColumnElement[bool]:
    """Whether the words in ``column`` are of a kind of labels.SHIFTS. Raises KeyError for an unknown kind."""
    words = column
    for denial in _DENIED:
        words = func.replace(words, denial, "", type_=String)
    says, says_not = _SAYS[kind]
    return and_(or_(*(words.contains(w) for w in says)), *(not_(words.contains(w)) for w in says_not))
