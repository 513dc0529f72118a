"""One alliance in the middle of its work, another beside it, and everybody who might look where she should not.

In the middle stand a girl of 17 with her guardian, her school, her enterprise and the coordinators of their alliance;
every row an address can name is about them. Around them: colleagues of the same houses, other houses of the same
alliance, another alliance, another applicant with her guardian, a stranger, nobody, and people whose rights have ended.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select

from app.accounts import sessions
from app.accounts.models import Invitation, LoginSession, User
from app.agreements import service as agreements
from app.agreements.models import Agreement
from app.applications.models import Application
from app.core.actor import SYSTEM
from app.core.clock import now
from app.core.crypto import vault
from app.core.db import db
from app.core.files import keep
from app.core.imports import IMPORTERS, PendingImport
from app.core.outbox import Message, tell
from app.organisations.models import Alliance, Member, Membership
from app.placements.models import Run
from app.rounds.models import RoundClass
from app.stations import service as stations
from tests.app.make_accounts import make_admin, make_applicant
from tests.app.make_agreements import Table, make_table
from tests.app.make_applications import make_application, make_evidence, make_guardian, make_picture, make_score
from tests.app.make_order_classes import make_class, make_track
from tests.app.make_organisations import (
    actor_for,
    make_alliance,
    make_coordinator,
    make_enterprise,
    make_enterprise_staff,
    make_school,
    make_school_staff,
)
from tests.app.make_placements import make_review, make_run
from tests.app.make_positions import make_position, make_report
from tests.app.make_privacy import make_closure, make_correction, make_undelivered
from tests.app.make_rounds import make_round
from tests.app.make_stations import make_batch, make_helper, make_slip, make_station
from tests.app.make_ways_back import make_way_back

GUARDIANS_LINK, INVITATION = "a-guardians-own-link", "an-invitation-for-a-colleague"
SLIP_CODE, REFERENCE, OBJECTION = "ABCDEFGHJK", "ABCDEFGH", "the-old-phones-own-link"
# Whose session a browser holds, by id: rows would not outlive the many small transactions of these tests.
Person = dict[str, int]


@dataclass
class Story:
    """``people`` by the word the tests use for them; ``rows`` of the middle by the word of an address: one of each, but
    two runs to compare."""

    table: Table
    agreement: Agreement
    application: Application
    people: dict[str, Person] = field(default_factory=dict)
    rows: dict[str, list[int]] = field(default_factory=dict)

    def know(self, users: dict[str, User]) -> None:
        self.people |= {word: {"user_id": user.id} for word, user in users.items()}


def make_story() -> Story:
    """Build everything once: about half a second."""
    table = make_table()
    agreement = table.signed("in_force", "林小禾", age=17)
    story = Story(table, agreement, agreement.placement.application)
    _papers(story)
    _people_of_the_middle(story)
    _neighbours(story)
    _another_alliance(story)
    _people_without_rights(story)
    _rows(story)
    _helping(story)
    db.session.commit()
    return story


def _papers(story: Story) -> None:
    """What lies around the agreement: a private line, a request to end it with a proof, a photographed paper."""
    application, student = story.application, actor_for(story.application.user)
    story.rows["evidence_id"] = [make_evidence(application).id]
    story.rows["denial_id"] = [agreements.deny(student, story.agreement, "签字那天我不在").id]
    agreements.ask_ending(student, story.agreement, ground="further_study", why="要升学", proof_file=make_picture())
    make_score(application, story.table.order_class)
    assert story.table.track.position is not None
    story.rows["report_id"] = [make_report(story.table.track.position, user_id=application.user_id).id]


def _people_of_the_middle(story: Story) -> None:
    table = story.table
    assert story.application.guardian is not None
    story.people["guardian"] = {"guardian_id": story.application.guardian.id}
    story.know({
        "student": story.application.user,
        "school": table.school_staff,
        "school colleague": make_school_staff(table.school, "冷同"),
        "enterprise": table.enterprise_staff,
        "enterprise colleague": make_enterprise_staff(table.enterprise, "毕同"),
        "coordinator": table.coordinator,
        "second coordinator": make_coordinator(table.alliance, "韩二"),
        "admin": make_admin(),
    })  # fmt: skip


def _house(alliance: Alliance, whose: str) -> dict[str, User]:
    school, enterprise = make_school(alliance=alliance), make_enterprise(alliance=alliance)
    return {
        f"{whose} school": make_school_staff(school, "于邻"),
        f"{whose} enterprise": make_enterprise_staff(enterprise, "丛邻"),
    }


def _helping(story: Story) -> None:
    """A station with a signed slip that waits for its second person; a lost phone whose paper the school checked."""
    table = story.table
    station = make_station(table.alliance)
    helper, colleague = make_helper(station), make_helper(station, "另帮办")
    story.know({
        "station": helper, "station colleague": colleague,
        "neighbour station": make_helper(make_station(table.alliance)),
        "foreign station": make_helper(make_station(make_alliance())),
    })  # fmt: skip
    batch = make_batch(station, make_round(table.alliance, [table.order_class]), helper)
    slip = make_slip(batch, helper, [table.track])
    slip.code_index = vault().index("slip", SLIP_CODE)
    slip.code_sealed = vault().seal("slip", "code", slip.uid, SLIP_CODE)
    stations.upload_signature(actor_for(helper), slip, make_picture())
    lost = make_way_back(table.school_staff)
    lost.reference, lost.token_hash = REFERENCE, hashlib.sha256(OBJECTION.encode()).hexdigest()
    story.rows |= {"station_id": [station.id], "batch_id": [batch.id], "slip_id": [slip.id],
                   "way_back_id": [lost.id]}


def _neighbours(story: Story) -> None:
    """Another school and enterprise of the same alliance, and somebody who applies there, with her own guardian."""
    story.know(_house(story.table.alliance, "neighbour"))
    school, enterprise = make_school(alliance=story.table.alliance), make_enterprise(alliance=story.table.alliance)
    track = make_track(make_class(school, story.table.alliance), make_position(enterprise))
    round_ = make_round(story.table.alliance, [track.order_class])
    other = make_application(round_, make_applicant("宫别人", age=17), [track])
    story.know({"neighbour applicant": other.user})
    story.people["neighbour guardian"] = {"guardian_id": make_guardian(other).id}


def _another_alliance(story: Story) -> None:
    alliance = make_alliance()
    story.know(_house(alliance, "foreign") | {"foreign coordinator": make_coordinator(alliance, "邹远")})


def _people_without_rights(story: Story) -> None:
    """A closed account and an ended employment still hold a browser session; a stranger has just signed up."""
    closed, gone = make_school_staff(story.table.school, "闭户"), make_enterprise_staff(story.table.enterprise, "离职")
    closed.state = "disabled"
    db.session.query(Member).filter_by(user_id=gone.id).one().ended_at = now()
    story.know({"stranger": make_applicant("过路人"), "closed account": closed, "former staff": gone})
    story.people["nobody"] = {}


def _rows(story: Story) -> None:
    table, agreement, student = story.table, story.agreement, story.application.user
    tell(student.id, "消息", "只给她看", link="/my-application")
    sessions.begin(user_id=student.id)
    run = db.session.get_one(Run, agreement.placement.run_id)
    solved = {"bundle": b"PK", "outcome": b"PK", "bundle_sha256": "0" * 64, "facts": {"seconds": 1.0, "bound": 1}}
    for name, value in solved.items():
        setattr(run, name, value)
    one = {
        "agreement_id": agreement.id, "alliance_id": table.alliance.id, "application_id": story.application.id,
        "class_id": table.order_class.id, "import_id": _pending(table.school_staff).id,
        "member_id": _only(Member, user_id=table.school_staff.id),
        "message_id": _only(Message, user_id=student.id, channel="site", subject="消息"),
        "membership_id": _only(Membership, school_id=table.school.id), "school_id": table.school.id,
        "enterprise_id": table.enterprise.id, "placement_id": agreement.placement_id,
        "position_id": table.track.position_id or 0, "round_class_id": _only(RoundClass, round_id=table.round.id),
        "review_id": make_review(story.application, agreement.placement.run_id).id,
        "round_id": table.round.id, "session_id": _only(LoginSession, user_id=student.id),
        "track_id": table.track.id, "user_id": student.id, "text_id": make_undelivered(student).id,
        "correction_id": make_correction(student).id, "closure_id": make_closure(student).id,
    }  # fmt: skip
    story.rows |= {word: [number] for word, number in one.items()}
    story.rows["run_id"] = [run.id, make_run(table.round, **solved).id]
    _tokens(story)
    for organisation in (table.school, table.enterprise):
        organisation.licence_file_id = keep(SYSTEM, make_picture(), "image/jpeg").id


def _only(model: Any, **facts: Any) -> int:
    """The id of the one row with these facts."""
    return int(db.session.scalars(select(model.id).filter_by(**facts)).one())


def _pending(staff: User) -> PendingImport:
    """An upload of the school that waits for its confirmation."""
    uid = "pending".ljust(32, "0")
    row = PendingImport(
        uid=uid, kind="order_classes", file_name="班.xlsx", row_count=0, faults=[], by_user=staff.id,
        rows_sealed=vault().seal("pending_import", "rows", uid, "[]"), state="waiting", created_at=now(),
        scope=IMPORTERS["order_classes"].scope(actor_for(staff)),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    return row


def _tokens(story: Story) -> None:
    """The two addresses that carry a one-time token; here their holders have let them slip."""
    assert story.application.guardian is not None
    story.application.guardian.token_hash = hashlib.sha256(GUARDIANS_LINK.encode()).hexdigest()
    db.session.add(
        Invitation(token_hash=hashlib.sha256(INVITATION.encode()).hexdigest(), kind="school", name="教务",
                   organisation_id=story.table.school.id, created_by=story.table.school_staff.id, created_at=now(),
                   expires_at=now() + dt.timedelta(days=7))
    )
