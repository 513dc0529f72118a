"""A school that opens classes, and a class that lacks nothing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from app.core.actor import Actor
from app.order_classes import service
from app.order_classes.models import OrderClass
from tests.app.make_order_classes import EVEN_YEAR, class_facts
from tests.app.make_organisations import actor_for, make_enterprise, make_school_staff
from tests.app.make_positions import make_position


@pytest.fixture
def dean(school: Any) -> Actor:
    return actor_for(make_school_staff(school))


@pytest.fixture
def post_of(alliance: Any) -> Callable[..., Any]:
    """A public position of a member enterprise."""
    return lambda **facts: make_position(make_enterprise(alliance=alliance), **facts)


@pytest.fixture
def ready(dean: Actor, school: Any, alliance: Any, post_of: Any) -> Callable[..., OrderClass]:
    """A class that lacks nothing, but for what the story changes."""

    def ready(hours: Any = None, **facts: Any) -> OrderClass:
        row = service.draft(dean, school, alliance.id, **class_facts(**facts))
        years = [EVEN_YEAR] * row.years if hours is None else hours
        service.set_hours(dean, row, [{"year": n, **year} for n, year in enumerate(years, start=1)])
        service.add_track(dean, row, post_of(), 30)
        return row

    return ready
