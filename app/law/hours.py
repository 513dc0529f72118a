"""R1 and R2: how much of an order class is taught in the workshop, and how much hand practice it adds.

Whole class hours and fractions only: at exactly one half a floating number could decide a class either way.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from app.law.catalogue import rule
from app.law.ratios import Ratio, exact, percent, rounded_up
from app.law.verdict import Fault, Verdict

R1_WORKSHOP_SHARE = Fraction(1, 2)
R2_CORE_FACTOR = Fraction(3, 2)

_TEST = "test_hours.py"


@dataclass(frozen=True)
class HoursVerdict(Verdict):
    """A verdict with the numbers a meter draws: ``value`` reached, ``threshold`` asked, ``missing`` class hours."""

    value: Fraction = Fraction(0)
    threshold: Fraction = Fraction(0)
    missing: int = 0


@rule(
    "r1_workshop",
    article="威海市支持技工教育高质量特色发展十条措施第五条；《民法典》第一千二百五十九条（“以上”含本数）",
    says="专业课时至少一半在企业车间上",
    tested_by=_TEST,
)
def workshop_ratio(workshop: int, professional: int, at_least: Ratio = R1_WORKSHOP_SHARE) -> HoursVerdict:
    """R1: workshop professional hours ÷ professional hours ≥ ``at_least``. Hours of internship do not count here."""
    at_least = exact(at_least)
    if professional <= 0:
        return _unknown("r1_workshop", "先填专业课时，才能算车间占比", "professional", at_least)
    if not 0 <= workshop <= professional:
        message = f"车间课时{workshop}要在0和专业课时{professional}之间"
        return _unknown("r1_workshop", message, "workshop", at_least)
    missing = max(0, rounded_up(at_least * professional) - workshop)
    share = Fraction(workshop, professional)
    if not missing:
        return HoursVerdict((), share, at_least, 0)
    message = f"车间课时占{percent(share)}，要{percent(at_least)}以上，还差{missing}课时"
    return HoursVerdict((Fault("r1_workshop", message, "workshop"),), share, at_least, missing)


@rule(
    "r2_core",
    article="威海市支持技工教育高质量特色发展十条措施第五条；《民法典》第一千二百五十九条（“以上”含本数）",
    says="核心技能实操课时比普通班多50%以上",
    tested_by=_TEST,
)
def core_practice(core: int, ordinary: int, at_least: Ratio = R2_CORE_FACTOR) -> HoursVerdict:
    """R2: core practice hours of the order class ≥ ``at_least`` × those of the school's ordinary class."""
    at_least = exact(at_least)
    if ordinary <= 0:
        return _unknown("r2_core", "先填普通班的核心实操课时，才能比", "ordinary_core", at_least)
    if core < 0:
        return _unknown("r2_core", "核心实操课时不能是负数", "core", at_least)
    missing = max(0, rounded_up(at_least * ordinary) - core)
    factor = Fraction(core, ordinary)
    if not missing:
        return HoursVerdict((), factor, at_least, 0)
    message = f"核心实操{core}课时，普通班{ordinary}课时，要到{core + missing}课时，还差{missing}课时"
    return HoursVerdict((Fault("r2_core", message, "core"),), factor, at_least, missing)


def _unknown(rule_id: str, message: str, field: str, threshold: Fraction) -> HoursVerdict:
    return HoursVerdict((Fault(rule_id, message, field),), Fraction(0), threshold, 0)
