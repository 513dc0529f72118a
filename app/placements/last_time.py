"""The last published result of classes, handed down to whoever shows a class."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import and_, func, select

from app.core.db import db
from app.order_classes.last_time import PUBLISHED, LastTime
from app.order_classes.models import OrderClass
from app.placements.models import Run, RunClass
from app.rounds.models import Round
from app.rounds.states import RESULT_IS_OUT


def published(class_ids: Sequence[int]) -> dict[int, LastTime]:
    """Class id → how the newest published main run filled it; one statement."""
    newest = (
        select(RunClass.order_class_id, func.max(RunClass.run_id).label("run_id"))
        .join(Run, Run.id == RunClass.run_id)
        .join(Round, Round.id == Run.round_id)
        .where(RunClass.order_class_id.in_(class_ids), Run.state == "chosen", Run.purpose == "main")
        .where(Round.state.in_(RESULT_IS_OUT))
        .group_by(RunClass.order_class_id)
        .subquery()
    )
    same = and_(RunClass.order_class_id == newest.c.order_class_id, RunClass.run_id == newest.c.run_id)
    rows = db.session.execute(
        select(RunClass, OrderClass.score_rule)
        .join(newest, same)
        .join(OrderClass, OrderClass.id == RunClass.order_class_id)
    )
    # Where no scores are taken everybody has the score 0 for the engine, which is nobody's line.
    return {
        row.order_class_id: LastTime(row.filled, row.cutoff_score if rule == "score" else None, row.open)
        for row, rule in rows.tuples()
    }


PUBLISHED.append(published)
