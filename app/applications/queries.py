"""Reading applications: one's own, a guardian's, and what staff may see of others'."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Select, exists, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.models import Consent
from app.applications.gaps import HANDED_IN, missing_scores, undecided, undecided_papers
from app.applications.models import Application, Choice, ChoiceList, Evidence, Guardian, Score
from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.order_classes.models import OrderClass, Track
from app.organisations.models import School
from app.positions.models import Position
from app.rounds.models import Round, RoundClass

__all__ = ["missing_scores", "undecided", "undecided_papers"]

# Schools see nobody who has not handed in: the consent given at submission names them.
VISIBLE_TO_SCHOOLS = (*HANDED_IN, "in_round")
ENDED_ROUNDS = ("settled", "archived", "cancelled")


# --- the applicant's own ---------------------------------------------------------------------------------------------


def own(actor: Actor, application_id: int) -> Application | None:
    """This very person's application, or None."""
    if actor.user_id is None:
        return None
    return db.session.scalar(select(Application).filter_by(id=application_id, user_id=actor.user_id))


def own_all(user_id: int) -> Sequence[Application]:
    """Everything somebody applied for, the newest first."""
    found = select(Application).filter_by(user_id=user_id).options(joinedload(Application.round))
    return db.session.scalars(found.order_by(Application.id.desc())).all()


def startable(user_id: int) -> Sequence[Round]:
    """Rounds that are open now and in which the person has no application yet, the next deadline first."""
    has_one = exists().where(Application.round_id == Round.id, Application.user_id == user_id)
    found = select(Round).where(Round.state == "open", Round.deadline > now(), ~has_one)
    return db.session.scalars(found.order_by(Round.deadline, Round.id).options(joinedload(Round.alliance))).all()


def startable_round(actor: Actor, round_id: int) -> Round | None:
    """The loader of starting: any round that is not being prepared; the service says whether it is too late."""
    found = db.session.get(Round, round_id)
    return found if found and found.state not in ("setup", "cancelled") else None


def own_evidence(actor: Actor, evidence_id: int) -> Evidence | None:
    """A paper of one's own."""
    if actor.user_id is None:
        return None
    found = select(Evidence).join(Application).where(Evidence.id == evidence_id, Application.user_id == actor.user_id)
    return db.session.scalar(found)


def scores_of(application: Application) -> dict[int, int]:
    """The scores of an application by order class."""
    found = select(Score.order_class_id, Score.value).filter_by(application_id=application.id)
    return dict(db.session.execute(found).tuples().all())


@dataclass(frozen=True)
class KnownScore:
    """A score somebody may reckon with; ``earlier``: it was made in an earlier round, for the same class."""

    value: int
    earlier: bool = False


def known_scores(application: Application, class_ids: Sequence[int]) -> dict[int, KnownScore]:
    """The own score by class, of this round or else of the newest earlier one; one statement."""
    found = (
        select(Score.order_class_id, Score.value, Score.application_id)
        .join(Application, Application.id == Score.application_id)
        .where(Application.user_id == application.user_id, Application.id <= application.id)
        .where(Score.order_class_id.in_(list(class_ids)))
        .order_by(Application.id)
    )
    rows = db.session.execute(found).tuples()
    return {cls: KnownScore(value, owner != application.id) for cls, value, owner in rows}


def all_lists(application: Application) -> Sequence[ChoiceList]:
    """Every version that was ever submitted, the newest first."""
    found = select(ChoiceList).filter_by(application_id=application.id).order_by(ChoiceList.number.desc())
    return db.session.scalars(found).all()


def last_list(application: Application) -> ChoiceList | None:
    """The choices as last submitted."""
    found = select(ChoiceList).filter_by(application_id=application.id).order_by(ChoiceList.number.desc()).limit(1)
    return db.session.scalar(found)


def offered_tracks(round_id: int) -> Sequence[Track]:
    """Every track offered in a round with class, school, position and enterprise: a fixed number of statements."""
    found = (
        select(Track)
        .join(RoundClass, RoundClass.order_class_id == Track.order_class_id)
        .where(RoundClass.round_id == round_id)
        .options(
            joinedload(Track.order_class).joinedload(OrderClass.school),
            joinedload(Track.position).joinedload(Position.enterprise),
        )
    )
    return db.session.scalars(found.order_by(Track.order_class_id, Track.id)).all()


def offered_track_ids(round_id: int, among: Iterable[int]) -> set[int]:
    """Which of these tracks are offered in the round."""
    found = (
        select(Track.id)
        .join(RoundClass, RoundClass.order_class_id == Track.order_class_id)
        .where(RoundClass.round_id == round_id, Track.id.in_(list(among)))
    )
    return set(db.session.scalars(found))


