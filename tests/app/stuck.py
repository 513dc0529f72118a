"""One row of many that a service refuses, as if somebody else were just writing to it."""

from __future__ import annotations

from types import ModuleType
from typing import Any

import pytest

from app.core.errors import Conflict


def stuck(monkeypatch: pytest.MonkeyPatch, module: ModuleType, name: str, row: Any) -> None:
    """The service ``name``, as ``module`` calls it, refuses ``row`` and does every other as it should."""
    genuine = getattr(module, name)

    def but_one(actor: Any, other: Any, *more: Any) -> None:
        if other.id == row.id:
            raise Conflict()
        genuine(actor, other, *more)

    monkeypatch.setattr(module, name, but_one)
