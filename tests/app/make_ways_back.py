"""Lost phones for tests: somebody asked, and her paper was checked."""

from __future__ import annotations

import datetime as dt

from app.accounts.models import User
from app.core.clock import today
from app.ways_back import service
from app.ways_back.models import WayBack
from tests.app.make_accounts import make_user, next_identity, next_phone
from tests.app.make_organisations import actor_for


def make_way_back(checker: User, name: str = "梁失机") -> WayBack:
    """A request of somebody with an account whose paper ``checker`` has just checked."""
    identity = next_identity(today() - dt.timedelta(days=9000))
    make_user(name, identity=identity)
    row = service.ask(phone=next_phone(), name=name, identity_kind="resident_id", identity=identity)
    facts = {"reference": row.reference, "name": name, "identity": identity}
    return service.check(actor_for(checker), present=True, **facts)
