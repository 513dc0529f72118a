"""What a person asks about her own data: to have it corrected, and to have her account closed."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.accounts.models import User
from app.core.db import Base, Id, Stateful, Uid
from app.core.errors import CONSTRAINTS
from app.core.files import StoredFile


class Correction(Stateful, Base):
    """更正: name and identity number as they should be, with a photograph of the paper, for a coordinator to decide.

    What is wished is emptied with its paper a set time after the decision; who decided and when stays.
    """

    __tablename__ = "correction"
    id: Mapped[Id]
    uid: Mapped[Uid]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    name: Mapped[str] = mapped_column(String(60))
    identity_kind: Mapped[str] = mapped_column(String(20))
    identity_sealed: Mapped[bytes | None]
    identity_hint: Mapped[str] = mapped_column(String(20))
    birth_date: Mapped[dt.date | None]
    why: Mapped[str] = mapped_column(Text)
    file_id: Mapped[int | None] = mapped_column(ForeignKey("stored_file.id"))
    answer: Mapped[str] = mapped_column(Text, default="")
    decided_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    decided_at: Mapped[dt.datetime | None]
    created_at: Mapped[dt.datetime]
    user: Mapped[User] = relationship(foreign_keys=[user_id])
    file: Mapped[StoredFile | None] = relationship()
    __table_args__ = (
        Index("uq_correction_asked_user", "user_id", unique=True,
              sqlite_where=text("state = 'asked'"), postgresql_where=text("state = 'asked'")),
        Index(None, "state"),
    )


class Closure(Stateful, Base):
    """注销: asked for, carried out on ``runs_at`` unless taken back before. ``kept`` says what had to stay, and until
    when: a list of {says, rule, until}."""

    __tablename__ = "closure"
    id: Mapped[Id]
    user_id: Mapped[int] = mapped_column(ForeignKey("user.id"))
    runs_at: Mapped[dt.datetime]
    kept: Mapped[list[Any]] = mapped_column(default=list)
    created_at: Mapped[dt.datetime]
    user: Mapped[User] = relationship()
    __table_args__ = (
        Index("uq_closure_asked_user", "user_id", unique=True,
              sqlite_where=text("state = 'asked'"), postgresql_where=text("state = 'asked'")),
        Index(None, "state", "runs_at"),
    )


# SQLite names the columns of a partial index, PostgreSQL the index itself.
for _name in ("uq_correction_asked_user", "uq_correction_user_id"):
    CONSTRAINTS[_name] = (None, "您已经有一个更正申请在办了")
for _name in ("uq_closure_asked_user", "uq_closure_user_id"):
    CONSTRAINTS[_name] = (None, "您已经申请过注销了")
