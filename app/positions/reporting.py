"""举报: anybody says what is wrong with a posting; a coordinator looks into it and answers.

The enterprise hears nothing of who said it. What follows for the posting (sending it back, closing it) is a step of
its own.
"""

from __future__ import annotations

import datetime as dt
import uuid

from app.accounts.models import User
from app.accounts.sealed import phone_of
from app.core import throttle
from app.core.actor import ANONYMOUS, Actor
from app.core.clock import now
from app.core.crypto import vault
from app.core.db import db
from app.core.errors import Invalid
from app.core.identifiers import IdentifierFault, check_mobile, mask_phone
from app.core.labels import REPORT_REASONS
from app.core.outbox import tell, text_message
from app.core.settings import whole
from app.positions.models import Position, Report
from app.positions.states import REPORT

SHORTEST, LONGEST = 6, 1000
# One line of a mobile network is shared by many, so an address may say a little more than one person would.
MOST_A_DAY, DAY = 10, 86400


def report(
    actor: Actor, position: Position, *, reason: str, text: str, phone: str = "", wants_answer: bool = False,
    address: str = "",
) -> Report:
    """Say what is wrong with a posting. Nothing ties it to the person unless she wants an answer.

    ``address`` only counts how much comes from one place; it is not kept.

    Raises:
        Invalid: no such reason, too little said, or a phone that is none (each with its field).
        TooMany: over the day's number from one person or address.
    """
    if reason not in REPORT_REASONS:
        raise Invalid("请选是哪一种问题", "reason")
    said = text.strip()
    if len(said) < SHORTEST:
        raise Invalid("再写具体一点：什么时候、谁、说了什么或做了什么", "text")
    number = _number(phone)
    throttle.count("report", str(actor.user_id or address), most=MOST_A_DAY, seconds=DAY)
    known = wants_answer and actor.user_id is not None
    uid = uuid.uuid4().hex
    row = Report(
        uid=uid, position=position, position_id=position.id, user_id=actor.user_id if known else None, reason=reason,
        text=said[:LONGEST], created_at=now(), phone_hint=mask_phone(number) if number else "",
        phone_sealed=vault().seal("report", "phone", uid, number) if number else None,
    )  # fmt: skip
    REPORT.begin(row, actor if known else ANONYMOUS)
    return row


def _number(phone: str) -> str:
    if not phone.strip():
        return ""
    try:
        return check_mobile(phone)
    except IdentifierFault as fault:
        raise Invalid(fault.message, "phone") from fault


def due_at(row: Report) -> dt.datetime:
    """Until when the person may expect an answer."""
    return row.created_at + answer_time()


def answer_time() -> dt.timedelta:
    return dt.timedelta(days=whole("report_answer_days"))


def look(actor: Actor, row: Report, version: int | None = None) -> None:
    """A coordinator begins, so that two of them do not call the same people. Whoever has an account hears of it."""
    REPORT.move(row, "look", actor, version=version)
    if row.user_id is not None:
        tell(row.user_id, "您的举报有人在核实了", f"“{row.position.name}”：协调员在核实，有结果会告诉您。")


def decide(actor: Actor, row: Report, *, upheld: bool, answer: str, version: int | None = None) -> None:
    """Say what was found. The person who reported is told where she can be told; then her phone is forgotten.

    Raises:
        Invalid: nothing said about what was found (field ``answer``).
        WrongState: nobody began to look into it, or it is decided.
    """
    said = answer.strip()[:LONGEST]
    if not said:
        raise Invalid("写清楚怎么核实的、结果怎样", "answer")
    number = vault().open_text("report", "phone", row.uid, row.phone_sealed) if row.phone_sealed else ""
    action = "uphold" if upheld else "dismiss"
    # The finding stands in the row alone: history is never erased, and people are spoken of in it.
    REPORT.move(row, action, actor, version=version, answer=said, phone_sealed=None, phone_hint="")
    _answer(row, number)


def _answer(row: Report, number: str) -> None:
    subject = "您的举报有结果了"
    body = f"“{row.position.name}”：{REPORT.states[row.state]}。{row.answer}"
    user = db.session.get(User, row.user_id) if row.user_id else None
    if user is not None:
        tell(user.id, subject, body, phone=number or phone_of(user))
    elif number:
        text_message(number, subject, body)
