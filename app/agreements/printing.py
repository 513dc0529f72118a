"""Papers: the PDF of an agreement's present state, printed by a worker, kept sealed, recognised by its SHA-256."""

from __future__ import annotations

import hashlib
import uuid

from sqlalchemy import select

from app.agreements.document import SignatureLine, render_pdf
from app.agreements.models import Agreement, Paper
from app.agreements.service import current, expire_overdue, record_hash, terms_in
from app.agreements.states import AGREEMENT
from app.core import jobs
from app.core.clock import CHINA, now
from app.core.crypto import vault
from app.core.db import db
from app.core.dispatch import chore
from app.core.jobs import Failed, Handle

IN_FORCE = ("in_force", "fulfilled", "ending_asked", "ending_agreed")
HOW = {"online": "在线确认", "paper": "纸质上传"}


def check_url(agreement: Agreement, base_url: str) -> str:
    return f"{base_url}/check?code={agreement.check_code}"


def render(agreement: Agreement, base_url: str) -> bytes:
    """The paper of the present state; the same state gives the same bytes."""
    revision = current(agreement)
    return render_pdf(
        terms_in(revision),
        state=AGREEMENT.states[agreement.state],
        number=agreement.number,
        revision=revision.number,
        check_code=agreement.check_code,
        check_url=check_url(agreement, base_url),
        text_sha256=revision.text_sha256,
        signatures=[
            SignatureLine(
                party=s.party,
                name=s.signer_name,
                for_whom=s.on_behalf_of,
                at_text=s.at.astimezone(CHINA).strftime("%Y年%m月%d日 %H:%M"),
                how=HOW[s.how],
                hash_prefix=record_hash(s)[:12],
            )
            for s in revision.signatures
        ],
        in_force=agreement.state in IN_FORCE,
        dated=revision.created_at,
    )


def paper_of(agreement: Agreement) -> Paper | None:
    """The printed paper of the present state, or None while the worker has not come to it."""
    found = (
        select(Paper)
        .filter_by(agreement_id=agreement.id, revision_number=agreement.revision_number, state=agreement.state)
        .order_by(Paper.id.desc())
    )
    return db.session.scalars(found).first()


def content_of(paper: Paper) -> bytes:
    return vault().open("paper", "content", paper.uid, paper.content)


@jobs.task("print_agreement")
def print_agreement(handle: Handle, agreement_id: int) -> None:
    """Print the present state, once; a state that has passed meanwhile is printed as what it is now."""
    from flask import current_app

    agreement = db.session.get(Agreement, agreement_id, populate_existing=True)
    if agreement is None:
        raise Failed("这份协议不在了")
    content = render(agreement, current_app.config["SANFANG"].base_url)
    digest = hashlib.sha256(content).hexdigest()
    if db.session.scalar(select(Paper.id).filter_by(agreement_id=agreement.id, sha256=digest)) is None:
        uid = uuid.uuid4().hex
        db.session.add(
            Paper(
                uid=uid,
                agreement_id=agreement.id,
                revision_number=agreement.revision_number,
                state=agreement.state,
                sha256=digest,
                content=vault().seal("paper", "content", uid, content),
                created_at=now(),
            )
        )
    handle.complete("协议已生成")


@chore
def expire_agreements() -> int:
    return expire_overdue()
