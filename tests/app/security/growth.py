"""More of everything in the middle of a story, so that every list has rows, and then has more of them."""

from __future__ import annotations

from typing import Any

from sqlalchemy import inspect, select

from app.agreements.models import Denial
from app.applications.models import Application, Choice
from app.core.clock import now
from app.core.db import db
from app.core.outbox import tell
from app.order_classes.models import Track
from app.organisations.models import Alliance, Station
from app.rounds.models import Round, RoundClass
from app.stations import service as stations
from app.stations.models import Slip
from tests.app.make_accounts import make_applicant
from tests.app.make_agreements import Table
from tests.app.make_applications import (
    make_application,
    make_claim,
    make_evidence,
    make_guardian,
    make_picture,
    make_score,
)
from tests.app.make_order_classes import make_class, make_track
from tests.app.make_organisations import (
    actor_for,
    join,
    make_coordinator,
    make_enterprise,
    make_enterprise_staff,
    make_school,
    make_school_staff,
)
from tests.app.make_placements import make_placement, make_review, make_run
from tests.app.make_positions import make_position, make_report
from tests.app.make_privacy import make_correction, make_undelivered
from tests.app.make_rounds import make_round
from tests.app.make_stations import make_batch, make_helper, make_slip, make_station
from tests.app.make_ways_back import make_way_back
from tests.app.security.story import Story

STEPS = ("awaiting_applicant", "awaiting_enterprise", "awaiting_school", "returned", "in_force", "expired")
SOLVED: dict[str, Any] = {
    "bundle": b"PK", "outcome": b"PK", "bundle_sha256": "0" * 64, "facts": {"seconds": 1.0, "bound": 1},
}  # fmt: skip


def grow(story: Story) -> None:
    """One more of each kind, all of the middle's alliance, school, enterprise and round."""
    # The story's own rows belong to a session that has ended by now.
    rows = {name: db.session.get_one(type(row), inspect(row).identity) for name, row in vars(story.table).items()}
    table = Table(**rows)
    _houses(table)
    track = _offer(table)
    _apply(table, track)
    _choose(story, track)
    _decide(table)
    _help(story, table)
    for person in story.people.values():
        if "user_id" in person:
            tell(person["user_id"], "又一条消息", "内容", link="/inbox")
    db.session.commit()


def _help(story: Story, table: Table) -> None:
    """One more station, batch, slip in each state that a list shows, and lost phone."""
    make_helper(make_station(table.alliance))
    station = db.session.get_one(Station, story.rows["station_id"][0])
    helper = make_helper(station, "又一帮办")
    slip = db.session.get_one(Slip, story.rows["slip_id"][0])
    batch, track = slip.batch, db.session.get_one(Track, slip.tracks[0])
    make_batch(station, batch.round, helper)
    make_slip(batch, helper, [track])
    stations.upload_signature(actor_for(helper), make_slip(batch, helper, [track]), make_picture())
    make_way_back(table.school_staff)


def _houses(table: Table) -> None:
    make_school(alliance=table.alliance)
    make_enterprise(alliance=table.alliance)
    for waiting in (make_school(approved=False), make_enterprise(approved=False), make_enterprise()):
        join(table.alliance, waiting, state="applied")
    make_coordinator(table.alliance, "又一协调")
    make_school_staff(table.school, "又一教务")
    make_enterprise_staff(table.enterprise, "又一人事")


def _offer(table: Table) -> Track:
    """A position and a class in every state; the approved class is offered in the round."""
    for state in ("draft", "submitted", "returned", "closed"):
        make_position(table.enterprise, state=state)
        make_class(table.school, table.alliance, state=state)
    order_class = make_class(table.school, table.alliance, reserves={"veteran": 2})
    position = make_position(table.enterprise)
    track = make_track(order_class, position)
    make_track(order_class)
    for state in ("new", "looking", "upheld", "dismissed"):
        make_report(position, state=state)
    _offer_in(table.round, track)
    return track


def _offer_in(round_: Round, track: Track) -> None:
    offered = RoundClass(round_id=round_.id, order_class_id=track.order_class_id, seats=9, min_open=1)
    db.session.add(offered)
    db.session.flush()


def open_round(alliance: Alliance) -> Round:
    """The alliance's round that takes applications, made when it is asked for first."""
    found = db.session.scalar(select(Round).filter_by(alliance_id=alliance.id, code="GROWS"))
    return found or make_round(alliance, code="GROWS")


def _apply(table: Table, track: Track) -> None:
    """In the open round people hand in, for the class of this growth and for the middle's own."""
    round_ = open_round(table.alliance)
    _offer_in(round_, track)
    for state in ("submitted", "checked", "returned"):
        application = make_application(round_, make_applicant("申请人"), [track, table.track], state=state)
        make_evidence(application)
        make_evidence(application, "skill_certificate", state="verified")
        make_claim(application, "veteran")
        make_score(application, track.order_class)
        make_correction(application.user)
        make_undelivered(application.user)
    young = make_application(round_, make_applicant("小申请人", age=17), [track], state="awaiting_guardian")
    make_guardian(young, state="named")


def _choose(story: Story, track: Track) -> None:
    """The middle's own applicant has one more choice and one more paper."""
    mine = db.session.get_one(Application, story.rows["application_id"][0])
    mine.choices.append(Choice(rank=len(mine.choices) + 1, track=track))
    make_evidence(mine, "skill_certificate")


def _decide(table: Table) -> None:
    """Runs, offers, accepted seats without an agreement, and agreements at every step."""
    make_run(table.round, state="solved", **SOLVED)
    waiting = make_application(table.round, make_applicant("被录取"), [table.track], state="in_round")
    seat = make_placement(waiting, table.track, state="offered")
    make_review(waiting, seat.run_id)
    table.placed("等协议")
    for state in STEPS:
        agreement = table.issued("签协议")
        agreement.state = state
    db.session.add(Denial(agreement_id=agreement.id, user_id=agreement.user_id, text="不是我签的", created_at=now()))
