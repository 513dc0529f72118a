"""三方预就业协议: agreements, their immutable revisions, and signatures that name the very words signed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Id, Stateful, Uid
from app.core.errors import CONSTRAINTS
from app.core.files import StoredFile
from app.core.history import make_append_only
from app.organisations.models import Enterprise, School
from app.placements.models import Placement


class Agreement(Stateful, Base):
    """One agreement. ``check_code`` (≥64 random bits) opens the public check page; the number alone opens nothing.

    ``sign_by`` is the day by which all have signed; ``turn_since`` when the present turn began; ``refusal_ground`` the
    lawful ground (endings.REFUSAL_GROUNDS) on which the enterprise asks to refuse, until a coordinator answers.
    """

    __tablename__ = "agreement"
    id: Mapped[Id]
    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    school_id: Mapped[int] = mapped_column(ForeignKey("school.id"))
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"))
    guardian_id: Mapped[int | None] = mapped_column(ForeignKey("guardian.id"))
    number: Mapped[str] = mapped_column(String(30), unique=True)
    check_code: Mapped[str] = mapped_column(String(30), unique=True)
    revision_number: Mapped[int] = mapped_column(Integer, default=1)
    sign_by: Mapped[dt.datetime]
    turn_since: Mapped[dt.datetime]
    in_force_at: Mapped[dt.datetime | None]
    returned_because: Mapped[str] = mapped_column(Text, default="")
    refusal_ground: Mapped[str] = mapped_column(String(20), default="")
    created_at: Mapped[dt.datetime]
    placement: Mapped[Placement] = relationship()
    school: Mapped[School] = relationship()
    enterprise: Mapped[Enterprise] = relationship()
    revisions: Mapped[list[Revision]] = relationship(back_populates="agreement", order_by="Revision.number")
    __table_args__ = (
        Index("uq_agreement_live_user", "user_id", unique=True,
              sqlite_where=text("state NOT IN ('refused', 'withdrawn', 'expired', 'ended', 'void', 'fulfilled')"),
              postgresql_where=text("state NOT IN ('refused', 'withdrawn', 'expired', 'ended', 'void', 'fulfilled')")),
        Index(None, "enterprise_id", "state"),
        Index(None, "school_id", "state"),
        Index(None, "guardian_id"),
        Index(None, "placement_id"),
        Index(None, "state"),
    )


# SQLite names the columns of a partial index, PostgreSQL the index itself.
for _name in ("uq_agreement_live_user", "uq_agreement_user_id"):
    CONSTRAINTS[_name] = (None, "这个人已经有一份没有结束的协议")
CONSTRAINTS["uq_signature_nonce"] = (None, "这次签字已经收到过了。请看协议现在的状态")


class Revision(Base):
    """The terms of an agreement at one point, immutable; a change makes the next one and un-signs the old."""

    __tablename__ = "revision"
    id: Mapped[Id]
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    number: Mapped[int] = mapped_column(Integer)
    template: Mapped[str] = mapped_column(String(20))
    terms_sealed: Mapped[bytes]
    uid: Mapped[str] = mapped_column(String(32))
    text_sha256: Mapped[str] = mapped_column(String(64))
    why: Mapped[str] = mapped_column(Text, default="")
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[dt.datetime]
    agreement: Mapped[Agreement] = relationship(back_populates="revisions")
    signatures: Mapped[list[Signature]] = relationship(back_populates="revision", order_by="Signature.id")
    __table_args__ = (UniqueConstraint("agreement_id", "number"),)


class Signature(Base):
    """A confirmation: revision, SHA-256 of the words seen, who, for whom, when, how; never changed, never deleted."""

    __tablename__ = "signature"
    id: Mapped[Id]
    revision_id: Mapped[int] = mapped_column(ForeignKey("revision.id"))
    party: Mapped[str] = mapped_column(String(12))
    signer_user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    signer_guardian_id: Mapped[int | None] = mapped_column(ForeignKey("guardian.id"))
    signer_name: Mapped[str] = mapped_column(String(60))
    on_behalf_of: Mapped[str] = mapped_column(String(80), default="")
    text_sha256: Mapped[str] = mapped_column(String(64))
    ticked: Mapped[list[Any]] = mapped_column(default=list)
    how: Mapped[str] = mapped_column(String(20), default="online")
    address: Mapped[str] = mapped_column(String(45), default="")
    nonce: Mapped[str] = mapped_column(String(32), unique=True)
    at: Mapped[dt.datetime]
    revision: Mapped[Revision] = relationship(back_populates="signatures")
    __table_args__ = (UniqueConstraint("revision_id", "party"),)


class Paper(Base):
    """A printed state of an agreement: the sealed PDF, and its SHA-256 by which an uploaded file is recognised."""

    __tablename__ = "paper"
    id: Mapped[Id]
    uid: Mapped[Uid]
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    revision_number: Mapped[int] = mapped_column(Integer)
    state: Mapped[str] = mapped_column(String(20))
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    content: Mapped[bytes]
    created_at: Mapped[dt.datetime]
    agreement: Mapped[Agreement] = relationship()
    __table_args__ = (UniqueConstraint("agreement_id", "revision_number", "state", "sha256"),)


class Denial(Base):
    """“我没有同意”: a private line from the applicant, answered by a coordinator."""

    __tablename__ = "denial"
    id: Mapped[Id]
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    text: Mapped[str] = mapped_column(Text)
    created_at: Mapped[dt.datetime]
    answered_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    answered_at: Mapped[dt.datetime | None]
    answer: Mapped[str] = mapped_column(Text, default="")
    agreement: Mapped[Agreement] = relationship()
    __table_args__ = (Index(None, "agreement_id"),)


class Ending(Base):
    """A request to end an agreement in force, and how it went (clause 11).

    ``notice`` marks the student's own on a ground of clause 11: it takes effect with the school's check, or at
    ``due_at`` without it, whatever the enterprise answers. Every other request needs the other party's yes; at
    ``due_at`` its silence goes to the coordinator (``passed_on_at``). ``outcome`` is blank while it is open, then
    ``ended`` · ``kept`` · ``taken_back``. The proof is for the school and the coordinator, never for the enterprise.
    """

    __tablename__ = "ending"
    id: Mapped[Id]
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreement.id"))
    asked_by: Mapped[str] = mapped_column(String(12))
    ground: Mapped[str] = mapped_column(String(20))
    notice: Mapped[bool] = mapped_column(Boolean)
    why: Mapped[str] = mapped_column(Text, default="")
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    asked_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime]
    answer: Mapped[str] = mapped_column(Text, default="")
    answered_at: Mapped[dt.datetime | None]
    passed_on_at: Mapped[dt.datetime | None]
    outcome: Mapped[str] = mapped_column(String(10), default="")
    closed_because: Mapped[str] = mapped_column(Text, default="")
    closed_at: Mapped[dt.datetime | None]
    agreement: Mapped[Agreement] = relationship()
    file: Mapped[StoredFile | None] = relationship()
    __table_args__ = (
        Index("uq_ending_open", "agreement_id", unique=True, sqlite_where=text("outcome = ''"),
              postgresql_where=text("outcome = ''")),
        Index(None, "due_at"),
    )


for _name in ("uq_ending_open", "uq_ending_agreement_id"):
    CONSTRAINTS[_name] = (None, "已经有一个解除申请在办了")

# What names people is emptied three years after the end (app/privacy/erasing.py); nothing else ever changes.
make_append_only(Revision, emptied={"terms_sealed": b""})
make_append_only(Signature, emptied={"signer_name": "", "address": ""})
