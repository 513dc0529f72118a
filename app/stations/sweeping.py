"""A slip its person did not confirm in time expires, and what identified her goes."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from app.core.actor import SYSTEM
from app.core.alone import each_alone
from app.core.clock import now
from app.core.db import db
from app.core.dispatch import hourly
from app.core.files import forget
from app.core.outbox import text_message
from app.rounds.models import Round
from app.stations.entering import forgotten, phone_of_slip
from app.stations.models import Slip, SlipBatch
from app.stations.queries import WAITING
from app.stations.states import SLIP

AT_ONCE = 200
# A deadline may still be moved by a day or two; a picture taken on the last day is kept that long.
GRACE = dt.timedelta(days=7)


@hourly
def expire_unconfirmed() -> None:
    """Doing it twice does no harm."""
    late = (
        select(Slip).join(SlipBatch).join(Round)
        .where(Slip.state.in_(WAITING), Round.deadline < now() - GRACE).order_by(Slip.id)
    )
    each_alone(db.session.scalars(late.limit(AT_ONCE)).all(), _expire)


def _expire(slip: Slip) -> None:
    phone = phone_of_slip(slip)
    SLIP.move(slip, "expire", SYSTEM, **forgotten())
    forget(slip.file)
    if phone:
        body = "服务站替您填的报名，截止前没有确认，不算报名。资料已删。可以等下一批或者补录。"
        text_message(phone, "代填的报名没有算数", body)
