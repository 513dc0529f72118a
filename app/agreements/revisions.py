"""Revisions: terms frozen at one moment, the words that are signed, and the hash of each signature's own record."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid

from app.agreements import paper
from app.agreements.drafting import terms_of
from app.agreements.models import Agreement, Revision, Signature
from app.agreements.terms import Terms, canonical_json, terms_from_dict, terms_to_dict
from app.core.actor import Actor
from app.core.clock import now
from app.core.crypto import vault
from app.core.db import db


def freeze(actor: Actor, agreement: Agreement, number: int, sign_by: dt.datetime, why: str = "") -> Revision:
    """Draft the present terms of the placement and keep them for good as revision ``number``."""
    terms = terms_of(agreement.placement, sign_by)
    uid = uuid.uuid4().hex
    revision = Revision(
        agreement=agreement,
        number=number,
        template=terms.template_version,
        uid=uid,
        terms_sealed=vault().seal("revision", "terms", uid, canonical_json(terms_to_dict(terms))),
        text_sha256=paper.text_sha256(terms),
        why=why,
        created_by=actor.user_id,
        created_at=now(),
    )
    db.session.add(revision)
    db.session.flush()
    return revision


def current(agreement: Agreement) -> Revision:
    """The revision that is being signed or in force."""
    return revision_of(agreement, agreement.revision_number)


def revision_of(agreement: Agreement, number: int) -> Revision:
    return next(r for r in agreement.revisions if r.number == number)


def terms_in(revision: Revision) -> Terms:
    """The frozen terms of a revision."""
    text = vault().open_text("revision", "terms", revision.uid, revision.terms_sealed)
    return terms_from_dict(json.loads(text))


def record_hash(signature: Signature) -> str:
    """SHA-256 of a signature's own record; its first digits stand on the paper. The address is internal: left out."""
    record = {
        "revision": signature.revision_id, "party": signature.party, "text": signature.text_sha256,
        "user": signature.signer_user_id, "guardian": signature.signer_guardian_id, "name": signature.signer_name,
        "for": signature.on_behalf_of, "ticked": signature.ticked, "how": signature.how, "nonce": signature.nonce,
        "at": signature.at.isoformat(),
    }  # fmt: skip
    return hashlib.sha256(canonical_json(record).encode()).hexdigest()
