"""岗位实习 of full-time students: who, when, how many, for how much, for how long.

The regulation speaks of 一年级, so years of study count from one. Ratios are exact and passed in (settings.py).
"""

from __future__ import annotations

import datetime as dt
from fractions import Fraction

from app.law.age import is_under_16, sixteenth_reached_on
from app.law.catalogue import rule
from app.law.ratios import Ratio, exact, rounded_up
from app.law.verdict import OK, Fault, Verdict, broken, chinese_date

STAFF_SHARE = Fraction(1, 10)
POST_SHARE = Fraction(1, 5)
PAY_SHARE = Fraction(4, 5)
STUDY_SHARE = Fraction(3, 10)

_SOURCE = "《职业学校学生实习管理规定》（2021）"
_TEST = "test_internship.py"


@rule(
    "internship_first_year",
    article=f"{_SOURCE}第十六条",
    says="全日制班一年级不安排岗位实习",
    tested_by=_TEST,
)
def internship_after_first_year(study_mode: str, year_of_study: int) -> Verdict:
    """Whether an internship may begin in that year of study (1 = first)."""
    if study_mode == "full_time" and year_of_study <= 1:
        return broken("internship_first_year", "全日制班一年级不能安排岗位实习，最早第2学年", "internship_start")
    return OK


@rule(
    "internship_age",
    article=f"{_SOURCE}第十六条",
    says="未满16周岁不安排岗位实习",
    tested_by=_TEST,
)
def internship_age(birth: dt.date, start: dt.date) -> Verdict:
    """Whether somebody has reached 16 when the internship starts."""
    if not is_under_16(birth, start):
        return OK
    opens = chinese_date(sixteenth_reached_on(birth))
    return broken("internship_age", f"满16周岁才能岗位实习，{opens}起可以", "internship_start", [f"{opens}起满16周岁"])


@rule(
    "internship_share",
    article=f"{_SOURCE}（条号待核）；《山东省就业促进条例》第五十七条，取较严的",
    says="实习生不超过在岗职工的10%，同类岗位不超过20%",
    tested_by=_TEST,
)
def interns_within_share(
    interns: int,
    staff: int,
    post_interns: int,
    post_staff: int,
    staff_share: Ratio = STAFF_SHARE,
    post_share: Ratio = POST_SHARE,
) -> Verdict:
    """Whether the numbers of interns stay within their shares of the staff, over all and in this kind of post."""
    faults = []
    most = int(exact(staff_share) * staff)
    if interns > most:
        message = f"在岗职工{staff}人，实习生最多{most}人，现在是{interns}人"
        faults.append(Fault("internship_share", message, "interns"))
    most = int(exact(post_share) * post_staff)
    if post_interns > most:
        message = f"同类岗位职工{post_staff}人，实习生最多{most}人，现在是{post_interns}人"
        faults.append(Fault("internship_share", message, "post_interns"))
    return Verdict(tuple(faults))


@rule(
    "internship_pay",
    article=f"{_SOURCE}第十八条",
    says="实习的钱不低于相同岗位工资的80%或最低档，以货币按月直接付给学生",
    tested_by=_TEST,
)
def internship_pay_enough(
    pay: int, post_wage: int, lowest_grade: int | None = None, at_least: Ratio = PAY_SHARE
) -> Verdict:
    """Whether the monthly pay reaches the share of the post's wage, or the lowest grade of the post if it has one."""
    floor = rounded_up(exact(at_least) * post_wage)
    if pay >= floor or (lowest_grade is not None and pay >= lowest_grade):
        return OK
    way = f"，或者不少于最低档{lowest_grade}" if lowest_grade is not None else ""
    return broken("internship_pay", f"实习的钱每月要不少于{floor}{way}，现在是{pay}", "internship_pay")


@rule(
    "internship_length",
    article="《山东省就业促进条例》第五十七条、第六十六条（条号待核）",
    says="岗位实习不超过学习时间的30%",
    tested_by=_TEST,
)
def internship_length(months: int, study_months: int, at_most: Ratio = STUDY_SHARE) -> Verdict:
    """Whether the months of internship stay within their share of the months of study."""
    most = int(exact(at_most) * study_months)
    if 0 <= months <= most:
        return OK
    message = f"学制{study_months}个月，岗位实习最多{most}个月，现在是{months}个月"
    return broken("internship_length", message, "internship_months")


@rule(
    "internship_conditions",
    article=f"{_SOURCE}第十六条",
    says="实习不加班、不上夜班、不做第三级以上重体力活，不通过中介",
    tested_by=_TEST,
)
def internship_conditions(
    overtime: bool = False, night: bool = False, heavy: bool = False, intermediary: bool = False
) -> Verdict:
    """Whether the conditions leave out what the regulation forbids for interns."""
    named = (
        (overtime, "overtime", "实习期间不能安排加班"),
        (night, "night", "实习期间不能安排夜班"),
        (heavy, "heavy", "实习期间不能安排第三级以上重体力活"),
        (intermediary, "intermediary", "实习不能通过中介安排"),
    )
    return Verdict(tuple(Fault("internship_conditions", said, field) for is_so, field, said in named if is_so))


def filing_due_by(started_on: dt.date, days: int = 15) -> dt.date:
    """The last day for filing the internship with the authority (山东省就业促进条例 §66)."""
    return started_on + dt.timedelta(days=days)
