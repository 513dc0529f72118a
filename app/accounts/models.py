"""Users and how they prove who they are: sessions, one-time codes, invitations, consents."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Boolean, ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Id, Stateful, Uid
from app.core.errors import CONSTRAINTS


class User(Stateful, Base):
    """A person who logs in. Phone and identity number are sealed; their blind indexes make them unique."""

    __tablename__ = "user"
    id: Mapped[Id]
    uid: Mapped[Uid]
    name: Mapped[str] = mapped_column(String(60))
    phone_sealed: Mapped[bytes | None]
    phone_index: Mapped[str | None] = mapped_column(String(64))
    phone_hint: Mapped[str] = mapped_column(String(11), default="")
    identity_kind: Mapped[str | None] = mapped_column(String(20))
    identity_sealed: Mapped[bytes | None]
    identity_index: Mapped[str | None] = mapped_column(String(64))
    identity_hint: Mapped[str] = mapped_column(String(20), default="")
    birth_date: Mapped[dt.date | None]
    password_hash: Mapped[str | None] = mapped_column(String(120))
    is_admin: Mapped[bool] = mapped_column(Boolean, default=False)
    created_at: Mapped[dt.datetime]
    __table_args__ = (UniqueConstraint("phone_index"), UniqueConstraint("identity_index"))


# Neither says whose account it is, nor on which phone; the way back stands beside it on the page.
PHONE_TAKEN = "这个手机号已经注册过了。直接登录就行"
IDENTITY_TAKEN = "这个证件号已经注册过了。请用原来的手机号登录"
CONSTRAINTS["uq_user_phone_index"] = ("phone", PHONE_TAKEN)
CONSTRAINTS["uq_user_identity_index"] = ("identity", IDENTITY_TAKEN)


class LoginSession(Base):
    """One signed-in browser. The cookie holds a random token; only its hash is here."""

    __tablename__ = "login_session"
    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    guardian_id: Mapped[int | None] = mapped_column(ForeignKey("guardian.id"))
    address: Mapped[str] = mapped_column(String(45), default="")
    created_at: Mapped[dt.datetime]
    seen_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]
    proved_at: Mapped[dt.datetime | None]
    user: Mapped[User | None] = relationship()
    __table_args__ = (Index(None, "user_id"), Index(None, "ends_at"))


class SecondFactor(Base):
    """The secret an authenticator app shares with us, sealed. It counts from ``confirmed_at`` on; ``last_step`` is the
    newest of its codes that was used."""

    __tablename__ = "second_factor"
    id: Mapped[Id]
    uid: Mapped[Uid]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"), unique=True)
    secret_sealed: Mapped[bytes]
    last_step: Mapped[int] = mapped_column(Integer, default=0)
    confirmed_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]


class OneTimeCode(Base):
    """Six digits for one purpose, five tries, ten minutes, used once."""

    __tablename__ = "one_time_code"
    id: Mapped[Id]
    phone_index: Mapped[str] = mapped_column(String(64))
    purpose: Mapped[str] = mapped_column(String(20))
    code_hash: Mapped[str] = mapped_column(String(64))
    tries: Mapped[int] = mapped_column(Integer, default=0)
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]
    __table_args__ = (Index(None, "phone_index", "purpose"),)


class Invitation(Base):
    """A one-time link that makes its bearer something: ``kind`` is admin, coordinator, school or enterprise."""

    __tablename__ = "invitation"
    id: Mapped[Id]
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    kind: Mapped[str] = mapped_column(String(20))
    organisation_id: Mapped[int | None]
    name: Mapped[str] = mapped_column(String(60), default="")
    expires_at: Mapped[dt.datetime]
    used_at: Mapped[dt.datetime | None]
    used_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[dt.datetime]


class Consent(Base):
    """A consent given for one purpose to one version of its words; withdrawn, never erased."""

    __tablename__ = "consent"
    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    purpose: Mapped[str] = mapped_column(String(40))
    text_version: Mapped[str] = mapped_column(String(20))
    text_sha256: Mapped[str] = mapped_column(String(64))
    detail: Mapped[dict[str, Any]] = mapped_column(default=dict)
    given_at: Mapped[dt.datetime]
    withdrawn_at: Mapped[dt.datetime | None]
    __table_args__ = (Index(None, "user_id", "purpose"),)
