"""A paused posting: who holds a seat on it, and what they hear."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload

from app.accounts.telling import tell_person
from app.applications.models import Application
from app.core.db import db
from app.order_classes.models import Track
from app.placements.models import Placement
from app.placements.snapshot import HOLDING
from app.positions.models import Position
from app.positions.pausing import ON_PAUSE, ON_RESUME, USES, Use


def _holding(position: Position) -> Sequence[Placement]:
    post = func.coalesce(Placement.position_id, Placement.offered_position_id, Track.position_id)
    found = select(Placement).join(Track, Track.id == Placement.track_id)
    found = found.where(Placement.state.in_(HOLDING), post == position.id).order_by(Placement.id)
    return db.session.scalars(found.options(joinedload(Placement.application).joinedload(Application.user))).all()


def uses(position: Position) -> Iterable[Use]:
    """How many hold a seat there: somebody has to talk with each of them."""
    count = len(_holding(position))
    if count:
        then = "打电话问本人。恢复了接着签，不恢复就让出名额"
        yield Use("录取在这里的人", f"{count}人，协议先不发、不签", then, "/placements")


def tell_of_pause(position: Position) -> None:
    """Her seat stays; nothing is signed until the posting goes on."""
    for placement in _holding(position):
        body = f"“{position.name}”查实有问题，暂停了。您的名额还在，先不签协议，协调员会联系您。"
        tell_person(placement.application.user, "您录取的岗位暂停了", body, link="/my-result")


def tell_of_resuming(position: Position) -> None:
    for placement in _holding(position):
        body = f"“{position.name}”恢复了。您的名额还在，可以接着办。"
        tell_person(placement.application.user, "您录取的岗位恢复了", body, link="/my-result")


USES.append(uses)
ON_PAUSE.append(tell_of_pause)
ON_RESUME.append(tell_of_resuming)
