"""What is used up goes: ended sessions, old one-time codes, counters. Once an hour per worker."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import delete

from app.accounts.models import LoginSession, OneTimeCode
from app.core import imports, throttle
from app.core.clock import now
from app.core.db import db
from app.core.dispatch import hourly

CODES_KEPT = dt.timedelta(days=1)


@hourly
def sweep() -> None:
    """Delete what nobody can use any more; doing it twice does no harm."""
    db.session.execute(delete(LoginSession).where(LoginSession.ends_at < now()))
    db.session.execute(delete(OneTimeCode).where(OneTimeCode.expires_at < now() - CODES_KEPT))
    throttle.forget_old()
    imports.forget_old()
