"""Alliances, schools, enterprises and stations; which belong to an alliance, and who works for whom."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.db import Base, Id, Stateful
from app.core.errors import CONSTRAINTS


class Alliance(Base):
    """集团（联盟）: schools and enterprises that recruit together; runs rounds."""

    __tablename__ = "alliance"
    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(80), unique=True)
    lead: Mapped[str] = mapped_column(String(80))
    phone: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[dt.datetime]


class _Organisation(Stateful):
    """What schools and enterprises share: who they are, how they are checked."""

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(80))
    credit_code: Mapped[str] = mapped_column(String(18))
    district: Mapped[str] = mapped_column(String(6))
    address: Mapped[str] = mapped_column(String(120))
    head: Mapped[str] = mapped_column(String(40))
    contact: Mapped[str] = mapped_column(String(40))
    phone: Mapped[str] = mapped_column(String(20))
    introduction: Mapped[str] = mapped_column(Text, default="")
    licence_file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    returned_because: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[dt.datetime]


class School(_Organisation, Base):
    """院校. ``head`` is its principal, ``code`` its school code."""

    __tablename__ = "school"
    code: Mapped[str] = mapped_column(String(20))
    __table_args__ = (UniqueConstraint("credit_code"), UniqueConstraint("name"))


class Enterprise(_Organisation, Base):
    """企业. ``head`` is its legal representative, ``staff`` the number of its employees (caps on interns)."""

    __tablename__ = "enterprise"
    staff: Mapped[int] = mapped_column(Integer)
    __table_args__ = (UniqueConstraint("credit_code"), UniqueConstraint("name"), CheckConstraint("staff >= 0", "staff"))


for _table, _word in (("school", "院校"), ("enterprise", "企业")):
    CONSTRAINTS[f"uq_{_table}_credit_code"] = ("credit_code", f"这个统一社会信用代码的{_word}已经登记过了")
    CONSTRAINTS[f"uq_{_table}_name"] = ("name", f"这个名称的{_word}已经登记过了")


class Membership(Stateful, Base):
    """A school or an enterprise in an alliance."""

    __tablename__ = "membership"
    id: Mapped[Id]
    alliance_id: Mapped[int] = mapped_column(ForeignKey("alliance.id"))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"))
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"))
    created_at: Mapped[dt.datetime]
    alliance: Mapped[Alliance] = relationship()
    school: Mapped[School | None] = relationship()
    enterprise: Mapped[Enterprise | None] = relationship()
    __table_args__ = (
        UniqueConstraint("alliance_id", "school_id"),
        UniqueConstraint("alliance_id", "enterprise_id"),
        CheckConstraint("(school_id IS NULL) <> (enterprise_id IS NULL)", "one_organisation"),
    )


class Station(Stateful, Base):
    """服务站: a village or community desk of an alliance, where somebody enters for people without a phone."""

    __tablename__ = "station"
    id: Mapped[Id]
    alliance_id: Mapped[int] = mapped_column(ForeignKey("alliance.id"))
    name: Mapped[str] = mapped_column(String(80))
    district: Mapped[str] = mapped_column(String(6))
    address: Mapped[str] = mapped_column(String(120))
    phone: Mapped[str] = mapped_column(String(20))
    created_at: Mapped[dt.datetime]
    alliance: Mapped[Alliance] = relationship()
    __table_args__ = (UniqueConstraint("alliance_id", "name"),)


CONSTRAINTS["uq_station_alliance_id_name"] = ("name", "这个名称的服务站已经有了")


class Member(Base):
    """A user who works for exactly one of: an alliance (coordinator), a school, an enterprise, a station."""

    __tablename__ = "member"
    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    alliance_id: Mapped[int | None] = mapped_column(ForeignKey("alliance.id"))
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"))
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"))
    station_id: Mapped[int | None] = mapped_column(ForeignKey("station.id"))
    title: Mapped[str] = mapped_column(String(40), default="")
    created_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    user: Mapped[User] = relationship()
    __table_args__ = (
        Index(None, "user_id"),
        UniqueConstraint("user_id", "alliance_id"),
        UniqueConstraint("user_id", "school_id"),
        UniqueConstraint("user_id", "enterprise_id"),
        UniqueConstraint("user_id", "station_id"),
        CheckConstraint(
            "(CASE WHEN alliance_id IS NULL THEN 0 ELSE 1 END) + (CASE WHEN school_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN enterprise_id IS NULL THEN 0 ELSE 1 END)"
            " + (CASE WHEN station_id IS NULL THEN 0 ELSE 1 END) = 1",
            "one_organisation",
        ),
    )
