"""Positions for tests and what is reported of them, built directly: lawful facts unless a story says otherwise."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid
from typing import Any

from app.core.clock import now, today
from app.core.crypto import vault
from app.core.db import db
from app.core.identifiers import mask_phone
from app.organisations.models import Enterprise
from app.positions.models import Position, Report

_numbers = itertools.count(1)


def position_facts(**facts: Any) -> dict[str, Any]:
    """What a lawful posting says; a test overrides what its story is about."""
    lawful: dict[str, Any] = {
        "code": f"P{next(_numbers):03d}",
        "name": "精密装配工",
        "field": "medical_devices",
        "headcount": 40,
        "duties": "按图装配注射泵机芯，检验尺寸，填写装配记录。",
        "requirements": "能看装配图，手稳心细，能搬15公斤物料。",
        "conditions": "恒温洁净车间，坐着操作，每两小时休息一次。",
        "safety": "发防静电服和手套，上岗前有三天安全培训。",
        "district": "371002",
        "address": "环翠区虚构路1号",
        "shift": "白班8小时，每周休2天",
        "wage_low": 4600,
        "wage_high": 5200,
        "contract_months": 36,
        "probation_months": 3,
        "probation_wage": 4200,
        "insurance": "养老、医疗、失业、工伤、生育保险和住房公积金",
        "hazards": [],
        "last_pay": 4860,
        "last_pay_people": 28,
        "last_pay_source": "企业工资表，上一年",
        "valid_until": today() + dt.timedelta(days=365),
    }
    return lawful | facts


def make_position(enterprise: Enterprise, approved: bool = True, **facts: Any) -> Position:
    """A position of ``enterprise``; ``state=`` overrides what ``approved`` says."""
    state = facts.pop("state", "approved" if approved else "draft")
    row = Position(enterprise=enterprise, state=state, created_at=now(), **position_facts(**facts))
    db.session.add(row)
    db.session.flush()
    return row


def make_report(position: Position, state: str = "new", phone: str = "", **facts: Any) -> Report:
    """What somebody said of a posting; with ``phone`` she wants the answer there."""
    uid = uuid.uuid4().hex
    sealed = vault().seal("report", "phone", uid, phone) if phone else None
    said = {"reason": "fee", "text": "面试时要我先交三百元押金。", "created_at": now()} | facts
    hint = mask_phone(phone) if phone else ""
    row = Report(uid=uid, position=position, state=state, phone_sealed=sealed, phone_hint=hint, **said)
    db.session.add(row)
    db.session.flush()
    return row
