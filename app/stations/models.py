"""代填: a station enters for people without a phone; each gets a printed slip, and confirms it herself."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Boolean, CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.applications.models import Application
from app.core.db import Base, Id, Stateful, Uid
from app.core.errors import CONSTRAINTS
from app.core.files import StoredFile
from app.organisations.models import Station
from app.rounds.models import Round


class SlipBatch(Base):
    """What a station enters together for one round and prints together."""

    __tablename__ = "slip_batch"
    id: Mapped[Id]
    station_id: Mapped[int] = mapped_column(ForeignKey("station.id"))
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"))
    name: Mapped[str] = mapped_column(String(40))
    created_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[dt.datetime]
    station: Mapped[Station] = relationship()
    round: Mapped[Round] = relationship()
    __table_args__ = (Index(None, "station_id", "id"),)


class Slip(Stateful, Base):
    """代填单: what was entered for one person. It is nobody's application until she confirms it.

    ``code_sealed`` opens the person's own page; it goes when it has been used. ``how`` is phone or paper.
    """

    __tablename__ = "slip"
    id: Mapped[Id]
    uid: Mapped[Uid]
    batch_id: Mapped[int] = mapped_column(ForeignKey("slip_batch.id"))
    name: Mapped[str] = mapped_column(String(60))
    identity_kind: Mapped[str] = mapped_column(String(20))
    identity_sealed: Mapped[bytes | None]
    identity_index: Mapped[str | None] = mapped_column(String(64))
    identity_hint: Mapped[str] = mapped_column(String(20))
    birth_date: Mapped[dt.date | None]
    phone_sealed: Mapped[bytes | None]
    phone_hint: Mapped[str] = mapped_column(String(11), default="")
    start_point: Mapped[str] = mapped_column(String(20))
    district: Mapped[str] = mapped_column(String(6))
    categories: Mapped[list[str]] = mapped_column(default=list)
    tracks: Mapped[list[Any]] = mapped_column(default=list)
    adjustable: Mapped[bool] = mapped_column(Boolean, default=False)
    guardian_name: Mapped[str] = mapped_column(String(60), default="")
    guardian_relation: Mapped[str] = mapped_column(String(20), default="")
    guardian_phone_sealed: Mapped[bytes | None]
    guardian_phone_hint: Mapped[str] = mapped_column(String(11), default="")
    code_sealed: Mapped[bytes | None]
    code_index: Mapped[str | None] = mapped_column(String(64), unique=True)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    returned_because: Mapped[str] = mapped_column(Text, default="")
    entered_by: Mapped[int] = mapped_column(ForeignKey("user.id"))
    uploaded_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    confirmed_at: Mapped[dt.datetime | None]
    how: Mapped[str] = mapped_column(String(8), default="")
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    application_id: Mapped[int | None] = mapped_column(ForeignKey("application.id"))
    created_at: Mapped[dt.datetime]
    batch: Mapped[SlipBatch] = relationship()
    helper: Mapped[User] = relationship(foreign_keys=[entered_by])
    application: Mapped[Application | None] = relationship()
    file: Mapped[StoredFile | None] = relationship()
    __table_args__ = (
        UniqueConstraint("batch_id", "identity_index"),
        Index(None, "batch_id", "state"),
        # Whoever entered or photographed it never confirms it.
        CheckConstraint("confirmed_by <> entered_by", "not_by_helper"),
        CheckConstraint("confirmed_by <> uploaded_by", "not_by_uploader"),
    )


CONSTRAINTS["uq_slip_batch_id_identity_index"] = ("identity", "这个人在这一批里已经填过了")
