"""Stopping long work from outside: a thread asks twenty times a second whether the caller has given up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TypeVar

from matching.faults import Cancelled

Result = TypeVar("Result")
#: Seconds between two questions.
PAUSE = 0.05


def never() -> bool:
    """The caller who never gives up; nothing needs to watch for that."""
    return False


@contextmanager
def stopping(cancelled: Callable[[], bool], stop: Callable[[], object]) -> Iterator[None]:
    """While the block runs, calls `stop` as soon as `cancelled()` is true. The block must release the GIL."""
    done = threading.Event()

    def watch() -> None:
        while not done.wait(PAUSE):
            if cancelled():
                stop()
                return

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()


def waiting(work: Callable[[], Result], cancelled: Callable[[], bool]) -> Result:
    """What `work` returns; Cancelled as soon as `cancelled()` is true, leaving the work to end by itself.

    For solvers that release the GIL and cannot be stopped.
    """
    if cancelled is never:
        return work()
    answers: list[Result] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            answers.append(work())
        except BaseException as error:
            failures.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    while thread.is_alive():
        thread.join(PAUSE)
        if cancelled():
            raise Cancelled
    if failures:
        raise failures[0]
    return answers[0]
