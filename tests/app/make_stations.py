"""Stations, helpers, batches and slips for tests, built directly."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from app.accounts.models import User
from app.core.clock import now, today
from app.core.db import db
from app.order_classes.models import Track
from app.organisations.models import Alliance, Member, Station
from app.rounds.models import Round
from app.stations import service
from app.stations.models import Slip, SlipBatch
from tests.app.make_accounts import make_user, next_identity
from tests.app.make_organisations import actor_for

_serial = itertools.count(1)


def make_station(alliance: Alliance, name: str | None = None, state: str = "open") -> Station:
    row = Station(
        alliance_id=alliance.id, name=name or f"虹桥社区服务站{next(_serial)}", district="371002", address="虚构路9号",
        phone="0631-5550177", created_at=now(), state=state,
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def make_helper(station: Station, name: str = "谷帮办") -> User:
    """Somebody who works for the station."""
    user = make_user(name)
    db.session.add(Member(user_id=user.id, station_id=station.id, title="便民员", created_at=now()))
    db.session.flush()
    return user


def make_batch(station: Station, round_: Round, helper: User) -> SlipBatch:
    return service.begin_batch(actor_for(helper), station, round_, "上午")


def slip_facts(tracks: Sequence[Track], age: int = 30, **changes: Any) -> dict[str, Any]:
    """What a helper enters for somebody of that age who has no phone; a guardian under 18."""
    born = today().replace(year=today().year - age, day=1)
    guardian = {"guardian_name": "林桂芳", "guardian_relation": "mother", "guardian_phone": "13800007777"}
    return {
        "name": "曲大娘", "identity_kind": "resident_id", "identity": next_identity(born), "birth_date": None,
        "phone": "", "start_point": "junior", "district": "371002", "categories": [],
        "tracks": [track.id for track in tracks], "adjustable": True, **(guardian if age < 18 else {}), **changes,
    }  # fmt: skip


def make_slip(batch: SlipBatch, helper: User, tracks: Sequence[Track], changes: dict[str, Any] | None = None) -> Slip:
    """A slip of somebody of 30, or of ``changes["age"]``; the other changes win over ``slip_facts``."""
    told = dict(changes or {})
    return service.enter(actor_for(helper), batch, **{**slip_facts(tracks, told.pop("age", 30)), **told})
