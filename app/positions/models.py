"""岗位: an enterprise's job demand, with the elements the law asks of a posting; and what people report about one."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.core.db import Base, Id, Stateful, Uid
from app.core.errors import CONSTRAINTS
from app.organisations.models import Enterprise


class Position(Stateful, Base):
    """``code`` is the enterprise's own short number, by which workbooks name a position. Wages are whole yuan a month.

    ``hazards`` lists codes of labels.HAZARDS; any of them means 18 at the on-post date. There is deliberately no field
    for sex, age, origin, health or any other forbidden requirement.
    """

    __tablename__ = "position"
    id: Mapped[Id]
    enterprise_id: Mapped[int] = mapped_column(ForeignKey("enterprise.id"))
    code: Mapped[str] = mapped_column(String(20), default="")
    name: Mapped[str] = mapped_column(String(40))
    field: Mapped[str] = mapped_column(String(30))
    headcount: Mapped[int] = mapped_column(Integer)
    duties: Mapped[str] = mapped_column(Text)
    requirements: Mapped[str] = mapped_column(Text)
    conditions: Mapped[str] = mapped_column(Text)
    safety: Mapped[str] = mapped_column(Text)
    district: Mapped[str] = mapped_column(String(6))
    address: Mapped[str] = mapped_column(String(120))
    shift: Mapped[str] = mapped_column(String(60))
    wage_low: Mapped[int] = mapped_column(Integer)
    wage_high: Mapped[int] = mapped_column(Integer)
    contract_months: Mapped[int] = mapped_column(Integer)
    probation_months: Mapped[int] = mapped_column(Integer)
    probation_wage: Mapped[int] = mapped_column(Integer)
    insurance: Mapped[str] = mapped_column(String(120))
    hazards: Mapped[list[str]] = mapped_column(default=list)
    last_pay: Mapped[int | None] = mapped_column(Integer)
    last_pay_people: Mapped[int | None] = mapped_column(Integer)
    last_pay_source: Mapped[str] = mapped_column(String(80), default="")
    valid_until: Mapped[dt.date]
    returned_because: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[dt.datetime]
    enterprise: Mapped[Enterprise] = relationship()

    @property
    def paused(self) -> bool:
        """A report was upheld: nobody is placed here and nothing is signed until it goes on."""
        return self.state == "paused"

    __table_args__ = (
        UniqueConstraint("enterprise_id", "code"),
        Index(None, "enterprise_id", "state"),
        CheckConstraint("headcount >= 0", "headcount"),
        CheckConstraint("wage_low > 0 AND wage_high >= wage_low", "wage"),
        CheckConstraint("probation_months >= 0 AND probation_wage >= 0", "probation"),
    )


CONSTRAINTS["uq_position_enterprise_id_code"] = ("code", "本企业已经有这个代码的岗位了，换一个")
CONSTRAINTS["ck_position_headcount"] = ("headcount", "人数不能是负数")
CONSTRAINTS["ck_position_wage"] = ("wage_high", "工资的高限不能比低限少，低限要大于0")
CONSTRAINTS["ck_position_probation"] = ("probation_months", "试用期和试用期工资不能是负数")


class Report(Stateful, Base):
    """举报: somebody says that a posting is false or breaks the law. Coordinators alone read it, never the enterprise.

    ``user_id`` and the sealed phone are there only where the person wants an answer; the phone is forgotten as soon as
    the answer is on its way. ``answer`` is what the coordinator found, in words for the person who reported.
    """

    __tablename__ = "report"
    id: Mapped[Id]
    uid: Mapped[Uid]
    position_id: Mapped[int] = mapped_column(ForeignKey("position.id"))
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    reason: Mapped[str] = mapped_column(String(20))
    text: Mapped[str] = mapped_column(Text)
    phone_sealed: Mapped[bytes | None]
    phone_hint: Mapped[str] = mapped_column(String(11), default="")
    answer: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[dt.datetime]
    position: Mapped[Position] = relationship()
    __table_args__ = (Index(None, "position_id"), Index(None, "state", "created_at"))
