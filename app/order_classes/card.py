"""A class and its tracks in the words people read, shared by the school's desk, the catalogue and the ranking."""

from __future__ import annotations

from typing import Any

from app.core.dates import day
from app.core.labels import AUDIENCES, CATEGORIES, LEVELS, START_POINTS, STUDY_MODES, label
from app.order_classes.models import OrderClass, Track
from app.positions.card import card_rows, hazard_hint

SEAT_ONLY_FIRM = "入学以后再定"
SEAT_ONLY_POST = "先入学、后定岗"


def subtitle(order_class: OrderClass) -> str:
    """高级工 · 初中起点5年 · 全日制."""
    level, start = label(LEVELS, order_class.level), label(START_POINTS, order_class.start_point)
    return f"{level} · {start}起点{order_class.years}年 · {label(STUDY_MODES, order_class.mode)}"


def age_text(order_class: OrderClass) -> str:
    return f"{order_class.age_min}–{order_class.age_max}周岁"


def relaxed_lines(order_class: OrderClass) -> list[str]:
    """农民工到45周岁; 退役军人不设上限."""
    return [
        f"{name}{'不设上限' if order_class.relaxed[code] is None else f'到{order_class.relaxed[code]}周岁'}"
        for code, name in CATEGORIES.items()
        if code in order_class.relaxed
    ]


def reserve_text(order_class: OrderClass) -> str:
    return "，".join(f"{label(CATEGORIES, r.category)}{r.seats}个" for r in order_class.reserves) or "没有"


def admission_rows(order_class: OrderClass) -> list[tuple[str, str]]:
    """How the class admits, for a key-value sheet."""
    return [
        ("名额", f"{order_class.seats}人"),
        ("开班线", f"{order_class.min_open}人"),
        ("招谁", f"{label(AUDIENCES, order_class.audience)}，{label(START_POINTS, order_class.start_point)}起点"),
        ("年龄", age_text(order_class)),
        ("放宽到", "，".join(relaxed_lines(order_class)) or "不放宽"),
        ("留名额", reserve_text(order_class)),
        ("怎么录取", order_class.score_text if order_class.score_rule == "score" else "不打分，按公布的抽签号排"),
    ]


def family_rows(order_class: OrderClass) -> list[tuple[str, str]]:
    """What families ask first."""
    months = order_class.internship_months
    internship = f"{months}个月，第{order_class.internship_from_year}学年起" if months else "不安排"
    return [
        ("学费", order_class.tuition), ("资助", order_class.aid), ("住宿吃饭", order_class.boarding),
        ("上课时间", order_class.timetable), ("拿什么证", order_class.certificate), ("岗位实习", internship),
        ("入学", day(order_class.enrolment_date)), ("上岗", day(order_class.on_post_date)),
    ]  # fmt: skip


def track_card(track: Track) -> dict[str, Any]:
    """A track as ``ui.choice`` wants it: real wage, last year's pay, shift and place before anything is ranked."""
    order_class, position = track.order_class, track.position
    card: dict[str, Any] = {
        "id": track.id, "cls": order_class.name, "level": label(LEVELS, order_class.level),
        "years": f"{order_class.years}年", "school": order_class.school.name,
    }  # fmt: skip
    if position is None:
        rows = [("年龄", "公布录取那天还没满16周岁的人"), ("名额", f"{track.quota or order_class.seats}人")]
        card |= {"firm": SEAT_ONLY_FIRM, "post": SEAT_ONLY_POST, "rows": rows,
                 "hint": "满16周岁以后，从这个班的岗位里定一个，再签协议。", "hint_tone": "now"}  # fmt: skip
    elif position.paused:
        card |= {"firm": position.enterprise.name, "post": position.name, "rows": [("现在", "暂停招人，正在处理")],
                 "hint": "这个岗位查实有问题，先不要选。", "hint_tone": "stop"}  # fmt: skip
    else:
        seats = min(track.quota or order_class.seats, order_class.seats, position.headcount)
        rows = [*card_rows(position, seats=False), ("名额", f"{seats}人")]
        card |= {"firm": position.enterprise.name, "post": position.name, "rows": rows,
                 "hint": hazard_hint(position), "hint_tone": "wait"}  # fmt: skip
    return card
