"""Commands on stations: coordinators set them up and invite helpers. What helpers enter: entering.py; what people
confirm: confirming.py."""

from __future__ import annotations

from typing import Any

from app.core.actor import Actor
from app.core.clock import now
from app.core.errors import Faults, Invalid
from app.core.labels import DISTRICTS
from app.organisations.members import invite_member
from app.organisations.models import Station
from app.organisations.states import STATION
from app.stations.confirming import confirm_by_phone, confirm_on_paper, send_back
from app.stations.entering import begin_batch, change, drop, enter, new_code, upload_signature

__all__ = [
    "begin_batch", "change", "close", "confirm_by_phone", "confirm_on_paper", "drop", "enter", "invite_member",
    "new_code", "reopen", "send_back", "set_up", "upload_signature",
]  # fmt: skip


def set_up(actor: Actor, *, alliance_id: int, name: str, district: str, address: str, phone: str) -> Station:
    """A new station of an alliance; its helpers are invited afterwards.

    Raises:
        Faults: beside name, district. A second one of the same name breaks the constraint.
    """
    faults = [] if name.strip() else [Invalid("请填服务站的名称", "name")]
    if district not in DISTRICTS or district == "other":
        faults.append(Invalid("请选服务站所在的区市", "district"))
    if faults:
        raise Faults(faults)
    facts: dict[str, Any] = {"name": name.strip(), "district": district, "address": address, "phone": phone}
    row = Station(alliance_id=alliance_id, created_at=now(), **facts)
    STATION.begin(row, actor)
    return row


def close(actor: Actor, station: Station, why: str, version: int | None = None) -> None:
    """From their next page on its helpers can do nothing; what people have confirmed stands."""
    if not why.strip():
        raise Invalid("写明为什么关掉", "why")
    STATION.move(station, "close", actor, why=why.strip(), version=version)


def reopen(actor: Actor, station: Station, why: str = "", version: int | None = None) -> None:
    STATION.move(station, "reopen", actor, why=why.strip(), version=version)
