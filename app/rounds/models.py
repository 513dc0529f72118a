"""批次: the calendar, the rules and the offer of one recruitment round."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Id, Stateful
from app.order_classes.models import OrderClass
from app.organisations.models import Alliance, Enterprise, School


class Round(Stateful, Base):
    """One round. ``deadline`` freezes choices, papers are decided until ``evidence_due``, results come at
    ``publish_at`` (ages are tested on that day), answers until ``respond_by``, signatures until ``sign_by``.

    The lottery seed is committed to (``seed_commitment`` = SHA-256 of the seed) before the round opens and revealed
    when it is drawn at close.
    """

    __tablename__ = "round"
    id: Mapped[Id]
    alliance_id: Mapped[int] = mapped_column(ForeignKey("alliance.id"))
    name: Mapped[str] = mapped_column(String(60))
    code: Mapped[str] = mapped_column(String(8), unique=True)
    opens_at: Mapped[dt.datetime]
    deadline: Mapped[dt.datetime]
    guardian_due: Mapped[dt.datetime]
    evidence_due: Mapped[dt.datetime]
    publish_at: Mapped[dt.datetime]
    respond_by: Mapped[dt.datetime]
    sign_by: Mapped[dt.datetime]
    max_choices: Mapped[int] = mapped_column(Integer, default=5)
    uses_minimum: Mapped[bool] = mapped_column(Boolean, default=True)
    uses_adjustment: Mapped[bool] = mapped_column(Boolean, default=True)
    group_order: Mapped[list[str]] = mapped_column(default=list)
    seed_sealed: Mapped[bytes | None]
    seed_commitment: Mapped[str | None] = mapped_column(String(64))
    seed: Mapped[str | None] = mapped_column(String(64))
    drawn_at: Mapped[dt.datetime | None]
    follows_id: Mapped[int | None] = mapped_column(ForeignKey("round.id"))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[dt.datetime]
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    alliance: Mapped[Alliance] = relationship()
    __table_args__ = (
        CheckConstraint("max_choices >= 1 AND max_choices <= 10", "max_choices"),
        CheckConstraint(
            "opens_at < deadline AND deadline <= guardian_due AND guardian_due <= evidence_due"
            " AND evidence_due < publish_at AND publish_at < respond_by AND respond_by <= sign_by",
            "calendar",
        ),
    )


class RoundClass(Base):
    """An order class offered in a round; its seats and minimum are copied when the round opens and then fixed."""

    __tablename__ = "round_class"
    id: Mapped[Id]
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    order_class_id: Mapped[int] = mapped_column(ForeignKey("order_class.id"))
    seats: Mapped[int] = mapped_column(Integer)
    min_open: Mapped[int] = mapped_column(Integer)
    order_class: Mapped[OrderClass] = relationship()
    __table_args__ = (
        UniqueConstraint("round_id", "order_class_id"),
        CheckConstraint("seats >= 0 AND min_open >= 0 AND min_open <= seats", "seats"),
    )


class SchoolPlan(Base):
    """How many a school may take in a round (blank: no limit)."""

    __tablename__ = "school_plan"
    id: Mapped[Id]
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    plan: Mapped[int] = mapped_column(Integer)
    school: Mapped[School] = relationship()
    __table_args__ = (UniqueConstraint("round_id", "school_id"), CheckConstraint("plan >= 0", "plan"))


class EnterpriseHeadcount(Base):
    """How many an enterprise may take in a round over all its positions (blank: no limit)."""

    __tablename__ = "enterprise_headcount"
    id: Mapped[Id]
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"))
    headcount: Mapped[int] = mapped_column(Integer)
    enterprise: Mapped[Enterprise] = relationship()
    __table_args__ = (UniqueConstraint("round_id", "enterprise_id"), CheckConstraint("headcount >= 0", "headcount"))
