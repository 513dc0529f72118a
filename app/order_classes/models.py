"""订单班 and 培养方向: a school's class ordered by enterprises, and the tracks that lead from it to positions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Id, Stateful
from app.core.errors import CONSTRAINTS
from app.organisations.models import School
from app.positions.models import Position


class OrderClass(Stateful, Base):
    """A class of one intake. Ages are full years (周岁) at ``reference_date``; ``relaxed`` maps a category code to the
    highest age for verified members of it (None: no ceiling). ``score_rule`` is 'score' or 'lottery'."""

    __tablename__ = "order_class"
    id: Mapped[Id]
    alliance_id: Mapped[int] = mapped_column(ForeignKey("alliance.id"))
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    code: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(String(60))
    major: Mapped[str] = mapped_column(String(40))
    field: Mapped[str] = mapped_column(String(30))
    level: Mapped[str] = mapped_column(String(20))
    start_point: Mapped[str] = mapped_column(String(20))
    years: Mapped[int] = mapped_column(Integer)
    mode: Mapped[str] = mapped_column(String(20))
    audience: Mapped[str] = mapped_column(String(20), default="open")
    seats: Mapped[int] = mapped_column(Integer)
    min_open: Mapped[int] = mapped_column(Integer)
    age_min: Mapped[int] = mapped_column(Integer)
    age_max: Mapped[int] = mapped_column(Integer)
    relaxed: Mapped[dict[str, Any]] = mapped_column(default=dict)
    reference_date: Mapped[dt.date]
    enrolment_date: Mapped[dt.date]
    on_post_date: Mapped[dt.date]
    internship_months: Mapped[int] = mapped_column(Integer, default=0)
    internship_from_year: Mapped[int] = mapped_column(Integer, default=0)
    score_rule: Mapped[str] = mapped_column(String(10), default="score")
    score_text: Mapped[str] = mapped_column(String(200), default="")
    tuition: Mapped[str] = mapped_column(String(80))
    aid: Mapped[str] = mapped_column(String(120))
    boarding: Mapped[str] = mapped_column(String(80))
    timetable: Mapped[str] = mapped_column(String(80))
    certificate: Mapped[str] = mapped_column(String(80))
    teacher: Mapped[str] = mapped_column(String(60), default="")
    mentor: Mapped[str] = mapped_column(String(60), default="")
    last_cutoff: Mapped[int | None] = mapped_column(Integer)
    last_filled: Mapped[int | None] = mapped_column(Integer)
    returned_because: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[dt.datetime]
    school: Mapped[School] = relationship()
    tracks: Mapped[list[Track]] = relationship(back_populates="order_class", order_by="Track.id")
    reserves: Mapped[list[Reserve]] = relationship(order_by="Reserve.id")
    hours: Mapped[list[ClassHours]] = relationship(order_by="ClassHours.year")
    __table_args__ = (
        UniqueConstraint("school_id", "code"),
        Index(None, "alliance_id", "state"),
        CheckConstraint("seats > 0 AND min_open >= 0 AND min_open <= seats", "seats"),
        CheckConstraint("age_min >= 14 AND age_max >= age_min", "ages"),
        CheckConstraint("on_post_date >= enrolment_date", "on_post"),
    )


CONSTRAINTS["uq_order_class_school_id_code"] = ("code", "本校已经有这个代码的订单班了")
CONSTRAINTS["ck_order_class_seats"] = ("min_open", "开班线不能比名额多")
CONSTRAINTS["ck_order_class_ages"] = ("age_max", "年龄上限要不小于下限，下限不能低于14周岁")
CONSTRAINTS["ck_order_class_on_post"] = ("on_post_date", "上岗日期不能早于入学日期")


class ClassHours(Base):
    """Teaching hours of one school year; R1 and R2 are judged on the sums (class hours, not internship time)."""

    __tablename__ = "class_hours"
    id: Mapped[Id]
    order_class_id: Mapped[int] = mapped_column(ForeignKey("order_class.id"))
    year: Mapped[int] = mapped_column(Integer)
    professional: Mapped[int] = mapped_column(Integer)
    workshop: Mapped[int] = mapped_column(Integer)
    core: Mapped[int] = mapped_column(Integer)
    ordinary_core: Mapped[int] = mapped_column(Integer)
    __table_args__ = (
        UniqueConstraint("order_class_id", "year"),
        CheckConstraint("workshop >= 0 AND workshop <= professional", "workshop"),
        CheckConstraint("core >= 0 AND ordinary_core >= 0", "core"),
    )


class Track(Base):
    """培养方向 = order class × position; without a position it is seat-only, for people still under 16."""

    __tablename__ = "track"
    id: Mapped[Id]
    order_class_id: Mapped[int] = mapped_column(ForeignKey("order_class.id"))
    position_id: Mapped[int | None] = mapped_column(ForeignKey("position.id"))
    quota: Mapped[int | None] = mapped_column(Integer)
    order_class: Mapped[OrderClass] = relationship(back_populates="tracks")
    position: Mapped[Position | None] = relationship()
    __table_args__ = (
        UniqueConstraint("order_class_id", "position_id"),
        Index(None, "position_id"),
        CheckConstraint("quota IS NULL OR quota >= 0", "quota"),
    )


CONSTRAINTS["uq_track_order_class_id_position_id"] = ("position", "这个岗位已经在这个班里了")


class Reserve(Base):
    """Seats of a class kept for one category; unfilled ones are open to everybody."""

    __tablename__ = "reserve"
    id: Mapped[Id]
    order_class_id: Mapped[int] = mapped_column(ForeignKey("order_class.id"))
    category: Mapped[str] = mapped_column(String(30))
    seats: Mapped[int] = mapped_column(Integer)
    __table_args__ = (UniqueConstraint("order_class_id", "category"), CheckConstraint("seats > 0", "seats"))
