"""Dated settings: the numbers that law and city leave open, change by notice, or differ by district.

A setting is chosen by name and day: the row with the latest ``valid_from`` not after that day. Only ages 14, 16 and 18
are constants (age.py). ``confirmed`` False marks a value that a person must check before real use; it says so on the
settings page. Rows that an installation keeps itself are passed in before DEFAULTS.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from fractions import Fraction

from app.law.levels import LEVEL_YEARS

Value = int | Fraction | str | dict[tuple[str, str], tuple[int, ...]]

MEASURES = "威海市支持技工教育高质量特色发展十条措施"
INTERNSHIP = "《职业学校学生实习管理规定》（2021）"
SHANDONG = "《山东省就业促进条例》"
HOUSE = "平台约定，集团可改"

_BEGINNING = dt.date(2024, 1, 1)


@dataclass(frozen=True)
class Setting:
    """One dated value: name, what it is (Chinese), value, unit, where it comes from, first day, checked by a person."""

    name: str
    title: str
    value: Value
    unit: str
    source: str
    valid_from: dt.date = _BEGINNING
    confirmed: bool = True


def _wage(district: str, title: str, yuan: int) -> Setting:
    """Placeholder figures: the official table was not at hand, so none of them counts as confirmed."""
    source = "示例数，待确认：以山东省人民政府最近一次公布的最低工资标准为准"
    return Setting(f"minimum_wage.{district}", f"{title}月最低工资", yuan, "元/月", source, confirmed=False)


DEFAULTS: tuple[Setting, ...] = (
    Setting("r1_workshop_share", "车间课时占比下限", Fraction(1, 2), "占比", f"{MEASURES}第五条"),
    Setting("r2_core_factor", "核心实操对普通班的倍数下限", Fraction(3, 2), "倍", f"{MEASURES}第五条"),
    Setting("level_years", "层次与起点对应学制", LEVEL_YEARS, "年", "技工院校学制惯例，可改", confirmed=False),
    _wage("371002", "环翠区", 2200),
    _wage("371003", "文登区", 2200),
    _wage("371082", "荣成市", 2200),
    _wage("371083", "乳山市", 2200),
    _wage("371071", "高区", 2200),
    _wage("371072", "经区", 2200),
    _wage("371073", "临港区", 2200),
    _wage("371000", "威海市（全市）", 2200),
    Setting("probation_wage_share", "试用期工资下限", Fraction(4, 5), "占约定工资", "《劳动合同法》第二十条"),
    Setting("contract_due_months", "入职后签劳动合同的期限", 1, "个月", "《劳动合同法》第十条"),
    Setting(
        "interns_staff_share", "实习生占在岗职工上限", Fraction(1, 10), "占比",
        f"{INTERNSHIP}（条号待核）；{SHANDONG}为30%，取严", confirmed=False,
    ),
    Setting(
        "interns_post_share", "实习生占同类岗位职工上限", Fraction(1, 5), "占比",
        f"{INTERNSHIP}（条号待核）", confirmed=False,
    ),
    Setting("internship_pay_share", "实习报酬下限", Fraction(4, 5), "占相同岗位工资", f"{INTERNSHIP}第十八条"),
    Setting(
        "internship_study_share", "岗位实习占学制上限", Fraction(3, 10), "占比",
        f"{SHANDONG}第五十七条、第六十六条", confirmed=False,
    ),
    Setting("internship_filing_days", "实习备案期限", 15, "天", f"{SHANDONG}第六十六条", confirmed=False),
    Setting("guardian_sign_days", "监护人签协议的期限", 30, "天", "《民法典》第一百四十五条"),
    Setting("ending_notice_days", "本人按协议约定事由解除的生效期", 10, "天", HOUSE),
    Setting("guardian_submit_hours", "监护人确认报名的时限", 72, "小时", HOUSE),
    Setting("respond_days", "公布后答复的天数", 5, "天", HOUSE),
    Setting("agreement_sign_days", "协议签署的天数", 30, "天", HOUSE),
    Setting("choices_limit", "志愿个数上限", 5, "个", HOUSE),
    Setting("enrolment_close_spring", "春季学籍注册截止", "04-20", "月-日", "学籍管理惯例", confirmed=False),
    Setting("enrolment_close_autumn", "秋季学籍注册截止", "11-20", "月-日", "学籍管理惯例", confirmed=False),
    Setting("retention_agreement_months", "协议终止后保存", 36, "个月", "《劳动合同法》第五十条，取3年"),
    Setting("retention_unplaced_months", "未录取者身份信息保存", 6, "个月", f"{HOUSE}；《个人信息保护法》第四十七条"),
    Setting("retention_evidence_months", "证明材料保存", 3, "个月", HOUSE),
    Setting("retention_ledger_months", "招聘台账保存", 24, "个月", "《人力资源市场暂行条例》第三十三条"),
    Setting("retention_access_log_months", "访问日志保存", 12, "个月", "《网络安全法》第二十一条，取1年"),
)


class NoSuchSetting(KeyError):
    """No row of this name is valid on that day."""


def setting(name: str, on: dt.date, rows: Iterable[Setting] = ()) -> Setting:
    """The row of ``name`` in force on a day. Rows passed in win over DEFAULTS of the same or an earlier date."""
    candidates = [row for row in (*DEFAULTS, *rows) if row.name == name and row.valid_from <= on]
    if not candidates:
        raise NoSuchSetting(f"{name} on {on}")
    return max(enumerate(candidates), key=lambda pair: (pair[1].valid_from, pair[0]))[1]


def value(name: str, on: dt.date, rows: Iterable[Setting] = ()) -> Value:
    """The value of ``name`` in force on a day."""
    return setting(name, on, rows).value


def whole(name: str, on: dt.date, rows: Iterable[Setting] = ()) -> int:
    """The value of a setting that is a whole number (days, months, yuan)."""
    found = value(name, on, rows)
    if not isinstance(found, int):
        raise TypeError(f"{name} is not a whole number")
    return found


def share(name: str, on: dt.date, rows: Iterable[Setting] = ()) -> Fraction:
    """The value of a setting that is a ratio."""
    found = value(name, on, rows)
    if not isinstance(found, (int, Fraction)):
        raise TypeError(f"{name} is not a ratio")
    return Fraction(found)


def minimum_wage(district: str, on: dt.date, rows: Iterable[Setting] = ()) -> Setting:
    """The monthly minimum wage of a district (code of labels.DISTRICTS) in yuan; an unknown one takes the city's."""
    rows = tuple(rows)
    try:
        return setting(f"minimum_wage.{district}", on, rows)
    except NoSuchSetting:
        return setting("minimum_wage.371000", on, rows)


def unconfirmed(on: dt.date, rows: Iterable[Setting] = ()) -> list[Setting]:
    """The settings in force that a person has still to check, by name."""
    rows = tuple(rows)
    names = sorted({row.name for row in (*DEFAULTS, *rows) if row.valid_from <= on})
    return [row for row in (setting(name, on, rows) for name in names) if not row.confirmed]
