"""Reading runs and results: who sees which, how two runs differ, and what a person is told."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import joinedload, selectinload

from app.applications.models import Application, CategoryClaim, Choice
from app.core.actor import Actor
from app.core.db import db
from app.order_classes.models import OrderClass, Track
from app.placements.models import Placement, Run, RunClass, RunPlacement, RunReason
from app.placements.recipients import covered, hidden_from
from app.positions.models import Position
from app.rounds.models import Round


def run_seen_by(actor: Actor, run_id: int) -> Run | None:
    """A run of a round of one of the coordinator's alliances."""
    run = db.session.get(Run, run_id)
    return run if run is not None and run.round.alliance_id in actor.alliances else None


def runs_of(round_: Round) -> Sequence[Run]:
    """All runs of a round, newest first, without their files."""
    found = select(Run).filter_by(round_id=round_.id).order_by(Run.number.desc()).options(joinedload(Run.job))
    return db.session.scalars(found).all()


def current_run(round_: Round) -> Run | None:
    """The run waiting for approval or publication."""
    found = select(Run).where(Run.round_id == round_.id, Run.state == "solved", Run.proposed_by.is_not(None))
    return db.session.scalars(found.order_by(Run.number.desc())).first()


def chosen_runs(round_: Round) -> Sequence[Run]:
    """The published runs of a round: the main one, then its repairs."""
    found = select(Run).filter_by(round_id=round_.id, state="chosen").order_by(Run.number)
    return db.session.scalars(found).all()


@dataclass(frozen=True)
class Tally:
    """A run in numbers."""

    people: int
    placed: int
    by_rank: dict[int, int]
    by_adjustment: int
    by_pin: int
    classes: int
    opened: int
    empty_seats: int
    categories: dict[str, tuple[int, int]]

    @property
    def unplaced(self) -> int:
        return self.people - self.placed


def tally(run: Run) -> Tally:
    """Count a run: five statements, whatever its size."""
    by = dict(
        db.session.execute(
            select(RunPlacement.by, func.count())
            .where(RunPlacement.run_id == run.id, RunPlacement.track_id.is_not(None))
            .group_by(RunPlacement.by)
        )
        .tuples()
        .all()
    )
    ranks = dict(
        db.session.execute(
            select(RunPlacement.rank, func.count())
            .where(RunPlacement.run_id == run.id, RunPlacement.rank.is_not(None), RunPlacement.by != "adjustment")
            .group_by(RunPlacement.rank)
        )
        .tuples()
        .all()
    )
    people = db.session.scalar(select(func.count()).select_from(RunPlacement).filter_by(run_id=run.id)) or 0
    classes = classes_of(run)
    seats = _seats(run)
    return Tally(
        people=people,
        placed=sum(by.values()),
        by_rank={k: v for k, v in sorted(ranks.items()) if k is not None},
        by_adjustment=by.get("adjustment", 0),
        by_pin=by.get("pin", 0),
        classes=len(classes),
        opened=sum(c.open for c in classes),
        empty_seats=sum(seats.get(c.order_class_id, 0) - c.filled for c in classes if c.open),
        categories=_by_category(run),
    )


def classes_of(run: Run) -> Sequence[RunClass]:
    found = select(RunClass).filter_by(run_id=run.id).order_by(RunClass.order_class_id)
    return db.session.scalars(found.options(joinedload(RunClass.order_class).joinedload(OrderClass.school))).all()


def _seats(run: Run) -> dict[int, int]:
    from app.rounds.models import RoundClass

    found = select(RoundClass.order_class_id, RoundClass.seats).filter_by(round_id=run.round_id)
    return dict(db.session.execute(found).tuples().all())


def _by_category(run: Run) -> dict[str, tuple[int, int]]:
    """Verified members of each category: how many applied, how many are placed."""
    rows = db.session.execute(
        select(CategoryClaim.category, func.count(), func.count(RunPlacement.track_id))
        .join(RunPlacement, RunPlacement.application_id == CategoryClaim.application_id)
        .where(RunPlacement.run_id == run.id, CategoryClaim.level == "verified")
        .group_by(CategoryClaim.category)
    ).tuples()
    return {category: (applied, placed) for category, applied, placed in rows}


@dataclass(frozen=True)
class Moved:
    """One person whose seat differs between two runs. ``kind``: lost · worse · moved · better · gained."""

    application_id: int
    kind: str
    before: RunPlacement
    after: RunPlacement


@dataclass(frozen=True)
class Comparison:
    """Run ``a`` against run ``b``, losses first."""

    a: Run
    b: Run
    tally_a: Tally
    tally_b: Tally
    moved: list[Moved] = field(default_factory=list)
    classes: list[tuple[RunClass, RunClass]] = field(default_factory=list)

    @property
    def kinds(self) -> Counter[str]:
        return Counter(m.kind for m in self.moved)


