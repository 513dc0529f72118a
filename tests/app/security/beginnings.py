"""The same middle at the beginning of everything: drafts that may still be written, offers not yet answered."""

from __future__ import annotations

from dataclasses import replace

from sqlalchemy import inspect

from app.accounts.models import User
from app.applications.models import Evidence
from app.core.db import db
from app.organisations.models import Enterprise, Membership
from app.rounds.models import RoundClass
from tests.app.make_accounts import make_applicant
from tests.app.make_agreements import Table, with_password
from tests.app.make_applications import make_application, make_evidence, make_guardian
from tests.app.make_order_classes import make_class, make_track
from tests.app.make_organisations import join, make_enterprise
from tests.app.make_placements import make_placement, make_run
from tests.app.make_positions import make_position
from tests.app.make_rounds import make_round
from tests.app.security.growth import SOLVED
from tests.app.security.story import Story


def begun(story: Story) -> Story:
    """The story with other rows of the same houses, each in the state in which most may be done with it, and with
    another applicant in the student's place."""
    keys = {name: (type(row), inspect(row).identity) for name, row in vars(story.table).items()}
    table = Table(**{name: db.session.get_one(*key) for name, key in keys.items()})
    early = replace(story, rows=dict(story.rows), people=dict(story.people))
    applicant = with_password(make_applicant("乔早早", age=17))
    early.know({"student": applicant})
    one = _offer(table) | _apply(table, applicant)
    one["membership_id"] = _asks_to_join(table, make_enterprise())
    early.rows |= {word: [number] for word, number in one.items()}
    early.rows["placement_id"].append(_unasked_seat(table, applicant))
    db.session.commit()
    return early


def _offer(table: Table) -> dict[str, int]:
    """A position and a class that are still written at, a round that is still set up, a run that may be proposed."""
    position = make_position(table.enterprise, state="draft")
    order_class = make_class(table.school, table.alliance, state="draft")
    track = make_track(order_class, make_position(table.enterprise))
    closed = make_round(table.alliance, state="closed")
    return {
        "position_id": position.id, "class_id": order_class.id, "track_id": track.id,
        "round_id": make_round(table.alliance, [table.order_class], state="setup").id,
        "run_id": make_run(closed, state="solved", **SOLVED).id,
    }  # fmt: skip


def _apply(table: Table, applicant: object) -> dict[str, int]:
    """A draft in an open round with a paper, an offer in a round that waits for answers, an agreement to sign."""
    opened = make_round(table.alliance, [table.order_class])
    draft = make_application(opened, applicant, [table.track], state="draft")  # type: ignore[arg-type]
    make_guardian(draft, state="named")
    offered = make_application(make_round(table.alliance, state="responding"), draft.user, state="in_round")
    agreement = table.issued("柳待签", age=20)
    handed_in = make_application(opened, make_applicant("阮交好"), [table.track])
    paper: Evidence = make_evidence(handed_in)
    return {
        "application_id": draft.id, "evidence_id": paper.id, "agreement_id": agreement.id,
        "placement_id": make_placement(offered, table.track, state="offered").id,
        "round_class_id": db.session.query(RoundClass).filter_by(round_id=opened.id).one().id,
    }  # fmt: skip


def _unasked_seat(table: Table, applicant: User) -> int:
    """A seat that is hers at an enterprise which no consent of hers names."""
    application = make_application(make_round(table.alliance, state="responding"), applicant, state="in_round")
    seat = make_placement(application, table.track, state="offered")
    seat.state = "accepted"
    return seat.id


def _asks_to_join(table: Table, enterprise: Enterprise) -> int:
    row: Membership = join(table.alliance, enterprise, state="applied")
    return row.id
