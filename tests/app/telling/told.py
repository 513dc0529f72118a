"""One story for each move of a person's matter: who she is, and what somebody then does. Here: how they are told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from app.accounts.models import User
from app.core.clock import now
from app.core.db import db
from tests.app.make_agreements import Table
from tests.app.make_rounds import round_calendar

Act = Callable[[], object]
Story = Callable[[Table], tuple[User, Act]]
DAY = dt.timedelta(days=1)
# (thing, action) → its story.
STORIES: dict[tuple[str, str], Story] = {}


def tells(thing: str, *actions: str) -> Callable[[Story], Story]:
    def enter(story: Story) -> Story:
        STORIES.update({(thing, action): story for action in actions})
        return story

    return enter


def at_stage(table: Table, state: str, days_since_opening: int = 1) -> None:
    """The table's round, so many days after it opened."""
    table.round.state = state
    for name, moment in round_calendar(now() - days_since_opening * DAY).items():
        setattr(table.round, name, moment)
    db.session.flush()
