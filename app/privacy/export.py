"""Everything the platform holds about one person, as plain values for a JSON file (个人信息保护法 §45)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.accounts import sessions
from app.accounts.consents import consents_of
from app.accounts.models import User
from app.accounts.queries import access_log
from app.accounts.sealed import identity_of, phone_of
from app.agreements.models import Agreement
from app.applications.models import Application, Choice, ChoiceList, Score
from app.core.access import lines_of
from app.core.clock import now
from app.core.db import db
from app.core.outbox import Message
from app.order_classes.models import OrderClass, Track
from app.placements.models import Placement
from app.placements.queries import reasons_of
from app.placements.results import reason_lines
from app.placements.reviews import published_run
from app.privacy.asked import asked_of_us
from app.privacy.holding import kept_until


def export_of(user: User) -> dict[str, Any]:
    """The person's own data in the clear; the file's pictures are downloaded one by one from the application."""
    found: dict[str, Any] = {
        "exported_at": now(),
        "person": {
            "name": user.name, "phone": phone_of(user), "identity_kind": user.identity_kind,
            "identity_number": identity_of(user), "birth_date": user.birth_date, "registered_at": user.created_at,
        },
        "consents": [
            {"purpose": c.purpose, "version": c.text_version, "sha256": c.text_sha256, "detail": c.detail,
             "given_at": c.given_at, "withdrawn_at": c.withdrawn_at}
            for c in consents_of(user.id)
        ],
        "applications": [_application(row) for row in _applications(user.id)],
        "placements": [_placement(row) for row in db.session.scalars(select(Placement).filter_by(user_id=user.id))],
        "agreements": [_agreement(row) for row in db.session.scalars(select(Agreement).filter_by(user_id=user.id))],
        "asked": [asked.as_dict() for asked in asked_of_us(user)],
        "kept_until": kept_until(user),
        "messages": [
            {"at": m.created_at, "by": m.channel, "subject": m.subject, "body": m.body, "read_at": m.read_at}
            for m in db.session.scalars(select(Message).filter_by(user_id=user.id).order_by(Message.id))
        ],
        "sessions": [{"began": s.created_at, "seen": s.seen_at, "address": s.address}
                     for s in sessions.of_user(user.id)],
        "access": access_log(user.id, 500),
        "looked_at_by": [
            {"at": line.at, "role": line.by_role, "who": line.by_label, "action": line.action, "what": line.thing}
            for line in db.session.scalars(lines_of(user.id, looks=True))
        ],
    }  # fmt: skip
    plain: dict[str, Any] = _plain(found)
    return plain


def _applications(user_id: int) -> list[Application]:
    found = select(Application).filter_by(user_id=user_id).order_by(Application.id).options(
        selectinload(Application.choices).joinedload(Choice.track).joinedload(Track.order_class)
        .joinedload(OrderClass.school),
        selectinload(Application.choices).joinedload(Choice.track).joinedload(Track.position),
        selectinload(Application.claims), selectinload(Application.evidence), selectinload(Application.guardian),
    )  # fmt: skip
    return list(db.session.scalars(found))


def _application(row: Application) -> dict[str, Any]:
    return {
        "number": row.number, "state": row.state, "submitted_at": row.submitted_at, "start_point": row.start_point,
        "district": row.district, "address": row.address, "lottery": row.lottery, "adjustable": row.adjustable,
        "own_school": row.school_id, "own_enterprise": row.enterprise_id, "returned_because": row.returned_because,
        "scores": [{"class": score.order_class.name, "value": score.value, "at": score.entered_at}
                   for score in db.session.scalars(select(Score).filter_by(application_id=row.id))],
        "choices": [{"rank": c.rank, "barred_by": c.barred_by, **_track(c.track)} for c in row.choices],
        "submitted": [{"number": each.number, "at": each.submitted_at, "sha256": each.sha256, "tracks": each.tracks,
                       "adjustable": each.adjustable} for each in _submitted(row.id)],
        "results": _results(row),
        "categories": [{"category": c.category, "level": c.level} for c in row.claims],
        "papers": [{"kind": e.kind, "state": e.state, "at": e.created_at, "returned_because": e.returned_because}
                   for e in row.evidence],
        "guardian": {"name": row.guardian.name, "relation": row.guardian.relation, "phone": row.guardian.phone_hint}
        if row.guardian else None,
    }  # fmt: skip


def _track(track: Track) -> dict[str, Any]:
    cls, post = track.order_class, track.position
    return {"track": track.id, "class": cls.name, "school": cls.school.name, "position": post.name if post else None}


def _submitted(application_id: int) -> Sequence[ChoiceList]:
    """Every version she handed in, with the hash of its receipt."""
    found = select(ChoiceList).filter_by(application_id=application_id).order_by(ChoiceList.number)
    return db.session.scalars(found).all()


def _results(row: Application) -> list[dict[str, Any]]:
    """What the newest published run said of each choice and why: the decision that was made about her."""
    run = published_run(row)
    lines = reason_lines(row, list(reasons_of(run, row.id))) if run is not None else []
    return [{"choice": line["n"], "class": line["title"], "outcome": line["outcome"], "why": line["why"]}
            for line in lines]  # fmt: skip


def _placement(row: Placement) -> dict[str, Any]:
    return {"state": row.state, "by": row.by, "answered_at": row.answered_at, "because": row.because,
            "offered_at": row.created_at, "answer_by": row.answer_by, **_track(row.track)}  # fmt: skip


def _agreement(row: Agreement) -> dict[str, Any]:
    """The agreement and what she confirmed in it herself; its words are the printed paper she downloads there."""
    hers = [each for revision in row.revisions for each in revision.signatures if each.signer_user_id == row.user_id]
    return {
        "number": row.number, "state": row.state, "revision": row.revision_number, "in_force_at": row.in_force_at,
        "signed": [{"at": each.at, "how": each.how, "address": each.address, "text_sha256": each.text_sha256,
                    "ticked": each.ticked} for each in hers],
    }  # fmt: skip


def _plain(value: Any) -> Any:
    """Dates as ISO text, so that any program reads them."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value.isoformat() if isinstance(value, dt.date | dt.datetime) else value
