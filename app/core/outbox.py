"""Messages to people are rows of the same transaction; a worker delivers them afterwards.

The demonstration's sender keeps the text, so the on-page inbox can show what a phone would have received.
"""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, Text, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.crypto import vault
from app.core.db import Base, Id, Uid, add_lines, db

SIGN = "【三方订单班】"
# Who is served first when much waits: somebody who stands before a form, then those a result leaves without a seat.
AT_ONCE, UNPLACED_FIRST, IN_TURN = 0, 3, 6
# A text message of Chinese characters holds 70; the gateway joins longer ones from parts of 67. Two parts, no more.
LONGEST_TEXT = 134
_MORE = "……全文请登录看"


class Message(Base):
    """One message: ``channel`` site (read on the page), sms or mail. The address is sealed, the text is not secret
    but for one-time codes, which are sealed as well (``body_sealed``). A smaller ``priority`` goes first; ``try_after``
    and ``fault`` belong to one that a sender could not carry."""

    __tablename__ = "message"
    id: Mapped[Id]
    uid: Mapped[Uid]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    guardian_id: Mapped[int | None] = mapped_column(ForeignKey("guardian.id"))
    channel: Mapped[str] = mapped_column(String(8))
    subject: Mapped[str] = mapped_column(String(80))
    body: Mapped[str] = mapped_column(Text, default="")
    body_sealed: Mapped[bytes | None]
    address_sealed: Mapped[bytes | None]
    address_index: Mapped[str | None] = mapped_column(String(64))
    link: Mapped[str | None] = mapped_column(String(300))
    state: Mapped[str] = mapped_column(String(12), default="queued")
    tries: Mapped[int] = mapped_column(Integer, default=0)
    priority: Mapped[int] = mapped_column(Integer, default=IN_TURN, server_default=str(IN_TURN))
    try_after: Mapped[dt.datetime | None]
    fault: Mapped[str] = mapped_column(String(200), default="", server_default="")
    created_at: Mapped[dt.datetime]
    sent_at: Mapped[dt.datetime | None]
    read_at: Mapped[dt.datetime | None]
    __table_args__ = (
        Index(None, "state", "priority", "id"), Index(None, "user_id", "id"), Index(None, "address_index"),
    )  # fmt: skip


def tell(
    user_id: int, subject: str, body: str, *, link: str | None = None, phone: str | None = None,
    priority: int = IN_TURN,
) -> None:
    """Tell a user something on the site, and by text message when a phone is given.

    The text message is short: what does not fit is read on the site.
    """
    at = now()
    on_site = _row(
        user_id=user_id, channel="site", subject=subject, body=body, link=link, state="sent", created_at=at, sent_at=at,
        priority=priority,
    )  # fmt: skip
    by_phone = [_text(phone, subject, body, user_id=user_id, priority=priority)] if phone else []
    add_lines(Message, [on_site, *by_phone])


def _row(**values: Any) -> dict[str, Any]:
    """One message with every column there is, so that several go into one statement."""
    return {
        "uid": uuid.uuid4().hex, "user_id": None, "guardian_id": None, "body": "", "body_sealed": None,
        "address_sealed": None, "address_index": None, "link": None, "state": "queued", "sent_at": None, **values,
    }  # fmt: skip


def shortened(subject: str, body: str) -> str:
    """The body as it fits into a text message together with the sender's sign and the subject."""
    over = len(as_text(subject, body)) - LONGEST_TEXT
    return body if over <= 0 else body[: -over - len(_MORE)] + _MORE


def as_text(subject: str, body: str) -> str:
    """What a phone shows: who writes, what about, and the words. A body that carries the sign stays as it is."""
    return body if body.startswith(SIGN) else f"{SIGN}{subject}：{body}"


def text_message(
    phone: str, subject: str, body: str, *, secret: bool = False, user_id: int | None = None,
    guardian_id: int | None = None, priority: int | None = None,
) -> None:
    """Queue a text message. A ``secret`` body (a one-time code, a personal link) is stored sealed, is never cut, and
    goes first, for somebody waits for it."""
    add_lines(Message, [_text(
        phone, subject, body, secret=secret, user_id=user_id, guardian_id=guardian_id,
        priority=(AT_ONCE if secret else IN_TURN) if priority is None else priority,
    )])  # fmt: skip


def _text(
    phone: str, subject: str, body: str, *, priority: int, secret: bool = False, user_id: int | None = None,
    guardian_id: int | None = None,
) -> dict[str, Any]:
    uid = uuid.uuid4().hex
    box = vault()
    return _row(
        uid=uid, channel="sms", user_id=user_id, guardian_id=guardian_id, subject=subject,
        body="" if secret else shortened(subject, body),
        body_sealed=box.seal("message", "body", uid, body) if secret else None,
        address_sealed=box.seal("message", "address", uid, phone), address_index=box.index("phone", phone),
        priority=priority, created_at=now(),
    )  # fmt: skip


def body_of(message: Message) -> str:
    if message.body_sealed is None:
        return message.body
    return vault().open_text("message", "body", message.uid, message.body_sealed)


def newest_to_phone(phone: str, most: int = 5) -> list[Message]:
    """The demonstration's inbox: what this phone would have received last."""
    found = select(Message).filter_by(address_index=vault().index("phone", phone)).order_by(Message.id.desc())
    return list(db.session.scalars(found.limit(most)))
