"""A result without a solver: the rows that the engine's outcome leaves (tests/app/placements/test_reviews.py compares
them), and what the services make of them."""

from __future__ import annotations

from app.core import clock
from app.core.db import db
from app.placements import service
from app.placements.models import Run, RunClass, RunPlacement, RunReason
from tests.app.make_organisations import actor_for
from tests.app.make_placements import make_run
from tests.app.placements.town import Town, closed

# Who sits where (track, rank) and why each choice came out as it did (reason, distance): the engine's own words.
OUTCOME = (
    ((0, 1), (("placed", None),)),
    ((0, 1), (("placed", None),)),
    ((1, 2), (("score", 10), ("placed", None))),
    (None, (("score", 20),)),
)
# How many each class took, and the score of the last one where it is full.
CLASSES = ((2, 80), (1, None))


def solved_by_hand(town: Town) -> Run:
    """A run of the closed round in which everybody but 丁 has a seat."""
    run = make_run(closed(town).round, "solved", guarantee="stable", placed=3)
    _write(town, run)
    return run


def published(town: Town) -> Run:
    """Proposed by the first coordinator, approved by the second, published on its day."""
    run = solved_by_hand(town)
    service.propose(actor_for(town.first), run, "大家都有着落")
    service.approve(actor_for(town.second), run)
    with clock.at(town.round.publish_at):
        service.publish(actor_for(town.first), run)
    db.session.commit()
    return run


def _write(town: Town, run: Run) -> None:
    for cls, (filled, line) in zip(town.classes, CLASSES, strict=True):
        db.session.add(RunClass(run_id=run.id, order_class_id=cls.id, open=True, filled=filled, cutoff_score=line))
    for person, (seat, reasons) in zip(town.people, OUTCOME, strict=True):
        barred = [choice.barred_by for choice in person.choices]
        track = town.tracks[seat[0]].id if seat else None
        rank, by = (seat[1], "choice") if seat else (None, None)
        db.session.add(RunPlacement(run_id=run.id, application_id=person.id, track_id=track, rank=rank, by=by))
        for number, (reason, distance) in enumerate(reasons):
            rule = barred[number]
            said = ("not_eligible", f"rule:{rule}", None) if rule else (reason, "class:K1", distance)
            db.session.add(
                RunReason(run_id=run.id, application_id=person.id, rank=number + 1, reason=said[0], limit=said[1],
                          distance=said[2], track_id=person.choices[number].track_id)
            )
    db.session.flush()
