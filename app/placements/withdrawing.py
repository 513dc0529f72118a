"""What a withdrawn consent does once the round is closed: an offer is declined; an accepted seat is ended first."""

from __future__ import annotations

from sqlalchemy import select

from app.accounts.models import User
from app.accounts.service import ON_WITHDRAW
from app.accounts.telling import tell_person
from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Invalid
from app.placements.models import Placement
from app.placements.snapshot import HOLDING
from app.placements.states import PLACEMENT

PURPOSES = ("schools_of_choices", "enterprise_of_placement")
WHY = "本人撤回了给院校看资料的同意"


def give_up_offers(actor: Actor, user: User, purpose: str) -> None:
    """Decline what is still on offer. Before publication nothing is: then no offer is made (offering.py).

    Raises:
        Invalid: a seat is accepted already; it and its agreement are ended in their own way first.
    """
    if purpose not in PURPOSES:
        return
    found = select(Placement).where(Placement.user_id == user.id, Placement.state.in_(HOLDING))
    held = db.session.scalars(found.order_by(Placement.id)).all()
    if any(placement.state == "accepted" for placement in held):
        raise Invalid("您已经接受了录取。先在“我的协议”里解除，再撤回这一项")
    for placement in held if purpose == PURPOSES[0] else ():
        PLACEMENT.move(placement, "decline", actor, why=WHY, answered_at=now(), because=WHY)
        body = "您撤回了给院校看资料的同意，名额跟着让出了。不是您本人做的，请马上打咨询电话。"
        tell_person(user, "名额让出去了", body, link="/my-result")


ON_WITHDRAW.append(give_up_offers)
