"""Who runs the rows of app/core/jobs.py: a poller on SQLite, any number of Procrastinate workers on PostgreSQL.

On PostgreSQL a job is handed to Procrastinate inside the application's own transaction, so it is known to the workers
exactly if the command commits. Procrastinate only carries the number of the row: the row stays the truth, and a job
that comes twice, or comes back from a worker that was killed, is done once because ``jobs.claim`` gives it out once.
"""

from __future__ import annotations

import datetime as dt
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache, wraps
from typing import TYPE_CHECKING

from flask import Flask
from sqlalchemy import func, select

from app.core import jobs, queue_schema, requests
from app.core.clock import now
from app.core.db import db, is_postgres
from app.core.logs import log

if TYPE_CHECKING:
    from procrastinate import App
    from procrastinate.manager import JobManager

TASK = "sanfang_job"
# A long solve runs in a child process; the second lane lets short jobs (a message, a PDF) pass it.
LANES = 2
SECONDS_BETWEEN_LOOKS = 0.5
SECONDS_BETWEEN_ROUNDS = 10.0
# Heartbeats of Procrastinate's workers; after STALLED seconds without one a worker counts as dead. The lease of a row
# (jobs.LEASE) runs out at about the same time.
HEARTBEAT = 5.0
STALLED = 20.0

# Any number that no other advisory lock of the database uses.
CHORES_LOCK = 0x5A4E_0001

HOUR = dt.timedelta(hours=1)
Chore = Callable[[], object]
CHORES: list[Chore] = [jobs.give_up_exhausted, requests.forget_old]


class StillHeld(Exception):
    """Another attempt's lease has not run out yet (or the row is not due): look again a little later."""


def chore(function: Chore) -> Chore:
    """Register work that workers repeat each SECONDS_BETWEEN_ROUNDS, one worker at a time, each chore in a
    transaction of its own. It must find by itself what is left to do, and doing it twice must do no harm."""
    CHORES.append(function)
    return function


def hourly(function: Chore) -> Chore:
    """Register a chore that is enough once an hour per worker."""
    last: list[dt.datetime] = []

    @wraps(function)
    def when_due() -> None:
        if not last or last[-1] + HOUR <= now():
            last[:] = [now()]
            function()

    chore(when_due)
    return function


def install() -> None:
    """Let every new job reach its workers, and the job table bring their queue. Safe to call twice."""
    queue_schema.install()
    if hand_over not in jobs.on_enqueue:
        jobs.on_enqueue.append(hand_over)


def work(app: Flask, once: bool = False, stop: threading.Event | None = None) -> int:
    """Run jobs until ``stop`` is set or the process gets SIGTERM or SIGINT; jobs at work are brought to their end.

    With ``once`` only what is due now is done. Returns the exit code of the process, 0.
    """
    if once:
        do_chores(app)
        with app.app_context():
            jobs.run_due()
        return 0
    stop = stop or threading.Event()
    with app.app_context():
        on_postgres = is_postgres()
    log("worker_started", database="postgresql" if on_postgres else "sqlite", tasks=sorted(jobs.TASKS))
    if on_postgres:
        _work_with_procrastinate(app, stop)
    else:
        _stop_on_signals(stop)
        _poll(app, stop)
    log("worker_stopped")
    return 0


def do_chores(app: Flask) -> None:
    """Do every chore once; one that fails is logged and does not keep the others from being done."""
    with app.app_context(), _alone() as alone:
        for function in CHORES if alone else []:
            try:
                function()
                db.session.commit()
            except Exception as fault:
                db.session.rollback()
                log("chore_failed", chore=function.__name__, error=repr(fault))
            finally:
                db.session.remove()


@contextmanager
def _alone() -> Iterator[bool]:
    """Say whether this worker may do the chores now: on PostgreSQL one at a time, on SQLite writers queue anyway."""
    if not is_postgres():
        yield True
        return
    engine = db.session.connection().engine
    db.session.rollback()
    # The lock belongs to a connection of its own, so it holds over the chores' commits and ends with the process.
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        alone = bool(connection.scalar(select(func.pg_try_advisory_lock(CHORES_LOCK))))
        try:
            yield alone
        finally:
            if alone:
                connection.execute(select(func.pg_advisory_unlock(CHORES_LOCK)))


def _stop_on_signals(stop: threading.Event) -> None:
    """The first signal asks; a second Ctrl-C ends at once, and the lease brings the job back later."""
    if threading.current_thread() is not threading.main_thread():
        return

    def ask(number: int, frame: object) -> None:
        stop.set()
        signal.signal(signal.SIGINT, signal.default_int_handler)

    signal.signal(signal.SIGTERM, ask)
    signal.signal(signal.SIGINT, ask)


