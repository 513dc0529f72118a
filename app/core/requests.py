"""Idempotency keys: a POST that arrives twice (a double tap, a retry after a lost answer) is done once.

The key is claimed at the start of the command's own transaction, so a second one waits on the unique row until the
first has committed and is then sent where the first was sent.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets

from sqlalchemy import String, delete, select
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.db import Base, db

KEPT = dt.timedelta(days=2)


class RequestKey(Base):
    """One POST that was carried out, and where its answer led."""

    __tablename__ = "request_key"
    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    endpoint: Mapped[str] = mapped_column(String(80))
    location: Mapped[str] = mapped_column(String(400), default="")
    created_at: Mapped[dt.datetime] = mapped_column(index=True)


def new_key() -> str:
    return secrets.token_urlsafe(18)


def hash_of(key: str, owner: str) -> str:
    """A key counts for one visitor only: another's key is another hash."""
    return hashlib.sha256(f"{owner}|{key}".encode()).hexdigest()


def earlier(key_hash: str) -> str | None:
    """Where an earlier POST with this key led, or None."""
    return db.session.scalar(select(RequestKey.location).filter_by(key_hash=key_hash))


def claim(key_hash: str, endpoint: str) -> RequestKey:
    """Claim the key in this transaction; raises IntegrityError when another request holds it."""
    row = RequestKey(key_hash=key_hash, endpoint=endpoint, created_at=now())
    db.session.add(row)
    db.session.flush()
    return row


def again(key_hash: str) -> RequestKey:
    """The row of a claim that was never answered, locked for this transaction."""
    return db.session.execute(select(RequestKey).filter_by(key_hash=key_hash).with_for_update()).scalar_one()


def forget_old() -> int:
    """Drop keys nobody will repeat; returns how many."""
    return db.session.execute(delete(RequestKey).where(RequestKey.created_at < now() - KEPT)).rowcount
