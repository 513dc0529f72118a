"""Reading agreements: who sees which, what awaits whom, and what anybody with the paper may learn."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.agreements.models import Agreement, Denial, Paper, Revision
from app.agreements.number import normal_check_code
from app.applications.models import Application
from app.core.actor import Actor
from app.core.db import db
from app.order_classes.models import OrderClass, Track
from app.placements.models import Placement
from app.positions.models import Position
from app.rounds.models import Round

TURN_OF_ENTERPRISE, TURN_OF_SCHOOL = "awaiting_enterprise", "awaiting_school"


def agreement_seen_by(actor: Actor, agreement_id: int) -> Agreement | None:
    """A party's own, a guardian's ward's, or one of the coordinator's alliance."""
    found = db.session.get(Agreement, agreement_id)
    if found is None:
        return None
    seen = (
        (actor.user_id is not None and found.user_id == actor.user_id)
        or (actor.guardian_id is not None and found.guardian_id == actor.guardian_id)
        or found.enterprise_id in actor.enterprises
        or found.school_id in actor.schools
        or found.placement.round.alliance_id in actor.alliances
    )
    return found if seen else None


def listed(actor: Actor, state: str = "", q: str = "") -> Select[tuple[Agreement]]:
    """Agreements a member of staff may list, newest turn first."""
    query = (
        select(Agreement)
        .join(Placement, Placement.id == Agreement.placement_id)
        .join(Round, Round.id == Placement.round_id)
        .join(Application, Application.id == Placement.application_id)
        .where(
            or_(
                Round.alliance_id.in_(actor.alliances),
                Agreement.school_id.in_(actor.schools),
                Agreement.enterprise_id.in_(actor.enterprises),
            )
        )
        .options(*_whole())
        .order_by(Agreement.turn_since.desc(), Agreement.id.desc())
    )
    if state:
        query = query.where(Agreement.state == state)
    if q:
        query = query.where(or_(Agreement.number.contains(q), Application.number.contains(q)))
    return query


def _whole() -> tuple[object, ...]:
    placement = joinedload(Agreement.placement)
    return (
        placement.joinedload(Placement.application).joinedload(Application.user),
        placement.joinedload(Placement.position),
        placement.joinedload(Placement.track).joinedload(Track.position).joinedload(Position.enterprise),
        placement.joinedload(Placement.track).joinedload(Track.order_class).joinedload(OrderClass.school),
        selectinload(Agreement.revisions).selectinload(Revision.signatures),
    )


def own(actor: Actor) -> Sequence[Agreement]:
    """The agreements of an applicant, or of a guardian's ward, newest first."""
    query = select(Agreement).options(*_whole()).order_by(Agreement.id.desc())
    if actor.guardian_id is not None:
        return db.session.scalars(query.where(Agreement.guardian_id == actor.guardian_id)).all()
    return db.session.scalars(query.where(Agreement.user_id == actor.user_id)).all()


def my_turn(actor: Actor, ids: Sequence[int] | None = None) -> Sequence[Agreement]:
    """What a member of staff may sign now, oldest turn first; only those of ``ids`` when given."""
    query = (
        select(Agreement)
        .where(
            or_(
                (Agreement.state == TURN_OF_ENTERPRISE) & Agreement.enterprise_id.in_(actor.enterprises),
                (Agreement.state == TURN_OF_SCHOOL) & Agreement.school_id.in_(actor.schools),
            )
        )
        .options(*_whole())
        .order_by(Agreement.turn_since, Agreement.id)
    )
    if ids is not None:
        query = query.where(Agreement.id.in_(ids))
    return db.session.scalars(query).unique().all()


def to_issue(actor: Actor) -> Sequence[Placement]:
    """Accepted placements with a position and no living agreement, for the coordinator to issue."""
    living = select(Agreement.placement_id).where(
        Agreement.state.not_in(("refused", "withdrawn", "expired", "ended", "void"))
    )
    query = (
        select(Placement)
        .join(Round, Round.id == Placement.round_id)
        .join(Track, Track.id == Placement.track_id)
        .where(
            Placement.state == "accepted",
            Round.alliance_id.in_(actor.alliances),
            or_(Track.position_id.is_not(None), Placement.position_id.is_not(None)),
            Placement.id.not_in(living),
        )
        .options(
            joinedload(Placement.application).joinedload(Application.user),
            joinedload(Placement.track).joinedload(Track.order_class).joinedload(OrderClass.school),
        )
        .order_by(Placement.id)
    )
    return db.session.scalars(query).unique().all()


def denials_for(actor: Actor) -> Sequence[Denial]:
    """Unanswered private lines of the coordinator's alliances, oldest first."""
    query = (
        select(Denial)
        .join(Agreement, Agreement.id == Denial.agreement_id)
        .join(Placement, Placement.id == Agreement.placement_id)
        .join(Round, Round.id == Placement.round_id)
        .where(Denial.answered_at.is_(None), Round.alliance_id.in_(actor.alliances))
        .order_by(Denial.id)
    )
    return db.session.scalars(query).all()


def denial_seen_by(actor: Actor, denial_id: int) -> Denial | None:
    found = db.session.get(Denial, denial_id)
    if found is None or agreement_seen_by(actor, found.agreement_id) is None or not actor.is_coordinator:
        return None
    return found


@dataclass(frozen=True)
class Checked:
    """What a check shows: the agreement, and for an uploaded paper which printed state it is."""

    agreement: Agreement
    paper: Paper | None = None

    @property
    def is_current(self) -> bool:
        """Whether the uploaded paper is of the present revision and state."""
        paper = self.paper
        return paper is not None and (paper.revision_number, paper.state) == (
            self.agreement.revision_number,
            self.agreement.state,
        )


def by_code(text: str) -> Checked | None:
    """The agreement of a check code, typed or scanned."""
    code = normal_check_code(text)
    found = db.session.scalars(select(Agreement).filter_by(check_code=code)).first() if code else None
    return Checked(found) if found else None


def by_file(content: bytes) -> Checked | None:
    """The agreement whose printed paper is, to the byte, this file."""
    paper = db.session.scalars(select(Paper).filter_by(sha256=hashlib.sha256(content).hexdigest())).first()
    return Checked(paper.agreement, paper) if paper else None
