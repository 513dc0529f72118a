"""Built-in values of the dated settings: the numbers that law and city leave open, or change by notice or district.

Only the ages 14, 16 and 18 are constants (age.py). Values are whole numbers, text, a table, or days; a ratio is text
such as "1/2", so that it stays exact. ``confirmed`` False marks a value that a person must check before real use.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

Value = int | str | dict[str, list[int]] | tuple[dt.date, ...]

MEASURES = "威海市支持技工教育高质量特色发展十条措施"
INTERNSHIP = "《职业学校学生实习管理规定》（2021）"
SHANDONG = "《山东省就业促进条例》"
HOUSE = "平台约定，集团可改"
ARRANGEMENT = "国务院办公厅每年的放假安排，要每年照着填。没填的年份按周一到周五算"

# "level/start point" → allowed years of study, the usual one first.
LEVEL_YEARS: dict[str, list[int]] = {
    "intermediate/junior": [3],
    "intermediate/senior": [2],
    "advanced/junior": [5, 4],
    "advanced/senior": [3],
    "advanced/intermediate": [2],
    "technician/junior": [6, 5],
    "technician/senior": [4],
    "technician/intermediate": [3],
    "technician/advanced": [2],
}


@dataclass(frozen=True)
class Default:
    """One setting: name, what it is called on the page, value, unit, source, first day, and whether it was checked."""

    name: str
    title: str
    value: Value
    unit: str
    source: str
    confirmed: bool = True
    valid_from: dt.date = dt.date(2024, 1, 1)


def _wage(district: str, title: str) -> Default:
    """A placeholder: the official table was not at hand, so no figure of it counts as confirmed."""
    source = "示例数，待确认：以山东省人民政府最近一次公布的最低工资标准为准"
    return Default(f"minimum_wage.{district}", f"{title}月最低工资", 2200, "元/月", source, confirmed=False)


_ALL: tuple[Default, ...] = (
    Default("r1_workshop_share", "车间课时占比下限", "1/2", "占专业课时", f"{MEASURES}第五条"),
    Default("r2_core_factor", "核心实操对普通班的倍数下限", "3/2", "倍", f"{MEASURES}第五条"),
    Default("level_years", "层次、起点和学制", LEVEL_YEARS, "年", "技工院校学制惯例，可改", confirmed=False),
    _wage("371000", "威海市（全市）"),
    _wage("371002", "环翠区"),
    _wage("371003", "文登区"),
    _wage("371082", "荣成市"),
    _wage("371083", "乳山市"),
    _wage("371071", "高区"),
    _wage("371072", "经区"),
    _wage("371073", "临港区"),
    Default("probation_wage_share", "试用期工资下限", "4/5", "占约定工资", "《劳动合同法》第二十条"),
    Default("contract_due_months", "入职后签劳动合同的期限", 1, "个月", "《劳动合同法》第十条"),
    Default("interns_staff_share", "实习生占在岗职工上限", "1/10", "占比",
            f"{INTERNSHIP}（条号待核）；{SHANDONG}为30%，取严", confirmed=False),
    Default("interns_post_share", "实习生占同类岗位职工上限", "1/5", "占比",
            f"{INTERNSHIP}（条号待核）", confirmed=False),
    Default("internship_pay_share", "实习报酬下限", "4/5", "占相同岗位工资", f"{INTERNSHIP}第十八条"),
    Default("internship_study_share", "岗位实习占学习时间上限", "3/10", "占比",
            f"{SHANDONG}（条号待核）", confirmed=False),
    Default("internship_filing_days", "实习备案期限", 15, "天", f"{SHANDONG}（条号待核）", confirmed=False),
    Default("guardian_sign_days", "监护人签协议的期限", 30, "天", "《民法典》第一百四十五条"),
    Default("ending_notice_days", "本人按协议第十一条解除，最晚几天生效", 10, "天", HOUSE),
    Default("guardian_submit_hours", "监护人确认报名的时限", 72, "小时", HOUSE),
    Default("respond_days", "公布后答复的天数", 5, "天", HOUSE),
    Default("agreement_sign_days", "协议签署的天数", 30, "天", HOUSE),
    Default("report_answer_days", "举报答复的天数", 7, "天", HOUSE),
    Default("way_back_hours", "凭证件换手机号，给原手机留几小时提出异议", 24, "小时", HOUSE),
    Default("choices_limit", "志愿个数上限", 5, "个", HOUSE),
    Default("chance_margin", "写“安全”要比上批线高几分（低得超过几分写“较难”）", 5, "分", HOUSE),
    Default("review_ask_workdays", "结果公布后，几个工作日内可以申请复核", 5, "个工作日", HOUSE),
    Default("review_answer_workdays", "复核几个工作日内答复", 5, "个工作日", HOUSE),
    # Empty on purpose: the arrangement is published anew every November, and an invented day would move a deadline.
    Default("holidays", "放假的日子（不算工作日）", (), "天", ARRANGEMENT, confirmed=False),
    Default("makeup_workdays", "调休要上班的周末（算工作日）", (), "天", ARRANGEMENT, confirmed=False),
    Default("enrolment_close_spring", "春季学籍注册截止", "04-20", "月-日", "学籍管理惯例", confirmed=False),
    Default("enrolment_close_autumn", "秋季学籍注册截止", "11-20", "月-日", "学籍管理惯例", confirmed=False),
    Default("retention_agreement_months", "协议终止后保存", 36, "个月", "《劳动合同法》第五十条，取3年"),
    Default("retention_unplaced_months", "未录取者身份信息保存", 6, "个月", f"{HOUSE}；《个人信息保护法》第四十七条"),
    Default("retention_evidence_months", "证明材料保存", 3, "个月", HOUSE),
    Default("retention_sent_days", "发出的短信留号码和内容", 30, "天", HOUSE),
    Default("retention_message_months", "站内消息保存", 12, "个月", HOUSE),
    Default("retention_idle_months", "没报过名、也没再来的账号保存", 12, "个月", f"{HOUSE}；不超过访问日志的月数"),
    Default("account_closing_days", "申请注销后可以反悔的天数", 15, "天", HOUSE),
    Default("retention_ledger_months", "招聘台账保存", 24, "个月", "《人力资源市场暂行条例》第三十三条"),
    Default("retention_access_log_months", "访问日志保存", 12, "个月", "《网络安全法》第二十一条，取1年"),
)

DEFAULTS: dict[str, Default] = {default.name: default for default in _ALL}


def minimum_wage_name(district: str | None) -> str:
    """The setting that holds a district's monthly minimum wage; a place outside the list takes the whole city's."""
    name = f"minimum_wage.{district}"
    return name if name in DEFAULTS else "minimum_wage.371000"


def unconfirmed() -> list[Default]:
    """The built-in values that a person has still to check."""
    return [default for default in DEFAULTS.values() if not default.confirmed]
