"""Drafting, filling in, sending, checking and closing order classes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import func, select

from app.core import states
from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Faults, Invalid, WrongState
from app.core.labels import CATEGORIES
from app.core.outbox import tell
from app.order_classes.models import ClassHours, OrderClass, Reserve, Track
from app.order_classes.queries import classes_on, staff_of_school
from app.order_classes.soundness import class_faults, unusable
from app.order_classes.states import ORDER_CLASS
from app.organisations.models import School
from app.positions import service as positions
from app.positions.models import Position

# What a school says about a class; nothing else can be set from outside.
FACTS = (
    "code", "name", "major", "field", "level", "start_point", "years", "mode", "audience", "seats", "min_open",
    "age_min", "age_max", "relaxed", "reference_date", "enrolment_date", "on_post_date", "internship_months",
    "internship_from_year", "score_rule", "score_text", "tuition", "aid", "boarding", "timetable", "certificate",
    "teacher", "mentor", "last_cutoff", "last_filled",
)  # fmt: skip
_TEXTS = frozenset(
    {"code", "score_text", "tuition", "aid", "boarding", "timetable", "certificate", "teacher", "mentor"}
)
MOST_HOURS = 4000
# Asked before a published class is taken away: whoever builds on it may refuse (open rounds do).
BEFORE_LEAVING: list[Callable[[OrderClass], None]] = []


def draft(actor: Actor, school: School, alliance_id: int, **facts: Any) -> OrderClass:
    """Begin a class. Whether it may be opened is judged when it is sent.

    Ages count on the enrolment date unless ``reference_date`` says another day. Raises Invalid beside its field.
    """
    facts = _tidy(facts)
    facts.setdefault("reference_date", facts["enrolment_date"])
    facts["code"] = facts.get("code") or _next_code(school)
    row = OrderClass(school_id=school.id, school=school, alliance_id=alliance_id, created_at=now(), **facts)
    ORDER_CLASS.begin(row, actor)
    return row


def revise(actor: Actor, order_class: OrderClass, version: int | None = None, **facts: Any) -> OrderClass:
    """Change a class that is not public. Raises WrongState, Conflict (the page was stale), Invalid."""
    _changeable(order_class)
    present = {name: getattr(order_class, name) for name in ("seats", "min_open", "age_min", "age_max")}
    facts = _tidy(
        facts, present | {"enrolment_date": order_class.enrolment_date, "on_post_date": order_class.on_post_date}
    )
    if "code" in facts and not facts["code"]:
        facts["code"] = order_class.code
    if "enrolment_date" in facts and order_class.reference_date == order_class.enrolment_date:
        facts.setdefault("reference_date", facts["enrolment_date"])
    states.revise("order_class", order_class, actor, version, facts)
    return order_class


def set_hours(
    actor: Actor, order_class: OrderClass, rows: Iterable[Mapping[str, int]], version: int | None = None
) -> None:
    """Replace the hours: one mapping ``{year, professional, workshop, core, ordinary_core}`` per school year.

    Raises:
        Faults: a number is out of bounds, or more hours lie in the workshop than there are (field ``y<year>_<name>``).
    """
    rows = [dict(row) for row in rows]
    faults = [fault for row in rows for fault in _hours_row_faults(row)]
    if len({row["year"] for row in rows}) != len(rows):
        faults.append(Invalid("同一个学年写了两行", "hours"))
    if faults:
        raise Faults(faults)
    _touch(actor, order_class, version, "hours")
    for old in list(order_class.hours):
        db.session.delete(old)
    db.session.flush()
    db.session.add_all(ClassHours(order_class_id=order_class.id, **row) for row in rows)
    _read_again(order_class, "hours")


def _hours_row_faults(row: Mapping[str, int]) -> list[Invalid]:
    year = row["year"]
    faults = []
    for name in ("professional", "workshop", "core", "ordinary_core"):
        if not 0 <= row[name] <= MOST_HOURS:
            faults.append(Invalid(f"第{year}学年的课时要在0到{MOST_HOURS}之间", f"y{year}_{name}"))
    if row["workshop"] > row["professional"]:
        said = f"第{year}学年在车间{row['workshop']}课时，比专业课{row['professional']}课时还多"
        faults.append(Invalid(said, f"y{year}_workshop"))
    return faults


def add_track(
    actor: Actor,
    order_class: OrderClass,
    position: Position | None,
    quota: int | None = None,
    version: int | None = None,
) -> Track:
    """Let the class lead to a position, with at most ``quota`` people; without a position it is the seat-only track.

    Raises:
        Invalid: the position is not public or of another alliance, or is there already (field ``position``).
    """
    _changeable(order_class)
    if position is None and any(track.position_id is None for track in order_class.tracks):
        raise Invalid("“先入学、后定岗”一个班只能有一个，已经有了", "position")
    if position is not None and any(track.position_id == position.id for track in order_class.tracks):
        raise Invalid("这个岗位已经在这个班里了", "position")
    if position is not None and unusable(position, order_class):
        raise Invalid("这个岗位还没公布，或者企业不在这个集团（联盟）里", "position")
    if quota is not None and position is not None and quota > position.headcount:
        raise Invalid(f"这个岗位只招{position.headcount}人，上限不能是{quota}人", "quota")
    _touch(actor, order_class, version, "tracks")
    row = Track(order_class_id=order_class.id, position_id=position.id if position else None, quota=quota)
    db.session.add(row)
    _read_again(order_class, "tracks")
    return row


def drop_track(actor: Actor, order_class: OrderClass, track: Track, version: int | None = None) -> None:
    """Take a track out of a class that is not public."""
    if track.order_class_id != order_class.id:
        raise Invalid("这个方向不在这个班里")
    _touch(actor, order_class, version, "tracks")
    db.session.delete(track)
    _read_again(order_class, "tracks")


def set_reserves(actor: Actor, order_class: OrderClass, seats: Mapping[str, int], version: int | None = None) -> None:
    """Replace the reserved seats: category → seats (0 drops it). Raises Invalid for an unknown category."""
    unknown = set(seats) - set(CATEGORIES)
    if unknown:
        raise Invalid(f"没有“{sorted(unknown)[0]}”这种人员类别", "reserves")
    if sum(seats.values()) > order_class.seats:
        said = f"留的名额一共{sum(seats.values())}个，比班里的{order_class.seats}个还多"
        raise Invalid(said, "reserves")
    _touch(actor, order_class, version, "reserves")
    for old in list(order_class.reserves):
        db.session.delete(old)
    db.session.flush()
    kept = [(code, seats[code]) for code in CATEGORIES if seats.get(code, 0) > 0]
    db.session.add_all(Reserve(order_class_id=order_class.id, category=code, seats=n) for code, n in kept)
    _read_again(order_class, "reserves")


def submit(actor: Actor, order_class: OrderClass, version: int | None = None) -> None:
    """Send a class to the coordinators. Raises Faults: everything that is wrong, each beside its field."""
    _sound(order_class)
    ORDER_CLASS.move(order_class, "submit", actor, version=version, returned_because="")


def approve(actor: Actor, order_class: OrderClass, why: str = "", version: int | None = None) -> None:
    """A coordinator publishes a class; the rules are asked once more."""
    _sound(order_class)
    ORDER_CLASS.move(order_class, "approve", actor, why=why, version=version)
    _tell_school(order_class, "订单班审核通过了", f"“{order_class.name}”已公布，可以排进批次。")


def send_back(actor: Actor, order_class: OrderClass, why: str, version: int | None = None) -> None:
    """A coordinator returns a class with the reason. Raises Invalid without one, or while a round offers the class."""
    if not why.strip():
        raise Invalid("写清楚哪里要改，学校才知道怎么改", "why")
    if order_class.state == "approved":
        _may_leave(order_class)
    ORDER_CLASS.move(order_class, "return", actor, why=why, version=version, returned_because=why)
    _tell_school(order_class, "订单班要改一改", f"“{order_class.name}”退回了：{why}")


def withdraw(actor: Actor, order_class: OrderClass, version: int | None = None) -> None:
    """The school takes a sent class back to change it."""
    ORDER_CLASS.move(order_class, "withdraw", actor, version=version)


def close(actor: Actor, order_class: OrderClass, why: str = "", version: int | None = None) -> None:
    """End a class. Raises Invalid while a round offers it."""
    if order_class.state == "approved":
        _may_leave(order_class)
    ORDER_CLASS.move(order_class, "close", actor, why=why, version=version)


def _tidy(facts: dict[str, Any], present: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Check what the table itself would refuse, so that the refusal stands beside its field."""
    unknown = set(facts) - set(FACTS)
    if unknown:
        raise TypeError(f"unknown facts of a class: {sorted(unknown)}")
    seen = {**(present or {}), **facts}
    faults = []
    if seen["min_open"] > seen["seats"]:
        faults.append(Invalid("开班线不能比名额多", "min_open"))
    if seen["age_min"] < 14:
        faults.append(Invalid("年龄下限不能低于14周岁", "age_min"))
    if seen["age_max"] < seen["age_min"]:
        faults.append(Invalid("年龄上限不能比下限小", "age_max"))
    if seen["on_post_date"] < seen["enrolment_date"]:
        faults.append(Invalid("上岗日期不能早于入学日期", "on_post_date"))
    if faults:
        raise Faults(faults)
    return {name: "" if value is None and name in _TEXTS else value for name, value in facts.items()}


