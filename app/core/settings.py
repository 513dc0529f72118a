"""Dated settings: what the law or the city may change (minimum wages, ratios, windows), each valid from a day on.

The built-in values stand in app/law/settings.py with their sources; rows here win over them from their own day on.
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction
from typing import Any

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core.actor import Actor
from app.core.clock import now, today
from app.core.db import Base, Id, db
from app.core.errors import CONSTRAINTS, Invalid
from app.core.history import record
from app.law import settings as built_in
from app.law.settings import Setting as LawSetting
from app.law.settings import Value


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


def rows(name: str | None = None) -> list[LawSetting]:
    """The installation's own rows in the law's terms, ready to be passed to any function of app.law.settings."""
    query = select(Setting).order_by(Setting.valid_from)
    if name:
        query = query.where(Setting.name == name)
    titles = {d.name: d for d in built_in.DEFAULTS}
    return [
        LawSetting(
            r.name,
            titles[r.name].title,
            read_value(titles[r.name], r.value["text"]),
            titles[r.name].unit,
            r.source,
            r.valid_from,
        )
        for r in db.session.scalars(query)
    ]


def setting(name: str, on: dt.date | None = None) -> Value:
    """The value in force on a day (today by default). Raises app.law.settings.NoSuchSetting for an unknown name."""
    return built_in.value(name, on or today(), rows(name))


def whole(name: str, on: dt.date | None = None) -> int:
    """A setting that is a whole number (days, months, yuan)."""
    return built_in.whole(name, on or today(), rows(name))


def read_value(like: LawSetting, text: str) -> Value:
    """Read a typed value in the manner of the setting's built-in one: whole number, ratio or text.

    Raises:
        Invalid: the text is not such a value (field ``value``).
    """
    text = text.strip()
    try:
        if isinstance(like.value, bool | dict):
            raise Invalid("这一项不能在网页上改", "value")
        if isinstance(like.value, int):
            return int(text.replace(",", "").replace("，", ""))
        if isinstance(like.value, Fraction):
            share = Fraction(text.rstrip("%％")) / 100 if text[-1:] in "%％" else Fraction(text)
            if share < 0:
                raise ValueError
            return share
    except (ValueError, ZeroDivisionError) as fault:
        raise Invalid("请写数字，例如 2200、50% 或者 3/2", "value") from fault
    return text


def set_value(actor: Actor, name: str, valid_from: dt.date, text: str, source: str) -> Setting:
    """Give a setting a value from a day on. Raises Invalid beside ``name`` or ``value``."""
    like = next((d for d in built_in.DEFAULTS if d.name == name), None)
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