def chosen_tracks(application: Application) -> list[Track]:
    """The tracks of the choices in order, with all a card shows."""
    found = (
        select(Choice)
        .filter_by(application_id=application.id)
        .order_by(Choice.rank)
        .options(
            joinedload(Choice.track).joinedload(Track.order_class).joinedload(OrderClass.school),
            joinedload(Choice.track).joinedload(Track.position).joinedload(Position.enterprise),
        )
    )
    return [choice.track for choice in db.session.scalars(found)]


def schools_of_choices(application: Application) -> dict[int, str]:
    """Who gets to see the application: id → name of the schools whose classes were chosen."""
    found = (
        select(School.id, School.name)
        .join(OrderClass, OrderClass.school_id == School.id)
        .join(Track, Track.order_class_id == OrderClass.id)
        .join(Choice, Choice.track_id == Track.id)
        .where(Choice.application_id == application.id)
    )
    return dict(db.session.execute(found).tuples().all())


def tracks_in_order(track_ids: Sequence[int]) -> list[Track]:
    """These tracks with all a card shows, in this order (the tracks of a kept list)."""
    found = select(Track).where(Track.id.in_(list(track_ids))).options(
        joinedload(Track.order_class).joinedload(OrderClass.school),
        joinedload(Track.position).joinedload(Position.enterprise),
    )
    by_id = {track.id: track for track in db.session.scalars(found)}
    return [by_id[track_id] for track_id in track_ids if track_id in by_id]


def organisations_that_ask(round_id: int) -> tuple[dict[str, str], dict[str, str]]:
    """Schools with a class for their own students, and enterprises with one for their employees, in this round:
    id (as a form sends it) → name."""
    schools: dict[str, str] = {}
    enterprises: dict[str, str] = {}
    for track in offered_tracks(round_id):
        if track.order_class.audience == "own_students":
            schools[str(track.order_class.school_id)] = track.order_class.school.name
        elif track.order_class.audience == "employees" and track.position is not None:
            enterprises[str(track.position.enterprise_id)] = track.position.enterprise.name
    return schools, enterprises


# --- guardians -------------------------------------------------------------------------------------------------------


def token_hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def guardian_of_link(actor: Actor, token: str) -> Guardian | None:
    """The guardian a link was sent to; whoever holds the link still needs the code sent to her phone."""
    return db.session.scalar(select(Guardian).filter_by(token_hash=token_hash(token)))


def signed_in_guardian(actor: Actor) -> Guardian | None:
    return db.session.get(Guardian, actor.guardian_id) if actor.guardian_id is not None else None


# --- staff -----------------------------------------------------------------------------------------------------------


def _chooses_class_of(schools: Iterable[int]) -> ColumnElement[bool]:
    return exists().where(
        Choice.application_id == Application.id,
        Choice.track_id == Track.id,
        Track.order_class_id == OrderClass.id,
        OrderClass.school_id.in_(list(schools)),
    )


def _consent_is_withdrawn() -> ColumnElement[bool]:
    """Whether the consent that names the schools was taken back and not given again."""
    given = exists().where(Consent.user_id == Application.user_id, Consent.purpose == "schools_of_choices")
    return given.where(Consent.withdrawn_at.is_not(None)) & ~given.where(Consent.withdrawn_at.is_(None))


def seen_by(actor: Actor) -> Select[tuple[Application]]:
    """Applications this staff may see: a coordinator those of her alliances' rounds, a school those handed in that
    choose one of its classes (the consent given at submission names it), anybody else none."""
    found = select(Application).join(Round, Round.id == Application.round_id)
    ways: list[ColumnElement[bool]] = []
    if actor.alliances:
        ways.append(Round.alliance_id.in_(actor.alliances))
    if actor.schools:
        ways.append(
            Application.state.in_(VISIBLE_TO_SCHOOLS) & _chooses_class_of(actor.schools) & ~_consent_is_withdrawn()
        )
    return found.where(or_(*ways)) if ways else found.where(Application.id < 0)


def application_seen_by(actor: Actor, application_id: int) -> Application | None:
    """One of them, with what its page shows."""
    found = seen_by(actor).where(Application.id == application_id).options(
        joinedload(Application.user),
        selectinload(Application.choices).joinedload(Choice.track).options(
            joinedload(Track.order_class).joinedload(OrderClass.school), joinedload(Track.position)
        ),
        selectinload(Application.claims),
        selectinload(Application.evidence),
    )
    return db.session.scalars(found).unique().one_or_none()


def evidence_seen_by(actor: Actor, evidence_id: int) -> Evidence | None:
    """A paper of an application this staff may see."""
    paper = db.session.get(Evidence, evidence_id)
    if paper is None or application_seen_by(actor, paper.application_id) is None:
        return None
    return paper
