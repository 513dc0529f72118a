"""Reading agreements: who sees which, and what awaits whom."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import User
from app.agreements.models import Agreement, Denial, Ending, Revision
from app.agreements.states import NEVER_BOUND, OVER
from app.applications.models import Application
from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.order_classes.models import OrderClass, Track
from app.placements.models import Placement
from app.positions.models import Position
from app.rounds.models import Round

TURN_OF_ENTERPRISE, TURN_OF_SCHOOL = "awaiting_enterprise", "awaiting_school"


# --- who sees which ------------------------------------------------------------


def agreement_seen_by(actor: Actor, agreement_id: int) -> Agreement | None:
    """A party's own, a guardian's ward's, or one of the coordinator's alliance."""
    found = db.session.get(Agreement, agreement_id)
    return found if found is not None and _sees(actor, found) else None


def _sees(actor: Actor, found: Agreement) -> bool:
    if not any(revision.terms_sealed for revision in found.revisions):
        return False  # Kept for its time and emptied since: only its number and its hashes are left.
    if actor.guardian_id is not None:
        return found.guardian_id == actor.guardian_id
    return (
        (actor.user_id is not None and found.user_id == actor.user_id)
        or found.enterprise_id in actor.enterprises
        or found.school_id in actor.schools
        or found.placement.round.alliance_id in actor.alliances
    )


def shows_person(actor: Actor, agreement: Agreement) -> bool:
    """Whether this reader still needs the person's data: an enterprise does not once nothing will bind it to her."""
    if agreement.state not in NEVER_BOUND or actor.user_id == agreement.user_id or actor.guardian_id is not None:
        return True
    return agreement.school_id in actor.schools or agreement.placement.round.alliance_id in actor.alliances


def agreement_read_by(actor: Actor, agreement_id: int) -> Agreement | None:
    """An agreement whose full text and PDF this actor may open."""
    found = agreement_seen_by(actor, agreement_id)
    return found if found is not None and shows_person(actor, found) else None


def denial_seen_by(actor: Actor, denial_id: int) -> Denial | None:
    """A private line of one of the coordinator's alliances."""
    found = db.session.get(Denial, denial_id)
    if found is None or found.agreement.placement.round.alliance_id not in actor.alliances:
        return None
    return found


def proof_seen_by(actor: Actor, agreement_id: int) -> Ending | None:
    """The last request to end that carries a proof; the enterprise never sees it, for it may tell of an illness."""
    agreement = agreement_seen_by(actor, agreement_id)
    if agreement is None:
        return None
    found = select(Ending).where(Ending.agreement_id == agreement.id, Ending.file_id.is_not(None))
    may = agreement.school_id in actor.schools or agreement.placement.round.alliance_id in actor.alliances
    return db.session.scalars(found.order_by(Ending.id.desc()).limit(1)).first() if may else None


# --- lists ------------------------------------------------------------


def _theirs(actor: Actor) -> ColumnElement[bool]:
    """The agreements of the organisations the actor works for."""
    whole = exists().where(Revision.agreement_id == Agreement.id, Revision.terms_sealed != b"")
    return and_(whole, or_(
        Round.alliance_id.in_(actor.alliances),
        Agreement.school_id.in_(actor.schools),
        Agreement.enterprise_id.in_(actor.enterprises),
    ))


def _joined(*what: Any) -> Select[Any]:
    return (
        select(*what)
        .select_from(Agreement)
        .join(Placement, Placement.id == Agreement.placement_id)
        .join(Round, Round.id == Placement.round_id)
        .join(Application, Application.id == Placement.application_id)
        .join(User, User.id == Agreement.user_id)
    )


