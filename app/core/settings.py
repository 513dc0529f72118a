"""Dated settings: what the law or the city may change (minimum wages, ratios, windows), each valid from a day on.

The built-in values stand in app/law/settings.py with their sources; rows here win over them from their own day on.
"""

from __future__ import annotations

import datetime as dt
import re
from fractions import Fraction
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core.actor import Actor
from app.core.clock import now, today
from app.core.db import Base, Id, db
from app.core.errors import CONSTRAINTS, Invalid
from app.core.history import record
from app.law.levels import read_table
from app.law.settings import DEFAULTS, Default, Value
from app.law.workdays import read_days


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
    """The value in force on a day (today by default); the built-in one when nobody has set another.

    Ratios come as text such as "1/2" (app.law.ratios makes them exact). Raises KeyError for an unknown name.
    """
    like = DEFAULTS[name]
    found = db.session.scalar(
        select(Setting.value)
        .where(Setting.name == name, Setting.valid_from <= (on or today()))
        .order_by(Setting.valid_from.desc())
        .limit(1)
    )
    return like.value if found is None else read_value(like, found["text"])


def whole(name: str, on: dt.date | None = None) -> int:
    """A setting that is a whole number (days, months, yuan)."""
    return int(setting(name, on))


def _is_ratio(like: Default) -> bool:
    return isinstance(like.value, str) and re.fullmatch(r"[0-9]+(/[0-9]+|\.[0-9]+)", like.value) is not None


def read_value(like: Default, text: str) -> Value:
    """Read a typed value in the manner of the setting's built-in one: whole number, ratio, table, days or text.

    Raises:
        Invalid: the text is not such a value (field ``value``).
    """
    text = text.strip()
    try:
        if isinstance(like.value, dict):
            return read_table(text)
        if isinstance(like.value, tuple):
            return read_days(text)
        if isinstance(like.value, int):
            return int(text.replace(",", "").replace("，", ""))
        if _is_ratio(like):
            share = Fraction(text.rstrip("%％")) / 100 if text[-1:] in "%％" else Fraction(text)
            if share < 0:
                raise ValueError
            return str(share)
    except (ValueError, ZeroDivisionError) as fault:
        if isinstance(like.value, dict | tuple):
            raise Invalid(str(fault), "value") from fault
        raise Invalid("请写数字，例如 2200、50% 或者 3/2", "value") from fault
    return text


def set_value(actor: Actor, name: str, valid_from: dt.date, text: str, source: str) -> Setting:
    """Give a setting a value from a day on. Raises Invalid beside ``name`` or ``value``."""
    like = DEFAULTS.get(name)
    if like is None:
        raise Invalid("没有这一项设置", "name")
    read_value(like, text)
    row = Setting(
        name=name,
        valid_from=valid_from,
        value={"text": text.strip()},
        source=source,
        set_by=actor.user_id,
        set_at=now(),
    )
    db.session.add(row)
    db.session.flush()
    record("setting", row.id, actor, "set", detail={"name": name, "from": valid_from.isoformat()})
    return row
