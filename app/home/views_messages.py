"""What could not be delivered: the administrator sees it, finds out why, and lets it be tried again."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from app.core import senders
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import WrongState
from app.core.forms import Form
from app.core.outbox import Message
from app.core.paging import page_of
from app.core.web import done, requires
from app.home.blueprint import bp

STATES = {"queued": "等着发", "sending": "正在发", "sent": "发出了", "failed": "没发成"}


@bp.get("/messages")
@requires("message.manage")
def messages() -> ResponseReturnValue:
    """Failed text messages and mails, and those whose sender has failed at least once. Nobody's words or number."""
    troubled = select(Message).where(
        Message.channel != "site", (Message.state == "failed") | ((Message.state == "queued") & (Message.tries > 0))
    )
    counts = select(Message.state, func.count()).where(Message.channel != "site").group_by(Message.state)
    return render_template(
        "home/messages.html", page=page_of(troubled.order_by(Message.id.desc())), states=STATES,
        counts=dict(db.session.execute(counts).tuples().all()), most=senders.MOST_TRIES,
    )


def undelivered(actor: Actor, text_id: int) -> Message | None:
    found = select(Message).where(Message.id == text_id, Message.channel != "site")
    return db.session.scalar(found) if actor.is_admin else None


@bp.post("/messages/<int:text_id>/again")
@requires("message.manage", load=undelivered)
def again(message: Message) -> ResponseReturnValue:
    Form().validate_on_submit()
    if message.address_sealed is None or not senders.again(message):
        raise WrongState("这一条现在不能再发了")
    return done("home.messages", "排上队了，马上再发")
