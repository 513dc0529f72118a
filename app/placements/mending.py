"""What an upheld review may mend after the round is closed: one score, or a choice barred by mistake.

Nothing else opens a closed round. Each mend names its review, leaves a history line with the old and the new value, and
gives nobody a seat: the next repair run reads what was mended. Who may now rise to an enterprise that her yes did not
name is asked for her consent (consenting.py).
"""

from __future__ import annotations

from sqlalchemy import select

from app.applications.models import Choice, Score
from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Invalid, NotPermitted, WrongState
from app.core.history import record
from app.law.reviews import answered_by_another_person
from app.placements.consenting import bar_lifted
from app.placements.models import Review

MOST = 100


def mend_score(actor: Actor, review: Review, class_id: int, value: int) -> None:
    """Correct the score of one of the person's classes, 0 to 100.

    Raises:
        WrongState: the answer named another next step, or the round no longer waits for answers.
        Invalid: not a class of her choices (field ``class_id``), or not such a number (field ``value``).
    """
    _may_mend(actor, review, "mend_score")
    if class_id not in {choice.track.order_class_id for choice in review.application.choices}:
        raise Invalid("请选她志愿里的一个班", "class_id")
    if not 0 <= value <= MOST:
        raise Invalid("分数要在0到100之间", "value")
    found = select(Score).filter_by(application_id=review.application_id, order_class_id=class_id)
    score = db.session.scalar(found.with_for_update())
    before = score.value if score else None
    if score is None:
        score = Score(application_id=review.application_id, order_class_id=class_id)
        db.session.add(score)
    score.value, score.entered_by, score.entered_at = value, actor.user_id, now()
    detail = {"review": review.id, "class": class_id, "before": before, "after": value}
    record("application", review.application_id, actor, "mend_score", detail=detail)
    db.session.flush()


def lift_bar(actor: Actor, review: Review, choice_id: int) -> None:
    """Take away the rule that barred one of the person's choices by mistake.

    Raises:
        WrongState: as above.
        Invalid: not one of her barred choices (field ``choice_id``).
    """
    _may_mend(actor, review, "mend_bar")
    found = select(Choice).filter_by(id=choice_id, application_id=review.application_id).with_for_update()
    choice = db.session.scalar(found)
    if choice is None or choice.barred_by is None:
        raise Invalid("请选一个被挡住的志愿", "choice_id")
    detail = {"review": review.id, "rank": choice.rank, "before": choice.barred_by, "after": None}
    choice.barred_by = None
    record("application", review.application_id, actor, "lift_bar", detail=detail)
    db.session.flush()
    bar_lifted(choice)


def _may_mend(actor: Actor, review: Review, step: str) -> None:
    verdict = answered_by_another_person(review.run.proposed_by, actor.user_id)
    if not verdict.ok:
        raise NotPermitted(verdict.message)
    if review.state != "upheld" or review.next_step != step:
        raise WrongState("这件复核的答复里没有这一步")
    if review.application.round.state != "responding":
        raise WrongState("这一批已经不在答复期，改了也不能递补")