ORDER = ("lost", "worse", "moved", "better", "gained")


def compare(a: Run, b: Run) -> Comparison:
    """Who moves from run ``a`` to run ``b``, which classes open or close."""
    before, after = _placements(a), _placements(b)
    moved = [
        Moved(i, kind, before[i], after[i])
        for i in sorted(before.keys() & after.keys())
        if (kind := _kind(before[i], after[i]))
    ]
    moved.sort(key=lambda m: (ORDER.index(m.kind), m.application_id))
    in_b = {c.order_class_id: c for c in classes_of(b)}
    classes = [(c, in_b[c.order_class_id]) for c in classes_of(a) if c.order_class_id in in_b]
    changed = [(x, y) for x, y in classes if x.open != y.open or not y.open]
    return Comparison(a, b, tally(a), tally(b), moved, changed)


def _placements(run: Run) -> dict[int, RunPlacement]:
    return {p.application_id: p for p in db.session.scalars(select(RunPlacement).filter_by(run_id=run.id))}


def _kind(before: RunPlacement, after: RunPlacement) -> str | None:
    if before.track_id == after.track_id:
        return None
    if after.track_id is None:
        return "lost"
    if before.track_id is None:
        return "gained"
    old, new = before.rank or 99, after.rank or 99
    return "moved" if old == new else ("better" if new < old else "worse")


def application_numbers(ids: Sequence[int]) -> dict[int, Application]:
    """Applications by id, for a page's worth of rows."""
    found = select(Application).where(Application.id.in_(ids)).options(selectinload(Application.claims))
    return {a.id: a for a in db.session.scalars(found)}


def track_names(ids: Sequence[int | None]) -> dict[int, Track]:
    """Tracks with class, school, position and enterprise, by id."""
    found = (
        select(Track)
        .where(Track.id.in_([i for i in ids if i]))
        .options(
            joinedload(Track.order_class).joinedload(OrderClass.school),
            joinedload(Track.position).joinedload(Position.enterprise),
        )
    )
    return {t.id: t for t in db.session.scalars(found)}


def my_placement(application: Application) -> Placement | None:
    """The newest placement of an application, whatever its state."""
    found = select(Placement).filter_by(application_id=application.id).order_by(Placement.id.desc()).limit(1)
    return db.session.scalars(found).first()


def placement_seen_by(actor: Actor, placement_id: int) -> Placement | None:
    """Own, of her ward, of the coordinator's alliance, of the school, or of the enterprise."""
    found = db.session.get(Placement, placement_id)
    if found is None:
        return None
    guardian = found.application.guardian
    position = found.position or found.track.position
    seen = (
        found.user_id == actor.user_id
        or (guardian is not None and guardian.id == actor.guardian_id)
        or found.round.alliance_id in actor.alliances
        or found.track.order_class.school_id in actor.schools
        or (position is not None and position.enterprise_id in actor.enterprises and _is_coming(found))
    )
    return found if seen else None


def _is_coming(placement: Placement) -> bool:
    """Whether the enterprise may see who she is: she has accepted, and her consent names it."""
    return placement.state == "accepted" and covered(placement).ok


def reasons_of(run: Run, application_id: int) -> Sequence[RunReason]:
    found = select(RunReason).filter_by(run_id=run.id, application_id=application_id).order_by(RunReason.rank)
    return db.session.scalars(found).all()


def placements_listed(actor: Actor) -> Select[tuple[Placement]]:
    """Placements a member of staff may list; enterprises see only people who accepted their positions and whose consent
    names them."""
    hidden = hidden_from(actor.enterprises) if actor.enterprises else ()
    query = (
        select(Placement)
        .join(Track, Track.id == Placement.track_id)
        .join(OrderClass, OrderClass.id == Track.order_class_id)
        .join(Round, Round.id == Placement.round_id)
        .outerjoin(Position, Position.id == func.coalesce(Placement.position_id, Track.position_id))
        .options(
            joinedload(Placement.application).joinedload(Application.user),
            joinedload(Placement.round),
            joinedload(Placement.position).joinedload(Position.enterprise),
            joinedload(Placement.track).options(
                joinedload(Track.position).joinedload(Position.enterprise),
                joinedload(Track.order_class).joinedload(OrderClass.school),
            ),
        )
    )
    return query.where(
        or_(
            Round.alliance_id.in_(actor.alliances),
            OrderClass.school_id.in_(actor.schools),
            Position.enterprise_id.in_(actor.enterprises)
            & (Placement.state == "accepted")
            & Placement.id.not_in(hidden),
        )
    ).order_by(Placement.id.desc())


def choices_of(application: Application) -> Sequence[Choice]:
    found = select(Choice).filter_by(application_id=application.id).order_by(Choice.rank)
    return db.session.scalars(found).all()
