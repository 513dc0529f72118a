"""A round in checking and its way to a result: two classes, four people, two coordinators, the engine itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from app.accounts.models import User
from app.applications.models import Application
from app.core import jobs
from app.core.clock import now
from app.core.db import db
from app.order_classes.models import OrderClass, Track
from app.placements import queries, service
from app.placements.models import Placement, Run
from app.rounds.models import Round
from tests.app.make_accounts import make_applicant
from tests.app.make_applications import make_application, make_score
from tests.app.make_order_classes import make_class, make_track
from tests.app.make_organisations import actor_for, make_alliance, make_coordinator, make_enterprise, make_school
from tests.app.make_positions import make_position
from tests.app.make_rounds import make_round


@dataclass
class Town:
    """The first class has two seats and nobody under 60 in it."""

    round: Round
    first: User
    second: User
    classes: list[OrderClass]
    tracks: list[Track]
    people: list[Application] = field(default_factory=list)


def make_town() -> Town:
    alliance = make_alliance()
    school, firm = make_school(alliance=alliance), make_enterprise(alliance=alliance)
    wanted = make_class(school, alliance, seats=2, min_open=1)
    spare = make_class(school, alliance, seats=3, min_open=1)
    tracks = [make_track(c, make_position(firm, headcount=9), quota=9) for c in (wanted, spare)]
    opened = now() - timedelta(days=27)
    row = make_round(alliance, [wanted, spare], state="checking", opens_at=opened)
    place = Town(row, make_coordinator(alliance), make_coordinator(alliance, "韩立群"), [wanted, spare], tracks)
    for name, score, adjustable in (("甲", 90, True), ("乙", 80, True), ("丙", 70, True), ("丁", 60, False)):
        listed = tracks if name == "丙" else tracks[:1]
        application = make_application(row, make_applicant(name), listed, adjustable=adjustable)
        for cls in (wanted, spare) if name == "丙" else (wanted,):
            make_score(application, cls, score)
        place.people.append(application)
    return place


def closed(town: Town) -> Town:
    service.close(actor_for(town.first), town.round)
    db.session.commit()
    return town


def solved(town: Town, **policy: Any) -> Run:
    """What the engine makes of the closed round: two processes, seconds; where only a result is needed, one written by
    hand (`published_by_hand`) says the same."""
    run = service.start_run(actor_for(town.first), town.round, **policy)
    db.session.commit()
    assert jobs.run_due() == 1
    return db.session.get(Run, run.id, populate_existing=True)  # type: ignore[return-value]


def placement_of(application: Application) -> Placement:
    found = queries.my_placement(application)
    assert found is not None
    return found
