"""Somebody who lost her phone, a school that knows papers, and two coordinators."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from app.accounts.models import User
from app.core.actor import Actor
from app.core.clock import today
from app.core.db import db
from app.organisations.models import Alliance
from app.ways_back import service
from app.ways_back.models import WayBack
from tests.app.make_accounts import make_user, next_identity, next_phone
from tests.app.make_organisations import actor_for, make_alliance, make_coordinator, make_school, make_school_staff

BORN = today() - dt.timedelta(days=9000)


@dataclass
class Stage:
    """``identity`` and ``new`` are what the person has in her hands: her paper and a new phone."""

    user: User
    identity: str
    old: str
    new: str
    alliance: Alliance
    school: User
    first: User
    second: User

    def asked(self, **changes: str) -> WayBack:
        facts = {"phone": self.new, "name": self.user.name, "identity_kind": "resident_id", "identity": self.identity}
        return service.ask(**{**facts, **changes})

    def checked(self, row: WayBack | None = None, by: User | None = None, **changes: object) -> WayBack:
        row = row or self.asked()
        facts = {"reference": row.reference, "name": row.name, "identity": self.identity, "present": True}
        return service.check(self.actor(by or self.school), **{**facts, **changes})  # type: ignore[arg-type]

    def actor(self, user: User) -> Actor:
        return actor_for(user)


def make_stage() -> Stage:
    identity, old = next_identity(BORN), next_phone()
    user = make_user("林小禾", phone=old, identity=identity, password="海边第三块石头下面")
    alliance = make_alliance()
    school = make_school_staff(make_school(alliance=alliance), "于教务")
    stage = Stage(user, identity, old, next_phone(), alliance, school,
                  make_coordinator(alliance, "周婉"), make_coordinator(alliance, "韩立群"))
    db.session.commit()
    return stage
