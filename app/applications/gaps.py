"""What is still undecided in a round, each gap by name: undecided papers, missing scores, guardians who have time left.
A round is not closed over any of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.applications.eligibility import verdicts
from app.applications.models import Application, Choice, Evidence, Score
from app.applications.windows import guardian_may_answer
from app.core.dates import said
from app.core.db import db
from app.core.labels import CATEGORIES, EVIDENCE_KINDS
from app.order_classes.models import OrderClass, Track
from app.rounds.models import Round

HANDED_IN = ("submitted", "returned", "checked")


@dataclass(frozen=True)
class MissingScore:
    """Somebody may take part in a class that ranks by score, and has none there."""

    application: Application
    order_class: OrderClass


def undecided(round_: Round) -> list[str]:
    """One sentence for each thing that must be decided before the round is closed; empty when nothing is."""
    papers = [
        f"报名{paper.application.number}的{_paper(paper)}还没核验" for paper in undecided_papers(round_.id)
    ]
    scores = [
        f"报名{gap.application.number}还没有{gap.order_class.name}（{gap.order_class.code}）的分数"
        for gap in missing_scores(round_)
    ]
    return [*papers, *scores, *_waiting_guardians(round_)]


def _paper(paper: Evidence) -> str:
    category = f"（{CATEGORIES[paper.category]}）" if paper.category else ""
    return EVIDENCE_KINDS[paper.kind] + category


def undecided_papers(round_id: int) -> Sequence[Evidence]:
    """Papers of handed-in applications that nobody has decided, the longest waiting first."""
    found = (
        select(Evidence)
        .join(Application)
        .where(Application.round_id == round_id, Application.state.in_(HANDED_IN), Evidence.state == "uploaded")
        .order_by(Evidence.created_at, Evidence.id)
        .options(joinedload(Evidence.application).joinedload(Application.user))
    )
    return db.session.scalars(found).all()


def missing_scores(round_: Round, order_class_id: int | None = None) -> list[MissingScore]:
    """Every score still to be entered, by class and then by application; barred choices need none."""
    found = select(Score.application_id, Score.order_class_id).join(Application)
    entered = {tuple(row) for row in db.session.execute(found.where(Application.round_id == round_.id))}
    gaps = {}
    for application in _handed_in(round_.id):
        scored = [
            choice.track for choice in application.choices
            if choice.track.order_class.score_rule == "score"
            and order_class_id in (None, choice.track.order_class_id)
            and (application.id, choice.track.order_class_id) not in entered
        ]
        for track in _eligible(application, scored):
            gaps[track.order_class_id, application.id] = MissingScore(application, track.order_class)
    return [gaps[key] for key in sorted(gaps)]


def _eligible(application: Application, tracks: Iterable[Track]) -> list[Track]:
    tracks = list(tracks)
    found = verdicts(application, tracks) if tracks else {}
    return [track for track in tracks if found[track.id].eligible]


def _handed_in(round_id: int) -> Sequence[Application]:
    """All handed-in applications with what eligibility reads: a fixed number of statements."""
    found = (
        select(Application)
        .where(Application.round_id == round_id, Application.state.in_(HANDED_IN))
        .order_by(Application.id)
        .options(
            joinedload(Application.user),
            joinedload(Application.round),
            selectinload(Application.claims),
            selectinload(Application.evidence),
            selectinload(Application.choices).joinedload(Choice.track).joinedload(Track.order_class),
            selectinload(Application.choices).joinedload(Choice.track).joinedload(Track.position),
        )
    )
    return db.session.scalars(found).unique().all()


def _waiting_guardians(round_: Round) -> list[str]:
    """Guardians whose time is not over; afterwards their silence has answered."""
    if not guardian_may_answer(round_):
        return []
    found = select(Application.number).filter_by(round_id=round_.id, state="awaiting_guardian")
    numbers = db.session.scalars(found.order_by(Application.id)).all()
    return [f"报名{number}在等监护人，到{said(round_.guardian_due)}为止" for number in numbers]
