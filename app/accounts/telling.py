"""Telling a person: on the site, and by text message on the phone of her account."""

from __future__ import annotations

from app.accounts.models import User
from app.accounts.sealed import phone_of
from app.core.outbox import IN_TURN, tell


def tell_person(user: User, subject: str, body: str, *, link: str | None = None, priority: int = IN_TURN) -> None:
    """Say it where she looks and where she is reached. Never with an identity number; the text message is cut short."""
    tell(user.id, subject, body, link=link, phone=phone_of(user), priority=priority)
