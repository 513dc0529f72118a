"""What must outlive a refusal: a counted try, a failed log-in in the history.

A refused command rolls back, and inside a savepoint nothing may be committed at all. So what has to stay is committed
at once where that is possible, and otherwise when the request has ended.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any

from app.core.db import db

Command = Callable[[], object]
_owed: ContextVar[tuple[Command, ...]] = ContextVar("owed", default=())


def in_savepoint() -> bool:
    """Whether a commit is forbidden just now."""
    return db.session().in_nested_transaction()


def lasting(command: Command) -> None:
    """Do ``command`` so that it stays even if the present command is refused. Call it before anything else changes."""
    if in_savepoint():
        afterwards(command)
        return
    command()
    db.session.commit()


def afterwards(command: Command) -> None:
    """Do ``command`` when the request has ended, however it ended."""
    _owed.set((*_owed.get(), command))


def owe_nothing() -> None:
    """Begin a request: what something outside of any request left owed in this thread is not this one's."""
    _owed.set(())


def settle(response: Any = None) -> Any:
    """Do what a finished request still owes, in a transaction of its own; passes the response through."""
    owed = _owed.get()
    if owed:
        _owed.set(())
        for command in owed:
            command()
        db.session.commit()
    return response
