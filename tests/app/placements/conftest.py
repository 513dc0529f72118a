"""The round that most stories of placements begin with."""

from __future__ import annotations

from typing import Any

import pytest

from tests.app.placements.town import Town, make_town


@pytest.fixture
def town(session: Any) -> Town:
    return make_town()
