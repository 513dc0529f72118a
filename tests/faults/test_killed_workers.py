"""Workers die, hang and come back: no job is lost, and no result is saved twice. On both databases."""

from __future__ import annotations

import datetime as dt
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, inspect, select, text, update

from app.core import jobs, queue_schema
from app.core.db import db, is_postgres
from tests.faults import bench_app

PROGRAM = Path(bench_app.__file__)


class Bench:
    """One database, its diary, and the worker processes that run on it."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url = url
        self.diary = folder / "diary"
        self.diary.touch()
        self.workers: list[subprocess.Popen[bytes]] = []
        self.app: Flask = bench_app.make_app(url)
        bench_app.make_tables(self.app)

    def start_worker(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, str(PROGRAM), self.url, str(self.diary)]
        worker = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        self.workers.append(worker)
        return worker

    def add(self, task: str, **arguments: object) -> int:
        with self.app.app_context():
            job = jobs.enqueue(task, **arguments)
            db.session.commit()
            return job.id

    def starts(self, name: str) -> list[int]:
        """The process ids of the attempts that have begun on the job called `name`."""
        lines = [line.split() for line in self.diary.read_text().splitlines()]
        return [int(line[1]) for line in lines if line[0] == name]

    def row(self, job_id: int) -> jobs.Job:
        with self.app.app_context():
            job = db.session.get(jobs.Job, job_id, populate_existing=True)
            assert job is not None
            return job

    def on_postgres(self) -> bool:
        with self.app.app_context():
            return is_postgres()

    def results(self, job_id: int) -> int:
        with self.app.app_context():
            found = select(func.count()).select_from(bench_app.results).where(bench_app.results.c.job_id == job_id)
            return db.session.scalar(found) or 0

    def run_out(self, job_id: int) -> None:
        """Let the lease of a running job end now."""
        past = jobs.machine_now() - dt.timedelta(seconds=1)
        db.session.execute(update(jobs.Job).where(jobs.Job.id == job_id).values(lease_until=past))
        db.session.commit()

    def state(self, job_id: int) -> str:
        return self.row(job_id).state

    def close(self) -> None:
        for worker in self.workers:
            if worker.poll() is None:
                worker.kill()
                worker.wait()
        with self.app.app_context():
            db.engine.dispose()


def wait_for(truth: Callable[[], object], seconds: float = 40) -> None:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if truth():
            return
        time.sleep(0.05)
    raise AssertionError("it did not happen in time")


@pytest.fixture
def bench(make_database: Callable[[], str], tmp_path: Path) -> Iterator[Bench]:
    trial = Bench(make_database(), tmp_path)
    yield trial
    trial.close()


def test_a_job_of_a_worker_killed_in_the_middle_is_done_once_by_another(bench: Bench) -> None:
    first = bench.start_worker()
    job = bench.add("trial_slow", label="long", steps=20)
    wait_for(lambda: bench.row(job).progress > 0.2)
    first.kill()
    first.wait()
    bench.start_worker()
    wait_for(lambda: bench.state(job) == "done")
    assert len(set(bench.starts("long"))) == 2, "a second process did it"
    assert bench.row(job).attempt == 2
    assert bench.results(job) == 1


def test_a_job_is_run_by_one_of_several_workers_only(bench: Bench) -> None:
    bench.start_worker(), bench.start_worker()
    numbers = [bench.add("trial_slow", label=f"job{number}", steps=1) for number in range(6)]
    wait_for(lambda: all(bench.state(job) == "done" for job in numbers))
    assert [len(bench.starts(f"job{number}")) for number in range(6)] == [1] * 6
    assert [bench.results(job) for job in numbers] == [1] * 6


def test_a_worker_that_slept_through_its_lease_cannot_save_when_it_wakes(bench: Bench) -> None:
    sleeper = bench.start_worker()
    # A frozen process could hold the lock of an SQLite file, so there only the attempt sleeps, and its whole process
    # only on PostgreSQL, where heartbeats would go on otherwise.
    freeze = bench.on_postgres()
    job = bench.add("trial_stubborn", label="hung", first_seconds=0.5 if freeze else 10)
    wait_for(lambda: bench.starts("hung"))
    if freeze:
        sleeper.send_signal(signal.SIGSTOP)
    bench.start_worker()
    wait_for(lambda: bench.state(job) == "done")
    assert bench.results(job) == 1
    if freeze:
        sleeper.send_signal(signal.SIGCONT)
    time.sleep(2 if freeze else 10)
    assert bench.results(job) == 1, "the second result of the same job was refused"
    assert bench.row(job).attempt == len(bench.starts("hung")) >= 2
    assert len(bench.starts("hung-saved")) == 1


def test_a_stopped_worker_brings_its_job_to_the_end_first(bench: Bench) -> None:
    worker = bench.start_worker()
    job = bench.add("trial_slow", label="polite", steps=10)
    wait_for(lambda: bench.starts("polite"))
    worker.terminate()
    worker.wait(timeout=20)
    assert bench.state(job) == "done" and bench.row(job).attempt == 1


def test_a_job_that_kills_its_workers_is_given_up_in_the_end_and_its_feature_told(bench: Bench) -> None:
    job = bench.add("trial_deadly", label="deadly")
    assert bench.start_worker().wait(timeout=40) == -signal.SIGKILL
    with bench.app.app_context():
        # The other attempts, and their workers' deaths, are only told: each real one would take seconds.
        for attempt in range(2, jobs.MOST_ATTEMPTS + 1):
            bench.run_out(job)
            assert jobs.claim(job) is not None
            assert bench.row(job).attempt == attempt
        bench.run_out(job)
        assert jobs.claim(job) is None
    bench.start_worker()
    wait_for(lambda: bench.state(job) == "failed")
    assert "5次" in bench.row(job).fault
    assert len(bench.starts("deadly")) == 1
    with bench.app.app_context():
        assert db.session.scalar(select(func.count()).select_from(bench_app.failures)) == 1


def test_a_job_that_loses_the_database_in_the_middle_is_tried_again(bench: Bench) -> None:
    bench.start_worker()
    job = bench.add("trial_cut_off", label="cut")
    wait_for(lambda: bench.state(job) not in ("queued", "running"))
    assert bench.state(job) == "done" and bench.row(job).attempt == 2
    assert bench.results(job) == 1


def test_a_job_of_a_transaction_that_is_rolled_back_never_runs(bench: Bench) -> None:
    with bench.app.app_context():
        jobs.enqueue("trial_slow", label="undone", steps=1)
        db.session.rollback()
        with db.session.begin_nested() as savepoint:
            jobs.enqueue("trial_slow", label="undone", steps=1)
            savepoint.rollback()
        kept = jobs.enqueue("trial_slow", label="kept", steps=1).id
        db.session.commit()
        if is_postgres():
            assert db.session.scalar(text("SELECT count(*) FROM procrastinate_jobs")) == 1
    bench.start_worker()
    wait_for(lambda: bench.state(kept) == "done")
    assert bench.starts("undone") == []


def test_a_job_for_later_waits_until_then(bench: Bench) -> None:
    bench.start_worker()
    awake = bench.add("trial_slow", label="awake", steps=1)
    wait_for(lambda: bench.state(awake) == "done")
    with bench.app.app_context():
        later = jobs.machine_now() + dt.timedelta(seconds=3)
        job = jobs.enqueue("trial_slow", after=later, label="later", steps=1).id
        db.session.commit()
    now = bench.add("trial_slow", label="now", steps=1)
    wait_for(lambda: bench.state(now) == "done")
    assert bench.state(job) == "queued"
    wait_for(lambda: bench.state(job) == "done")
    ended = bench.row(job).ended_at
    assert ended is not None and ended >= later


@pytest.mark.postgres
def test_the_queue_goes_with_the_job_table_and_comes_back_with_it(bench: Bench) -> None:
    with bench.app.app_context():

        def names() -> set[str]:
            return {name for name in inspect(db.engine).get_table_names() if queue_schema.is_foreign(name)}

        before = names()
        assert "procrastinate_jobs" in before
        for _ in range(2):
            jobs.Job.__table__.drop(db.engine)
            left = "SELECT count(*) FROM {0} WHERE {1} LIKE 'procrastinate%'"
            for catalogue, column in [("pg_proc", "proname"), ("pg_type", "typname"), ("pg_class", "relname")]:
                assert db.session.scalar(text(left.format(catalogue, column))) == 0
            db.session.rollback()
            jobs.Job.__table__.create(db.engine)
            assert names() == before
