"""试算 and 录取结果: runs of one frozen snapshot, what each of them gives to whom and why, and who holds which seat."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy import text as condition
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.applications.models import Application
from app.core.db import Base, Id, Stateful
from app.core.errors import CONSTRAINTS
from app.core.jobs import Job
from app.order_classes.models import OrderClass, Track
from app.positions.models import Position
from app.rounds.models import Round


class Run(Stateful, Base):
    """One solve of one snapshot under one policy. ``bundle`` is the zipped round bundle, ``outcome`` the zipped
    outcome files; ``facts`` the outcome's summary (guarantee, placed, bound, gap, seconds, versions)."""

    __tablename__ = "run"
    id: Mapped[Id]
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    number: Mapped[int] = mapped_column(Integer)
    purpose: Mapped[str] = mapped_column(String(10), default="main")
    rule: Mapped[str] = mapped_column(String(10))
    uses_minimum: Mapped[bool] = mapped_column(Boolean)
    uses_adjustment: Mapped[bool] = mapped_column(Boolean)
    job_id: Mapped[int | None] = mapped_column(ForeignKey("job.id"))
    bundle: Mapped[bytes | None]
    bundle_sha256: Mapped[str | None] = mapped_column(String(64))
    outcome: Mapped[bytes | None]
    guarantee: Mapped[str | None] = mapped_column(String(30))
    placed: Mapped[int | None] = mapped_column(Integer)
    facts: Mapped[dict[str, Any]] = mapped_column(default=dict)
    fault: Mapped[str] = mapped_column(Text, default="")
    proposed_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    proposed_because: Mapped[str] = mapped_column(Text, default="")
    approved_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    round: Mapped[Round] = relationship()
    job: Mapped[Job | None] = relationship()
    __table_args__ = (
        UniqueConstraint("round_id", "number"),
        CheckConstraint("approved_by IS NULL OR approved_by <> proposed_by", "two_persons"),
    )


CONSTRAINTS["ck_run_two_persons"] = (None, "自己提议的，要由另一位协调员审批")


class RunPlacement(Base):
    """Where a run puts one application (no track: unplaced)."""

    __tablename__ = "run_placement"
    id: Mapped[Id]
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    track_id: Mapped[int | None] = mapped_column(ForeignKey("track.id"))
    rank: Mapped[int | None] = mapped_column(Integer)
    by: Mapped[str | None] = mapped_column(String(12))
    __table_args__ = (UniqueConstraint("run_id", "application_id"),)


class RunReason(Base):
    """Why one choice of one application came out as it did (reason words of docs/BUNDLE.md)."""

    __tablename__ = "run_reason"
    id: Mapped[Id]
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    rank: Mapped[int | None] = mapped_column(Integer)
    track_id: Mapped[int] = mapped_column(ForeignKey("track.id"))
    reason: Mapped[str] = mapped_column(String(20))
    limit: Mapped[str] = mapped_column(String(60), default="")
    distance: Mapped[int | None] = mapped_column(Integer)
    __table_args__ = (Index(None, "run_id", "application_id"),)


class RunClass(Base):
    """What a run does with one class: open or not, how full, and the cut-off of the last one admitted."""

    __tablename__ = "run_class"
    id: Mapped[Id]
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    order_class_id: Mapped[int] = mapped_column(ForeignKey("order_class.id"))
    open: Mapped[bool] = mapped_column(Boolean)
    filled: Mapped[int] = mapped_column(Integer)
    cutoff_score: Mapped[int | None] = mapped_column(Integer)
    cutoff_lottery: Mapped[int | None] = mapped_column(Integer)
    order_class: Mapped[OrderClass] = relationship()
    __table_args__ = (UniqueConstraint("run_id", "order_class_id"),)


class Placement(Stateful, Base):
    """A person's seat. ``upgrade`` marks 有更靠前的就换. ``position_id`` of a seat-only placement is
    set by 定岗, after the person accepted ``offered_position_id``."""

    __tablename__ = "placement"
    id: Mapped[Id]
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    track_id: Mapped[int] = mapped_column(ForeignKey("track.id"))
    position_id: Mapped[int | None] = mapped_column(ForeignKey("position.id"))
    offered_position_id: Mapped[int | None] = mapped_column(ForeignKey("position.id"))
    rank: Mapped[int | None] = mapped_column(Integer)
    by: Mapped[str] = mapped_column(String(12))
    answer_by: Mapped[dt.datetime]
    upgrade: Mapped[bool] = mapped_column(Boolean, default=False)
    guardian_agreed_at: Mapped[dt.datetime | None]
    answered_at: Mapped[dt.datetime | None]
    because: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[dt.datetime]
    round: Mapped[Round] = relationship()
    application: Mapped[Application] = relationship()
    track: Mapped[Track] = relationship()
    position: Mapped[Position | None] = relationship(foreign_keys=[position_id])
    offered_position: Mapped[Position | None] = relationship(foreign_keys=[offered_position_id])
    __table_args__ = (
        # At most one accepted placement per person over all rounds and alliances.
        Index(
            "uq_placement_accepted_user",
            "user_id",
            unique=True,
            sqlite_where=condition("state = 'accepted'"),
            postgresql_where=condition("state = 'accepted'"),
        ),
        Index(
            "uq_placement_live_application",
            "application_id",
            unique=True,
            sqlite_where=condition("state IN ('offered', 'accepting', 'accepted')"),
            postgresql_where=condition("state IN ('offered', 'accepting', 'accepted')"),
        ),
        Index(None, "round_id", "state"),
        Index(None, "track_id"),
    )


class Review(Stateful, Base):
    """复核: somebody doubts the result a published run gave her. ``about`` and ``next_step`` are codes of reviews.py;
    one review per person and published run, unless she took it back."""

    __tablename__ = "review"
    id: Mapped[Id]
    application_id: Mapped[int] = mapped_column(ForeignKey("application.id"))
    run_id: Mapped[int] = mapped_column(ForeignKey("run.id"))
    by_guardian: Mapped[bool] = mapped_column(Boolean, default=False)
    about: Mapped[str] = mapped_column(String(20))
    says: Mapped[str] = mapped_column(Text)
    answer_by: Mapped[dt.datetime]
    finding: Mapped[str] = mapped_column(Text, default="")
    next_step: Mapped[str | None] = mapped_column(String(20))
    carried_out: Mapped[str] = mapped_column(Text, default="")
    handled_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    answered_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]
    application: Mapped[Application] = relationship()
    run: Mapped[Run] = relationship()
    __table_args__ = (
        Index(
            "uq_review_application_run",
            "application_id",
            "run_id",
            unique=True,
            sqlite_where=condition("state <> 'withdrawn'"),
            postgresql_where=condition("state <> 'withdrawn'"),
        ),
        Index(None, "state", "answer_by"),
        CheckConstraint("state <> 'upheld' OR next_step IS NOT NULL", "next_step"),
    )


for _name in ("uq_review_application_run", "uq_review_application_id_run_id"):
    CONSTRAINTS[_name] = (None, "这次结果您已经申请过复核了")
# SQLite names the columns of a partial unique index, not the index.
for _name in ("uq_placement_accepted_user", "uq_placement_user_id"):
    CONSTRAINTS[_name] = (None, "您已经接受了另一个录取。一个人同时只能有一个")
