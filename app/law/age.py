"""Ages: 14 to register, 16 to work, 18 to be of age. Every date is passed in."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from app.law.catalogue import rule
from app.law.verdict import OK, Verdict, broken, chinese_date
from app.law.words import HAZARDS

# The only three numbers of this platform that no setting can change.
REGISTER_AGE = 14
WORK_AGE = 16
ADULT_AGE = 18

_TEST = "test_age.py"


def birthday(birth: dt.date, age: int) -> dt.date:
    """The ``age``-th birthday. Somebody born on 29 February has it on 28 February in a common year (民法典 §202)."""
    try:
        return birth.replace(year=birth.year + age)
    except ValueError:
        return dt.date(birth.year + age, 2, 28)


def age_reached_on(birth: dt.date, age: int) -> dt.date:
    """The first day on which somebody has ``age`` 周岁: the day after that birthday."""
    return birthday(birth, age) + dt.timedelta(days=1)


@rule(
    "full_age",
    article="《民法典》第二百零一条、第二百零二条；法释〔2006〕1号第二条",
    says="周岁按公历年月日算，从生日的第二天起算",
    tested_by=_TEST,
)
def full_age(birth: dt.date, on: dt.date) -> int:
    """Whole years of age (周岁) on a day. Raises ValueError when the birth lies after it."""
    if birth > on:
        raise ValueError("born after the day the age is asked for")
    years = on.year - birth.year
    return max(0, years if on > birthday(birth, years) else years - 1)


def is_under_14(birth: dt.date, on: dt.date) -> bool:
    """Whether the person has not reached 14 周岁."""
    return full_age(birth, on) < REGISTER_AGE


def is_under_16(birth: dt.date, on: dt.date) -> bool:
    """Whether the person has not reached 16 周岁."""
    return full_age(birth, on) < WORK_AGE


def is_under_18(birth: dt.date, on: dt.date) -> bool:
    """Whether the person has not reached 18 周岁."""
    return full_age(birth, on) < ADULT_AGE


def sixteenth_reached_on(birth: dt.date) -> dt.date:
    """The first day on which a position may be offered to this person."""
    return age_reached_on(birth, WORK_AGE)


def eighteenth_reached_on(birth: dt.date) -> dt.date:
    """The first day on which no guardian is needed any more."""
    return age_reached_on(birth, ADULT_AGE)


@rule(
    "age_14",
    article="《个人信息保护法》第二十八条、第三十一条",
    says="未满14周岁不能注册报名",
    tested_by=_TEST,
)
def may_register(birth: dt.date, on: dt.date) -> Verdict:
    """Whether somebody may register on a day."""
    if not is_under_14(birth, on):
        return OK
    opens = chinese_date(age_reached_on(birth, REGISTER_AGE))
    return broken("age_14", f"满14周岁才能注册，{opens}起可以", "birth_date", [f"{opens}起满14周岁"])


@rule(
    "age_16",
    article="《劳动法》第十五条；《未成年人保护法》第六十一条；《禁止使用童工规定》第二条、第七条",
    says="未满16周岁不安排岗位、不签协议，只能先占学位；在公布日、签署前、上岗日各查一次",
    tested_by=_TEST,
)
def may_hold_position(birth: dt.date, on: dt.date) -> Verdict:
    """Whether a position may be given on a day: asked on the published result date, before signing, and on-post."""
    if not is_under_16(birth, on):
        return OK
    opens = chinese_date(sixteenth_reached_on(birth))
    message = f"满16周岁才能定岗位，{opens}起可以。在那之前只能报“先入学、后定岗”的志愿"
    return broken("age_16", message, None, [f"{opens}起满16周岁"])


@rule(
    "guardian_needed",
    article="《民法典》第十九条、第一百四十五条",
    says="未满18周岁，提交、接受、签协议都要监护人同意",
    tested_by=_TEST,
)
def needs_guardian(birth: dt.date, on: dt.date) -> bool:
    """Whether what the person does on that day needs a guardian's consent."""
    return is_under_18(birth, on)


@rule(
    "hazard_18",
    article="《未成年工特殊保护规定》第三条；《劳动法》第六十四条；《职业病防治法》第三十八条",
    says="岗位有任何一项禁忌或职业病危害，上岗日要满18周岁",
    tested_by=_TEST,
)
def may_do_hazardous(birth: dt.date, on_post_date: dt.date, hazards: Collection[str]) -> Verdict:
    """Whether somebody may start in a position with these hazards (codes of words.HAZARDS; an unknown one counts)."""
    if not hazards or not is_under_18(birth, on_post_date):
        return OK
    names = "、".join(sorted({HAZARDS.get(code, code) for code in hazards}))
    opens = chinese_date(eighteenth_reached_on(birth))
    message = f"这个岗位有{names}，上岗那天要满18周岁。您{opens}才满，上岗日是{chinese_date(on_post_date)}"
    return broken("hazard_18", message, None, [f"上岗日在{opens}或以后"])
