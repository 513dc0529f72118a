"""On the day of the results whoever got no seat hears first, before any message that waited or was queued as well."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from app.accounts.sealed import phone_of
from app.core import senders
from app.core.db import db
from app.core.outbox import tell
from app.placements.models import RunPlacement
from app.placements.offering import offer_seats
from tests.app.make_accounts import make_applicant, next_phone
from tests.app.make_agreements import make_table
from tests.app.make_applications import make_application
from tests.app.make_organisations import actor_for
from tests.app.make_placements import make_run


@pytest.fixture
def carried() -> Iterator[list[str]]:
    """The phones that text messages went to, in order."""
    before, phones = senders.SENDERS["sms"], []  # type: ignore[var-annotated]
    senders.use("sms", lambda address, subject, body: phones.append(address))
    yield phones
    senders.use("sms", before)


def test_the_unplaced_hear_first_whatever_else_waits(session: Any, carried: list[str]) -> None:
    table, waiting = make_table(), next_phone()
    tell(make_applicant().id, "材料核对完了", "请等结果", phone=waiting)
    run = make_run(table.round, "solved")
    people = [make_application(table.round, make_applicant(), [table.track], state="in_round") for _ in range(4)]
    for number, application in enumerate(people):
        track = table.track.id if number % 2 == 0 else None
        db.session.add(RunPlacement(run_id=run.id, application_id=application.id, track_id=track))
    db.session.flush()
    assert offer_seats(actor_for(table.coordinator), run) == 2
    senders.deliver_due()
    phones = [phone_of(application.user) or "" for application in people]
    assert carried == [phones[1], phones[3], waiting, phones[0], phones[2]]
