"""Reading organisations, and who acts for whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select, true
from sqlalchemy.orm import joinedload

from app.accounts.models import LoginSession, User
from app.core.actor import ANONYMOUS, Actor
from app.core.db import db
from app.organisations.models import Alliance, Enterprise, Member, Membership, School, Station


def actor_of_user(user: User, session_id: int | None = None, address: str = "") -> Actor:
    """Everything a permission may read of a user: two statements at most."""
    working = select(Member).outerjoin(Station).where(Member.user_id == user.id, Member.ended_at.is_(None))
    # Whoever works for a closed station may do nothing for it.
    members = db.session.scalars(working.where(or_(Station.id.is_(None), Station.state == "open"))).all()
    return Actor(
        user_id=user.id,
        name=user.name,
        label=_label(user, list(members)),
        is_admin=user.is_admin,
        alliances=frozenset(m.alliance_id for m in members if m.alliance_id),
        schools=frozenset(m.school_id for m in members if m.school_id),
        enterprises=frozenset(m.enterprise_id for m in members if m.enterprise_id),
        stations=frozenset(m.station_id for m in members if m.station_id),
        session_id=session_id,
        address=address,
    )


def _label(user: User, members: list[Member]) -> str:
    for member in members:
        if (where := employer_of(member)) is not None:
            return f"{where.name} · {member.title or '工作人员'} {user.name}"
    return f"平台管理员 {user.name}" if user.is_admin else user.name


def employer_of(member: Member) -> Alliance | School | Enterprise | Station | None:
    """The alliance, school, enterprise or station of a member row."""
    if member.alliance_id is not None:
        return db.session.get(Alliance, member.alliance_id)
    if member.school_id is not None:
        return db.session.get(School, member.school_id)
    if member.station_id is not None:
        return db.session.get(Station, member.station_id)
    return db.session.get(Enterprise, member.enterprise_id)


def actor_of(login: LoginSession | None, address: str = "") -> Actor:
    """The actor of a session: a user, a guardian, or nobody."""
    if login is None:
        return ANONYMOUS
    if login.guardian_id is not None:
        return Actor(guardian_id=login.guardian_id, name="监护人", label="监护人", session_id=login.id, address=address)
    assert login.user is not None
    return actor_of_user(login.user, login.id, address)


Organisation = School | Enterprise
KINDS: dict[str, type[School] | type[Enterprise]] = {"school": School, "enterprise": Enterprise}


def kind_of(organisation: Organisation) -> str:
    """'school' or 'enterprise'; the word in addresses and in the history."""
    return organisation.__tablename__


def key_of(organisation: Organisation | Alliance | Station) -> str:
    """The column that ties a member or a membership to this kind of organisation."""
    return f"{organisation.__tablename__}_id"


def _scope(actor: Actor, model: Any) -> ColumnElement[bool]:
    """One's own; a coordinator's: what has applied to or joined her alliances; the administrator's: all."""
    if actor.is_admin:
        return true()
    own = actor.schools if model is School else actor.enterprises
    key = Membership.school_id if model is School else Membership.enterprise_id
    known = select(key).where(Membership.alliance_id.in_(actor.alliances), key.is_not(None))
    return or_(model.id.in_(own), model.id.in_(known))


def organisation_seen_by(actor: Actor, kind: str, organisation_id: int) -> Organisation | None:
    """The school or enterprise as far as this actor may see it; None for an unknown kind as well."""
    model: Any = KINDS.get(kind)
    if model is None:
        return None
    return db.session.scalar(select(model).where(model.id == organisation_id, _scope(actor, model)))


def listed(actor: Actor, kind: str, *, state: str = "", words: str = "") -> Select[Any]:
    """The organisations of a kind this actor may see: those that wait first, the oldest first."""
    model = KINDS[kind]
    query = select(model).where(_scope(actor, model))
    if state:
        query = query.where(model.state == state)
    if words:
        query = query.where(or_(model.name.contains(words, autoescape=True), model.credit_code == words.upper()))
    return query.order_by(case((model.state == "submitted", 0), else_=1), model.created_at, model.id)


def counts_by_state(actor: Actor, kind: str) -> dict[str, int]:
    model = KINDS[kind]
    rows = db.session.execute(
        select(model.state, func.count()).where(_scope(actor, model)).group_by(model.state)
    )
    return {row[0]: row[1] for row in rows}


def waiting_memberships(actor: Actor) -> Sequence[Membership]:
    """Applications to join the actor's alliances by organisations that have been checked."""
    found = (
        select(Membership)
        .options(joinedload(Membership.school), joinedload(Membership.enterprise), joinedload(Membership.alliance))
        .where(Membership.alliance_id.in_(actor.alliances), Membership.state == "applied")
        .order_by(Membership.id)
    )
    return [m for m in db.session.scalars(found) if (m.school or m.enterprise).state == "approved"]  # type: ignore[union-attr]


def memberships_of(organisation: Organisation) -> Sequence[Membership]:
    """All memberships of an organisation, with their alliances."""
    column = Membership.school_id if isinstance(organisation, School) else Membership.enterprise_id
    found = select(Membership).options(joinedload(Membership.alliance)).where(column == organisation.id)
    return db.session.scalars(found.order_by(Membership.id)).all()


def membership_seen_by(actor: Actor, membership_id: int) -> Membership | None:
    found = select(Membership).where(Membership.id == membership_id, Membership.alliance_id.in_(actor.alliances))
    return db.session.scalar(found)


def members_of(organisation: Organisation | Alliance | Station) -> Sequence[Member]:
    """Those who work for it now, the longest first."""
    column = getattr(Member, key_of(organisation))
    found = select(Member).options(joinedload(Member.user)).where(column == organisation.id, Member.ended_at.is_(None))
    return db.session.scalars(found.order_by(Member.id)).all()


def member_seen_by(actor: Actor, member_id: int) -> Member | None:
    """A colleague, or somebody at a station of one's alliance; the administrator also sees coordinators."""
    ways = [
        Member.alliance_id.in_(actor.alliances), Member.school_id.in_(actor.schools),
        Member.enterprise_id.in_(actor.enterprises),
        Member.station_id.in_(select(Station.id).where(Station.alliance_id.in_(actor.alliances))),
    ]  # fmt: skip
    if actor.is_admin:
        ways.append(Member.alliance_id.is_not(None))
    return db.session.scalar(select(Member).where(Member.id == member_id, Member.ended_at.is_(None), or_(*ways)))


def alliances() -> Sequence[Alliance]:
    return db.session.scalars(select(Alliance).order_by(Alliance.name)).all()


def alliance_seen_by(actor: Actor, alliance_id: int) -> Alliance | None:
    if not actor.is_admin and alliance_id not in actor.alliances:
        return None
    return db.session.get(Alliance, alliance_id)


def joined(alliance_id: int, kind: str) -> Sequence[Any]:
    """The schools or enterprises that have joined an alliance, by name."""
    model = KINDS[kind]
    key = Membership.school_id if model is School else Membership.enterprise_id
    found = select(model).join(Membership, key == model.id)
    return db.session.scalars(
        found.where(Membership.alliance_id == alliance_id, Membership.state == "joined").order_by(model.name)
    ).all()
