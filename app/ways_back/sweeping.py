"""Requests nobody came to have checked expire after seven days, and what identified the person goes with them."""

from __future__ import annotations

from sqlalchemy import select

from app.core.actor import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.dispatch import hourly
from app.ways_back.models import WayBack
from app.ways_back.service import LASTS, erased
from app.ways_back.states import WAY_BACK

AT_ONCE = 200


@hourly
def expire_unchecked() -> None:
    """Doing it twice does no harm."""
    old = select(WayBack).where(WayBack.state == "asked", WayBack.created_at <= now() - LASTS)
    for row in db.session.scalars(old.order_by(WayBack.id).limit(AT_ONCE)).all():
        WAY_BACK.move(row, "expire", SYSTEM, **erased(), name="", identity_hint="")
