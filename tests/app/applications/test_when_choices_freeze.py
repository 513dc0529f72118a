"""When a round begins to be checked, what was not handed in is left out, and a guardian keeps the time she has."""

from __future__ import annotations

from typing import Any

from app.applications.models import Application
from app.core.clock import at
from app.core.db import db
from app.core.outbox import Message
from app.rounds.service import begin_checking
from tests.app.applications.stage import make_stage
from tests.app.make_accounts import make_applicant
from tests.app.make_applications import make_application, make_guardian


def test_drafts_are_left_out_and_told_and_those_who_wait_for_a_guardian_are_not(session: Any) -> None:
    stage = make_stage()
    handed_in = make_application(stage.round, make_applicant(), stage.tracks)
    draft = make_application(stage.round, make_applicant(), stage.tracks, submitted=False)
    waiting = make_application(stage.round, make_applicant(age=16), stage.tracks, state="awaiting_guardian")
    make_guardian(waiting, state="named")
    with at(stage.round.deadline):
        begin_checking(stage.coordinator(), stage.round)
    states = {row.id: row.state for row in db.session.query(Application)}
    assert states == {handed_in.id: "submitted", draft.id: "left_out", waiting.id: "awaiting_guardian"}
    told = db.session.query(Message).filter_by(user_id=draft.user_id, channel="site").one()
    assert "没有参加" in told.subject
