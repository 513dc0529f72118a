"""Scores: one whole number from 0 to 100 per application and order class, entered while papers are checked."""

from __future__ import annotations

from sqlalchemy import update

from app.applications.gaps import HANDED_IN
from app.applications.models import Application, Score
from app.applications.windows import require_checking
from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotPermitted, WrongState
from app.core.history import record
from app.order_classes.models import OrderClass

LOWEST, HIGHEST = 0, 100


def enter_score(actor: Actor, application: Application, order_class: OrderClass, value: int) -> Score:
    """Enter or correct a score. The database refuses a value out of bounds as well.

    Raises:
        Invalid: not between 0 and 100, the class takes no scores, or the person did not choose it (field ``value``).
        NotPermitted: neither the class's school nor a coordinator of the round.
        WrongState: checking is over, or the application is not handed in.
    """
    require_checking(application.round)
    if order_class.school_id not in actor.schools and application.round.alliance_id not in actor.alliances:
        raise NotPermitted("只有开班的院校和协调员能登分")
    if application.state not in HANDED_IN:
        raise WrongState(f"报名{application.number}现在不能登分")
    if not LOWEST <= value <= HIGHEST:
        raise Invalid(f"分数要在{LOWEST}到{HIGHEST}之间，现在是{value}", "value")
    if order_class.score_rule != "score":
        raise Invalid(f"{order_class.name}不计分，按抽签排，不用登分", "value")
    if not _chose(application, order_class):
        raise Invalid(f"报名{application.number}没有报{order_class.name}", "value")
    return _write(actor, application, order_class, value)


def _chose(application: Application, order_class: OrderClass) -> bool:
    return any(choice.track.order_class_id == order_class.id for choice in application.choices)


def _write(actor: Actor, application: Application, order_class: OrderClass, value: int) -> Score:
    row = next((score for score in application.scores if score.order_class_id == order_class.id), None)
    if row is not None and row.value == value:
        return row
    before = row.value if row else None
    if row is None:
        # Its class is named by number: a workbook enters thousands, and each is looked up in the list above.
        row = Score(application=application, order_class_id=order_class.id, value=value, entered_by=actor.user_id,
                    entered_at=now())
        db.session.add(row)
    else:
        db.session.flush()
        done = db.session.execute(
            update(Score).where(Score.id == row.id, Score.value == before)
            .values(value=value, entered_by=actor.user_id, entered_at=now())
            .execution_options(synchronize_session=False)
        )
        if done.rowcount != 1:
            raise Conflict()
        db.session.refresh(row)
    detail = {"class": order_class.id, "from": before, "to": value}
    record("application", application.id, actor, "score", detail=detail)
    return row
