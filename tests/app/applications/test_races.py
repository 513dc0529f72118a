"""People who press at the same moment, on a database of their own with real commits."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from app import create_app
from app.applications import service
from app.applications.models import Application, CategoryClaim, ChoiceList, Evidence
from app.core.actor import SYSTEM, Actor
from app.core.db import db
from app.core.errors import DomainError
from app.rounds.models import Round
from config import Config, Keys, normal_url
from tests.app.applications.stage import make_stage
from tests.app.make_accounts import make_applicant
from tests.app.make_applications import make_application, make_claim, make_evidence

TIMES = 5


@pytest.fixture(scope="module")
def town(make_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder: Path = tmp_path_factory.mktemp("races")
    app = create_app(Config("test", normal_url(make_database()), folder, Keys.fresh()))
    with app.app_context():
        db.create_all()
        yield app
        db.session.remove()
        db.engine.dispose()


def _together(app: Flask, *commands: Callable[[], Any]) -> list[str]:
    """Run commands at the same moment, each in a transaction of its own; returns what became of each."""
    barrier = threading.Barrier(len(commands))
    outcomes = [""] * len(commands)

    def run(place: int, command: Callable[[], Any]) -> None:
        with app.app_context():
            barrier.wait()
            try:
                command()
                db.session.commit()
                outcomes[place] = "done"
            except DomainError as refused:
                db.session.rollback()
                outcomes[place] = type(refused).__name__

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(commands)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    db.session.expire_all()
    return outcomes


def _get(model: Any, key: int) -> Any:
    found = db.session.get(model, key)
    assert found is not None
    return found


def test_two_reviewers_of_two_papers_of_one_category_leave_it_verified(town: Flask) -> None:
    stage = make_stage()
    for _ in range(TIMES):
        row = make_application(stage.round, make_applicant(), stage.tracks)
        claim = make_claim(row, "migrant_worker", "uploaded").id
        papers = [make_evidence(row, kind, "migrant_worker").id for kind in ("household_book", "work_record")]
        db.session.commit()
        outcomes = _together(
            town, *(lambda key=key: service.decide_evidence(SYSTEM, _get(Evidence, key), True) for key in papers)
        )
        assert outcomes == ["done", "done"]
        assert _get(CategoryClaim, claim).level == "verified"


def test_a_paper_is_decided_by_one_of_two_reviewers_only(town: Flask) -> None:
    stage = make_stage()
    for _ in range(TIMES):
        key = make_evidence(make_application(stage.round, make_applicant(), stage.tracks)).id
        db.session.commit()
        outcomes = _together(
            town,
            lambda key=key: service.decide_evidence(SYSTEM, _get(Evidence, key), True, version=1),
            lambda key=key: service.decide_evidence(SYSTEM, _get(Evidence, key), False, "看不清", version=1),
        )
        assert outcomes.count("done") == 1


def test_an_application_submitted_twice_at_once_is_submitted_once(town: Flask) -> None:
    stage = make_stage()
    for _ in range(TIMES):
        actor, row = stage.begin()
        service.set_choices(actor, row, [stage.tracks[0].id], False)
        key = row.id
        db.session.commit()

        def submit(actor: Actor = actor, key: int = key) -> None:
            service.submit(actor, _get(Application, key))

        assert _together(town, submit, submit).count("done") == 1
        assert db.session.query(ChoiceList).filter_by(application_id=key).count() == 1


def test_people_who_start_at_once_get_numbers_of_their_own(town: Flask) -> None:
    stage = make_stage()
    key = stage.round.id
    people = [Actor(user_id=make_applicant().id) for _ in range(4)]
    db.session.commit()
    outcomes = _together(town, *(lambda who=who: service.start(who, _get(Round, key)) for who in people))
    assert outcomes == ["done"] * 4
    assert len({row.number for row in db.session.query(Application).filter_by(round_id=key)}) == 4
