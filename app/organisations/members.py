"""Who works for an organisation: invited on a one-time link, added, ended; an organisation is never left alone."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.accounts import invitations
from app.accounts.codes import mobile
from app.accounts.models import User
from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Invalid, NotPermitted
from app.core.history import record
from app.core.outbox import text_message
from app.core.site import address
from app.organisations.models import Alliance, Enterprise, Member, School, Station
from app.organisations.queries import employer_of, key_of

Employer = Alliance | School | Enterprise | Station
# The kind of an invitation → what it makes somebody a member of.
_EMPLOYERS: dict[str, type[Alliance] | type[School] | type[Enterprise] | type[Station]] = {
    "coordinator": Alliance, "school": School, "enterprise": Enterprise, "station": Station,
}  # fmt: skip
_SAYS = {"coordinator": "协调员", "school": "院校工作人员", "enterprise": "企业工作人员", "station": "服务站帮办员"}


def add_member(actor: Actor, user: User | int, organisation: Employer, title: str) -> Member:
    """Let somebody work for an organisation; one who has left comes back on the same row."""
    user_id = user if isinstance(user, int) else user.id
    key = key_of(organisation)
    row = db.session.scalar(select(Member).filter_by(user_id=user_id, **{key: organisation.id}))
    if row is None:
        row = Member(user_id=user_id, title=title, created_at=now(), **{key: organisation.id})
        db.session.add(row)
    else:
        row.title, row.ended_at = title, None
    db.session.flush()
    record("member", row.id, actor, "add", detail={key: organisation.id, "user_id": user_id})
    return row


def end_member(actor: Actor, member: Member, why: str = "") -> None:
    """Somebody no longer works for the organisation; her next request sees nothing of it.

    Raises:
        NotPermitted: she is the last one.
    """
    employer = employer_of(member)
    assert employer is not None
    # The rows are locked, so that of two colleagues who end each other one stays.
    column = getattr(Member, key_of(employer))
    live = select(Member.id).where(column == employer.id, Member.ended_at.is_(None)).with_for_update()
    if len(db.session.scalars(live).all()) < 2:
        raise NotPermitted("这里只剩这一个人了。先邀请别人，再结束")
    member.ended_at = now()
    db.session.flush()
    record("member", member.id, actor, "end", why=why)


def invite_member(actor: Actor, organisation: Employer, title: str, phone: str = "") -> str:
    """Make a one-time link for a colleague and, when a phone is given, send it there. Returns the token."""
    kind = "coordinator" if isinstance(organisation, Alliance) else organisation.__tablename__
    number = mobile(phone) if phone else ""
    token = invitations.invite(actor, kind, organisation.id, title)
    if number:
        link = address(f"/welcome/{token}")
        body = f"【三方订单班】{organisation.name}请您做{title or _SAYS[kind]}，7天内打开：{link}"
        text_message(number, "邀请", body, secret=True)
    return token


def _kind(name: str) -> invitations.Kind:
    model: Any = _EMPLOYERS[name]

    def where(organisation_id: int | None) -> str:
        found = db.session.get(model, organisation_id)
        return found.name if found else ""

    def join(actor: Actor, user: User, organisation_id: int | None, title: str) -> None:
        found = db.session.get(model, organisation_id)
        if found is None:
            raise Invalid("邀请您的单位已经不在了")
        add_member(actor, user, found, title or _SAYS[name])

    return invitations.Kind(_SAYS[name], where, join)


invitations.KINDS.update({name: _kind(name) for name in _EMPLOYERS})
