"""Alliances, organisations and those who work for them. All names are invented."""

from __future__ import annotations

import itertools
from typing import Any

from app.accounts.models import User
from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.core.identifiers import make_credit_code
from app.organisations.models import Alliance, Enterprise, Member, Membership, School
from app.organisations.queries import actor_of_user
from tests.app.make_accounts import make_user

_serial = itertools.count(1)


def next_credit_code() -> str:
    return make_credit_code(f"91371000MA{next(_serial):07d}")


def make_alliance(name: str | None = None) -> Alliance:
    name = name or f"海湾技工教育联盟{next(_serial)}"
    row = Alliance(name=name, lead="东澜技师学院", phone="0631-5550100", created_at=now())
    db.session.add(row)
    db.session.flush()
    return row


def _facts(name: str, approved: bool, facts: dict[str, Any]) -> dict[str, Any]:
    return {
        "name": name, "credit_code": next_credit_code(), "district": "371002", "address": "海滨路1号", "head": "方远",
        "contact": "程一", "phone": "0631-5550123", "created_at": now(),
        "state": "approved" if approved else "submitted", **facts,
    }  # fmt: skip


def make_school(approved: bool = True, alliance: Alliance | None = None, **facts: Any) -> School:
    """A school; with ``alliance`` it has joined it."""
    number = next(_serial)
    row = School(**_facts(f"东澜技师学院{number}", approved, {"code": f"S{number:04d}", **facts}))
    db.session.add(row)
    db.session.flush()
    if alliance:
        join(alliance, row)
    return row


def make_enterprise(approved: bool = True, alliance: Alliance | None = None, **facts: Any) -> Enterprise:
    """An enterprise; with ``alliance`` it has joined it."""
    row = Enterprise(**_facts(f"岚泽装备{next(_serial)}", approved, {"staff": 300, **facts}))
    db.session.add(row)
    db.session.flush()
    if alliance:
        join(alliance, row)
    return row


def join(alliance: Alliance, organisation: School | Enterprise, state: str = "joined") -> Membership:
    """Make the organisation a member of the alliance (or an applicant: state="applied")."""
    key = "school_id" if isinstance(organisation, School) else "enterprise_id"
    row = Membership(alliance_id=alliance.id, state=state, created_at=now(), **{key: organisation.id})
    db.session.add(row)
    db.session.flush()
    return row


def employ(user: User, organisation: Alliance | School | Enterprise, title: str = "经办") -> Member:
    """Let the user work for an alliance (as coordinator), a school or an enterprise."""
    key = f"{organisation.__tablename__}_id"
    row = Member(user_id=user.id, title=title, created_at=now(), **{key: organisation.id})
    db.session.add(row)
    db.session.flush()
    return row


def make_coordinator(alliance: Alliance, name: str = "周婉", **facts: Any) -> User:
    user = make_user(name, **facts)
    employ(user, alliance, "协调员")
    return user


def make_school_staff(school: School, name: str = "崔明", **facts: Any) -> User:
    user = make_user(name, **facts)
    employ(user, school, "教务")
    return user


def make_enterprise_staff(enterprise: Enterprise, name: str = "梁夏", **facts: Any) -> User:
    user = make_user(name, **facts)
    employ(user, enterprise, "人事")
    return user


def actor_for(user: User) -> Actor:
    """The actor of a user, as a request would build it."""
    return actor_of_user(user)
