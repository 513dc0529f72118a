"""What workers do again and again: everything in its own transaction, and never two workers at once."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import func, insert, select

from app.core import dispatch
from app.core.clock import at, now
from app.core.db import db, is_postgres
from tests.faults import bench_app


@pytest.fixture
def app(make_database: Callable[[], str], monkeypatch: pytest.MonkeyPatch) -> Flask:
    made = bench_app.make_app(make_database())
    bench_app.make_tables(made)
    monkeypatch.setattr(dispatch, "CHORES", [])
    return made


def count() -> int:
    return db.session.scalar(select(func.count()).select_from(bench_app.results)) or 0


def test_a_chore_that_fails_leaves_nothing_behind_and_keeps_nobody_from_working(app: Flask) -> None:
    @dispatch.chore
    def half_done() -> None:
        db.session.execute(insert(bench_app.results).values(job_id=1))
        raise ValueError("in the middle")

    @dispatch.chore
    def whole() -> None:
        db.session.execute(insert(bench_app.results).values(job_id=2))

    dispatch.do_chores(app)
    with app.app_context():
        assert db.session.scalars(select(bench_app.results.c.job_id)).all() == [2]


def test_an_hourly_chore_is_done_again_when_an_hour_has_passed(app: Flask) -> None:
    done = []

    @dispatch.hourly
    def sweep() -> None:
        done.append(now())

    start = now()
    for minutes in (0, 59, 60, 61):
        with at(start + dt.timedelta(minutes=minutes)):
            dispatch.do_chores(app)
    assert done == [start, start + dt.timedelta(hours=1)]


@pytest.mark.postgres
def test_while_one_worker_does_the_chores_another_leaves_them_alone(app: Flask) -> None:
    begun, may_end = threading.Event(), threading.Event()

    @dispatch.chore
    def slow() -> None:
        assert is_postgres()
        begun.set()
        db.session.execute(insert(bench_app.results).values(job_id=1))
        db.session.commit()
        assert may_end.wait(10)

    first = threading.Thread(target=dispatch.do_chores, args=(app,))
    first.start()
    assert begun.wait(10)
    dispatch.do_chores(app)
    may_end.set()
    first.join()
    with app.app_context():
        assert count() == 1
    dispatch.do_chores(app)
    with app.app_context():
        assert count() == 2, "the lock was given back"


def test_the_lock_of_a_worker_that_died_is_free_again(app: Flask) -> None:
    """A worker that ends in the middle of a chore takes its connection, and with it the lock, along."""

    @dispatch.chore
    def dies() -> None:
        raise SystemExit

    with pytest.raises(SystemExit):
        dispatch.do_chores(app)
    dispatch.CHORES.clear()

    @dispatch.chore
    def goes_on() -> None:
        db.session.execute(insert(bench_app.results).values(job_id=3))

    dispatch.do_chores(app)
    with app.app_context():
        assert count() == 1
