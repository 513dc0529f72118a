"""Chapter 5: the lottery, three trial runs by the worker, a comparison, two persons, publication."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context

from flask import current_app

from app.core import jobs
from app.core.db import db
from app.core.errors import NotPermitted
from app.core.web import commit
from app.demo.stage import Broken, Stage
from app.placements import service
from app.placements.models import Run
from app.placements.queries import compare

# rule, minimum sizes, adjustment: what is chosen, the same without opening classes by adjustment, the most people.
TRIALS = (("stable", True, True), ("stable", True, False), ("maximum", True, True))


def close(stage: Stage) -> None:
    """Eligibility is frozen, the lottery is drawn."""
    with stage.at(-31, 9):
        service.close(stage.actor("coordinator"), stage.round())
        commit()


def solve(stage: Stage) -> None:
    """The worker solves each trial in a child process, verifies it in another, and saves it."""
    with stage.at(-31, 10):
        actor = stage.actor("coordinator")
        runs = []
        for rule, minimum, adjustment in TRIALS[: stage.trials]:
            runs.append(service.start_run(actor, stage.round(), rule, minimum, adjustment).id)
            commit()
        stage.notes["runs"] = runs
        work(stage.lanes)
    stopped = [run for run in runs if run_of(run).state != "solved"]
    if stopped:
        raise Broken([f"run {run_of(run).number} ended {run_of(run).state}: {run_of(run).fault}" for run in stopped])


def work(lanes: int = 1) -> None:
    """What workers do: everything that is due, in as many lanes. Each waits for its engine, so threads suffice."""
    if lanes == 1:
        jobs.run_due()
        return
    app = current_app._get_current_object()  # type: ignore[attr-defined]

    def lane() -> None:
        with app.app_context():
            jobs.run_due()

    with ThreadPoolExecutor(lanes) as pool:
        for done in [pool.submit(copy_context().run, lane) for _ in range(lanes)]:
            done.result()


def run_of(run_id: int) -> Run:
    found = db.session.get(Run, run_id)
    assert found is not None
    return found


def publish(stage: Stage) -> None:
    """One coordinator compares and proposes; she may not approve herself; the other approves; it is published."""
    first, last = stage.notes["runs"][0], stage.notes["runs"][-1]
    with stage.at(-31, 15):
        moved = compare(run_of(last), run_of(first))
        stage.notes["compared"] = dict(moved.kinds)
        why = "志愿和分数优先，开班线都守住，没有人分数更高却被挤掉"
        service.propose(stage.actor("coordinator"), run_of(first), why)
        commit()
    with stage.at(-31, 16):
        try:
            service.approve(stage.actor("coordinator"), run_of(first))
        except NotPermitted as refusal:
            stage.notes["own_approval_refused"] = refusal.message
        db.session.rollback()
        service.approve(stage.actor("second"), run_of(first))
        commit()
    with stage.at(-30, 9):
        stage.notes["offers"] = service.publish(stage.actor("coordinator"), run_of(first))
        commit()
