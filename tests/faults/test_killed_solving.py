"""The worker dies while it solves a round: nothing is lost, and the run is saved once. On both databases."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import create_app
from app.core.db import db
from app.core.history import history_of
from app.core.jobs import Job
from app.placements import service
from app.placements.models import Run, RunPlacement, RunReason
from config import Config, Keys, normal_url
from tests.app.make_accounts import make_applicant
from tests.app.make_applications import make_application, make_score
from tests.app.make_organisations import actor_for, make_coordinator
from tests.app.make_rounds import SEED
from tests.faults.test_killed_workers import wait_for

PROGRAM = Path(__file__).with_name("solving_worker.py")
PEOPLE = 6


class Site:
    """A site of its own on a database of its own, since real workers see only what is committed."""

    def __init__(self, url: str, folder: Path) -> None:
        keys = Keys.fresh()
        self.environment = {
            **os.environ,
            "SANFANG_MODE": "test",
            "SANFANG_DATA": str(folder / "data"),
            "SANFANG_KEYS": keys.dump(),
            "DATABASE_URL": url,
        }
        self.app: Flask = create_app(Config("test", normal_url(url), folder / "data", keys))
        self.log = folder / "workers.log"
        self.workers: list[subprocess.Popen[bytes]] = []
        with self.app.app_context():
            db.create_all()

    def start_worker(self) -> subprocess.Popen[bytes]:
        with self.log.open("ab") as log:
            # Its own session, so that the engine's processes that a killed worker leaves can be found and ended too.
            worker = subprocess.Popen(
                [sys.executable, str(PROGRAM)], env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        self.workers.append(worker)
        return worker

    def close(self) -> None:
        for worker in self.workers:
            try:
                os.killpg(worker.pid, 9)
            except ProcessLookupError:
                continue
            finally:
                worker.wait()
        with self.app.app_context():
            db.engine.dispose()


@pytest.fixture
def site(make_database: Callable[[], str], tmp_path: Path) -> Iterator[Site]:
    made = Site(make_database(), tmp_path)
    yield made
    made.close()


def queue_a_run() -> int:
    """A closed round with six people who want the same four seats, and one run of it; committed."""
    from tests.app.applications.stage import make_stage

    stage = make_stage(seats=4, min_open=1)
    for number in range(1, PEOPLE + 1):
        row = make_application(stage.round, make_applicant(), stage.tracks, state="in_round", lottery=number)
        make_score(row, stage.order_class, 50 + number)
    stage.round.state, stage.round.seed = "closed", SEED.hex()
    run = service.start_run(actor_for(make_coordinator(stage.alliance)), stage.round)
    db.session.commit()
    return run.id


def test_a_worker_killed_while_it_solves_loses_nothing_and_the_run_is_saved_once(site: Site) -> None:
    def job() -> Job:
        with site.app.app_context():
            return db.session.scalars(select(Job).filter_by(task="solve_run")).one()

    with site.app.app_context():
        run_id = queue_a_run()
    first = site.start_worker()
    wait_for(lambda: job().state == "running" and job().progress >= 0.05)
    first.kill()
    first.wait()
    with site.app.app_context():
        run = db.session.get(Run, run_id)
        assert run is not None and run.state == "running", "the kill came in mid-solve"
        frozen = run.bundle_sha256
        assert frozen
    site.start_worker()
    wait_for(lambda: job().state not in ("queued", "running"), seconds=90)
    assert job().state == "done", f"{job().fault}\n{site.log.read_text()[-3000:]}"
    assert job().attempt == 2
    with site.app.app_context():
        run = db.session.get(Run, run_id)
        assert run is not None and run.state == "solved" and run.bundle_sha256 == frozen and run.placed == 4
        moves = [line.action for line in history_of("run", run_id)]
        assert moves == ["create", "start", "solve"]
        for model, least in ((RunPlacement, PEOPLE), (RunReason, PEOPLE)):
            assert (db.session.scalar(select(func.count()).select_from(model)) or 0) >= least


def test_two_workers_solve_a_run_once(site: Site) -> None:
    site.start_worker(), site.start_worker()
    with site.app.app_context():
        run_ids = [queue_a_run() for _ in range(3)]

    def states() -> set[str]:
        with site.app.app_context():
            return set(db.session.scalars(select(Run.state)))

    wait_for(lambda: states() == {"solved"}, seconds=90)
    time.sleep(0.5)
    with site.app.app_context():
        for run_id in run_ids:
            assert [line.action for line in history_of("run", run_id)] == ["create", "start", "solve"]
        assert set(db.session.scalars(select(Job.attempt).filter_by(task="solve_run"))) == {1}
