"""Numbers are handed on to other people. Whoever proves a phone whose account nobody has entered for half a year is
asked first whether the account is hers (templates/accounts/known_phone.html)."""

from __future__ import annotations

import datetime as dt

from app.accounts.models import User
from app.core.access import AccessLine, lines_of
from app.core.clock import now
from app.core.db import db

# Phone companies give a number to somebody else after three months at the earliest.
AWAY = dt.timedelta(days=180)


def long_away(user: User) -> bool:
    """Whether nobody has entered this account for half a year."""
    entered = lines_of(user.id, looks=False).where(AccessLine.by_user == user.id)  # Strangers' tries are no entries.
    newest = db.session.scalars(entered.limit(1)).first()
    return (newest.at if newest else user.created_at) < now() - AWAY
