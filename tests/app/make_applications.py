"""Applications for tests, built directly: in the middle of whatever story a test wants to tell."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import itertools
import uuid
from collections.abc import Sequence
from typing import Any

from app.accounts.models import User
from app.applications.models import Application, CategoryClaim, Choice, ChoiceList, Evidence, Guardian, Score
from app.core.actor import Actor
from app.core.clock import now, today
from app.core.crypto import vault
from app.core.db import db
from app.core.files import keep
from app.order_classes.models import OrderClass, Track
from app.rounds.models import Round

_numbers = itertools.count(5001)  # beyond those the service gives out in the same round


def make_application(
    round: Round, user: User, tracks: Sequence[Track] = (), submitted: bool = True, **facts: Any
) -> Application:
    """An application of ``user`` with ``tracks`` as choices in this order; ``state=`` overrides ``submitted``.

    A submitted one has its receipt and its kept list of choices, as the service would leave them.
    """
    number = facts.pop("number", f"{round.code}-{next(_numbers):04d}")
    state = facts.pop("state", "submitted" if submitted else "draft")
    lawful = {"start_point": "junior", "district": "371002", "address": "虚构路2号", "adjustable": True}
    row = Application(round=round, user=user, number=number, state=state, created_at=now(), **(lawful | facts))
    db.session.add(row)
    row.choices = [Choice(rank=rank, track=track) for rank, track in enumerate(tracks, start=1)]
    db.session.flush()
    if tracks and state not in ("draft", "withdrawn", "left_out"):
        _leave_receipt(row)
    return row


def _leave_receipt(row: Application) -> None:
    row.submitted_at = row.submitted_at or now()
    row.receipt_code = row.receipt_code or uuid.uuid4().hex[:10].upper()
    row.receipt_sha256 = hashlib.sha256(row.number.encode()).hexdigest()
    row.choices_version = row.choices_version or 1
    db.session.add(
        ChoiceList(application_id=row.id, number=1, tracks=[c.track_id for c in row.choices],
                   adjustable=row.adjustable, sha256=row.receipt_sha256, submitted_at=row.submitted_at)
    )
    db.session.flush()


def make_claim(application: Application, category: str, level: str = "verified") -> CategoryClaim:
    """A category somebody claims; verified unless the story says otherwise."""
    row = CategoryClaim(application_id=application.id, category=category, level=level)
    application.claims.append(row)
    db.session.flush()
    return row


def make_picture(width: int = 64, height: int = 48) -> bytes:
    """The bytes of a small JPEG photograph."""
    from PIL import Image

    out = io.BytesIO()
    Image.new("RGB", (width, height), (200, 190, 170)).save(out, "JPEG")
    return out.getvalue()


def make_evidence(
    application: Application, kind: str = "graduation", category: str | None = None, state: str = "uploaded"
) -> Evidence:
    """A paper with a sealed picture."""
    file = keep(Actor(user_id=application.user_id), make_picture(), "image/jpeg")
    row = Evidence(uid=uuid.uuid4().hex, kind=kind, category=category, file=file, state=state, created_at=now())
    application.evidence.append(row)
    db.session.flush()
    return row


def make_guardian(
    application: Application, *, phone: str | None = None, state: str = "agreed", **facts: Any
) -> Guardian:
    """The guardian of a minor, who has agreed unless the story says otherwise."""
    number = phone or f"1380000{next(_numbers):04d}"
    uid = uuid.uuid4().hex
    row = Guardian(
        uid=uid, application=application, name=facts.pop("name", "林桂芳"), relation=facts.pop("relation", "mother"),
        phone_sealed=vault().seal("guardian", "phone", uid, number), phone_index=vault().index("phone", number),
        phone_hint=f"{number[:3]}****{number[-4:]}", state=state, created_at=now(),
        answered_at=now() if state != "named" else None, **facts,
    )
    db.session.add(row)
    db.session.flush()
    return row


def make_minor(application: Application, **facts: Any) -> Guardian:
    """Let her who applied be 17; returns the guardian she then has."""
    application.user.birth_date = today() - dt.timedelta(days=365 * 17)
    return make_guardian(application, **facts)


def make_score(application: Application, order_class: OrderClass, value: int = 70) -> Score:
    """The score of an application for one class."""
    row = Score(application=application, order_class=order_class, value=value, entered_at=now())
    db.session.add(row)
    db.session.flush()
    return row
