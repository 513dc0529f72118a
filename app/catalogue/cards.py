"""A class as one card of the public list: what all its positions pay and where they lie, before anybody ranks."""

from __future__ import annotations

from typing import Any

from flask import url_for

from app.catalogue.queries import LastTime
from app.core.labels import DISTRICTS, LEVELS, STUDY_MODES, label
from app.order_classes.card import age_text, relaxed_lines
from app.order_classes.models import OrderClass
from app.positions.card import card_rows
from app.positions.models import Position


def class_card(order_class: OrderClass, last: LastTime | None) -> dict[str, Any]:
    """The class as ``ui.choice`` wants it."""
    posts = [track.position for track in order_class.tracks if track.position]
    hint, tone = _hint(order_class, last)
    return {
        "cls": order_class.name,
        "href": url_for("catalogue.show", class_id=order_class.id),
        "level": label(LEVELS, order_class.level),
        "years": f"{order_class.years}年，{label(STUDY_MODES, order_class.mode)}",
        "school": order_class.school.name,
        "firm": _firms(posts),
        "post": _names(posts),
        "rows": [*_pay_rows(posts), ("名额", f"{order_class.seats}人"), ("年龄", _ages(order_class))],
        "hint": hint,
        "hint_tone": tone,
    }


def _firms(posts: list[Position]) -> str:
    names = list(dict.fromkeys(post.enterprise.name for post in posts))
    return "、".join(names[:2]) + (f"等{len(names)}家" if len(names) > 2 else "")


def _names(posts: list[Position]) -> str:
    names = list(dict.fromkeys(post.name for post in posts))
    return "、".join(names[:3]) + (f"等{len(names)}种" if len(names) > 3 else "")


def _pay_rows(posts: list[Position]) -> list[tuple[str, str]]:
    """One position: its own rows. Several: from the lowest to the highest, so that none looks better than it is."""
    if len(posts) == 1:
        return card_rows(posts[0], seats=False)
    if not posts:
        return []
    low, high = min(post.wage_low for post in posts), max(post.wage_high for post in posts)
    paid = sorted(post.last_pay for post in posts if post.last_pay)
    places = dict.fromkeys(label(DISTRICTS, post.district) for post in posts)
    shifts = dict.fromkeys(post.shift for post in posts)
    return [
        ("工资", f"{low:,}–{high:,}元/月"),
        ("上届实领", f"中间数{paid[0]:,}–{paid[-1]:,}元" if paid else "还没有上一届"),
        ("班次", next(iter(shifts)) if len(shifts) == 1 else "各岗位不一样，点开看"),
        ("地点", "、".join(places)),
    ]


def _ages(order_class: OrderClass) -> str:
    lines = relaxed_lines(order_class)
    more = f"，{lines[0]}{'等' if len(lines) > 1 else ''}" if lines else ""
    return f"{age_text(order_class)}{more}"


def _hint(order_class: OrderClass, last: LastTime | None) -> tuple[str, str]:
    if last is None:
        return "", ""
    if not last.opened:
        return f"上批人不够，没开班。满{order_class.min_open}人才开。", "wait"
    filled = f"上批录取{last.filled}人" if last.filled is not None else ""
    line = f"录取线{last.cutoff}分" if last.cutoff is not None else ""
    return "，".join(filter(None, (filled, line))) + "。", "now"
