"""Whether a posting may be published: every rule of law it has to meet, asked at once, each answer with its field."""

from __future__ import annotations

from dataclasses import dataclass

from app.core.clock import today
from app.core.errors import Invalid
from app.core.settings import setting
from app.law import contracts, postings
from app.law.settings import minimum_wage_name
from app.law.verdict import Fault
from app.positions.models import Position

# Everything an enterprise writes in its own words; each is scanned for unlawful requirements.
FREE_TEXT = {
    "name": "岗位名称",
    "duties": "做什么",
    "requirements": "录用要求",
    "conditions": "工作条件",
    "safety": "安全状况",
    "address": "上班地点",
    "shift": "班次和休息",
    "insurance": "社会保险",
    "last_pay_source": "实领工资的来源",
}


@dataclass(frozen=True)
class Stopped:
    """One free-text field with its unlawful wordings."""

    field: str
    label: str
    findings: tuple[postings.Finding, ...]

    def message(self) -> str:
        """Each phrase with the law that forbids it and what may be written instead."""
        said = "；".join(f"“{each.phrase}”{each.law}。{each.advice}" for each in self.findings)
        return f"这里有{len(self.findings)}个说法不能写：{said}"

    @property
    def short(self) -> str:
        """For a page that lists the phrases right below."""
        return f"这里有{len(self.findings)}个说法不能写，请改掉"

    def fixes(self) -> list[dict[str, str]]:
        """Items for ``ui.phrase_fix``."""
        return [{"phrase": each.phrase, "why": f"{each.law}。{each.advice}"} for each in self.findings]


def stopped_phrases(texts: dict[str, str | None]) -> list[Stopped]:
    """The fields of ``texts`` (field → text) that hold unlawful wordings, in the order of the page."""
    found = []
    for name, label in FREE_TEXT.items():
        findings = postings.forbidden_phrases(texts.get(name))
        if findings:
            found.append(Stopped(name, label, tuple(findings)))
    return found


def texts_of(position: Position) -> dict[str, str | None]:
    return {name: getattr(position, name) for name in FREE_TEXT}


def minimum_wage(district: str | None) -> int:
    """The monthly minimum wage in force today in a district, in yuan."""
    return int(setting(minimum_wage_name(district)))  # type: ignore[arg-type]


def lawful_faults(position: Position) -> list[Invalid]:
    """Everything that keeps this posting from being published; empty when nothing does."""
    floor = minimum_wage(position.district)
    faults = [
        *postings.six_elements_missing(_told(position), today()).faults,
        *postings.truth_told({name: getattr(position, name) for name in ("conditions", "safety", "hazards")}).faults,
        *postings.wage_at_least_minimum(position.wage_low, floor).faults,
        *contracts.probation_within_cap(position.probation_months, position.contract_months or None).faults,
        *_probation_wage(position, floor),
    ]
    unlawful = [Invalid(each.message(), each.field) for each in stopped_phrases(texts_of(position))]
    return [*unlawful, *(Invalid(fault.message, fault.field) for fault in faults), *_house_faults(position)]


def _probation_wage(position: Position, floor: int) -> tuple[Fault, ...]:
    """Asked only where there is a probation at all."""
    if not position.probation_months:
        return ()
    share = setting("probation_wage_share")
    return contracts.probation_wage_enough(position.probation_wage, position.wage_low, floor, share).faults  # type: ignore[arg-type]


def _told(position: Position) -> dict[str, object]:
    enterprise = position.enterprise
    known = f"{enterprise.name}，{enterprise.address}，职工{enterprise.staff}人"
    return {
        "enterprise_profile": enterprise.introduction or known,
        "headcount": position.headcount,
        "requirements": position.requirements,
        "duties": position.duties,
        "address": position.address,
        "wage_low": position.wage_low,
        "valid_until": position.valid_until,
    }


def _house_faults(position: Position) -> list[Invalid]:
    """What the law does not ask word for word, and families do."""
    faults = []
    if not position.shift:
        faults.append(Invalid("还没填：班次和休息", "shift"))
    if not position.insurance:
        faults.append(Invalid("还没填：上哪些社会保险", "insurance"))
    if position.last_pay and not (position.last_pay_people and position.last_pay_source):
        faults.append(Invalid("写了上届实领工资，就要写多少人、从哪里来的数", "last_pay_source"))
    return faults
