"""Reading organisations, and who acts for whom."""

from __future__ import annotations

from sqlalchemy import select

from app.accounts.models import LoginSession, User
from app.core.actor import ANONYMOUS, Actor
from app.core.db import db
from app.organisations.models import Alliance, Enterprise, Member, School


def actor_of_user(user: User, session_id: int | None = None, address: str = "") -> Actor:
    """Everything a permission may read of a user: two statements at most."""
    members = db.session.scalars(select(Member).filter_by(user_id=user.id, ended_at=None)).all()
    return Actor(
        user_id=user.id,
        name=user.name,
        label=_label(user, list(members)),
        is_admin=user.is_admin,
        alliances=frozenset(m.alliance_id for m in members if m.alliance_id),
        schools=frozenset(m.school_id for m in members if m.school_id),
        enterprises=frozenset(m.enterprise_id for m in members if m.enterprise_id),
        session_id=session_id,
        address=address,
    )


def _label(user: User, members: list[Member]) -> str:
    for member in members:
        for model, key in ((Alliance, member.alliance_id), (School, member.school_id), (Enterprise, member.enterprise_id)):
            if key and (found := db.session.get(model, key)):
                return f"{found.name} · {member.title or '工作人员'} {user.name}"
    return f"平台管理员 {user.name}" if user.is_admin else user.name


def actor_of(login: LoginSession | None, address: str = "") -> Actor:
    """The actor of a session: a user, a guardian, or nobody."""
    if login is None:
        return ANONYMOUS
    if login.guardian_id is not None:
        return Actor(guardian_id=login.guardian_id, name="监护人", label="监护人", session_id=login.id, address=address)
    assert login.user is not None
    return actor_of_user(login.user, login.id, address)
