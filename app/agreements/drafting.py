"""Rows → the terms of an agreement: everything the paper says is read here, once, and then frozen in a revision."""

from __future__ import annotations

import datetime as dt

from app.accounts.service import identity_of, phone_of
from app.agreements import terms as t
from app.agreements.clauses import TEMPLATE_VERSION
from app.applications.guardians import guardian_phone
from app.applications.models import Application, Guardian
from app.core.clock import day_of, today
from app.core.errors import Invalid
from app.core.labels import DISTRICTS, HAZARDS, ID_KINDS, LEVELS, RELATIONS, START_POINTS, STUDY_MODES, label
from app.core.settings import whole
from app.law.age import needs_guardian
from app.law.contracts import add_months
from app.order_classes.models import OrderClass
from app.placements.models import Placement
from app.positions.models import Position
from app.rounds.models import Round

ARBITRATION = "用工所在地劳动人事争议仲裁委员会"
COURT = "用工所在地人民法院"
NOTICE_DAYS, COMPENSATION_MONTHS, COPIES = 30, 1, 3
# A contract begins within a month of the on-post date; the paper binds until then and no longer.
AFTER_ON_POST = dt.timedelta(days=31)


def guardian_of(application: Application) -> Guardian | None:
    """The guardian who has to sign: of somebody who is not 18 today, and only once she agreed to the application."""
    birth = application.user.birth_date
    if birth is None or not needs_guardian(birth, today()):
        return None
    guardian = application.guardian
    if guardian is None or guardian.state != "agreed":
        raise Invalid("未满18周岁的人，要先有监护人同意，才能发协议")
    return guardian


def position_of(placement: Placement) -> Position:
    """The position of a placement: its track's, or the one given after the 16th birthday."""
    position = placement.position or placement.track.position
    if position is None:
        raise Invalid("还没有定岗，不能发协议")
    return position


def terms_of(placement: Placement, sign_by: dt.datetime) -> t.Terms:
    """Draft all terms of a placement as they stand today."""
    application, cls = placement.application, placement.track.order_class
    position = position_of(placement)
    guardian = guardian_of(application)
    return t.Terms(
        template_version=TEMPLATE_VERSION,
        enterprise=_enterprise(position),
        school=_school(cls),
        student=_student(application),
        guardian=_guardian(guardian) if guardian else None,
        alliance=_alliance(placement.round),
        order_class=_order_class(cls),
        training=_training(cls),
        position=_position(position),
        internship=_internship(cls),
        employment=_employment(cls, position),
        hiring_conditions=("取得毕业证书", *([f"取得{cls.certificate}"] if cls.certificate else [])),
        validity=t.ValidityTerms(day_of(sign_by), cls.on_post_date + AFTER_ON_POST),
        remedies=t.RemedyTerms(NOTICE_DAYS, COMPENSATION_MONTHS),
        disputes=t.DisputeTerms(ARBITRATION, COURT),
        retention_months=whole("retention_agreement_months"),
        paper_copies=COPIES,
    )


def _enterprise(position: Position) -> t.EnterpriseParty:
    firm = position.enterprise
    return t.EnterpriseParty(
        firm.name, firm.credit_code, _place(firm.district, firm.address), firm.head, firm.contact, firm.phone
    )


def _school(cls: OrderClass) -> t.SchoolParty:
    school = cls.school
    return t.SchoolParty(
        school.name, school.code, _place(school.district, school.address), school.head, school.contact, school.phone
    )


def _student(application: Application) -> t.StudentParty:
    user = application.user
    if user.birth_date is None:
        raise Invalid("还没有出生日期，先补身份信息")
    return t.StudentParty(
        name=user.name,
        id_kind=label(ID_KINDS, user.identity_kind or ""),
        id_number=identity_of(user) or "",
        birth_date=user.birth_date,
        address=_place(application.district or "", application.address),
        phone=phone_of(user) or "",
        start_point=label(START_POINTS, application.start_point or ""),
    )


def _guardian(guardian: Guardian) -> t.GuardianParty:
    return t.GuardianParty(guardian.name, label(RELATIONS, guardian.relation), guardian_phone(guardian))


def _alliance(round_: Round) -> t.AllianceWitness:
    return t.AllianceWitness(round_.alliance.name, round_.alliance.lead, round_.alliance.phone)


def _order_class(cls: OrderClass) -> t.ClassTerms:
    mode = label(STUDY_MODES, cls.mode)
    return t.ClassTerms(cls.name, cls.major, label(LEVELS, cls.level), cls.years, mode, cls.enrolment_date)


def _training(cls: OrderClass) -> t.TrainingTerms:
    hours = tuple(t.YearHours(h.year, h.professional, h.workshop, h.core, h.ordinary_core) for h in cls.hours)
    return t.TrainingTerms(hours, cls.teacher, cls.mentor, cls.certificate)


def _position(position: Position) -> t.PositionTerms:
    return t.PositionTerms(
        name=position.name,
        duties=position.duties,
        place=_place(position.district, position.address),
        headcount=position.headcount,
        hours_system="标准工时制",
        shift=position.shift,
        conditions=position.conditions,
        hazards=tuple(label(HAZARDS, code) for code in position.hazards),
        protection=position.safety,
    )


def _internship(cls: OrderClass) -> t.InternshipTerms | None:
    if not cls.internship_months:
        return None
    begins = add_months(cls.enrolment_date, 12 * max(0, cls.internship_from_year - 1))
    return t.InternshipTerms(begins, cls.internship_months, "不低于本单位相同岗位工资标准的80%")


def _employment(cls: OrderClass, position: Position) -> t.EmploymentTerms:
    return t.EmploymentTerms(
        start_date=cls.on_post_date,
        contract_months=position.contract_months,
        probation_months=position.probation_months,
        probation_wage=position.probation_wage,
        wage_min=position.wage_low,
        wage_max=position.wage_high,
        insurance=position.insurance,
    )


def _place(district: str, address: str) -> str:
    """District and address, the district said once."""
    name = label(DISTRICTS, district, "")
    return address if not name or address.startswith(name) else f"{name}{address}"
