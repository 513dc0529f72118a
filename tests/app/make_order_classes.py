"""Order classes and tracks for tests, built directly."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from app.core.clock import now, today
from app.core.db import db
from app.order_classes.models import ClassHours, OrderClass, Reserve, Track
from app.organisations.models import Alliance, School
from app.positions.models import Position

_numbers = itertools.count(1)

# One school year: R1 exactly one half, R2 exactly one and a half.
EVEN_YEAR = {"professional": 400, "workshop": 200, "core": 300, "ordinary_core": 200}


def class_facts(**facts: Any) -> dict[str, Any]:
    """A five-year advanced class after junior school whose ages are 15 to 25."""
    enrolment = facts.get("enrolment_date") or today() + dt.timedelta(days=90)
    lawful: dict[str, Any] = {
        "code": f"C{next(_numbers):03d}",
        "name": "机电设备安装与维修（医疗器械方向）",
        "major": "机电设备安装与维修",
        "field": "medical_devices",
        "level": "advanced",
        "start_point": "junior",
        "years": 5,
        "mode": "full_time",
        "audience": "open",
        "seats": 40,
        "min_open": 20,
        "age_min": 15,
        "age_max": 25,
        "relaxed": {"migrant_worker": 45, "unemployed_youth": 35},
        "reference_date": enrolment,
        "enrolment_date": enrolment,
        "on_post_date": enrolment + dt.timedelta(days=1400),
        "internship_months": 6,
        "internship_from_year": 4,
        "score_rule": "score",
        "score_text": "按面试和动手测试打分，满分100",
        "tuition": "免学费",
        "aid": "农村户籍和家庭困难的可申请助学金",
        "boarding": "可住校，每学年800元",
        "timetable": "周一到周五白天上课",
        "certificate": "高级工职业技能等级证书",
        "teacher": "庄维（讲师）",
        "mentor": "郭建中（装配技师）",
    }
    return lawful | facts


def make_class(school: School, alliance: Alliance, **facts: Any) -> OrderClass:
    """A class with hours for each year that meet R1 and R2 exactly; approved unless ``state=`` says otherwise.

    ``hours`` may be given as a list of dicts (one per year), ``reserves`` as {category: seats}.
    """
    state = facts.pop("state", "approved")
    hours = facts.pop("hours", None)
    reserves = facts.pop("reserves", {})
    row = OrderClass(school=school, alliance_id=alliance.id, state=state, created_at=now(), **class_facts(**facts))
    db.session.add(row)
    for number, year in enumerate([EVEN_YEAR] * row.years if hours is None else hours, start=1):
        row.hours.append(ClassHours(year=number, **year))
    for category, seats in reserves.items():
        row.reserves.append(Reserve(category=category, seats=seats))
    db.session.flush()
    return row


def make_track(order_class: OrderClass, position: Position | None = None, quota: int | None = None) -> Track:
    """A track of the class to a position; without one it is seat-only."""
    row = Track(order_class=order_class, position=position, quota=quota)
    db.session.add(row)
    db.session.flush()
    return row
