"""Reading stations, their batches and slips: as a coordinator, as a helper, and as the person with the slip in hand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select
from sqlalchemy.orm import joinedload

from app.applications.queries import offered_tracks
from app.core.actor import Actor
from app.core.clock import now
from app.core.crypto import vault
from app.core.db import db
from app.core.identifiers import normalise
from app.order_classes.models import Track
from app.organisations.models import Station
from app.rounds.models import Round
from app.stations.models import Slip, SlipBatch

WAITING = ("draft", "signed")


# --- stations --------------------------------------------------------------------------------------------------------


def stations_of(actor: Actor) -> Select[tuple[Station]]:
    """The stations of a coordinator's alliances, those that are open first."""
    found = select(Station).where(Station.alliance_id.in_(actor.alliances))
    return found.order_by(Station.state.desc(), Station.name, Station.id)


def station_seen_by(actor: Actor, station_id: int) -> Station | None:
    return db.session.scalar(stations_of(actor).where(Station.id == station_id))


def own_station(actor: Actor) -> Station | None:
    """The station a helper works for."""
    return db.session.get(Station, min(actor.stations)) if actor.stations else None


# --- batches and slips -----------------------------------------------------------------------------------------------


def rounds_for(station: Station) -> Sequence[Round]:
    """The alliance's rounds that take applications now."""
    found = select(Round).where(
        Round.alliance_id == station.alliance_id, Round.state == "open", Round.deadline > now()
    )
    return db.session.scalars(found.order_by(Round.deadline, Round.id)).all()


def batches(actor: Actor) -> Select[tuple[SlipBatch]]:
    found = select(SlipBatch).where(SlipBatch.station_id.in_(actor.stations))
    return found.options(joinedload(SlipBatch.round)).order_by(SlipBatch.id.desc())


def counts(batch_ids: Sequence[int]) -> dict[tuple[int, str], int]:
    """How many slips each batch has in each state."""
    found = select(Slip.batch_id, Slip.state, func.count()).where(Slip.batch_id.in_(batch_ids))
    return {(row[0], row[1]): row[2] for row in db.session.execute(found.group_by(Slip.batch_id, Slip.state))}


def batch_seen_by(actor: Actor, batch_id: int) -> SlipBatch | None:
    """A batch of the helper's own station."""
    return db.session.scalar(batches(actor).where(SlipBatch.id == batch_id))


def slips_of(batch: SlipBatch) -> Select[tuple[Slip]]:
    return select(Slip).where(Slip.batch_id == batch.id).options(joinedload(Slip.helper)).order_by(Slip.id)


def to_print(batch: SlipBatch) -> Sequence[Slip]:
    """The slips of a batch that still wait for their people."""
    return db.session.scalars(slips_of(batch).where(Slip.state.in_(WAITING))).all()


def slip_seen_by(actor: Actor, slip_id: int) -> Slip | None:
    """A slip of the helper's own station; a coordinator sees those whose signature waits or was seen."""
    ways: list[ColumnElement[bool]] = [SlipBatch.station_id.in_(actor.stations)]
    if actor.alliances:
        signed = or_(Slip.state == "signed", Slip.how == "paper")
        ways.append(and_(Station.alliance_id.in_(actor.alliances), signed))
    found = select(Slip).join(SlipBatch).join(Station).where(Slip.id == slip_id, or_(*ways))
    return db.session.scalar(found.options(joinedload(Slip.batch).joinedload(SlipBatch.station)))


def signed(actor: Actor) -> Select[tuple[Slip]]:
    """Signed slips that wait for a second person, the oldest first: of one's station, or of one's alliances."""
    mine = or_(SlipBatch.station_id.in_(actor.stations), Station.alliance_id.in_(actor.alliances))
    found = select(Slip).join(SlipBatch).join(Station).where(Slip.state == "signed", mine)
    return found.options(joinedload(Slip.batch).joinedload(SlipBatch.station)).order_by(Slip.id)


def to_witness(actor: Actor) -> int:
    """How many of them this very person may confirm."""
    others = signed(actor).where(Slip.entered_by != actor.user_id, Slip.uploaded_by != actor.user_id)
    return db.session.scalar(select(func.count()).select_from(others.order_by(None).subquery())) or 0


def unconfirmed(actor: Actor) -> int:
    """How many of the station's slips wait for their people."""
    found = select(func.count()).select_from(Slip).join(SlipBatch)
    return db.session.scalar(found.where(SlipBatch.station_id.in_(actor.stations), Slip.state == "draft")) or 0


def tracks_of(round_id: int) -> dict[int, Track]:
    """Every track offered in the round by id, with what a card shows."""
    return {track.id: track for track in offered_tracks(round_id)}


# --- the person with the slip in her hand ----------------------------------------------------------------------------


def code_of(text: str) -> str:
    """A slip's code as it is stored, however it was typed."""
    return normalise(text)[:20]


def slip_of_code(actor: Actor, code: str) -> Slip | None:
    """The slip of a printed code while it waits. To staff there is none: a helper never stands in for its person."""
    if actor.is_staff:
        return None
    index = vault().index("slip", code_of(code))
    found = select(Slip).where(Slip.code_index == index, Slip.state.in_(WAITING))
    return db.session.scalar(found.options(joinedload(Slip.batch).joinedload(SlipBatch.station)))


def facts_of(slip: Slip) -> dict[str, Any]:
    """What was entered, in the clear, for the form that changes it and for the confirmation that uses it."""
    box = vault()

    def opened(column: str, sealed: bytes | None) -> str:
        return box.open_text("slip", column, slip.uid, sealed) if sealed else ""

    return {
        "name": slip.name, "identity_kind": slip.identity_kind, "birth_date": slip.birth_date,
        "identity": opened("identity", slip.identity_sealed), "phone": opened("phone", slip.phone_sealed),
        "start_point": slip.start_point, "district": slip.district, "categories": list(slip.categories),
        "tracks": list(slip.tracks), "adjustable": slip.adjustable, "guardian_name": slip.guardian_name,
        "guardian_relation": slip.guardian_relation,
        "guardian_phone": opened("guardian_phone", slip.guardian_phone_sealed),
    }  # fmt: skip
