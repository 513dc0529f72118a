"""Commands on alliances, schools and enterprises: registering, checking and joining. Who works for whom: members.py."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Faults, Invalid
from app.core.files import keep, picture
from app.core.history import record
from app.core.identifiers import IdentifierFault, check_credit_code
from app.core.labels import DISTRICTS
from app.core.outbox import tell
from app.core.states import Machine, revise
from app.organisations.members import add_member, end_member, invite_member
from app.organisations.models import Alliance, Enterprise, Membership, School
from app.organisations.queries import Organisation, key_of, kind_of, members_of
from app.organisations.states import ENTERPRISE, MEMBERSHIP, SCHOOL

__all__ = [
    "add_member", "apply_to_join", "approve", "create_alliance", "decide", "edit", "end_member", "invite_member",
    "register_enterprise", "register_school", "resubmit", "resume", "send_back", "suspend",
]  # fmt: skip

MACHINES: dict[str, Machine] = {"school": SCHOOL, "enterprise": ENTERPRISE}
SHARED = ("name", "credit_code", "district", "address", "head", "contact", "phone", "introduction")
FACTS = {"school": (*SHARED, "code"), "enterprise": (*SHARED, "staff")}
# What a coordinator held against the licence. Once approved it changes only after she has returned the entry.
CHECKED = frozenset({"name", "credit_code", "head", "code"})


def create_alliance(actor: Actor, facts: dict[str, Any]) -> Alliance:
    """Found an alliance: ``name``, ``lead`` body, and the ``phone`` people ring."""
    row = Alliance(name=facts["name"], lead=facts["lead"], phone=facts["phone"], created_at=now())
    db.session.add(row)
    db.session.flush()
    record("alliance", row.id, actor, "create")
    return row


def register_school(actor: Actor, *, licence: bytes = b"", alliance_id: int | None = None, **facts: Any) -> School:
    """Register a school (facts of ``FACTS["school"]``); it waits for a coordinator's check.

    The registering user becomes its first member. With ``alliance_id`` it applies to join at once.

    Raises:
        Faults: beside credit_code, district, licence; names and codes are unique by constraint.
    """
    row = School(created_at=now())
    _register(actor, row, facts, licence, alliance_id)
    return row


def register_enterprise(
    actor: Actor, *, licence: bytes = b"", alliance_id: int | None = None, **facts: Any
) -> Enterprise:
    """Register an enterprise (facts of ``FACTS["enterprise"]``); the same as for a school."""
    row = Enterprise(created_at=now())
    _register(actor, row, facts, licence, alliance_id)
    return row


def _register(
    actor: Actor, row: Organisation, facts: dict[str, Any], licence: bytes, alliance_id: int | None
) -> None:
    kind = kind_of(row)
    for name, value in _tidy(kind, facts).items():
        setattr(row, name, value)
    if licence:
        row.licence_file_id = _keep_licence(actor, licence)
    MACHINES[kind].begin(row, actor)
    # A coordinator who registers others does not thereby work for them.
    if actor.user_id is not None and not actor.is_coordinator:
        add_member(actor, actor.user_id, row, "负责人")
    if alliance_id is not None:
        alliance = db.session.get(Alliance, alliance_id)
        if alliance is None:
            raise Invalid("请选要加入的联盟", "alliance_id")
        apply_to_join(actor, alliance, row)


def _tidy(kind: str, facts: dict[str, Any]) -> dict[str, Any]:
    """The known facts with the credit code normalised; every fault at once."""
    found = {name: facts[name] for name in FACTS[kind] if name in facts}
    faults = []
    if "credit_code" in found:
        try:
            found["credit_code"] = check_credit_code(found["credit_code"])
        except IdentifierFault as fault:
            faults.append(Invalid(fault.message, "credit_code"))
    if found.get("district", "other") not in DISTRICTS:
        faults.append(Invalid("请选所在区市", "district"))
    if found.get("introduction", "") is None:
        found["introduction"] = ""
    if faults:
        raise Faults(faults)
    return found


def _keep_licence(actor: Actor, raw: bytes) -> int:
    try:
        content, media_type = picture(raw)
    except Invalid as fault:
        raise Invalid(fault.message, "licence") from fault
    return keep(actor, content, media_type).id


def edit(actor: Actor, row: Organisation, version: int | None, *, licence: bytes = b"", **facts: Any) -> None:
    """Change an organisation's facts; after the approval only those that no licence vouches for.

    Raises:
        Invalid: beside the first checked fact that differs; Conflict: somebody else changed it.
    """
    changes = _tidy(kind_of(row), facts)
    if row.state in ("approved", "suspended"):
        for name in CHECKED & set(changes):
            if changes[name] != getattr(row, name):
                raise Invalid("这一项审核过了。要改，请让协调员先退回", name)
        licence = b""
    if licence:
        changes["licence_file_id"] = _keep_licence(actor, licence)
    revise(kind_of(row), row, actor, version, changes)


def resubmit(actor: Actor, row: Organisation, version: int | None = None) -> None:
    """Hand a returned entry in again."""
    MACHINES[kind_of(row)].move(row, "resubmit", actor, version=version, returned_because="")


def approve(actor: Actor, organisation: Organisation, why: str = "", version: int | None = None) -> None:
    """A coordinator has seen licence and person: the organisation may act in public."""
    MACHINES[kind_of(organisation)].move(organisation, "approve", actor, why=why, version=version)
    _tell(organisation, f"{organisation.name}审核通过了", "接下来由联盟的协调员同意加入，然后就能办事了。")


def send_back(actor: Actor, organisation: Organisation, why: str, version: int | None = None) -> None:
    """Return an entry with the reason, without which nobody knows what to mend."""
    _need(why)
    MACHINES[kind_of(organisation)].move(
        organisation, "return", actor, why=why, version=version, returned_because=why
    )
    _tell(organisation, f"{organisation.name}的登记要改", f"{why} 改好以后再提交一次。")


def suspend(actor: Actor, organisation: Organisation, why: str, version: int | None = None) -> None:
    """Stop an approved organisation from acting in public, with the reason."""
    _need(why)
    MACHINES[kind_of(organisation)].move(organisation, "suspend", actor, why=why, version=version)
    _tell(organisation, f"{organisation.name}暂停了", why)


def resume(actor: Actor, organisation: Organisation, why: str = "", version: int | None = None) -> None:
    MACHINES[kind_of(organisation)].move(organisation, "resume", actor, why=why, version=version)
    _tell(organisation, f"{organisation.name}恢复了", why or "可以照常办事。")


def apply_to_join(actor: Actor, alliance: Alliance, organisation: Organisation) -> Membership:
    """Ask to join an alliance; after a refusal or a leaving one may ask again.

    Raises:
        WrongState: applied or joined already.
    """
    key = key_of(organisation)
    known = db.session.scalar(select(Membership).filter_by(alliance_id=alliance.id, **{key: organisation.id}))
    if known is not None:
        MEMBERSHIP.move(known, "apply_again", actor)
        return known
    row = Membership(alliance_id=alliance.id, created_at=now(), **{key: organisation.id})
    MEMBERSHIP.begin(row, actor)
    return row


def decide(actor: Actor, membership: Membership, accept: bool, why: str = "", version: int | None = None) -> None:
    """A coordinator lets a checked organisation into her alliance, or does not, with the reason.

    Raises:
        Invalid: refused without a reason, or accepted before the organisation was checked.
    """
    organisation = membership.school or membership.enterprise
    assert organisation is not None
    if accept and organisation.state != "approved":
        raise Invalid("先审核它的登记，通过以后才能加入")
    if not accept:
        _need(why)
    MEMBERSHIP.move(membership, "accept" if accept else "refuse", actor, why=why, version=version)
    if accept:
        _tell(organisation, f"已加入{membership.alliance.name}", "现在可以发布岗位、开订单班了。")
    else:
        _tell(organisation, f"没有加入{membership.alliance.name}", why)


def _need(why: str) -> None:
    if not why.strip():
        raise Invalid("写清楚原因，对方才知道怎么办", "why")


def _tell(organisation: Organisation, subject: str, body: str) -> None:
    link = f"/organisations/{kind_of(organisation)}/{organisation.id}"
    for member in members_of(organisation):
        tell(member.user_id, subject, body, link=link)
