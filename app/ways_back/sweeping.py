"""Requests nobody came to have checked expire after seven days, and what identified the person goes with them."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from app.core.actor import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.dispatch import chore
from app.ways_back.models import WayBack
from app.ways_back.service import LASTS, erased
from app.ways_back.states import WAY_BACK

EVERY, AT_ONCE = dt.timedelta(hours=1), 200
_last: list[dt.datetime] = []


@chore
def expire_unchecked() -> None:
    """Once an hour per worker; doing it twice does no harm."""
    if _last and _last[-1] + EVERY > now():
        return
    _last[:] = [now()]
    old = select(WayBack).where(WayBack.state == "asked", WayBack.created_at <= now() - LASTS)
    for row in db.session.scalars(old.order_by(WayBack.id).limit(AT_ONCE)).all():
        WAY_BACK.move(row, "expire", SYSTEM, **erased(), name="", identity_hint="")
