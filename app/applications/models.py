"""报名: one application per person and round, its ranked choices, categories with evidence, guardian and scores."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.db import Base, Id, Stateful, Uid
from app.core.errors import CONSTRAINTS
from app.core.files import StoredFile
from app.order_classes.models import OrderClass, Track
from app.rounds.models import Round


class Application(Stateful, Base):
    """``number`` is the public application number (报名号), ``lottery`` the drawn place from 1 on (lower wins)."""

    __tablename__ = "application"
    id: Mapped[Id]
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    number: Mapped[str] = mapped_column(String(20), unique=True)
    start_point: Mapped[str | None] = mapped_column(String(20))
    district: Mapped[str | None] = mapped_column(String(6))
    address: Mapped[str] = mapped_column(String(120), default="")
    school_id: Mapped[int | None] = mapped_column(ForeignKey("school.id"))
    enterprise_id: Mapped[int | None] = mapped_column(ForeignKey("enterprise.id"))
    adjustable: Mapped[bool] = mapped_column(Boolean, default=False)
    choices_version: Mapped[int] = mapped_column(Integer, default=0)
    submitted_at: Mapped[dt.datetime | None]
    receipt_code: Mapped[str | None] = mapped_column(String(20), unique=True)
    receipt_sha256: Mapped[str | None] = mapped_column(String(64))
    returned_because: Mapped[str] = mapped_column(Text, default="")
    lottery: Mapped[int | None] = mapped_column(Integer)
    assisted_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[dt.datetime]
    user: Mapped[User] = relationship(foreign_keys=[user_id])
    round: Mapped[Round] = relationship()
    choices: Mapped[list[Choice]] = relationship(back_populates="application", order_by="Choice.rank")
    claims: Mapped[list[CategoryClaim]] = relationship(order_by="CategoryClaim.id")
    evidence: Mapped[list[Evidence]] = relationship(back_populates="application", order_by="Evidence.id")
    scores: Mapped[list[Score]] = relationship(back_populates="application", order_by="Score.id")
    guardian: Mapped[Guardian | None] = relationship(back_populates="application")
    __table_args__ = (
        UniqueConstraint("round_id", "user_id"),
        UniqueConstraint("round_id", "lottery"),
        Index(None, "user_id"),
        Index(None, "round_id", "state"),
    )


CONSTRAINTS["uq_application_round_id_user_id"] = (None, "这个批次您已经报过名了")


class Choice(Base):
    """志愿: one ranked track. ``barred_by`` is frozen at close: the rule that bars it, or None."""

    __tablename__ = "choice"
    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    rank: Mapped[int] = mapped_column(Integer)
    track_id: Mapped[int] = mapped_column(ForeignKey("track.id"))
    barred_by: Mapped[str | None] = mapped_column(String(40))
    application: Mapped[Application] = relationship(back_populates="choices")
    track: Mapped[Track] = relationship()
    __table_args__ = (
        UniqueConstraint("application_id", "rank"),
        UniqueConstraint("application_id", "track_id"),
        Index(None, "track_id"),
        CheckConstraint("rank >= 1 AND rank <= 10", "rank"),
    )


class ChoiceList(Base):
    """A submitted version of somebody's choices, kept for good: what was submitted when."""

    __tablename__ = "choice_list"
    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    number: Mapped[int] = mapped_column(Integer)
    tracks: Mapped[list[Any]]
    adjustable: Mapped[bool] = mapped_column(Boolean)
    sha256: Mapped[str] = mapped_column(String(64))
    submitted_at: Mapped[dt.datetime]
    __table_args__ = (UniqueConstraint("application_id", "number"),)


class CategoryClaim(Base):
    """A category somebody says she belongs to; it counts only at level 'verified'."""

    __tablename__ = "category_claim"
    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    category: Mapped[str] = mapped_column(String(30))
    level: Mapped[str] = mapped_column(String(10), default="stated")
    __table_args__ = (
        UniqueConstraint("application_id", "category"),
        CheckConstraint("level IN ('stated', 'uploaded', 'verified')", "level"),
    )


class Evidence(Stateful, Base):
    """A paper: which kind, for which category (blank: the general certificate), its sealed file, and the decision."""

    __tablename__ = "evidence"
    id: Mapped[Id]
    uid: Mapped[Uid]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    kind: Mapped[str] = mapped_column(String(30))
    category: Mapped[str | None] = mapped_column(String(30))
    file_id: Mapped[int] = mapped_column(ForeignKey("stored_file.id"))
    returned_because: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]
    application: Mapped[Application] = relationship(back_populates="evidence")
    file: Mapped[StoredFile] = relationship()
    __table_args__ = (Index(None, "application_id"), Index(None, "state"))


class Guardian(Stateful, Base):
    """The guardian of a minor, reached by a phone that is not the applicant's, on a link of her own."""

    __tablename__ = "guardian"
    id: Mapped[Id]
    uid: Mapped[Uid]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    relation: Mapped[str] = mapped_column(String(20))
    phone_sealed: Mapped[bytes]
    phone_index: Mapped[str] = mapped_column(String(64))
    phone_hint: Mapped[str] = mapped_column(String(11))
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    answered_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]
    application: Mapped[Application] = relationship(back_populates="guardian")


class Score(Base):
    """One whole number 0–100 per application and order class, shared by the class's tracks."""

    __tablename__ = "score"
    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    order_class_id: Mapped[int] = mapped_column(ForeignKey("order_class.id"))
    value: Mapped[int] = mapped_column(Integer)
    entered_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    entered_at: Mapped[dt.datetime]
    application: Mapped[Application] = relationship(back_populates="scores")
    order_class: Mapped[OrderClass] = relationship()
    __table_args__ = (
        UniqueConstraint("application_id", "order_class_id"),
        Index(None, "order_class_id"),
        CheckConstraint("value >= 0 AND value <= 100", "value"),
    )


CONSTRAINTS["ck_score_value"] = ("value", "分数要在0到100之间")
