"""Chapter 6: yes, yes-but-better, no, silence; guardians' words; results that are doubted; seats given up are
filled by one repair run."""

from __future__ import annotations

from random import Random

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.applications.models import Application
from app.core.db import db
from app.core.web import commit
from app.demo.people import SEED, TURNED_16, Person
from app.demo.stage import Broken, Stage
from app.demo.story import doubting
from app.demo.story.doing import as_herself, guardian_actor
from app.demo.story.solving import run_of, work
from app.placements import answers, service
from app.placements.models import Placement

# Shares of what people say to an offer; the rest lets the time pass.
YES, BETTER, NO = 0.84, 0.06, 0.055


def answer(stage: Stage) -> None:
    """Everybody who holds an offer, on one of the days until the last; guardians a day later; then time is over."""
    offered = open_offers(stage, "offered")
    for place, placement in enumerate(offered):
        day = -29 + 6 * place // len(offered)
        with stage.at(day, 12 + place % 8):
            _answer_one(stage, placement)
    doubting.doubt(stage)
    with stage.at(-23, 20):
        _guardians(stage)
    with stage.at(-22, 17, 5):
        stage.notes["lapsed"] = answers.lapse_overdue(stage.round())
        commit()


def open_offers(stage: Stage, state: str) -> list[Placement]:
    """Placements of the finished round in a state, with the people."""
    found = (
        select(Placement)
        .filter_by(round_id=stage.notes["round"], state=state)
        .order_by(Placement.id)
        .options(joinedload(Placement.application).joinedload(Application.user))
    )
    return list(db.session.scalars(found))


def person_of(stage: Stage, placement: Placement) -> Person:
    return stage.people[int(placement.application.number.rpartition("-")[2])]


def _dice(person: Person, what: str) -> float:
    return Random(f"{SEED}/{person.number}/{what}").random()


def _answer_one(stage: Stage, placement: Placement) -> None:
    person = person_of(stage, placement)
    throw = 0.0 if person.edge in TURNED_16 else _dice(person, "answer")
    actor = as_herself(placement.application.user)
    if throw < YES:
        answers.answer(actor, placement, "accept")
    elif throw < YES + BETTER:
        answers.answer(actor, placement, "accept" if placement.rank == 1 else "upgrade")
    elif throw < YES + BETTER + NO:
        answers.answer(actor, placement, "decline", "家里有事，去不了")
    commit()


def _guardians(stage: Stage) -> None:
    """Nearly all agree; one in fifty says no, as many never answer."""
    for placement in open_offers(stage, "accepting"):
        person = person_of(stage, placement)
        guardian = placement.application.guardian
        assert guardian is not None
        throw = 0.5 if person.edge else _dice(person, "guardian")
        if throw > 0.02:
            answers.guardian_answer(guardian_actor(guardian), placement, throw > 0.04)
        commit()


def repair(stage: Stage) -> None:
    """One run in which nobody loses what they hold; proposed, approved, published, answered; then settled."""
    with stage.at(-20, 9):
        before = {p.application_id: p.track_id for p in open_offers(stage, "accepted")}
        run = service.start_repair(stage.actor("coordinator"), stage.round())
        commit()
        work()
    if run_of(run.id).state != "solved":
        raise Broken([f"the repair run ended {run_of(run.id).state}: {run_of(run.id).fault}"])
    with stage.at(-20, 11):
        service.propose(stage.actor("second"), run_of(run.id), "把让出的名额给后面的人，已接受的人都不动")
        commit()
    with stage.at(-20, 14):
        service.approve(stage.actor("coordinator"), run_of(run.id))
        commit()
        stage.notes["repair_offers"] = service.publish(stage.actor("coordinator"), run_of(run.id))
        commit()
    stage.notes["repair"] = run.id
    stage.notes["kept_in_repair"] = _kept(stage, before)
    doubting.doubt_again(stage)
    _answer_repair(stage)


def _kept(stage: Stage, before: dict[int, int]) -> int:
    """How many who held a seat hold one now: the same, or the better one they had asked for."""
    now = {p.application_id: p.track_id for p in open_offers(stage, "accepted")}
    stage.notes["held_before_repair"] = len(before)
    return sum(application in now for application in before)


def _answer_repair(stage: Stage) -> None:
    with stage.at(-19, 19):
        for placement in open_offers(stage, "offered"):
            _answer_one(stage, placement)
    with stage.at(-18, 19):
        _guardians(stage)
    with stage.at(-15, 9):
        answers.lapse_overdue(stage.round())
        commit()
    with stage.at(-14, 10):
        service.settle(stage.actor("coordinator"), stage.round())
        commit()
