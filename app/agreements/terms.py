"""The terms of one three-party agreement: everything the parties agree on, as plain immutable values.

No database, no clock, no page. Money is whole yuan, time is whole hours, months or days, and there is no fraction
anywhere, so that the same terms always give the same words and the same hash. The applicant's category (hardship,
migrant worker, …) has no field on purpose: the employer need not read of it.
"""

import datetime
import json
import types
import typing
from dataclasses import dataclass, fields, is_dataclass
from typing import Any


@dataclass(frozen=True)
class EnterpriseParty:
    """甲方."""

    name: str
    credit_code: str
    address: str
    legal_representative: str
    contact: str
    phone: str


@dataclass(frozen=True)
class SchoolParty:
    """乙方."""

    name: str
    code: str
    address: str
    head: str
    contact: str
    phone: str


@dataclass(frozen=True)
class StudentParty:
    """丙方. `start_point` is the schooling a person starts from, in words: 初中毕业, 高中毕业, …"""

    name: str
    id_kind: str
    id_number: str
    birth_date: datetime.date
    address: str
    phone: str
    start_point: str


@dataclass(frozen=True)
class GuardianParty:
    """The guardian of a person under eighteen (民法典 §19, §145). `relation` is seen from the student: 母亲."""

    name: str
    relation: str
    phone: str


@dataclass(frozen=True)
class AllianceWitness:
    """The education group that witnesses the agreement and mediates first. It is not a party.

    `lead` is the unit that leads it and answers the telephone.
    """

    name: str
    lead: str
    phone: str


@dataclass(frozen=True)
class ClassTerms:
    """The order class. `years` is the length of schooling; `level` and `study_mode` are labels as printed."""

    name: str
    major: str
    level: str
    years: int
    study_mode: str
    enrolment_date: datetime.date


@dataclass(frozen=True)
class YearHours:
    """Class hours of one year of schooling, counted from 1."""

    year: int
    professional: int
    workshop: int
    core_practice: int
    ordinary_core_practice: int


@dataclass(frozen=True)
class TrainingTerms:
    """The training plan: hours year by year, the two teachers, the certificate aimed at.

    R1 and R2 are judged on the sums: workshop ÷ professional ≥ 0.50, core practice ≥ 1.5 × the ordinary class's.
    The law of these two lives elsewhere; here they are only printed.
    """

    hours: tuple[YearHours, ...]
    school_teacher: str
    enterprise_mentor: str
    certificate: str

    @property
    def total(self) -> YearHours:
        """The sums over all years; `year` counts the years."""
        columns = ("professional", "workshop", "core_practice", "ordinary_core_practice")
        return YearHours(len(self.hours), *(sum(getattr(row, column) for row in self.hours) for column in columns))

    @property
    def workshop_permille(self) -> int:
        """The workshop's share of the professional hours in thousandths, rounded down: never flattering."""
        total = self.total
        return total.workshop * 1000 // total.professional if total.professional else 0

    @property
    def practice_percent(self) -> int:
        """Core practice as a percentage of the ordinary class's, rounded down."""
        total = self.total
        return total.core_practice * 100 // total.ordinary_core_practice if total.ordinary_core_practice else 0


@dataclass(frozen=True)
class PositionTerms:
    """The position and its conditions (劳动合同法 §8). `hazards` names each hazard; empty means there is none."""

    name: str
    duties: str
    place: str
    headcount: int
    hours_system: str
    shift: str
    conditions: str
    hazards: tuple[str, ...]
    protection: str


@dataclass(frozen=True)
class InternshipTerms:
    """岗位实习. `pay_rule` completes the sentence 报酬…, for example 不低于本单位相同岗位工资标准的80%."""

    earliest_start: datetime.date
    months: int
    pay_rule: str


@dataclass(frozen=True)
class EmploymentTerms:
    """Employment after graduation. Wages are yuan a month; `probation_months` of 0 means no probation."""

    start_date: datetime.date
    contract_months: int
    probation_months: int
    probation_wage: int
    wage_min: int
    wage_max: int
    insurance: str


