"""Dated settings: what the law or the city may change (minimum wages, ratios, windows), each valid from a day on."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core.actor import Actor
from app.core.clock import now, today
from app.core.db import Base, Id, db
from app.core.errors import CONSTRAINTS
from app.core.history import record
from app.law.settings import DEFAULTS


class Setting(Base):
    """One value of one setting from one day on; older ones stay, for results of their time."""

    __tablename__ = "setting"
    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(60))
    valid_from: Mapped[dt.date]
    value: Mapped[dict[str, Any]]
    source: Mapped[str] = mapped_column(String(200), default="")
    set_by: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    set_at: Mapped[dt.datetime]
    __table_args__ = (UniqueConstraint("name", "valid_from"),)


CONSTRAINTS["uq_setting_name_valid_from"] = ("valid_from", "这一天已经有一个值了。请换一天，或者改后面的日期")


def setting(name: str, on: dt.date | None = None) -> Any:
    """The value in force on a day (today by default); the built-in default when nobody has set one.

    Raises:
        KeyError: there is no setting of that name.
    """
    found = db.session.scalar(
        select(Setting.value)
        .where(Setting.name == name, Setting.valid_from <= (on or today()))
        .order_by(Setting.valid_from.desc())
        .limit(1)
    )
    return found["value"] if found is not None else DEFAULTS[name].value


def set_value(actor: Actor, name: str, valid_from: dt.date, value: Any, source: str) -> Setting:
    """Give a setting a value from a day on."""
    row = Setting(name=name, valid_from=valid_from, value={"value": value}, source=source,
                  set_by=actor.user_id, set_at=now())
    db.session.add(row)
    db.session.flush()
    record("setting", row.id, actor, "set", detail={"name": name, "from": valid_from.isoformat()})
    return row
