"""Delivery of queued messages. The row is the truth: claimed, sent, and marked, each in a transaction of its own.

Which sender carries a text message or a mail is the installation's matter: plug one in with ``use``. Without one the
console sender writes a masked line to the log and the text stays in its row, where the demonstration shows it.
A message may go out twice when a worker dies between the sending and the mark; it is never lost.
"""

from __future__ import annotations

import datetime as dt
import logging
from typing import Protocol

from sqlalchemy import ColumnElement, and_, or_, select, update

from app.core import jobs
from app.core.clock import now
from app.core.crypto import vault
from app.core.db import db
from app.core.dispatch import CHORES, chore
from app.core.identifiers import mask_phone
from app.core.logs import log
from app.core.outbox import Message, as_text, body_of

# How long to wait after each failed try; after the last one the administrator is asked to look.
WAITS = tuple(dt.timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 720))
MOST_TRIES = len(WAITS) + 1
IN_ONE_LOOK = 200
STUCK_AFTER = dt.timedelta(minutes=5)


class Sender(Protocol):
    """Carries one message; raises any exception when it could not."""

    def __call__(self, address: str, subject: str, body: str) -> None: ...


def _console(address: str, subject: str, body: str) -> None:
    """Nothing leaves the machine: who and what about, never the words (they may hold a code)."""
    log("message", to=mask_phone(address), subject=subject)


SENDERS: dict[str, Sender] = {"sms": _console, "mail": _console}


def use(channel: str, sender: Sender) -> None:
    """Let ``sender`` carry a channel ("sms" or "mail") from now on."""
    SENDERS[channel] = sender


@jobs.task("deliver_messages")
def deliver_messages(handle: jobs.Handle) -> None:
    """The task: deliver what is queued, then be done."""
    sent = deliver_due()
    handle.complete(f"发出{sent}条")


def deliver_queued() -> None:
    """The chore: every worker looks again and again, so nobody needs to enqueue anything to have a message sent."""
    deliver_due()


def install() -> None:
    """Called by the application factory: from then on workers deliver."""
    if deliver_queued not in CHORES:
        chore(deliver_queued)


def deliver_due(most: int = IN_ONE_LOOK) -> int:
    """Deliver what is due, by priority and then the oldest first, until none is left or ``most`` were tried. Returns
    how many went out.

    One that failed stays queued and waits longer each time, until its tries are spent.
    """
    sent = 0
    ids = db.session.scalars(select(Message.id).where(_due()).order_by(Message.priority, Message.id).limit(most)).all()
    for message_id in ids:
        if (message := _claim(message_id)) is not None:
            sent += _deliver(message)
    return sent


def _due() -> ColumnElement[bool]:
    """Queued, or claimed by a worker that has not come back (``sent_at`` is the moment of the claim until then)."""
    at = jobs.machine_now()
    waits_no_more = and_(Message.state == "queued", or_(Message.try_after.is_(None), Message.try_after <= at))
    stuck = and_(Message.state == "sending", Message.sent_at < at - STUCK_AFTER)
    return and_(or_(waits_no_more, stuck), Message.channel.in_(tuple(SENDERS)))


def _claim(message_id: int) -> Message | None:
    """Count a try on the row; of two workers that saw it one gets it."""
    done = db.session.execute(
        update(Message).where(Message.id == message_id, _due())
        .values(tries=Message.tries + 1, state="sending", sent_at=jobs.machine_now())
        .execution_options(synchronize_session=False)
    )
    db.session.commit()
    return db.session.get(Message, message_id, populate_existing=True) if done.rowcount == 1 else None


def _deliver(message: Message) -> bool:
    try:
        address = vault().open_text("message", "address", message.uid, message.address_sealed or b"")
        SENDERS[message.channel](address, message.subject, as_text(message.subject, body_of(message)))
    except Exception as fault:
        spent = message.tries >= MOST_TRIES
        later = None if spent else jobs.machine_now() + WAITS[message.tries - 1]
        # Of the fault only its kind is kept: its words may repeat the address.
        _end(message, "failed" if spent else "queued", try_after=later, fault=type(fault).__name__[:200])
        log("message_failed", logging.WARNING, message=message.id, error=repr(fault)[:200])
        return False
    _end(message, "sent")
    return True


def again(message: Message) -> bool:
    """Queue a message once more whose tries were spent; False when it is not one of those. For the administrator."""
    done = db.session.execute(
        update(Message).where(Message.id == message.id, Message.state == "failed")
        .values(state="queued", tries=0, try_after=None).execution_options(synchronize_session=False)
    )
    return done.rowcount == 1


def _end(message: Message, state: str, **changes: object) -> None:
    db.session.execute(
        update(Message).where(Message.id == message.id, Message.state == "sending")
        .values(state=state, sent_at=now() if state == "sent" else None, **changes)
    )
    db.session.commit()
