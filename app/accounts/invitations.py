"""One-time links that make their bearer something: the first administrator, a coordinator, school or enterprise staff.

What an invitation leads to belongs to the feature that owns it: organisations register theirs in ``KINDS``.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets
import uuid
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import exists, select, update

from app.accounts.access import note_access
from app.accounts.codes import mobile
from app.accounts.models import Invitation, User
from app.accounts.passwords import check_new, hash_password
from app.accounts.sealed import put_phone
from app.accounts.states import USER
from app.core.actor import ANONYMOUS, SYSTEM, Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Faults, Invalid, NotPermitted, WrongState
from app.core.history import record

LASTS = dt.timedelta(days=7)


@dataclass(frozen=True)
class Kind:
    """``where(id)`` names the organisation on the page; ``join(actor, user, id, title)`` does what was promised."""

    says: str
    where: Callable[[int | None], str]
    join: Callable[[Actor, User, int | None, str], None]


def _make_admin(actor: Actor, user: User, organisation_id: int | None, title: str) -> None:
    user.is_admin = True


KINDS = {"admin": Kind("平台管理员", lambda _id: "平台", _make_admin)}


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def create(actor: Actor, kind: str, organisation_id: int | None, name: str = "") -> str:
    """A new link's token, good for seven days and one person; stored only as a hash. ``name`` is the title to be."""
    if kind not in KINDS:
        raise Invalid("没有这种邀请")
    token = secrets.token_urlsafe(32)
    db.session.add(
        Invitation(token_hash=_hash(token), kind=kind, organisation_id=organisation_id, name=name,
                   expires_at=now() + LASTS, created_by=actor.user_id, created_at=now())
    )
    db.session.flush()
    return token


def find(token: str) -> Invitation | None:
    """The invitation of a token while it may still be used."""
    row = db.session.scalar(select(Invitation).filter_by(token_hash=_hash(token)))
    if row is None or row.used_at is not None or row.expires_at <= now():
        return None
    return None if row.kind == "admin" and row.created_by is None and has_admin() else row


def use(row: Invitation, user: User, actor: Actor) -> None:
    """Take the invitation for a user, once: the second of two at the same moment is refused.

    Raises:
        WrongState: it was used in between.
    """
    done = db.session.execute(
        update(Invitation).where(Invitation.id == row.id, Invitation.used_at.is_(None), Invitation.expires_at > now())
        .values(used_at=now(), used_by=user.id)
    )
    if done.rowcount != 1:
        raise WrongState("这个邀请已经用过了。请让邀请您的人再发一个")
    KINDS[row.kind].join(actor, user, row.organisation_id, row.name)
    db.session.flush()


def invite(actor: Actor, kind: str, organisation_id: int | None, name: str = "") -> str:
    """Make a one-time link's token; ``name`` is the title the invited will have. Returns the token, kept nowhere."""
    token = create(actor, kind, organisation_id, name)
    record("invitation", organisation_id or 0, actor, "invite", detail={"kind": kind})
    return token


def accept_invitation(token: str, *, name: str, phone: str, password: str) -> User:
    """Take an invitation as a new user.

    Raises:
        NotPermitted: the link is used, expired or unknown; Faults beside name, phone, password.
    """
    invitation = _live(token)
    number = _check_invited(name, phone, password)
    user = User(uid=uuid.uuid4().hex, name=name.strip(), created_at=now(), password_hash=hash_password(password))
    put_phone(user, number)
    USER.begin(user, ANONYMOUS)
    use(invitation, user, Actor(user_id=user.id))
    note_access(user.id, Actor(user_id=user.id), "accept_invitation", kind=invitation.kind)
    return user


def _check_invited(name: str, phone: str, password: str) -> str:
    """Every fault at once, or the normalised phone."""
    faults = [] if name.strip() else [Invalid("请填姓名", "name")]
    number = ""
    try:
        number = mobile(phone)
    except Invalid as fault:
        faults.append(fault)
    try:
        check_new(password, name=name, phone=number)
    except Invalid as fault:
        faults.append(fault)
    if faults:
        raise Faults(faults)
    return number


def join_by_invitation(actor: Actor, user: User, token: str) -> None:
    """Take an invitation as somebody who has an account already."""
    invitation = _live(token)
    use(invitation, user, actor)
    note_access(user.id, actor, "accept_invitation", actor.address, kind=invitation.kind)


def _live(token: str) -> Invitation:
    invitation = find(token)
    if invitation is None:
        raise NotPermitted("这个邀请用过了或者过期了。请让邀请您的人再发一个")
    return invitation


def has_admin() -> bool:
    return bool(db.session.scalar(select(exists().where(User.is_admin.is_(True)))))


def first_admin_token() -> str | None:
    """A one-time token for the first administrator while there is none; earlier ones stop working. Caller commits."""
    if has_admin():
        return None
    db.session.execute(
        update(Invitation).where(Invitation.kind == "admin", Invitation.used_at.is_(None)).values(used_at=now())
    )
    return create(SYSTEM, "admin", None)
