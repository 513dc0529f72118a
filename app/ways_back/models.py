"""找回账号: whoever lost her phone shows her identity paper, and two people give her account a new phone."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.db import Base, Id, Stateful, Uid

_OPEN = text("state IN ('checked', 'objected')")


class WayBack(Stateful, Base):
    """One request. The identity number is kept only as its blind index: whoever checks types it off the paper.

    ``user_id`` is known from the check on, and so are the ``place`` of the check and its alliance, whose coordinators
    release. Until ``object_until`` the old phone may object; ``decided_by`` released or refused.
    """

    __tablename__ = "way_back"
    id: Mapped[Id]
    uid: Mapped[Uid]
    reference: Mapped[str] = mapped_column(String(12), unique=True)
    name: Mapped[str] = mapped_column(String(60))
    identity_kind: Mapped[str] = mapped_column(String(20))
    identity_index: Mapped[str | None] = mapped_column(String(64))
    identity_hint: Mapped[str] = mapped_column(String(20))
    phone_sealed: Mapped[bytes | None]
    phone_index: Mapped[str | None] = mapped_column(String(64))
    phone_hint: Mapped[str] = mapped_column(String(11))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    alliance_id: Mapped[int | None] = mapped_column(ForeignKey("alliance.id"))
    place: Mapped[str] = mapped_column(String(80), default="")
    checked_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    checked_at: Mapped[dt.datetime | None]
    object_until: Mapped[dt.datetime | None]
    token_hash: Mapped[str | None] = mapped_column(String(64), unique=True)
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]
    user: Mapped[User | None] = relationship(foreign_keys=[user_id])
    checker: Mapped[User | None] = relationship(foreign_keys=[checked_by])
    __table_args__ = (
        CheckConstraint("checked_by <> decided_by", "two_people"),
        Index(None, "alliance_id", "state"),
        Index(None, "state", "created_at"),
        # Of two requests for one account only one can be on its way.
        Index("uq_way_back_open_user", "user_id", unique=True, sqlite_where=_OPEN, postgresql_where=_OPEN),
    )
