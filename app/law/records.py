"""How long things are kept, and when they have to go."""

from __future__ import annotations

import datetime as dt

from app.law.catalogue import rule
from app.law.contracts import add_months

_TEST = "test_records.py"


@rule(
    "keep_agreement",
    article="《劳动合同法》第五十条；《人力资源市场暂行条例》第三十三条",
    says="协议和招聘台账至少保存2年，平台把协议保存到终止后3年",
    tested_by=_TEST,
)
def must_keep(ended_on: dt.date | None, on: dt.date, months: int = 36) -> bool:
    """Whether a record must still be kept on a day; one that has not ended is always kept."""
    return ended_on is None or on <= add_months(ended_on, max(months, 24))


@rule(
    "erase_unplaced",
    article="《个人信息保护法》第十九条、第四十七条",
    says="没录取的人，批次结束后到期删除能认出本人的资料",
    tested_by=_TEST,
)
def must_erase(round_ended_on: dt.date | None, on: dt.date, months: int = 6, objection_open: bool = False) -> bool:
    """Whether the identifying data of somebody unplaced are due for erasure; a 复核 under way holds it up."""
    return round_ended_on is not None and not objection_open and on > add_months(round_ended_on, months)
