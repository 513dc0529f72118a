"""A real server, a real worker and a real browser, with a clock that the test can move."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from tests.journeys.town import Town, running_town

FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


@pytest.fixture
def town(make_database: Callable[[], str], tmp_path: Path) -> Iterator[Town]:
    """An empty installation."""
    with running_town(make_database(), tmp_path) as place:
        yield place
    # Shown only when the test failed: what the server and the worker said last.
    print((tmp_path / "log").read_text("utf-8", "replace")[-6000:])


@contextlib.contextmanager
def started(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as player:
        found = player.chromium.launch(executable_path=chromium, args=FLAGS)
        yield found
        found.close()


@pytest.fixture
def browser(chromium: str) -> Iterator[Browser]:
    with started(chromium) as found:
        yield found
