"""Chapter 8: a supplementary round with the seats that are left is open, so that every desk has work."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select

from app.applications import service
from app.applications.guardians import is_minor
from app.applications.models import Application
from app.applications.queries import organisations_that_ask
from app.core.db import db
from app.core.web import commit
from app.demo.files import MOST_CHOICES
from app.demo.people import Person, people
from app.demo.stage import Stage
from app.demo.story.applying import answer_for, apply_one, fate_of, send_papers, wishes
from app.demo.story.checking import WHY
from app.demo.story.doing import as_herself
from app.demo.story.offering import set_limits
from app.order_classes.models import OrderClass
from app.placements.models import Placement
from app.placements.queries import chosen_runs, classes_of
from app.rounds import service as rounds
from app.rounds.models import Round, RoundClass

CODE = "27CB"
# One of the unplaced in this many comes again.
AGAIN = 6


def open_next(stage: Stage) -> None:
    """Set up, offer what is left, open; newcomers and some of the unplaced apply, not all of them to the end."""
    with stage.at(-8, 10):
        actor = stage.actor("coordinator")
        facts: dict[str, Any] = {"max_choices": MOST_CHOICES, "uses_minimum": True, "uses_adjustment": True}
        facts |= stage.calendar.next_round()
        round_ = rounds.create(actor, stage.alliance, stage.round(), name="春季补录", code=CODE, **facts)
        stage.notes["next"] = round_.id
        left = seats_left(stage)
        offered = [c for c in db.session.scalars(select(OrderClass).order_by(OrderClass.id)) if c.id in left]
        rounds.offer(actor, round_, offered)
        for order_class in offered:
            seats, least = left[order_class.id]
            rounds.set_seats(actor, round_, order_class, seats, least)
        set_limits(stage, round_, {key: seats for key, (seats, _) in left.items()})
        commit()
    with stage.at(-5, 9):
        rounds.open_round(actor, round_)
        commit()
    _apply(stage, round_)


def seats_left(stage: Stage) -> dict[int, tuple[int, int]]:
    """class → (seats still free, how many must come for it to open): a class that is open already needs nobody more."""
    runs = chosen_runs(stage.round())
    filled = {c.order_class_id: (c.filled, c.open) for c in classes_of(runs[-1])}
    taken = _holding(stage)
    found = {}
    for row in db.session.scalars(select(RoundClass).filter_by(round_id=stage.notes["round"])):
        _, is_open = filled[row.order_class_id]
        free = row.seats - taken.get(row.order_class_id, 0)
        if free > 0:
            found[row.order_class_id] = (free, 0 if is_open else min(row.min_open, free))
    return found


def _holding(stage: Stage) -> dict[int, int]:
    counts: dict[int, int] = {}
    accepted = select(Placement).filter_by(round_id=stage.notes["round"], state="accepted")
    for placement in db.session.scalars(accepted):
        key = placement.track.order_class_id
        counts[key] = counts.get(key, 0) + 1
    return counts


def _apply(stage: Stage, round_: Round) -> None:
    asking = organisations_that_ask(round_.id)
    newcomers = people(stage.newcomers, stage.calendar, first=stage.size + 1)
    stage.people.update({person.number: person for person in newcomers})
    comers = [*newcomers, *_unplaced(stage)]
    wanted = wishes(stage, round_, comers, 38)
    for place, person in enumerate(comers):
        minutes = place * 4 * 24 * 60 // len(comers)
        with stage.at(-5 + minutes // 1440, 10 + minutes % 1440 // 160, place % 60):
            how = place % 8
            if f"person:{person.number}" in stage.users:
                application = _again(stage, round_, person, wanted[person.number], hand_in=how != 0)
            else:
                application = apply_one(stage, round_, person, wanted[person.number], asking, hand_in=how != 0)
            _in_progress(stage, application, person, how)
    stage.notes["next_people"] = len(comers)


def _unplaced(stage: Stage) -> Sequence[Person]:
    """Those who took part and hold nothing; every sixth of them."""
    placed = select(Placement.application_id).where(Placement.round_id == stage.notes["round"])
    found = select(Application).where(
        Application.round_id == stage.notes["round"], Application.state == "in_round", Application.id.not_in(placed)
    )
    rows = db.session.scalars(found.order_by(Application.id)).all()
    return [stage.people[int(row.number.rpartition("-")[2])] for row in rows[::AGAIN]]


def _again(
    stage: Stage, round_: Round, person: Person, tracks: Sequence[int], hand_in: bool
) -> Application:
    """Somebody of the first round comes again: profile and decided papers are there already."""
    actor = as_herself(stage.user(person.number))
    application = service.start(actor, round_)
    if person.guardian and is_minor(application):
        who = person.guardian
        service.name_guardian(actor, application, name=who.name, relation=who.relation, phone=who.phone)
    send_papers(actor, application, person)
    service.set_choices(actor, application, tracks, person.adjustable)
    if hand_in and tracks:
        service.submit(actor, application)
    commit()
    return application


def _in_progress(stage: Stage, application: Application, person: Person, how: int) -> None:
    """Some guardians have answered, some papers were returned, some applications are looked through; most wait."""
    if application.state == "awaiting_guardian" and how % 2:
        answer_for(application.guardian, True)
        commit()
    if application.state != "submitted" or how not in (3, 5):
        return
    checker = stage.actor("coordinator")
    waiting = [paper for paper in application.evidence if paper.state == "uploaded"]
    for paper in waiting:
        ok = how == 5 and fate_of(person, paper.kind, paper.category) == "verified"
        service.decide_evidence(checker, paper, ok, "" if ok else WHY)
    if how == 3 and waiting:
        service.send_back(checker, application, WHY)
    else:
        service.check(checker, application)
    commit()