def listed(actor: Actor, state: str = "", q: str = "") -> Select[tuple[Agreement]]:
    """Agreements a member of staff may list, newest turn first. ``state`` may be ``mine``: my organisation's turn;
    ``q`` is part of a number or of a name."""
    query = _joined(Agreement).where(_theirs(actor)).options(*_in_a_list())
    if state == "mine":
        query = query.where(_my_turn(actor))
    elif state:
        query = query.where(Agreement.state == state)
    if q := q.strip():
        # Nobody finds by name whom she may no longer see.
        by_name = and_(User.name.contains(q, autoescape=True), _still_shown(actor))
        query = query.where(
            or_(Agreement.number.contains(q.upper(), autoescape=True), Application.number.contains(q, autoescape=True),
                by_name)
        )
    return query.order_by(Agreement.turn_since.desc(), Agreement.id.desc())


def _still_shown(actor: Actor) -> ColumnElement[bool]:
    return or_(
        Agreement.state.not_in(NEVER_BOUND),
        Round.alliance_id.in_(actor.alliances),
        Agreement.school_id.in_(actor.schools),
    )


def counts_by_state(actor: Actor) -> dict[str, int]:
    """How many of the listed agreements are in each state."""
    query = _joined(Agreement.state, func.count()).where(_theirs(actor)).group_by(Agreement.state)
    return dict(db.session.execute(query).tuples().all())


def _in_a_list() -> tuple[Any, ...]:
    placement = joinedload(Agreement.placement)
    return (
        placement.joinedload(Placement.application).joinedload(Application.user),
        placement.joinedload(Placement.round),
        placement.joinedload(Placement.position),
        placement.joinedload(Placement.track).joinedload(Track.position),
        placement.joinedload(Placement.track).joinedload(Track.order_class),
        joinedload(Agreement.enterprise),
        joinedload(Agreement.school),
    )


def own(actor: Actor) -> Sequence[Agreement]:
    """The agreements of an applicant, or of a guardian's ward, newest first."""
    mine = Agreement.user_id == (actor.user_id or 0)
    if actor.guardian_id is not None:
        mine = Agreement.guardian_id == actor.guardian_id
    query = select(Agreement).where(mine).options(*_in_a_list()).order_by(Agreement.id.desc())
    return db.session.scalars(query).unique().all()


def _my_turn(actor: Actor) -> ColumnElement[bool]:
    turn = or_(
        and_(Agreement.state == TURN_OF_ENTERPRISE, Agreement.enterprise_id.in_(actor.enterprises)),
        and_(Agreement.state == TURN_OF_SCHOOL, Agreement.school_id.in_(actor.schools)),
    )
    return and_(turn, Agreement.user_id != (actor.user_id or 0))


def to_sign(actor: Actor) -> Select[tuple[Agreement]]:
    """What a member of staff may sign now, oldest turn first, with its revisions."""
    revisions = selectinload(Agreement.revisions).selectinload(Revision.signatures)
    return (
        select(Agreement).where(_my_turn(actor)).options(*_in_a_list(), revisions)
        .order_by(Agreement.turn_since, Agreement.id)
    )  # fmt: skip


def my_turn(actor: Actor, ids: Sequence[int] | None = None) -> Sequence[Agreement]:
    """All that a member of staff may sign now; only those of ``ids`` when given."""
    query = to_sign(actor)
    if ids is not None:
        query = query.where(Agreement.id.in_(ids))
    return db.session.scalars(query).unique().all()


def chosen_to_sign(actor: Actor, ids: Sequence[int]) -> Sequence[Agreement]:
    """Of the chosen ones those this actor's organisations are a party of, whatever their state, in the order chosen."""
    mine = or_(Agreement.enterprise_id.in_(actor.enterprises), Agreement.school_id.in_(actor.schools))
    revisions = selectinload(Agreement.revisions).selectinload(Revision.signatures)
    query = select(Agreement).where(Agreement.id.in_(ids), mine).options(*_in_a_list(), revisions)
    found = {a.id: a for a in db.session.scalars(query).unique()}
    return [found[i] for i in ids if i in found]


