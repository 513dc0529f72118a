"""The age window of an order class: set by the school, relaxed for target groups, but only on a verified paper."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from app.law.age import age_reached_on, full_age
from app.law.catalogue import rule
from app.law.verdict import Fault, Verdict, chinese_date
from app.law.words import CATEGORIES, CATEGORY_EVIDENCE, EVIDENCE_KINDS

PLAIN = "plain"


@dataclass(frozen=True)
class AgeVerdict(Verdict):
    """A verdict that says by which rule somebody was let in: "plain", or the code of the relaxed category."""

    admitted_by: str | None = None


@rule(
    "class_age",
    article="威海市支持技工教育高质量特色发展十条措施第二条",
    says="年龄按订单班的范围，统一在入学日算；放宽年龄只在材料已核验后算数",
    tested_by="test_class_age.py",
)
def within_age(
    birth: dt.date,
    reference_date: dt.date,
    age_min: int | None,
    age_max: int | None,
    relaxed: Mapping[str, int | None],
    verified_categories: Collection[str],
    claimed_categories: Collection[str] = (),
) -> AgeVerdict:
    """Whether a person's 周岁 on the class's one reference date lies in its window; both ends belong to it.

    ``relaxed`` maps a category to its higher ceiling, None meaning no ceiling; a category that is not in it has no
    relaxation. ``claimed_categories`` (stated, not verified) only sharpens the advice. The lower end is never relaxed.
    """
    age = full_age(birth, reference_date)
    if age_min is not None and age < age_min:
        return AgeVerdict((_too_young(birth, age, age_min, reference_date),))
    if age_max is None or age <= age_max:
        return AgeVerdict((), PLAIN)
    opening = [code for code in _ordered(relaxed) if _reaches(relaxed[code], age)]
    for code in opening:
        if code in verified_categories:
            return AgeVerdict((), code)
    return AgeVerdict((_too_old(age, age_max, opening, claimed_categories),))


def _reaches(ceiling: int | None, age: int) -> bool:
    return ceiling is None or age <= ceiling


def _ordered(relaxed: Mapping[str, int | None]) -> list[str]:
    """The categories in the fixed order of the labels, so that the one recorded never depends on row order."""
    known = [code for code in CATEGORIES if code in relaxed]
    return known + sorted(code for code in relaxed if code not in CATEGORIES)


def _too_young(birth: dt.date, age: int, age_min: int, on: dt.date) -> Fault:
    reached = chinese_date(age_reached_on(birth, age_min))
    message = f"这个班要满{age_min}周岁，{chinese_date(on)}入学那天您{age}周岁，{reached}才满"
    return Fault("class_age_min", message, "birth_date")


def _too_old(age: int, age_max: int, opening: list[str], claimed: Collection[str]) -> Fault:
    """Why the ceiling bars, and which paper would open it: first the paper of a category that was claimed."""
    said = f"这个班到{age_max}周岁为止，入学那天您{age}周岁"
    own = [code for code in opening if code in claimed]
    papers = tuple(f"{CATEGORIES.get(code, code)}：{paper_of(code)}" for code in own or opening)
    if own:
        names = "、".join(CATEGORIES.get(code, code) for code in own)
        return Fault("class_age_unverified", f"{said}。放宽年龄要先核验{names}材料", "birth_date", papers)
    if opening:
        names = "、".join(CATEGORIES.get(code, code) for code in opening)
        return Fault("class_age_max", f"{said}。{names}可以放宽，要交材料核验", "birth_date", papers)
    return Fault("class_age_max", said, "birth_date")


def paper_of(category: str) -> str:
    """The papers that prove a category, in words."""
    kinds = CATEGORY_EVIDENCE.get(category, ())
    return "和".join(EVIDENCE_KINDS[kind] for kind in kinds) or "证明材料"
