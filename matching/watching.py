"""Stopping long work from outside: a thread asks twenty times a second whether the caller has given up."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

#: Seconds between two questions.
PAUSE = 0.05


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
