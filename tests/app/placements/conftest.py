"""The round that most stories of placements begin with, and an engine that is quicker to call."""

from __future__ import annotations

import contextlib
import io
from typing import Any

import pytest

from app.core.jobs import Failed, Handle
from app.placements import run
from matching.__main__ import main as engine
from tests.app.placements.town import Town, make_town


@pytest.fixture
def town(session: Any) -> Town:
    return make_town()


@pytest.fixture(autouse=True)
def _engine_inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """The engine's own command line, but in this process: to start one takes ten times as long as these rounds.

    Real children are started by test_engine_talk, by tests/faults and by the demonstration's story.
    """

    def call(handle: Handle, arguments: list[str], low: float, high: float) -> None:
        said = io.StringIO()
        with contextlib.redirect_stdout(said), contextlib.redirect_stderr(said):
            code = engine(arguments)
        handle.beat(high)
        if code:
            raise Failed(said.getvalue())

    monkeypatch.setattr(run, "_engine", call)
