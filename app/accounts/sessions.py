"""Signed-in browsers: a random 256-bit token in a cookie, its hash in a row, idle and absolute ends."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
from collections.abc import Sequence

from sqlalchemy import delete, select, update

from app.accounts.models import LoginSession, User
from app.core.clock import now
from app.core.db import db, writing_aside

IDLE = dt.timedelta(minutes=60)
IDLE_STAFF = dt.timedelta(minutes=30)
LONGEST = dt.timedelta(hours=12)
PROOF_LASTS = dt.timedelta(minutes=10)
TOUCH_EVERY = dt.timedelta(minutes=1)


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def begin(*, user_id: int | None = None, guardian_id: int | None = None, address: str = "") -> str:
    """Open a session and return its token, which is stored nowhere."""
    token = secrets.token_urlsafe(32)
    at = now()
    db.session.add(
        LoginSession(token_hash=_hash(token), user_id=user_id, guardian_id=guardian_id, address=address,
                     created_at=at, seen_at=at, ends_at=at + LONGEST, proved_at=at)
    )
    db.session.flush()
    return token


def find(token: str) -> LoginSession | None:
    """The live session of a token, or None: unknown, ended, or of a closed account."""
    row = db.session.scalar(select(LoginSession).filter_by(token_hash=_hash(token)))
    if row is None or row.ends_at <= now():
        return None
    user = db.session.get(User, row.user_id) if row.user_id else None
    return None if row.user_id and (user is None or user.state != "active") else row


def idle_too_long(row: LoginSession, staff: bool) -> bool:
    return row.seen_at + (IDLE_STAFF if staff else IDLE) <= now()


def touch(row: LoginSession) -> None:
    """Remember that the session is in use, at most once a minute, in a transaction of its own."""
    at = now()
    if at - row.seen_at < TOUCH_EVERY:
        return
    with writing_aside():
        db.session.execute(update(LoginSession).where(LoginSession.id == row.id).values(seen_at=at))


def end(session_id: int) -> None:
    db.session.execute(delete(LoginSession).where(LoginSession.id == session_id))


def end_all(user_id: int) -> None:
    """End every session of a user (closed account, lost phone)."""
    db.session.execute(delete(LoginSession).where(LoginSession.user_id == user_id))


def end_others(user_id: int, but: int | None) -> int:
    """End every session of a user but one; returns how many."""
    others = delete(LoginSession).where(LoginSession.user_id == user_id, LoginSession.id != (but or 0))
    done = db.session.execute(others)
    return int(done.rowcount)


def of_user(user_id: int) -> Sequence[LoginSession]:
    """The live sessions of a user, the most recently used first."""
    live = select(LoginSession).where(LoginSession.user_id == user_id, LoginSession.ends_at > now())
    return db.session.scalars(live.order_by(LoginSession.seen_at.desc())).all()


def proved(session_id: int) -> None:
    """The person has just proved again who she is."""
    db.session.execute(update(LoginSession).where(LoginSession.id == session_id).values(proved_at=now()))


def recently_proved(session_id: int) -> bool:
    at = db.session.scalar(select(LoginSession.proved_at).filter_by(id=session_id))
    return at is not None and at + PROOF_LASTS > now()
