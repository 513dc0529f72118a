"""复核: a person doubts her published result, and another coordinator than the proposer looks at it.

An answer never changes a result by itself. Where something was wrong it names the next step, which is then done in the
open: a score or a bar is mended with its reason (mending.py), and a repair run, proposed and approved by two persons,
gives what is still free.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import func, select

from app.accounts.sealed import phone_of
from app.applications.guardians import guardian_phone
from app.applications.models import Application
from app.core.actor import Actor
from app.core.clock import china, day_of, now, today
from app.core.dates import day, moment
from app.core.db import db
from app.core.errors import Invalid, NotPermitted, WrongState
from app.core.history import History
from app.core.outbox import tell, text_message
from app.core.settings import whole
from app.core.workdays import workdays
from app.law.reviews import answered_by_another_person, review_may_be_asked
from app.placements import queries
from app.placements.models import Review, Run
from app.placements.states import REVIEW, REVIEW_UNANSWERED

ABOUT = {
    "score": "分数不对",
    "paper": "材料、年龄、类别算错了",
    "line": "录取线、抽签看不明白",
    "choices": "志愿和我交的不一样",
    "other": "别的事",
}
NEXT_STEPS = {
    "mend_score": "更正分数，再做一次递补",
    "mend_bar": "更正报考条件，再做一次递补",
    "repair": "再做一次递补",
    "supplementary": "这一批没有名额了，下一次补录先通知",
}
LINK = "/my-result"
ANSWER_HOUR = 17


def published_run(application: Application) -> Run | None:
    """The published run that decided about this person last: the one of her seat, else the newest."""
    runs = queries.chosen_runs(application.round)
    placement = queries.my_placement(application)
    return next((r for r in runs if placement is not None and r.id == placement.run_id), runs[-1] if runs else None)


def published_at(run: Run) -> dt.datetime:
    """When a run was published: its history says so; a run without that line counts from the round's own date."""
    line = select(func.max(History.at)).where(
        History.thing == "run", History.thing_id == run.id, History.action == "choose"
    )
    return db.session.scalar(line) or max(run.round.publish_at, run.created_at)


def last_day(run: Run) -> dt.date:
    """The last day on which a review of this run's results may be asked for."""
    return workdays().later(day_of(published_at(run)), whole("review_ask_workdays"))


def review_of(application: Application, run: Run) -> Review | None:
    """The review somebody asked for of this run's result; one taken back only where there is no other."""
    found = select(Review).filter_by(application_id=application.id, run_id=run.id)
    return db.session.scalars(found.order_by((Review.state == "withdrawn"), Review.id.desc()).limit(1)).first()


def may_ask(application: Application) -> bool:
    """Whether the page offers the form: a published result, in time, and no review of it yet."""
    run = published_run(application)
    if run is None or application.state != "in_round" or today() > last_day(run):
        return False
    earlier = review_of(application, run)
    return earlier is None or earlier.state == "withdrawn"


def ask(actor: Actor, application: Application, about: str, says: str) -> Review:
    """Ask for a review of the last published result; the person herself or her guardian.

    Raises:
        WrongState: nothing is published.
        Invalid: too late, no reason picked, nothing written. (A second one breaks the constraint, which says so.)
    """
    run = published_run(application)
    if run is None or application.state != "in_round":
        raise WrongState("结果还没有公布，公布以后才能申请复核")
    published_on, days = day_of(published_at(run)), workdays()
    late = review_may_be_asked(published_on, today(), whole("review_ask_workdays"), days)
    if not late.ok:
        raise Invalid(late.message)
    if about not in ABOUT:
        raise Invalid("请选一项，哪里不对", "about")
    if not says.strip():
        raise Invalid("请写清楚哪里不对，写一两句就行", "says")
    due = china(days.later(today(), whole("review_answer_workdays")), ANSWER_HOUR)
    review = Review(
        application=application, run=run, about=about, says=says.strip(), answer_by=due, created_at=now(),
        by_guardian=actor.guardian_id is not None,
    )  # fmt: skip
    REVIEW.begin(review, actor, detail={"run": run.number, "about": about})
    _tell(review, "复核申请收到了", f"报名{application.number}：{moment(due)}前由人来查，查完告诉您")
    return review


def withdraw(actor: Actor, review: Review, version: int | None = None) -> None:
    """The person takes her request back before it is answered; within the window she may ask again."""
    REVIEW.move(review, "withdraw", actor, version=version)
    until = day(last_day(review.run))
    _tell(review, "复核撤回了", f"报名{review.application.number}：复核不查了。{until}前还可以再申请")


def take(actor: Actor, review: Review, version: int | None = None) -> None:
    """A coordinator begins to look; the person hears of it."""
    _must_be_another(actor, review)
    REVIEW.move(review, "take", actor, version=version, handled_by=actor.user_id)
    _tell(review, "复核有人在查了", f"报名{review.application.number}：{moment(review.answer_by)}前答复")


def answer(
    actor: Actor, review: Review, upheld: bool, finding: str, next_step: str = "", version: int | None = None
) -> None:
    """Answer with what was found, and where something was wrong with the next step. The result itself stays.

    Raises:
        NotPermitted: the actor proposed this very run.
        Invalid: no finding, or upheld without a next step, each beside its field.
    """
    _must_be_another(actor, review)
    if not finding.strip():
        raise Invalid("请写明查了什么、查到什么，本人会看到", "finding")
    if upheld and next_step not in NEXT_STEPS:
        raise Invalid("查实有误，就要选下一步怎么办", "next_step")
    # The finding may name people; history is never erased, so it stands on the row alone.
    REVIEW.move(
        review, "uphold" if upheld else "dismiss", actor, version=version,
        finding=finding.strip(), next_step=next_step if upheld else None, handled_by=actor.user_id, answered_at=now(),
    )  # fmt: skip
    result = f"查实有误。下一步：{NEXT_STEPS[next_step]}" if upheld else "查过了，结果没有错"
    _tell(review, "复核有答复了", f"报名{review.application.number}：{result}。{finding.strip()[:120]}")


def carry_out(actor: Actor, review: Review, what: str, version: int | None = None) -> None:
    """The next step has been taken; says what was done.

    Raises:
        Invalid: nothing is written (field ``what``).
    """
    _must_be_another(actor, review)
    if not what.strip():
        raise Invalid("请写明办了什么，本人会看到", "what")
    REVIEW.move(review, "carry_out", actor, version=version, carried_out=what.strip())
    _tell(review, "复核的事办好了", f"报名{review.application.number}：{what.strip()[:120]}")


def overdue(review: Review) -> bool:
    """Whether the answer is late."""
    return review.state in REVIEW_UNANSWERED and review.answer_by < now()


def _must_be_another(actor: Actor, review: Review) -> None:
    verdict = answered_by_another_person(review.run.proposed_by, actor.user_id)
    if not verdict.ok:
        raise NotPermitted(verdict.message)


def _tell(review: Review, subject: str, body: str) -> None:
    """The person hears on the site and by text message; a guardian who asked by text message as well."""
    user, guardian = review.application.user, review.application.guardian
    tell(user.id, subject, body, link=LINK, phone=phone_of(user))
    if review.by_guardian and guardian is not None:
        text_message(guardian_phone(guardian), subject, body, guardian_id=guardian.id)
