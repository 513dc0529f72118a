"""The labour contract after the agreement: probation, pay, the one-month limit, and what may never be asked for."""

from __future__ import annotations

import calendar
import datetime as dt
from fractions import Fraction

from app.law.catalogue import rule
from app.law.ratios import Ratio, exact, percent, rounded_up
from app.law.verdict import OK, Fault, Verdict, broken, chinese_date

PROBATION_WAGE_SHARE = Fraction(4, 5)

_TEST = "test_contracts.py"


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day some months later, or that month's last day where it has none (民法典 §202)."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    last = calendar.monthrange(year, month + 1)[1]
    return dt.date(year, month + 1, min(day.day, last))


def probation_cap_months(term_months: int | None, task_based: bool = False) -> int:
    """The longest probation in months for a contract term in months; None means an open-ended contract."""
    if task_based:
        return 0
    if term_months is None or term_months >= 36:
        return 6
    if term_months >= 12:
        return 2
    return 1 if term_months >= 3 else 0


@rule(
    "probation_cap",
    article="《劳动合同法》第十九条",
    says="试用期：合同不满3个月不设，不满1年不超1个月，不满3年不超2个月，3年以上或无固定期限不超6个月",
    tested_by=_TEST,
)
def probation_within_cap(probation_months: int, term_months: int | None, task_based: bool = False) -> Verdict:
    """Whether a probation is no longer than the contract term allows."""
    cap = probation_cap_months(term_months, task_based)
    if 0 <= probation_months <= cap:
        return OK
    if probation_months < 0:
        return broken("probation_cap", "试用期不能是负数", "probation_months")
    term = "无固定期限" if term_months is None else f"{term_months}个月"
    limit = f"不能超过{cap}个月" if cap else "不能设试用期"
    return broken("probation_cap", f"合同期{term}，试用期{limit}，现在是{probation_months}个月", "probation_months")


@rule(
    "probation_wage",
    article="《劳动合同法》第二十条",
    says="试用期工资不低于约定工资的80%，也不低于当地最低工资",
    tested_by=_TEST,
)
def probation_wage_enough(
    probation_wage: int, agreed_wage: int, local_minimum: int, at_least: Ratio = PROBATION_WAGE_SHARE
) -> Verdict:
    """Whether the monthly wage in probation is enough; all three in the same unit."""
    share = exact(at_least)
    if probation_wage < share * agreed_wage:
        floor = rounded_up(share * agreed_wage)
        message = f"试用期工资不能少于约定工资的{percent(share)}，也就是{floor}，现在是{probation_wage}"
        return broken("probation_wage", message, "probation_wage")
    if probation_wage < local_minimum:
        message = f"试用期工资不能低于当地最低工资{local_minimum}，现在是{probation_wage}"
        return broken("probation_wage", message, "probation_wage")
    return OK


def contract_due_by(started_on: dt.date, months: int = 1) -> dt.date:
    """The last day on which the written contract can be made in time."""
    return add_months(started_on, months)


@rule(
    "contract_due",
    article="《劳动合同法》第十条、第八十二条",
    says="用工之日起一个月内订立书面劳动合同，过了就进逾期名单",
    tested_by=_TEST,
)
def contract_in_time(started_on: dt.date, signed_on: dt.date | None, on: dt.date, months: int = 1) -> Verdict:
    """Whether the labour contract was made in time, or can still be; ``signed_on`` None = not yet."""
    due = contract_due_by(started_on, months)
    if (signed_on or on) <= due:
        return OK
    late = (signed_on or on) - due
    said = "签晚了" if signed_on else "还没签，已经晚了"
    return broken("contract_due", f"劳动合同应在{chinese_date(due)}前签，{said}{late.days}天", "contract_signed_on")


@rule(
    "no_deposit",
    article="《劳动合同法》第九条；《人力资源市场暂行条例》第二十六条",
    says="不收押金、保证金或任何费用，不扣证件",
    tested_by=_TEST,
)
def takes_nothing(amount: int = 0, keeps_documents: bool = False) -> Verdict:
    """Whether nothing is taken from the applicant: no money under any name, no document kept."""
    faults = []
    if amount:
        faults.append(Fault("no_deposit", "不能向求职的人收钱，什么名目都不行", "amount"))
    if keeps_documents:
        faults.append(Fault("no_deposit", "不能扣身份证或别的证件", "keeps_documents"))
    return Verdict(tuple(faults))


@rule(
    "no_penalty",
    article="《劳动合同法》第二十二条、第二十五条",
    says="对学生不设违约金；专项培训的服务期只能以后写进劳动合同",
    tested_by=_TEST,
)
def no_penalty_on_applicant(penalty: int) -> Verdict:
    """Whether the agreement asks no penalty of the applicant."""
    return OK if penalty == 0 else broken("no_penalty", "协议里不能对学生设违约金", "applicant_penalty")