# --- SQLite ---


def _poll(app: Flask, stop: threading.Event) -> None:
    lanes = [threading.Thread(target=_lane, args=(app, stop), name=f"lane-{number}") for number in range(LANES)]
    for lane in lanes:
        lane.start()
    while not stop.is_set():
        do_chores(app)
        stop.wait(SECONDS_BETWEEN_ROUNDS)
    for lane in lanes:
        lane.join()


def _lane(app: Flask, stop: threading.Event) -> None:
    while not stop.is_set():
        if not _one_job(app):
            stop.wait(SECONDS_BETWEEN_LOOKS)


def _one_job(app: Flask) -> bool:
    """Claim and perform one job; a database that is locked or lost for a moment must not end the worker."""
    with app.app_context():
        try:
            handle = jobs.claim()
            if handle is not None:
                jobs.perform(handle)
            return handle is not None
        except Exception as fault:
            log("worker_stumbled", error=repr(fault))
            return False


# --- PostgreSQL ---


def hand_over(job: jobs.Job) -> None:
    """Tell Procrastinate of a new row, in the transaction that made the row."""
    if not is_postgres():
        return
    from procrastinate.tasks import configure_task

    later = job.run_after if job.run_after > jobs.machine_now() else None
    configure_task(
        name=TASK,
        job_manager=_manager(),
        connection=db.session.connection().connection.driver_connection,
        schedule_at=later,
        task_kwargs={"job_id": job.id},
    ).defer()


@lru_cache(maxsize=1)
def _manager() -> JobManager:
    """A manager whose connector is never opened: every statement runs on the session's own connection."""
    from procrastinate import SyncPsycopgConnector
    from procrastinate.manager import JobManager

    return JobManager(SyncPsycopgConnector())


def _work_with_procrastinate(app: Flask, stop: threading.Event) -> None:
    import asyncio

    asyncio.run(_serve(app, worker_app(app), stop))


def worker_app(app: Flask) -> App:
    """The Procrastinate App of one worker process, with the one task that performs a row."""
    from procrastinate import App, PsycopgConnector, RetryStrategy

    with app.app_context():
        url = db.engine.url.set(drivername="postgresql").render_as_string(hide_password=False)
    made = App(connector=PsycopgConnector(conninfo=url))

    # Any fault that gets out of a job (the database was away) is tried again; the row counts the attempts.
    @made.task(name=TASK, retry=RetryStrategy(wait=max(1, round(HEARTBEAT))))
    def sanfang_job(job_id: int) -> str:
        with app.app_context():
            return _perform_row(job_id)

    return made


def _perform_row(job_id: int) -> str:
    """Perform one row if it is to be had.

    Raises:
        StillHeld: the row is not finished, and nobody may have it yet.
    """
    handle = jobs.claim(job_id)
    if handle is not None:
        return jobs.perform(handle)
    job = db.session.get(jobs.Job, job_id)
    state = job.state if job is not None else "gone"
    db.session.rollback()
    if state in ("queued", "running"):
        raise StillHeld(f"job {job_id} is {state}")
    return state


async def _serve(app: Flask, worker: App, stop: threading.Event) -> None:
    import asyncio

    async with worker.open_async():
        rounds = asyncio.create_task(_rounds(app, worker))
        running = asyncio.create_task(
            worker.run_worker_async(
                concurrency=LANES,
                delete_jobs="successful",
                fetch_job_polling_interval=HEARTBEAT,
                update_heartbeat_interval=HEARTBEAT,
                stalled_worker_timeout=STALLED,
                install_signal_handlers=threading.current_thread() is threading.main_thread(),
            )
        )
        while not running.done() and not stop.is_set():
            await asyncio.wait([running], timeout=SECONDS_BETWEEN_LOOKS)
        running.cancel()
        rounds.cancel()
        await asyncio.gather(running, rounds, return_exceptions=True)
        fault = None if running.cancelled() else running.exception()
        if fault is not None:
            raise fault


async def _rounds(app: Flask, worker: App) -> None:
    """Every few seconds: give the jobs of dead workers out again, then do the chores."""
    import asyncio

    while True:
        try:
            for stalled in await worker.job_manager.get_stalled_jobs(seconds_since_heartbeat=STALLED):
                log("job_stalled", job=stalled.task_kwargs.get("job_id"), attempts=stalled.attempts)
                await worker.job_manager.retry_job(stalled)
        except Exception as fault:
            log("worker_stumbled", error=repr(fault))
        await asyncio.to_thread(do_chores, app)
        await asyncio.sleep(SECONDS_BETWEEN_ROUNDS)
