"""An application with nothing but jobs, for trials with real worker processes that get killed.

Run as a program it is such a worker: ``python tests/faults/bench_app.py DATABASE_URL DIARY``. Leases and heartbeats
are short here, so that a trial takes seconds; the diary is a file in which every attempt writes when it starts.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import time
from pathlib import Path
from typing import Any

if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from flask import Flask
from sqlalchemy import Column, Integer, MetaData, Table, insert, text
from sqlalchemy.exc import OperationalError

from app.core import dispatch, jobs
from app.core.db import db, is_postgres
from app.core.requests import RequestKey

results = Table("trial_result", MetaData(), Column("id", Integer, primary_key=True), Column("job_id", Integer))
failures = Table("trial_failure", MetaData(), Column("id", Integer, primary_key=True), Column("reason", Integer))
diary = Path(os.devnull)


def make_app(url: str) -> Flask:
    """The application on one database, with the trial's tasks and quick leases."""
    app = Flask("trial")
    app.config["SQLALCHEMY_DATABASE_URI"] = url
    db.init_app(app)
    dispatch.install()
    jobs.LEASE = dt.timedelta(seconds=2.5)
    dispatch.HEARTBEAT, dispatch.STALLED = 0.5, 2.5
    dispatch.SECONDS_BETWEEN_ROUNDS, dispatch.SECONDS_BETWEEN_LOOKS = 0.3, 0.1
    return app


def make_tables(app: Flask) -> None:
    with app.app_context():
        jobs.Job.__table__.create(db.engine)
        RequestKey.__table__.create(db.engine)
        results.create(db.engine)
        failures.create(db.engine)


def note(text: str) -> None:
    with diary.open("a") as out:
        out.write(f"{text}\n")


@jobs.task("trial_slow")
def slow(handle: jobs.Handle, label: str, steps: int) -> None:
    """Work for `steps` tenths of a second, then save one result row together with the end of the job."""
    note(f"{label} {os.getpid()}")
    for step in range(steps):
        time.sleep(0.1)
        handle.beat(step / steps)
    save(handle)


@jobs.task("trial_stubborn")
def stubborn(handle: jobs.Handle, label: str, first_seconds: float) -> None:
    """Work without a beat, the first attempt for long, and still try to save."""
    note(f"{label} {os.getpid()}")
    time.sleep(first_seconds if diary.read_text().count(label) == 1 else 0.2)
    save(handle)
    note(f"{label}-saved {os.getpid()}")


@jobs.task("trial_cut_off")
def cut_off(handle: jobs.Handle, label: str) -> None:
    """Lose the database in the middle of the first attempt; the second goes through."""
    note(f"{label} {os.getpid()}")
    if diary.read_text().count(label) == 1:
        if not is_postgres():
            # A file cannot be cut off; what its loss looks like is all that can be shown.
            raise OperationalError("SELECT 1", {}, Exception("disk I/O error"))
        raw: Any = db.session.connection().connection.driver_connection
        raw.close()
        db.session.execute(text("SELECT 1"))
    save(handle)


def _note_failure(arguments: dict[str, object], state: str, reason: str) -> None:
    db.session.execute(insert(failures).values(reason=len(reason)))


@jobs.task("trial_deadly", on_failure=_note_failure)
def deadly(handle: jobs.Handle, label: str) -> None:
    """Take the whole worker along, as a crash in a C library would."""
    note(f"{label} {os.getpid()}")
    os.kill(os.getpid(), 9)


def save(handle: jobs.Handle) -> None:
    db.session.execute(insert(results).values(job_id=handle.job_id))
    handle.complete()


if __name__ == "__main__":
    diary = Path(sys.argv[2])
    dispatch.work(make_app(sys.argv[1]))