def _next_code(school: School) -> str:
    """The next free short number of the school: D01, D02 …"""
    taken = set(db.session.scalars(select(OrderClass.code).filter_by(school_id=school.id)))
    number = (db.session.scalar(select(func.count()).where(OrderClass.school_id == school.id)) or 0) + 1
    while f"D{number:02d}" in taken:
        number += 1
    return f"D{number:02d}"


def _changeable(order_class: OrderClass) -> None:
    if order_class.state not in ("draft", "returned"):
        raise WrongState("交了审核的订单班不能改。先撤回，再改")


def _touch(actor: Actor, order_class: OrderClass, version: int | None, part: str) -> None:
    """Guard and record a change of one of the class's lists: it counts as a change of the class."""
    _changeable(order_class)
    states.revise("order_class", order_class, actor, version, {}, why=_PARTS[part])


_PARTS = {"hours": "改课时表", "tracks": "改培养方向", "reserves": "改留名额"}


def _read_again(order_class: OrderClass, part: str) -> None:
    db.session.flush()
    db.session.expire(order_class, [part])


def _sound(order_class: OrderClass) -> None:
    faults = class_faults(order_class)
    if faults:
        raise Faults(faults)


def _may_leave(order_class: OrderClass) -> None:
    for ask in BEFORE_LEAVING:
        ask(order_class)


def _tell_school(order_class: OrderClass, subject: str, body: str) -> None:
    for user_id in staff_of_school(order_class.school_id):
        tell(user_id, subject, body, link=f"/order-classes/{order_class.id}")


def _keep_positions_of_public_classes(position: Position) -> None:
    """A position that a public class leads to stays public."""
    names = classes_on(position.id)
    if names:
        raise Invalid(f"这个岗位还在订单班“{names[0]}”里。请学校先换掉，再关闭或退回")


positions.BEFORE_LEAVING.append(_keep_positions_of_public_classes)
