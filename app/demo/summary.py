"""What is printed when the story has been told: figures a person can check against the pages."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from sqlalchemy import func, select

from app.agreements.models import Agreement
from app.agreements.states import AGREEMENT
from app.applications.models import Application, CategoryClaim
from app.applications.states import APPLICATION
from app.core.db import db
from app.core.labels import CATEGORIES
from app.demo.promises import opened_by_adjustment
from app.demo.stage import Stage
from app.order_classes.models import OrderClass
from app.placements.models import Placement, Run
from app.placements.queries import chosen_runs, classes_of, tally
from app.placements.states import PLACEMENT


def summary(stage: Stage) -> list[str]:
    """Lines about people, classes, the chosen run, repair, agreements, the next round, and the seconds of each step."""
    runs = chosen_runs(stage.round())
    return [
        *_people(stage),
        *_run(runs[0]),
        *_trials(stage),
        f"Answers: {_named(_states(Placement, Placement.round_id == stage.notes['round']), PLACEMENT.states)}",
        f"Repair (run {runs[-1].number}): {stage.notes['repair_offers']} seats offered again; "
        f"{stage.notes['kept_in_repair']} of {stage.notes['held_before_repair']} who held a seat kept it or rose",
        f"Agreements: {_named(_states(Agreement), AGREEMENT.states)}",
        f"Next round: {_named(_states(Application, Application.round_id == stage.notes['next']), APPLICATION.states)}",
        "Seconds: " + ", ".join(f"{title} {seconds:.1f}" for title, seconds in stage.seconds.items()),
        f"Altogether {sum(stage.seconds.values()):.0f} s",
    ]


def _states(model: type, *where: object) -> dict[str, int]:
    found = select(model.state, func.count()).where(*where).group_by(model.state)  # type: ignore[attr-defined, arg-type]
    return dict(db.session.execute(found).tuples().all())


def _named(counts: dict[str, int], names: object) -> str:
    order = list(names)  # type: ignore[call-overload]
    return ", ".join(f"{names[state]} {counts[state]}" for state in order if state in counts)  # type: ignore[index]


def _people(stage: Stage) -> list[str]:
    states = _states(Application, Application.round_id == stage.notes["round"])
    lines = [f"People: {sum(states.values())}; {_named(states, APPLICATION.states)}"]
    rows = db.session.execute(
        select(CategoryClaim.category, CategoryClaim.level, func.count())
        .join(Application).where(Application.round_id == stage.notes["round"])
        .group_by(CategoryClaim.category, CategoryClaim.level)
    ).tuples()
    by: dict[str, Counter[str]] = {}
    for category, level, number in rows:
        by.setdefault(category, Counter())[level] += number
    for category in CATEGORIES:
        if category in by:
            total, verified = sum(by[category].values()), by[category]["verified"]
            lines.append(f"  {CATEGORIES[category]}: {total}, verified {verified}")
    return lines


def _run(run: Run) -> list[str]:
    counted = tally(run)
    shut = [c.order_class for c in classes_of(run) if not c.open]
    ranks = ", ".join(f"choice {rank}: {number}" for rank, number in counted.by_rank.items())
    return [
        f"Chosen run {run.number} ({run.rule}): placed {counted.placed} of {counted.people}",
        f"  {ranks}, by adjustment: {counted.by_adjustment}",
        f"  classes open: {counted.opened} of {counted.classes}; not open: {_classes(shut)}",
        f"  opened by adjustment: {_classes(_by_id(opened_by_adjustment(run)))}",
        f"  seats left in open classes: {counted.empty_seats}",
        f"  guarantee: {run.guarantee}; bound {run.facts.get('bound')}, gap {run.facts.get('gap')}; verify: clean",
    ]


def _by_id(ids: list[int]) -> list[OrderClass]:
    return list(db.session.scalars(select(OrderClass).where(OrderClass.id.in_(ids)).order_by(OrderClass.id)))


def _classes(rows: Iterable[OrderClass]) -> str:
    return ", ".join(f"{row.code} {row.name}" for row in rows) or "none"


def _trials(stage: Stage) -> list[str]:
    lines = []
    for run in db.session.scalars(select(Run).where(Run.id.in_(stage.notes["runs"])).order_by(Run.number)):
        how = "minimum sizes and adjustment" if run.uses_adjustment else "minimum sizes, no adjustment"
        lines.append(f"  trial {run.number}: {run.rule}, {how}: placed {run.placed}, {run.guarantee}")
    moved = ", ".join(f"{kind} {number}" for kind, number in stage.notes["compared"].items())
    return [*lines, f"  from maximum to the chosen one: {moved}"]
