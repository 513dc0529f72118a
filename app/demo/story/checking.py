"""Chapter 4: the deadline; schools and coordinators decide papers, enter scores; the round will not close early."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.applications import service
from app.applications.models import Application, Choice
from app.applications.queries import missing_scores
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import Faults
from app.core.web import commit
from app.demo.offers import offers_of
from app.demo.people import Person
from app.demo.stage import SIZE, Stage
from app.demo.story.applying import fate_of
from app.demo.story.doing import enter_workbook
from app.demo.wishes import Offer, score
from app.order_classes.models import Track
from app.placements import service as placements
from app.rounds import service as rounds

WHY = "照片看不清，请把四个角都拍进来"


def check(stage: Stage) -> None:
    """The deadline passes, guardians' time passes, every paper is decided."""
    with stage.at(-45, 17, 5):
        rounds.begin_checking(stage.actor("coordinator"), stage.round())
        commit()
    with stage.at(-42, 17, 5):
        service.leave_out_unsubmitted(stage.round())
        commit()
    with stage.at(-40, 9):
        _decide_all(stage)


def _decide_all(stage: Stage) -> None:
    """Each application by the school of its first choice; those that name no class are a coordinator's."""
    numbers = {application: number for number, application in stage.applications.items()}
    actors: dict[str, Actor] = {}
    for application in handed_in(stage.round().id):
        role = f"school:{application.choices[0].track.order_class.school_id}"
        if role not in actors:
            actors[role] = stage.actor(role)
        decide(actors[role], application, stage.people[numbers[application.id]])
        commit()


def handed_in(round_id: int) -> list[Application]:
    """All submitted applications with what checking reads."""
    found = (
        select(Application)
        .where(Application.round_id == round_id, Application.state == "submitted")
        .order_by(Application.id)
        .options(
            joinedload(Application.user),
            selectinload(Application.evidence),
            selectinload(Application.choices).joinedload(Choice.track).joinedload(Track.order_class),
        )
    )
    return list(db.session.scalars(found).unique())


def decide(actor: Actor, application: Application, person: Person) -> None:
    """Every paper of one application, and that it was looked through."""
    for paper in application.evidence:
        if paper.state == "uploaded":
            ok = fate_of(person, paper.kind, paper.category) == "verified"
            service.decide_evidence(actor, paper, ok, "" if ok else WHY)
    service.check(actor, application)


def enter_scores(stage: Stage) -> None:
    """The workbook first; what it lacks is entered by the school, once the round has refused to close without it."""
    with stage.at(-36, 10):
        coordinator = stage.actor("coordinator")
        if (not stage.bundled or stage.size == SIZE) and (stage.folder / "scores.xlsx").exists():
            stage.notes["scores"] = enter_workbook(stage, coordinator, "scores")
    with stage.at(-35, 15):
        try:
            placements.close(coordinator, stage.round())
        except Faults as gaps:
            stage.notes["close_refused"] = len(gaps.faults)
        db.session.rollback()
    with stage.at(-34, 10):
        _by_hand(stage)


def _by_hand(stage: Stage) -> None:
    numbers = {application: number for number, application in stage.applications.items()}
    offers: dict[tuple[str, str], Offer] = {}
    for offer in offers_of(stage.round().id, stage.calendar.shift).values():
        offers.setdefault((offer.school, offer.class_code), offer)
    gaps = missing_scores(stage.round())
    for gap in gaps:
        actor = stage.actor(f"school:{gap.order_class.school_id}")
        person = stage.people[numbers[gap.application.id]]
        offer = offers[gap.order_class.school.code, gap.order_class.code]
        service.enter_score(actor, gap.application, gap.order_class, score(person, offer))
        commit()
    stage.notes["scores_by_hand"] = len(gaps)
