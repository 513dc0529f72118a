"""更正: a wrong name or number is mended by the person herself until somebody has checked it against her paper, and by
a coordinator with the paper in hand afterwards. Who changed what, and when, stays; the values do not."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select

from app.accounts.models import User
from app.accounts.registering import document_of_age
from app.accounts.sealed import phone_of, put_identity
from app.accounts.service import prove
from app.applications.gaps import HANDED_IN
from app.applications.models import Application, Evidence
from app.core.actor import Actor
from app.core.clock import now
from app.core.crypto import vault
from app.core.db import db
from app.core.errors import Faults, Invalid, WrongState
from app.core.files import keep, picture
from app.core.history import record
from app.core.identifiers import IdDocument, mask_id
from app.core.outbox import tell
from app.privacy.models import Correction
from app.privacy.states import CORRECTION

PAGE = "/account/correct"
# Once it has been handed in, somebody relies on the identity; so does whoever verified a paper against it.
RELYING = (*HANDED_IN, "awaiting_guardian", "in_round")


def is_locked(user: User) -> bool:
    """Whether somebody else relies on her identity as it is: then only a coordinator changes it, with the paper."""
    return bool(db.session.scalar(select(exists().where(_relied_on(user.id)))))


def _relied_on(user_id: int) -> ColumnElement[bool]:
    verified = exists().where(Evidence.application_id == Application.id, Evidence.state == "verified")
    return (Application.user_id == user_id) & or_(Application.state.in_(RELYING), verified)


def checked(name: str, kind: str, identity: str, birth_date: dt.date | None) -> IdDocument:
    """The document as it should be, or every fault beside its field."""
    faults = [] if name.strip() else [Invalid("请填姓名，和证件上一样", "name")]
    document = document_of_age(kind, identity, birth_date, faults)
    if faults:
        raise Faults(faults)
    return document


def correct_directly(
    actor: Actor, user: User, *, name: str, identity_kind: str, identity: str, proof: str,
    birth_date: dt.date | None = None,
) -> None:
    """Mend one's own typing mistake before anybody relies on it.

    Raises:
        WrongState: somebody relies on it already. Faults: beside the fields.
    """
    if is_locked(user):
        raise WrongState("报名已经交了，有人在按这个核对。请改用更正申请")
    document = checked(name, identity_kind, identity, birth_date)
    prove(actor, proof)
    _write(actor, user, name.strip(), document)
    tell(user.id, "您的资料改了", "您改了姓名或者证件号。不是您改的，请马上打咨询电话。", link="/account",
         phone=phone_of(user))


def ask_correction(
    actor: Actor, user: User, *, name: str, identity_kind: str, identity: str, why: str, raw: bytes,
    birth_date: dt.date | None = None,
) -> Correction:
    """Ask for a correction with a photograph of the paper; a coordinator decides.

    Raises:
        Faults, Invalid: beside the fields. (A second one breaks the constraint, which says so.)
    """
    document = checked(name, identity_kind, identity, birth_date)
    content, media_type = picture(raw)
    uid = uuid.uuid4().hex
    row = Correction(
        uid=uid, user_id=user.id, name=name.strip(), identity_kind=document.kind, why=why.strip(), created_at=now(),
        identity_sealed=vault().seal("correction", "identity", uid, document.number),
        identity_hint=mask_id(document.number), birth_date=document.birth_date,
        file_id=keep(actor, content, media_type).id,
    )
    CORRECTION.begin(row, actor)
    tell(user.id, "更正申请收到了", "协调员会对着证件看，办好了发短信给您。", link=PAGE, phone=phone_of(user))
    return row


def withdraw_correction(actor: Actor, row: Correction, version: int | None = None) -> None:
    CORRECTION.move(row, "withdraw", actor, version=version)
    tell(row.user_id, "更正申请撤回了", "资料没有变。", link=PAGE)


def decide_correction(
    actor: Actor, row: Correction, applies: bool, answer: str = "", version: int | None = None
) -> None:
    """Correct by the paper, or say why not.

    Raises:
        Invalid: refused without a reason (field ``answer``); the number belongs to another account.
        Conflict: somebody else decided first.
    """
    answer = answer.strip()
    if not applies and not answer:
        raise Invalid("请写明为什么不改，本人会看到", "answer")
    facts: dict[str, Any] = {"decided_by": actor.user_id, "decided_at": now(), "answer": answer}
    CORRECTION.move(row, "apply" if applies else "refuse", actor, version=version, **facts)
    if applies:
        number = vault().open_text("correction", "identity", row.uid, row.identity_sealed or b"")
        _write(actor, row.user, row.name, IdDocument(row.identity_kind, number, row.birth_date))
    subject = "资料更正好了" if applies else "资料没有更正"
    body = f"姓名和证件号按证件改了。{answer}" if applies else f"{answer}。有疑问请打咨询电话。"
    tell(row.user_id, subject, body, link=PAGE, phone=phone_of(row.user))


def wished_number(row: Correction) -> str:
    """The number she says is right, for comparing it with the paper; blank once it is emptied."""
    sealed = row.identity_sealed
    return vault().open_text("correction", "identity", row.uid, sealed) if sealed and row.state == "asked" else ""


def _write(actor: Actor, user: User, name: str, document: IdDocument) -> None:
    """Set name, number and birth date together; another account's number breaks the constraint, here and now."""
    before = (user.name, user.identity_index, user.birth_date)
    user.name, user.birth_date = name, document.birth_date
    put_identity(user, document.kind, document.number)
    after = (user.name, user.identity_index, user.birth_date)
    fields = [word for word, a, b in zip(("name", "identity", "birth_date"), before, after, strict=True) if a != b]
    if not fields:
        raise Invalid("和现在的一样，没有要改的", "name")
    user.version = (user.version or 0) + 1
    db.session.flush()
    record("user", user.id, actor, "correct", detail={"fields": fields})


# --- who sees which -------------------------------------------------------------------------------------------------


def latest_of(user_id: int) -> Correction | None:
    """The newest request of a person."""
    return db.session.scalar(select(Correction).filter_by(user_id=user_id).order_by(Correction.id.desc()).limit(1))
