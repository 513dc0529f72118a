"""Reading ways back: by the reference its person holds, by the old phone's link, and on the coordinators' list."""

from __future__ import annotations

import hashlib

from sqlalchemy import Select, case, func, select
from sqlalchemy.orm import joinedload

from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.core.identifiers import normalise
from app.organisations.models import Alliance, Membership, School, Station
from app.ways_back.models import WayBack

OPEN = ("checked", "objected")


def reference_of(text: str) -> str:
    """A reference as it is stored, however it was typed: without spaces and hyphens, in capitals."""
    return normalise(text)[:12]


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def request_of(actor: Actor, reference: str) -> WayBack | None:
    """The request of a reference: forty random bits, known to whoever asked. Its page shows the state and no person."""
    return db.session.scalar(select(WayBack).filter_by(reference=reference_of(reference)))


def objection_of(actor: Actor, token: str) -> WayBack | None:
    """The request that the old phone's link is about."""
    return db.session.scalar(select(WayBack).filter_by(token_hash=token_hash(token)))


def seen_by(actor: Actor) -> Select[tuple[WayBack]]:
    """Checked requests of the coordinator's alliances: those that wait first, the oldest of them first."""
    found = select(WayBack).where(WayBack.alliance_id.in_(actor.alliances))
    waits = case((WayBack.state.in_(OPEN), 0), else_=1)
    return found.options(joinedload(WayBack.checker)).order_by(waits, WayBack.checked_at, WayBack.id)


def way_back_seen_by(actor: Actor, way_back_id: int) -> WayBack | None:
    return db.session.scalar(seen_by(actor).where(WayBack.id == way_back_id).options(joinedload(WayBack.user)))


def to_release(actor: Actor) -> int:
    """How many wait for this very coordinator: objected, or past the old phone's time, and not checked by herself."""
    ready = (WayBack.state == "objected") | (WayBack.object_until <= now())
    found = seen_by(actor).where(WayBack.state.in_(OPEN), ready, WayBack.checked_by != actor.user_id)
    return db.session.scalar(select(func.count()).select_from(found.order_by(None).subquery())) or 0


def place_of(actor: Actor) -> tuple[str, int] | None:
    """Where the actor checks papers, and whose coordinators release: her station, school, or alliance's lead."""
    if actor.stations:
        station = db.session.get_one(Station, min(actor.stations))
        return station.name, station.alliance_id
    if actor.schools:
        joined = (
            select(School.name, Membership.alliance_id)
            .join(Membership, Membership.school_id == School.id)
            .where(School.id.in_(actor.schools), School.state == "approved", Membership.state == "joined")
            .order_by(School.id, Membership.alliance_id)
        )
        found = db.session.execute(joined.limit(1)).tuples().first()
        if found is not None:
            return found
    if actor.alliances:
        alliance = db.session.get_one(Alliance, min(actor.alliances))
        return alliance.lead, alliance.id
    return None
