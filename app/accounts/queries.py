"""Reading accounts: what a person may see of her own, and the administrator's list."""

from __future__ import annotations

import datetime as dt
from typing import Any

from sqlalchemy import Select, func, or_, select, update

from app.accounts import invitations
from app.accounts.models import Invitation, LoginSession, User
from app.accounts.sealed import user_by_phone
from app.core.access import lines_of
from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.core.identifiers import IdentifierFault, check_mobile
from app.core.outbox import Message


def me(actor: Actor) -> User | None:
    """The actor's own row."""
    return db.session.get(User, actor.user_id) if actor.user_id else None


def own_session(actor: Actor, session_id: int) -> LoginSession | None:
    """One of the actor's own sessions."""
    return db.session.scalar(select(LoginSession).filter_by(id=session_id, user_id=actor.user_id or 0))


def invitation_of(actor: Actor, token: str) -> Invitation | None:
    """A live invitation; its token is the permission to see it."""
    return invitations.find(token)


def messages_to(actor: Actor) -> Select[tuple[Message]]:
    """The messages on the site for this user or guardian, newest first."""
    mine = Message.guardian_id == actor.guardian_id if actor.guardian_id else Message.user_id == (actor.user_id or 0)
    return select(Message).where(mine, Message.channel == "site").order_by(Message.id.desc())


def message_to(actor: Actor, message_id: int) -> Message | None:
    return db.session.scalar(messages_to(actor).where(Message.id == message_id))


def unread(actor: Actor) -> int:
    waiting = messages_to(actor).where(Message.read_at.is_(None)).order_by(None).subquery()
    return db.session.scalar(select(func.count()).select_from(waiting)) or 0


def mark_read(actor: Actor, message: Message | None = None) -> None:
    """Mark one message, or all of the actor's, as read."""
    ids = messages_to(actor).where(Message.read_at.is_(None)).order_by(None).with_only_columns(Message.id)
    if message is not None:
        ids = ids.where(Message.id == message.id)
    db.session.execute(
        update(Message).where(Message.id.in_(ids)).values(read_at=now()).execution_options(synchronize_session=False)
    )


def users(search: str = "", state: str = "") -> Select[tuple[User]]:
    """Users by name or by whole phone number, newest first; phones and identity numbers stay masked."""
    query = select(User).order_by(User.id.desc())
    if state:
        query = query.where(User.state == state)
    if search := search.strip()[:60]:
        found = user_by_phone(_phone_in(search)) if _phone_in(search) else None
        like = "%" + search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
        query = query.where(or_(User.name.like(like, escape="\\"), User.id == (found.id if found else 0)))
    return query


def _phone_in(text: str) -> str:
    try:
        return check_mobile(text)
    except IdentifierFault:
        return ""


def user_for_admin(actor: Actor, user_id: int) -> User | None:
    return db.session.get(User, user_id) if actor.is_admin else None


def last_seen(user_ids: list[int]) -> dict[int, dt.datetime]:
    """When each user was last seen in a live session."""
    rows = db.session.execute(
        select(LoginSession.user_id, func.max(LoginSession.seen_at))
        .where(LoginSession.user_id.in_(user_ids)).group_by(LoginSession.user_id)
    )
    return {user_id: at for user_id, at in rows if user_id is not None}


def access_log(user_id: int, most: int = 50) -> list[dict[str, Any]]:
    """The newest lines of who entered this account and how."""
    lines = db.session.scalars(lines_of(user_id, looks=False).limit(most))
    return [{"at": line.at, "action": line.action, **line.detail} for line in lines]
