"""Two people apply with secrets of their own, all by the services that pages call; around them people who look on."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from app.accounts.models import LoginSession, User
from app.agreements import service as agreements
from app.agreements.models import Agreement, Denial
from app.applications import service
from app.applications.models import Application, Evidence
from app.core.actor import Actor
from app.core.db import db
from app.core.imports import PendingImport
from app.core.outbox import Message, body_of, newest_to_phone
from app.order_classes.models import OrderClass, Track
from app.organisations.models import Alliance, Enterprise, Member, Membership, School, Station
from app.placements import answers, snapshot
from app.placements.models import Placement, Review, Run
from app.positions.models import Position, Report
from app.privacy.models import Closure, Correction
from app.rounds.models import Round, RoundClass
from app.stations.models import Slip, SlipBatch
from app.ways_back.models import WayBack
from tests.app.make_accounts import make_user
from tests.app.make_agreements import Table, make_table, sign_turn, with_password
from tests.app.make_order_classes import make_class, make_track
from tests.app.make_organisations import (
    actor_for,
    make_enterprise,
    make_enterprise_staff,
    make_school,
    make_school_staff,
)
from tests.app.make_placements import make_placement, make_run
from tests.app.make_positions import make_position
from tests.app.security.addresses import Rows, rows_of
from tests.app.security.canaries import Canary, make_canary

ROWS = {
    "agreement_id": Agreement, "alliance_id": Alliance, "application_id": Application, "class_id": OrderClass,
    "denial_id": Denial, "enterprise_id": Enterprise, "evidence_id": Evidence, "import_id": PendingImport,
    "member_id": Member, "membership_id": Membership, "message_id": Message, "placement_id": Placement,
    "position_id": Position, "round_class_id": RoundClass, "round_id": Round, "run_id": Run, "school_id": School,
    "session_id": LoginSession, "track_id": Track, "user_id": User, "closure_id": Closure,
    "correction_id": Correction, "text_id": Message, "report_id": Report, "review_id": Review, "station_id": Station,
    "batch_id": SlipBatch, "slip_id": Slip, "way_back_id": WayBack,
}  # fmt: skip


@dataclass
class Hunt:
    """``onlookers`` by a word."""

    table: Table
    canaries: list[Canary]
    applications: list[Application] = field(default_factory=list)
    onlookers: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def secrets(self) -> dict[str, bytes]:
        """Everybody's secrets under words that name the person."""
        return {f"{c.name}'s {word}": value for c in self.canaries for word, value in c.secrets.items()}

    def tokens(self) -> list[str]:
        """The token of the newest link that went to each guardian."""
        texts = [body_of(newest_to_phone(c.guardian_phone)[0]) for c in self.canaries]
        return [text.partition("/guardian/")[2].partition(" ")[0][:32] for text in texts]

    def rows(self) -> Rows:
        """Every row there is: onlookers try all numbers."""
        return rows_of(**ROWS)


def make_hunt() -> Hunt:
    """The round is open; its only class leads to one enterprise; another school and enterprise are in the alliance."""
    table = make_table()
    table.round.state = "open"
    hunt = Hunt(table, [make_canary(), make_canary()])
    other_school, other_firm = make_school(alliance=table.alliance), make_enterprise(alliance=table.alliance)
    other_class = make_class(other_school, table.alliance)
    make_track(other_class, make_position(other_firm))
    db.session.add(RoundClass(round_id=table.round.id, order_class_id=other_class.id, seats=9, min_open=1))
    watching = {
        "the enterprise of the choices": table.enterprise_staff,
        "a school that is not chosen": make_school_staff(other_school),
        "an enterprise that is not chosen": make_enterprise_staff(other_firm),
    }
    hunt.onlookers = {word: {"user_id": user.id} for word, user in watching.items()}
    return hunt


def apply(hunt: Hunt) -> None:
    """Both fill in everything, name their guardians, send a paper each, choose the class and hand in."""
    for canary in hunt.canaries:
        user = with_password(make_user(canary.name, phone=canary.phone, identity=canary.identity))
        actor, guardian = actor_for(user), {"name": f"{canary.name}母", "relation": "mother"}
        application = service.start(actor, hunt.table.round)
        service.fill_profile(actor, application, start_point="junior", district="371002", address=canary.address)
        service.name_guardian(actor, application, phone=canary.guardian_phone, **guardian)
        service.upload_evidence(actor, application, "graduation", None, canary.paper)
        service.set_choices(actor, application, [hunt.table.track.id], True)
        service.submit(actor, application)
        service.guardian_answer(_guardian(application), application.guardian, True)
        hunt.applications.append(application)
    db.session.commit()


def check(hunt: Hunt) -> None:
    """The school decides the papers and enters the scores."""
    actor = actor_for(hunt.table.school_staff)
    for application in hunt.applications:
        for paper in db.session.scalars(select(Evidence).filter_by(application_id=application.id)):
            service.decide_evidence(actor, paper, True, "")
        service.enter_score(actor, application, hunt.table.order_class, 80)
        service.check(actor, application)
    db.session.commit()


def offer(hunt: Hunt) -> None:
    """The result is out: both hold an offer and have not answered."""
    hunt.table.round.state = "responding"
    for number, application in enumerate(hunt.applications, start=1):
        application.state, application.lottery = "in_round", number
    solved: dict[str, Any] = {"outcome": b"PK", "bundle_sha256": "0" * 64, "facts": {"seconds": 1.0, "bound": 2}}
    run = make_run(hunt.table.round, **solved)
    run.bundle = snapshot.bundle_of(run)[0]
    for application in hunt.applications:
        make_placement(application, hunt.table.track, state="offered", run=run)
    db.session.commit()


def accept_and_sign(hunt: Hunt) -> None:
    """Both accept with their guardians, and their agreements come into force."""
    for application in hunt.applications:
        placement = db.session.scalars(select(Placement).filter_by(application_id=application.id)).one()
        answers.answer(actor_for(application.user), placement, "accept")
        answers.guardian_answer(_guardian(application), placement, True)
        agreement = agreements.issue(actor_for(hunt.table.coordinator), placement)
        while agreement.state != "in_force":
            sign_turn(hunt.table, agreement)
        agreements.paper_bytes(agreement)
    db.session.commit()


def _guardian(application: Application) -> Actor:
    assert application.guardian is not None
    return Actor(guardian_id=application.guardian.id, name="监护人")
