"""Papers: the PDF of one state of an agreement, printed by a worker, kept sealed, recognised by its SHA-256.

What is printed is told by agreement, revision, state and the number of signatures made by then. The same four give
the same bytes, so a page may print at once what the worker has not come to yet, and the worker's paper is the same.
"""

from __future__ import annotations

import hashlib
import uuid
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.agreements.document import SignatureLine, Unprintable, render_pdf
from app.agreements.models import Agreement, Paper, Signature
from app.agreements.revisions import current, record_hash, revision_of, terms_in
from app.agreements.states import AGREEMENT, IN_FORCE, SIGNING
from app.core import jobs, site
from app.core.actor import SYSTEM
from app.core.clock import CHINA, now
from app.core.crypto import vault
from app.core.db import db
from app.core.errors import Invalid
from app.core.jobs import Failed, Handle
from app.law.verdict import chinese_date

HOW = {"online": "在线确认", "paper": "纸质上传"}


def queue_paper(agreement: Agreement) -> None:
    """Let a worker print the present state; part of the caller's transaction."""
    made = len(current(agreement).signatures)
    jobs.enqueue(
        "print_agreement",
        unique_key=f"print-{agreement.id}-{agreement.revision_number}-{agreement.state}-{agreement.version}",
        agreement_id=agreement.id,
        revision=agreement.revision_number,
        state=agreement.state,
        signatures=made,
    )


def _contents(agreement: Agreement, number: int, state: str, signatures: int) -> dict[str, Any]:
    """Everything ``render_pdf`` needs, as plain values: no row is touched while the compiler works."""
    revision = revision_of(agreement, number)
    return {
        "terms": terms_in(revision),
        "state": AGREEMENT.states[state],
        "number": agreement.number,
        "revision": revision.number,
        "check_code": agreement.check_code,
        "check_url": site.address(f"/check?code={agreement.check_code}"),
        "text_sha256": revision.text_sha256,
        "signatures": [_line(signature) for signature in revision.signatures[:signatures]],
        "in_force": state in IN_FORCE,
        "dated": revision.created_at,
    }


def _line(signature: Signature) -> SignatureLine:
    at = signature.at.astimezone(CHINA)
    return SignatureLine(
        party=signature.party,
        name=signature.signer_name,
        for_whom=signature.on_behalf_of,
        at_text=f"{chinese_date(at)} {at:%H:%M}",
        how=HOW[signature.how],
        hash_prefix=record_hash(signature)[:12],
    )


def paper_of(agreement: Agreement) -> Paper | None:
    """The printed paper of the present state, or None while the worker has not come to it."""
    found = (
        select(Paper)
        .filter_by(agreement_id=agreement.id, revision_number=agreement.revision_number, state=agreement.state)
        .order_by(Paper.id.desc())
        .limit(1)
    )
    return db.session.scalars(found).first()


def paper_bytes(agreement: Agreement) -> bytes:
    """The PDF of the present state: the kept one, or the same made now. Writes nothing.

    Raises:
        Invalid: the terms hold a sign that no font can draw.
    """
    paper = paper_of(agreement)
    if paper is not None:
        return vault().open("paper", "content", paper.uid, paper.content)
    made = len(current(agreement).signatures)
    try:
        return render_pdf(**_contents(agreement, agreement.revision_number, agreement.state, made))
    except Unprintable as fault:
        raise Invalid(f"有一个字印不出来：{fault.text}。请协调员改过再发") from fault


@jobs.task("print_agreement")
def print_agreement(handle: Handle, agreement_id: int, revision: int, state: str, signatures: int) -> None:
    """Print one state, once. A paper that cannot be printed goes back for a change before anybody signs further.

    A step of signing that has passed before a worker came is left out, for printing is slow and a step's paper matters
    only while it lasts; the paper in force is always printed.
    """
    agreement = db.session.get(Agreement, agreement_id, populate_existing=True)
    if agreement is None:
        raise Failed("这份协议不在了")
    if state != "in_force" and (agreement.revision_number, agreement.state) != (revision, state):
        handle.complete("已经到下一步，不用印了")
        return
    contents = _contents(agreement, revision, state, signatures)
    # Compiling takes a while: on SQLite an open transaction would keep everybody else from writing.
    db.session.rollback()
    try:
        content = render_pdf(**contents)
    except Unprintable as fault:
        _give_back(agreement_id, fault.text)
        handle.complete("有字印不出来，已退回")
        return
    _keep(agreement_id, revision, state, content)
    handle.complete("协议已生成")


def _keep(agreement_id: int, revision: int, state: str, content: bytes) -> None:
    uid = uuid.uuid4().hex
    row = Paper(
        uid=uid,
        agreement_id=agreement_id,
        revision_number=revision,
        state=state,
        sha256=hashlib.sha256(content).hexdigest(),
        content=vault().seal("paper", "content", uid, content),
        created_at=now(),
    )
    try:
        with db.session.begin_nested():
            db.session.add(row)
    except IntegrityError:
        return  # the very same paper is kept already: the agreement was in this state before


def _give_back(agreement_id: int, sign: str) -> None:
    agreement = db.session.get(Agreement, agreement_id, populate_existing=True)
    if agreement is not None and agreement.state in SIGNING:
        why = f"有一个字印不出来：{sign}。改过再发"
        AGREEMENT.move(agreement, "return", SYSTEM, why=why, returned_because=why, turn_since=now())
