"""Last time's cut-off and fill: a published result wins over what the school reported, and a trial shows nowhere."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from app.applications.cards import card, standing
from app.core.clock import now
from app.core.db import db
from app.order_classes.last_time import LastTime, last_times
from app.placements.models import RunClass
from tests.app.applications.stage import Stage, make_stage
from tests.app.make_accounts import make_applicant
from tests.app.make_applications import make_application, make_score
from tests.app.make_placements import make_run
from tests.app.make_rounds import make_round


@pytest.fixture
def stage(session: Any) -> Stage:
    return make_stage(last_cutoff=66, last_filled=38)


def _ran(stage: Stage, round_state: str, run_state: str = "chosen", cutoff: int | None = 72, **facts: Any) -> None:
    earlier = make_round(stage.alliance, [stage.order_class], state=round_state, opens_at=now() - timedelta(days=200))
    run = make_run(earlier, state=run_state, purpose=facts.pop("purpose", "main"))
    lawful = {"open": True, "filled": 40, "cutoff_score": cutoff}
    db.session.add(RunClass(run_id=run.id, order_class_id=stage.order_class.id, **(lawful | facts)))
    db.session.flush()


def known(stage: Stage) -> LastTime:
    return last_times([stage.order_class])[stage.order_class.id]


def test_what_the_school_reported_counts_until_a_result_is_published(stage: Stage) -> None:
    assert known(stage) == LastTime(38, 66)
    _ran(stage, "settled")
    assert known(stage) == LastTime(40, 72)


@pytest.mark.parametrize(
    ("round_state", "run_state"), [("proposed", "solved"), ("approved", "solved"), ("open", "chosen")]
)
def test_a_trial_or_a_result_that_is_not_out_is_not_shown(stage: Stage, round_state: str, run_state: str) -> None:
    _ran(stage, round_state, run_state)
    assert known(stage) == LastTime(38, 66)


def test_a_repair_does_not_stand_for_the_round_and_the_newest_round_wins(stage: Stage) -> None:
    _ran(stage, "archived", cutoff=70)
    _ran(stage, "settled", cutoff=75)
    _ran(stage, "settled", cutoff=10, purpose="repair")
    assert known(stage).cutoff == 75


def test_a_class_that_takes_no_scores_has_no_line_to_show(stage: Stage) -> None:
    stage.order_class.score_rule = "lottery"
    _ran(stage, "settled", cutoff=0)
    assert known(stage) == LastTime(40, None)


def test_the_chance_is_reckoned_from_the_published_line(stage: Stage) -> None:
    _ran(stage, "settled", cutoff=80)
    application = make_application(stage.round, make_applicant(), stage.tracks, submitted=False)
    make_score(application, stage.order_class, 72)
    stands = standing(application, stage.tracks)
    assert stands.chance(stage.tracks[0]) == "hard"
    assert ("上批", "录取40人，录取线80分") in card(stage.tracks[0], stands)["rows"]


def test_where_the_class_did_not_open_or_had_room_there_is_no_chance_to_name(stage: Stage) -> None:
    application = make_application(stage.round, make_applicant(), stage.tracks, submitted=False)
    make_score(application, stage.order_class, 90)
    _ran(stage, "settled", cutoff=None, open=False, filled=3)
    stands = standing(application, stage.tracks)
    assert stands.chance(stage.tracks[0]) is None
    assert ("上批", "人不够，没开班") in card(stage.tracks[0], stands)["rows"]