@dataclass(frozen=True)
class ValidityTerms:
    """Until when the parties may sign, and until when the agreement binds."""

    sign_by: datetime.date
    valid_until: datetime.date


@dataclass(frozen=True)
class RemedyTerms:
    """What the enterprise owes: days of notice before a position ends; months of `wage_min` if it will not hire."""

    cancel_notice_days: int
    compensation_months: int


@dataclass(frozen=True)
class DisputeTerms:
    """Where a dispute goes after talks and mediation: the arbitration commission for labour, else the court."""

    arbitration: str
    court: str


@dataclass(frozen=True)
class Terms:
    """All terms of one revision. `guardian` is set exactly when the student is under eighteen at signing.

    `internship` is None for classes without one (evening classes, social training). `template_version` names the
    wording the terms were agreed in, see `clauses.TEMPLATE_VERSION`.
    """

    template_version: str
    enterprise: EnterpriseParty
    school: SchoolParty
    student: StudentParty
    guardian: GuardianParty | None
    alliance: AllianceWitness
    order_class: ClassTerms
    training: TrainingTerms
    position: PositionTerms
    internship: InternshipTerms | None
    employment: EmploymentTerms
    hiring_conditions: tuple[str, ...]
    validity: ValidityTerms
    remedies: RemedyTerms
    disputes: DisputeTerms
    retention_months: int
    paper_copies: int

    def __post_init__(self) -> None:
        if self.paper_copies < 3:
            raise ValueError("paper_copies must be at least 3: every party keeps one")


def terms_to_dict(terms: Terms) -> dict[str, Any]:
    """Return the terms as plain JSON values: nested dicts, lists, text, whole numbers, ISO dates, None."""
    return _plain(terms)


def terms_from_dict(data: dict[str, Any]) -> Terms:
    """Rebuild terms from `terms_to_dict`'s output.

    Raises ValueError, naming the field, when one is missing, unknown or of the wrong kind.
    """
    return _built(Terms, data, "terms")


def canonical_json(value: Any) -> str:
    """Return the one JSON text of plain values: sorted keys, no blanks, UTF-8 signs kept.

    Raises TypeError for a fraction, because 0.1 has more than one spelling and money must not.
    """
    _refuse_fractions(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)


def _refuse_fractions(value: Any) -> None:
    if isinstance(value, float):
        raise TypeError("a fraction has no place in an agreement")
    for part in value.values() if isinstance(value, dict) else value if isinstance(value, list | tuple) else ():
        _refuse_fractions(part)


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, tuple):
        return [_plain(part) for part in value]
    return value.isoformat() if isinstance(value, datetime.date) else value


def _built(kind: Any, value: Any, where: str) -> Any:
    """Return `value` as `kind`; `kind` is a dataclass, a date, an optional, a tuple, text or a number."""
    if isinstance(kind, types.UnionType):
        inner = next(part for part in kind.__args__ if part is not type(None))
        return None if value is None else _built(inner, value, where)
    if is_dataclass(kind):
        return _built_group(kind, value, where)
    if typing.get_origin(kind) is tuple:
        if not isinstance(value, list | tuple):
            raise ValueError(f"{where} must be a list")
        part_kind = typing.get_args(kind)[0]
        return tuple(_built(part_kind, part, f"{where}[{index}]") for index, part in enumerate(value))
    if kind is datetime.date:
        try:
            return datetime.date.fromisoformat(value)
        except (TypeError, ValueError) as error:
            raise ValueError(f"{where} must be an ISO date") from error
    if type(value) is not kind:
        raise ValueError(f"{where} must be {kind.__name__}")
    return value


def _built_group(kind: Any, value: Any, where: str) -> Any:
    if not isinstance(value, dict):
        raise ValueError(f"{where} must be a group of fields")
    hints = typing.get_type_hints(kind)
    for name in sorted(hints.keys() ^ value.keys()):
        raise ValueError(f"{where}.{name} is {'missing' if name in hints else 'unknown'}")
    return kind(**{name: _built(hint, value[name], f"{where}.{name}") for name, hint in hints.items()})
