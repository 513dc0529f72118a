"""Corrections, closures and undelivered messages for tests, built directly."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from app.accounts.models import User
from app.accounts.sealed import identity_of, phone_of
from app.core.actor import Actor
from app.core.clock import now
from app.core.crypto import vault
from app.core.db import db
from app.core.files import keep
from app.core.outbox import Message, text_message
from app.privacy.models import Closure, Correction
from tests.app.make_applications import make_picture


def make_correction(user: User, name: str = "林小荷", state: str = "asked", **facts: Any) -> Correction:
    """Somebody's request to have her name corrected, with a photograph of her paper."""
    uid = uuid.uuid4().hex
    file = keep(Actor(user_id=user.id), make_picture(), "image/jpeg")
    row = Correction(
        uid=uid, user_id=user.id, name=name, identity_kind="resident_id", identity_hint=user.identity_hint,
        identity_sealed=vault().seal("correction", "identity", uid, identity_of(user) or ""),
        birth_date=user.birth_date, why="打错了一个字", file_id=file.id, state=state, created_at=now(), **facts,
    )
    db.session.add(row)
    db.session.flush()
    return row


def make_closure(user: User, state: str = "asked") -> Closure:
    """Somebody's request to close her account, of today."""
    row = Closure(user_id=user.id, runs_at=now() + dt.timedelta(days=15), kept=[], state=state, created_at=now())
    db.session.add(row)
    db.session.flush()
    return row


def make_undelivered(user: User, tries: int = 6) -> Message:
    """A text message whose tries are spent."""
    text_message(phone_of(user) or "", "通知", "没有发出去的话", user_id=user.id)
    db.session.flush()
    row = db.session.query(Message).order_by(Message.id.desc()).first()
    assert row is not None
    row.state, row.tries, row.fault = "failed", tries, "ConnectionError"
    db.session.flush()
    return row
