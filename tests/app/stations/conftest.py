"""Each test has a village of its own."""

from __future__ import annotations

from typing import Any

import pytest

from tests.app.stations.village import Village, make_village


@pytest.fixture
def village(session: Any) -> Village:
    return make_village()
