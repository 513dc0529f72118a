"""Placements for tests, built directly: somebody holds a seat."""

from __future__ import annotations

import datetime as dt
import itertools
from typing import Any

from app.applications.models import Application
from app.core.clock import now
from app.core.db import db
from app.order_classes.models import Track
from app.placements.models import Placement, Review, Run
from app.placements.recipients import record_consent
from app.rounds.models import Round

_numbers = itertools.count(1)


def make_run(round: Round, state: str = "chosen", **facts: Any) -> Run:
    """A run of the round; the published one unless ``state`` says otherwise."""
    lawful = {"rule": "stable", "uses_minimum": True, "uses_adjustment": True, "created_at": now(), "facts": {}}
    row = Run(round=round, number=next(_numbers), state=state, **(lawful | facts))
    db.session.add(row)
    db.session.flush()
    return row


def make_placement(application: Application, track: Track, state: str = "accepted", **facts: Any) -> Placement:
    """The seat of an application in a track, accepted unless ``state`` says otherwise; ``run=`` may be given."""
    run = facts.pop("run", None) or make_run(application.round)
    lawful: dict[str, Any] = {
        "rank": 1,
        "by": "choice",
        "answer_by": now() + dt.timedelta(days=5),
        "answered_at": now() if state == "accepted" else None,
        "created_at": now(),
    }
    row = Placement(
        round=application.round, run_id=run.id, application=application, user_id=application.user_id, track=track,
        state=state, **(lawful | facts),
    )  # fmt: skip
    db.session.add(row)
    db.session.flush()
    if state in ("accepting", "accepted"):
        record_consent(row, row.upgrade)
    return row


def make_review(application: Application, run_id: int, state: str = "asked", **facts: Any) -> Review:
    """Somebody doubts her result; the answer is due in five days unless the story says otherwise."""
    lawful: dict[str, Any] = {
        "about": "score", "says": "我的分数应该是80", "answer_by": now() + dt.timedelta(days=5), "created_at": now(),
    }  # fmt: skip
    row = Review(application_id=application.id, run_id=run_id, state=state, **(lawful | facts))
    db.session.add(row)
    db.session.flush()
    return row
