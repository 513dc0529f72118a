"""Rounds for tests, built directly."""

from __future__ import annotations

import datetime as dt
import hashlib
import itertools
from collections.abc import Iterable
from typing import Any

from app.core.clock import now
from app.core.crypto import vault
from app.core.db import db
from app.order_classes.models import OrderClass
from app.organisations.models import Alliance
from app.rounds.models import Round, RoundClass

_numbers = itertools.count(1)
SEED = bytes(range(32))


def round_calendar(opens_at: dt.datetime | None = None) -> dict[str, dt.datetime]:
    """A calendar in order; it opened yesterday unless told otherwise, so that applying is possible now."""
    start = opens_at or now() - dt.timedelta(days=1)
    after = {
        "opens_at": 0,
        "deadline": 20,
        "guardian_due": 23,
        "evidence_due": 26,
        "publish_at": 30,
        "respond_by": 35,
        "sign_by": 65,
    }
    return {name: start + dt.timedelta(days=days) for name, days in after.items()}


def make_round(alliance: Alliance, classes: Iterable[OrderClass] = (), state: str = "open", **facts: Any) -> Round:
    """A round that offers ``classes`` with their seats and minimum; its seed is sealed and committed to."""
    code = facts.pop("code", f"T{next(_numbers):03d}")
    opens_at = facts.pop("opens_at", None)
    row = Round(
        alliance=alliance,
        state=state,
        code=code,
        **(
            {
                "name": "2027年春季",
                "created_at": now(),
                "max_choices": 5,
                "uses_minimum": True,
                "uses_adjustment": True,
                "seed_sealed": vault().seal("round", "seed", code, SEED),
                "seed_commitment": hashlib.sha256(SEED.hex().encode()).hexdigest(),
            }
            | round_calendar(opens_at)
            | facts
        ),
    )
    db.session.add(row)
    db.session.flush()
    for each in classes:
        db.session.add(RoundClass(round_id=row.id, order_class=each, seats=each.seats, min_open=each.min_open))
    db.session.flush()
    return row