def unissued(actor: Actor, q: str = "") -> Select[tuple[Placement]]:
    """Accepted placements of the coordinator's alliances that have no agreement under way or in force, those with a
    position first; ``q`` is part of an application's number."""
    over = (*NEVER_BOUND, "ended", "void")
    alive = exists().where(Agreement.placement_id == Placement.id, Agreement.state.not_in(over))
    query = (
        select(Placement)
        .join(Round, Round.id == Placement.round_id)
        .join(Application, Application.id == Placement.application_id)
        .where(Placement.state == "accepted", Round.alliance_id.in_(actor.alliances), ~alive)
        .options(
            joinedload(Placement.application).joinedload(Application.user),
            joinedload(Placement.application).joinedload(Application.guardian),
            joinedload(Placement.round),
            joinedload(Placement.position).joinedload(Position.enterprise),
            joinedload(Placement.track).joinedload(Track.position).joinedload(Position.enterprise),
            joinedload(Placement.track).joinedload(Track.order_class).joinedload(OrderClass.school),
        )
        .join(Track, Track.id == Placement.track_id)
        .order_by(func.coalesce(Placement.position_id, Track.position_id).is_(None), Placement.id)
    )
    return query.where(Application.number.contains(q.strip(), autoescape=True)) if q.strip() else query


def to_issue(actor: Actor, q: str = "") -> Select[tuple[Placement]]:
    """Of these the ones that have a position: their agreement can be issued."""
    return unissued(actor, q).where(or_(Track.position_id.is_not(None), Placement.position_id.is_not(None)))


def chosen_to_issue(actor: Actor, ids: Sequence[int]) -> Sequence[Placement]:
    """Of the chosen placements those that still wait for an agreement."""
    return db.session.scalars(unissued(actor).where(Placement.id.in_(ids))).unique().all()


def denials(actor: Actor) -> Select[tuple[Denial]]:
    """Private lines of the coordinator's alliances, the unanswered first, oldest first."""
    return (
        select(Denial)
        .join(Agreement, Agreement.id == Denial.agreement_id)
        .join(Placement, Placement.id == Agreement.placement_id)
        .join(Round, Round.id == Placement.round_id)
        .where(Round.alliance_id.in_(actor.alliances))
        .options(joinedload(Denial.agreement).options(*_in_a_list()))
        .order_by(Denial.answered_at.is_not(None), Denial.id)
    )


def own_denials(actor: Actor, agreement: Agreement) -> Sequence[Denial]:
    """What the applicant herself said about this agreement, and what she was answered."""
    if actor.user_id is None or actor.user_id != agreement.user_id:
        return []
    return db.session.scalars(select(Denial).filter_by(agreement_id=agreement.id).order_by(Denial.id)).all()


def awaiting(actor: Actor) -> dict[str, int]:
    """What waits for this member of staff: ``sign``, ``issue``, ``returned``, ``denials``, ``endings`` (numbers)."""
    counts = {"sign": _count(to_sign(actor))}
    if actor.alliances:
        returned = _joined(Agreement.id).where(Round.alliance_id.in_(actor.alliances), Agreement.state == "returned")
        counts |= {
            "issue": _count(to_issue(actor)),
            "returned": _count(returned),
            "denials": _count(denials(actor).where(Denial.answered_at.is_(None))),
        }
    counts["endings"] = _count(_endings_awaiting(actor))
    return counts


def _endings_awaiting(actor: Actor) -> Select[Any]:
    asked, agreed = Agreement.state == "ending_asked", Agreement.state == "ending_agreed"
    by_student = Ending.asked_by.in_(("student", "guardian"))
    mine = or_(
        and_(Agreement.enterprise_id.in_(actor.enterprises), asked, by_student, Ending.notice.is_(False)),
        and_(Agreement.school_id.in_(actor.schools), or_(Ending.notice.is_(True), agreed)),
        and_(Round.alliance_id.in_(actor.alliances), Ending.notice.is_(False), Ending.due_at <= now()),
    )
    return _joined(Agreement.id).join(Ending, Ending.agreement_id == Agreement.id).where(Ending.outcome == "", mine)


def _count(query: Select[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0


def living(user_id: int) -> Agreement | None:
    """The one agreement of a person that is not over, if there is one."""
    found = select(Agreement).where(Agreement.user_id == user_id, Agreement.state.not_in(OVER))
    return db.session.scalars(found).first()
