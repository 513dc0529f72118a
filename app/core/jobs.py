"""Background work. The row is the truth: state, lease, attempt token, progress, cancel.

A task runs outside any long transaction, reports through ``Handle.beat`` and ends by calling ``Handle.complete`` inside
the transaction that writes its result: the guarded UPDATE (``token`` still ours) makes the result and ``done`` one
thing, so a worker that was killed, or one whose lease ran out, can never save a second time.

Who runs the rows is app/core/dispatch.py's matter: a poller on SQLite, Procrastinate on PostgreSQL.
"""

from __future__ import annotations

import datetime as dt
import secrets
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Boolean, Float, Index, Integer, String, Text, and_, or_, select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Mapped, mapped_column

from app.core.db import Base, Id, db, is_postgres
from app.core.logs import log

LEASE = dt.timedelta(seconds=20)
MOST_ATTEMPTS = 5
STATES = {"queued": "排队中", "running": "正在做", "done": "做好了", "failed": "没做成", "cancelled": "已取消"}


class Job(Base):
    """One piece of background work. Times here are the machine's own, never the demonstration's."""

    __tablename__ = "job"
    id: Mapped[Id]
    task: Mapped[str] = mapped_column(String(40))
    arguments: Mapped[dict[str, Any]]
    unique_key: Mapped[str | None] = mapped_column(String(120), unique=True)
    state: Mapped[str] = mapped_column(String(12), default="queued")
    attempt: Mapped[int] = mapped_column(Integer, default=0)
    token: Mapped[str | None] = mapped_column(String(32))
    lease_until: Mapped[dt.datetime | None]
    run_after: Mapped[dt.datetime]
    progress: Mapped[float] = mapped_column(Float, default=0.0)
    says: Mapped[str] = mapped_column(String(200), default="")
    cancel: Mapped[bool] = mapped_column(Boolean, default=False)
    fault: Mapped[str] = mapped_column(Text, default="")
    created_at: Mapped[dt.datetime]
    ended_at: Mapped[dt.datetime | None]
    __table_args__ = (Index(None, "state", "run_after"),)


class LeaseLost(Exception):
    """Another worker has the job now; whatever was computed here is thrown away."""


class Cancelled(Exception):
    """A person asked for the job to stop."""


class Failed(Exception):
    """The task cannot be done; the message is Chinese, for the page. Not tried again."""


def machine_now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


@dataclass(frozen=True)
class Handle:
    """What a running task holds: its job and the token of this attempt."""

    job_id: int
    token: str

    def beat(self, fraction: float, says: str = "") -> None:
        """Report progress (0–1), renew the lease, and learn of a cancel. Commits. Raises LeaseLost, Cancelled."""
        changes: dict[str, Any] = {"lease_until": machine_now() + LEASE, "progress": min(1.0, max(0.0, fraction))}
        if says:
            changes["says"] = says[:200]
        done = db.session.execute(update(Job).where(self._ours()).values(**changes))
        cancel = db.session.scalar(select(Job.cancel).filter_by(id=self.job_id))
        db.session.commit()
        if done.rowcount != 1:
            raise LeaseLost
        if cancel:
            raise Cancelled

    def complete(self, says: str = "") -> None:
        """Mark the job done in the caller's transaction; raises LeaseLost when it is not ours any more."""
        if self._end("done", says=says or "做好了", progress=1.0) != 1:
            raise LeaseLost

    def _ours(self) -> Any:
        return and_(Job.id == self.job_id, Job.token == self.token, Job.state == "running")

    def _end(self, state: str, **changes: Any) -> int:
        statement = update(Job).where(self._ours()).values(state=state, ended_at=machine_now(), **changes)
        return db.session.execute(statement).rowcount


Task = Callable[..., None]
TASKS: dict[str, Task] = {}
# When a task ends without success its feature may have to say so on its own row.
ON_FAILURE: dict[str, Callable[[dict[str, Any], str, str], None]] = {}
# Set by dispatch on PostgreSQL: hands the new row to Procrastinate in the same transaction.
on_enqueue: list[Callable[[Job], None]] = []


def task(name: str, on_failure: Callable[[dict[str, Any], str, str], None] | None = None) -> Callable[[Task], Task]:
    """Register ``function(handle, **arguments)``; ``on_failure(arguments, state, reason)`` runs in the ending
    transaction when the job fails or is cancelled."""

    def wrap(function: Task) -> Task:
        TASKS[name] = function
        if on_failure:
            ON_FAILURE[name] = on_failure
        return function

    return wrap


