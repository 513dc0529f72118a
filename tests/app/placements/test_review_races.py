"""Reviews asked and answered at the same moment, on a database of their own with real commits."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask import Flask
from sqlalchemy.exc import IntegrityError

from app.applications.models import Application
from app.core.clock import now
from app.core.db import db
from app.core.errors import refusal
from app.placements import reviews
from app.placements.models import Review
from tests.app.applications.stage import make_stage
from tests.app.applications.test_races import TIMES, _get, _together, town
from tests.app.make_accounts import make_applicant
from tests.app.make_applications import make_application
from tests.app.make_organisations import actor_for, make_coordinator
from tests.app.make_placements import make_review, make_run

__all__ = ["town"]


def _published() -> tuple[Any, Application, int]:
    stage = make_stage({"state": "responding", "opens_at": now() - timedelta(days=31)})
    row = make_application(stage.round, make_applicant(), stage.tracks, state="in_round")
    run = make_run(stage.round)
    db.session.commit()
    return stage, row, run.id


def test_a_review_asked_for_twice_at_once_is_one_review(town: Flask) -> None:
    for _ in range(TIMES):
        _, row, _ = _published()
        actor, key = actor_for(row.user), row.id
        db.session.commit()

        def ask(actor: Any = actor, key: int = key) -> None:
            try:
                reviews.ask(actor, _get(Application, key), "score", "分数不对")
            except IntegrityError as error:
                raise refusal(error) from error

        outcomes = _together(town, ask, ask)
        assert outcomes.count("done") == 1
        assert db.session.query(Review).filter_by(application_id=key).count() == 1


def test_two_coordinators_who_answer_at_once_leave_one_answer(town: Flask) -> None:
    for _ in range(TIMES):
        stage, row, run_id = _published()
        key = make_review(row, run_id).id
        one, two = (actor_for(make_coordinator(stage.alliance, name)) for name in ("韩一", "韩二"))
        db.session.commit()
        outcomes = _together(
            town,
            lambda who=one, key=key: reviews.answer(who, _get(Review, key), False, "没有错", version=1),
            lambda who=two, key=key: reviews.answer(who, _get(Review, key), True, "登错了", "repair", version=1),
        )
        assert outcomes.count("done") == 1
        review = _get(Review, key)
        assert (review.state, bool(review.next_step)) in {("dismissed", False), ("upheld", True)}


def test_an_answer_and_a_withdrawal_at_once_do_not_both_hold(town: Flask) -> None:
    for _ in range(TIMES):
        stage, row, run_id = _published()
        key, asker = make_review(row, run_id).id, actor_for(row.user)
        judge = actor_for(make_coordinator(stage.alliance, "韩一"))
        db.session.commit()
        outcomes = _together(
            town,
            lambda who=asker, key=key: reviews.withdraw(who, _get(Review, key), 1),
            lambda who=judge, key=key: reviews.answer(who, _get(Review, key), False, "没有错", version=1),
        )
        assert outcomes.count("done") == 1
        assert _get(Review, key).state in ("withdrawn", "dismissed")
