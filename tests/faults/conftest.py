"""Trials with workers shorten leases and heartbeats; afterwards everything is as long as it was."""

from __future__ import annotations

import pytest

from app.core import dispatch, jobs

SHORTENED = [
    (jobs, "LEASE"),
    (dispatch, "HEARTBEAT"),
    (dispatch, "STALLED"),
    (dispatch, "SECONDS_BETWEEN_ROUNDS"),
    (dispatch, "SECONDS_BETWEEN_LOOKS"),
]


@pytest.fixture(autouse=True)
def lasting_times(monkeypatch: pytest.MonkeyPatch) -> None:
    for module, name in SHORTENED:
        monkeypatch.setattr(module, name, getattr(module, name))