def enqueue(name: str, *, unique_key: str | None = None, after: dt.datetime | None = None, **arguments: Any) -> Job:
    """Add a job to the present transaction: it exists exactly if the command commits."""
    job = Job(
        task=name,
        arguments=arguments,
        unique_key=unique_key,
        run_after=after or machine_now(),
        created_at=machine_now(),
        state="queued",
    )
    db.session.add(job)
    db.session.flush()
    for hand_over in on_enqueue:
        hand_over(job)
    return job


def request_cancel(job_id: int) -> None:
    """Ask a job to stop: a queued one ends at once, a running one at its next beat."""
    db.session.execute(
        update(Job).where(Job.id == job_id, Job.state == "queued").values(state="cancelled", ended_at=machine_now())
    )
    db.session.execute(update(Job).where(Job.id == job_id, Job.state == "running").values(cancel=True))


def claim(job_id: int | None = None) -> Handle | None:
    """Take one job that is due: queued, or running with its lease run out. Commits. None when there is none."""
    now = machine_now()
    due = and_(
        or_(and_(Job.state == "queued", Job.run_after <= now), and_(Job.state == "running", Job.lease_until < now)),
        Job.attempt < MOST_ATTEMPTS,
    )
    query = select(Job.id).where(due).order_by(Job.run_after, Job.id).limit(1)
    if job_id is not None:
        query = query.where(Job.id == job_id)
    if is_postgres():
        query = query.with_for_update(skip_locked=True)
    found = db.session.scalar(query)
    if found is None:
        db.session.rollback()
        return None
    token = secrets.token_hex(16)
    done = db.session.execute(
        update(Job)
        .where(Job.id == found, due)
        .values(state="running", token=token, attempt=Job.attempt + 1, lease_until=now + LEASE)
    )
    db.session.commit()
    return Handle(found, token) if done.rowcount == 1 else None


def give_up_exhausted() -> int:
    """End jobs whose last attempt was lost as well; returns how many."""
    lost = and_(Job.state == "running", Job.lease_until < machine_now(), Job.attempt >= MOST_ATTEMPTS)
    jobs = db.session.scalars(select(Job).where(lost)).all()
    for job in jobs:
        _end_badly(Handle(job.id, job.token or ""), job, "failed", f"试了{MOST_ATTEMPTS}次都没做完")
    db.session.commit()
    return len(jobs)


def perform(handle: Handle) -> str:
    """Run a claimed job to its end; returns the state it ended in (or 'lost').

    Raises:
        OperationalError: the database was lost; the row keeps its lease until it runs out.
    """
    job = db.session.get(Job, handle.job_id, populate_existing=True)
    assert job is not None
    name, arguments = job.task, dict(job.arguments)
    db.session.rollback()
    try:
        TASKS[name](handle, **arguments)
        db.session.commit()
    except LeaseLost:
        db.session.rollback()
        log("job_lost", job=handle.job_id, task=name)
        return "lost"
    except Cancelled:
        return _ended(handle, "cancelled", "已按要求停下")
    except Failed as fault:
        return _ended(handle, "failed", str(fault))
    except OperationalError:
        # The database was away or busy, which says nothing about the job: its lease runs out, and it is tried again.
        db.session.rollback()
        raise
    except Exception as fault:
        log("job_failed", job=handle.job_id, task=name, error=repr(fault), trace=traceback.format_exc())
        return _ended(handle, "failed", "程序出了错，已记下来")
    return "done"


def _ended(handle: Handle, state: str, reason: str) -> str:
    db.session.rollback()
    job = db.session.get(Job, handle.job_id, populate_existing=True)
    assert job is not None
    _end_badly(handle, job, state, reason)
    db.session.commit()
    return state


def _end_badly(handle: Handle, job: Job, state: str, reason: str) -> None:
    if handle._end(state, fault=reason, says=reason[:200]) != 1:
        return
    if job.task in ON_FAILURE:
        ON_FAILURE[job.task](dict(job.arguments), state, reason)


def run_due(most: int = 1000) -> int:
    """Run what is due, here and now (tests, the demonstration); returns how many jobs ran."""
    ran = 0
    while ran < most and (handle := claim()):
        perform(handle)
        ran += 1
    return ran
