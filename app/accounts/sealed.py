"""A user's phone and identity number: sealed in her row, searched by blind index, shown by mask.

Nobody else writes these columns, so that value, index and mask can never disagree.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.accounts.models import User
from app.core.crypto import vault
from app.core.db import db
from app.core.identifiers import mask_id, mask_phone


def phone_index(phone: str) -> str:
    """Blind index of a normalised phone; one-time codes and messages are found by the same."""
    return vault().index("phone", phone)


def put_phone(user: User, phone: str) -> None:
    """Seal a normalised phone into the row (its ``uid`` must be set)."""
    for name, value in phone_facts(user, phone).items():
        setattr(user, name, value)


def phone_facts(user: User, phone: str) -> dict[str, Any]:
    """The three columns of a phone, for a guarded change of the row."""
    sealed = vault().seal("user", "phone", user.uid, phone)
    return {"phone_sealed": sealed, "phone_index": phone_index(phone), "phone_hint": mask_phone(phone)}


def take_phone_off(user: User) -> None:
    """Leave the row without a phone."""
    user.phone_sealed, user.phone_index, user.phone_hint = None, None, ""


def put_identity(user: User, kind: str, number: str) -> None:
    """Seal a normalised identity number into the row (its ``uid`` must be set)."""
    user.identity_kind = kind
    user.identity_sealed = vault().seal("user", "identity", user.uid, number)
    user.identity_index = vault().index("identity", number)
    user.identity_hint = mask_id(number)


def phone_of(user: User) -> str | None:
    """The phone in the clear; for sending messages and for the agreement, never for a list."""
    return vault().open_text("user", "phone", user.uid, user.phone_sealed) if user.phone_sealed else None


def identity_of(user: User) -> str | None:
    """The identity number in the clear; for the agreement and the person's own export."""
    return vault().open_text("user", "identity", user.uid, user.identity_sealed) if user.identity_sealed else None


def user_by_phone(phone: str) -> User | None:
    return db.session.scalar(select(User).filter_by(phone_index=phone_index(phone)))


def user_by_identity(number: str) -> User | None:
    return db.session.scalar(select(User).filter_by(identity_index=vault().index("identity", number)))
