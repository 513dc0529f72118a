"""What families read first about a position: the wage, last year's real pay, the shift and the place, before ranking.

Shown on the enterprise's own preview, in the public catalogue, while ranking, and beside a result: one wording for all.
"""

from __future__ import annotations

from typing import Any

from app.core.dates import day
from app.core.labels import DISTRICTS, FIELDS, HAZARDS, label


def wage_text(position: Any) -> str:
    """The monthly wage after probation, as a range: 4,600–5,200元/月."""
    low, high = position.wage_low, position.wage_high
    if not low:
        return "还没填"
    return f"{low:,}元/月" if not high or high == low else f"{low:,}–{high:,}元/月"


def last_pay_text(position: Any) -> str:
    """What people of last year's intake really got, with their number; says so when nobody can tell."""
    if not position.last_pay:
        return "还没有上一届"
    people = f"（{position.last_pay_people}人）" if position.last_pay_people else ""
    return f"中间数{position.last_pay:,}元{people}"


def place_text(position: Any) -> str:
    """District and address, without saying the district twice."""
    district = label(DISTRICTS, position.district, "")
    address = position.address or ""
    return address if district and address.startswith(district) else f"{district}{address}"


def card_rows(position: Any, *, seats: bool = True) -> list[tuple[str, str]]:
    """Name and value pairs for ``ui.kv`` and ``ui.choice``; works on any object with a position's attributes."""
    rows = [
        ("工资", wage_text(position)),
        ("上届实领", last_pay_text(position)),
        ("班次", position.shift or "还没填"),
        ("地点", place_text(position) or "还没填"),
    ]
    return [*rows, ("名额", f"{position.headcount or 0}人")] if seats else rows


def hazard_hint(position: Any) -> str:
    """The sentence about the age a hazard asks for; empty when there is no hazard."""
    return "有危险作业。上岗那天要满18周岁。" if position.hazards else ""


def work_rows(position: Any) -> list[tuple[str, str]]:
    """The work itself, for a key-value sheet."""
    return [
        ("领域", label(FIELDS, position.field)),
        ("做什么", position.duties),
        ("录用要求", position.requirements),
        ("工作条件", position.conditions),
        ("安全", position.safety),
        ("危险作业", "、".join(label(HAZARDS, code) for code in position.hazards) or "没有"),
    ]


def contract_rows(position: Any) -> list[tuple[str, str]]:
    """The labour contract to come, for a key-value sheet."""
    probation = (
        f"{position.probation_months}个月，每月{position.probation_wage:,}元" if position.probation_months else "没有"
    )
    return [
        ("合同期", f"{position.contract_months}个月"),
        ("试用期", probation),
        ("社会保险", position.insurance),
        ("上届实领的来源", position.last_pay_source or "还没有上一届"),
        ("招到", day(position.valid_until)),
        ("代码", position.code),
    ]
