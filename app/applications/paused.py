"""A paused posting: which classes and rounds build on it, and who among schools and applicants has to hear."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.telling import tell_person
from app.applications.models import Application, Choice
from app.applications.windows import may_choose
from app.core.dates import said
from app.core.db import db
from app.core.outbox import tell
from app.order_classes.models import OrderClass, Track
from app.order_classes.queries import staff_of_school
from app.positions.models import Position
from app.positions.pausing import ON_PAUSE, ON_RESUME, USES, Use
from app.rounds.models import Round
from app.rounds.queries import classes_running

# Once results are published a choice is over, and a seat is the placements' matter.
UNDECIDED = ("open", "checking", "closed", "proposed", "approved")
GONE = ("withdrawn", "left_out")


def _classes(position: Position) -> Sequence[OrderClass]:
    found = select(OrderClass).join(Track, Track.order_class_id == OrderClass.id)
    found = found.where(Track.position_id == position.id, OrderClass.state == "approved")
    return db.session.scalars(found.options(joinedload(OrderClass.school)).order_by(OrderClass.id)).all()


def uses(position: Position) -> Iterable[Use]:
    """Each public class on the posting, with the rounds it runs in and how many have ranked it there."""
    for cls in _classes(position):
        running = classes_running(cls.id)
        ranked = sum(cls.id == track.order_class_id for _, track in _ranked(position))
        stands = f"正在“{'”“'.join(running)}”里招，{ranked}人排了它" if running else "没有在招"
        then = "别的方向照常招，办结后请学校换掉" if running else "请学校退回来改，换一个岗位"
        yield Use(f"{cls.school.name}“{cls.name}”", stands, then, f"/order-classes/{cls.id}")


def _ranked(position: Position) -> list[tuple[Application, Track]]:
    """Everybody who has ranked the posting in a round that is not decided yet."""
    found = (
        select(Application, Track)
        .join(Choice, Choice.application_id == Application.id)
        .join(Track, Track.id == Choice.track_id)
        .join(Round, Round.id == Application.round_id)
        .where(Track.position_id == position.id, Round.state.in_(UNDECIDED), Application.state.not_in(GONE))
        .options(joinedload(Application.user), joinedload(Application.round))
        .order_by(Application.id)
    )
    return list(db.session.execute(found).tuples())


def tell_of_pause(position: Position) -> None:
    """Schools and applicants hear at once, and what they can do."""
    for cls in _classes(position):
        body = f"“{cls.name}”里的“{position.name}”查实有问题，暂停招人。别的方向照常招。"
        _tell_school(cls, "班里有岗位暂停了", body)
    for application in _each_once(position):
        rest = f"{said(application.round.deadline)}前可以改志愿，" if may_choose(application.round) else ""
        body = f"“{position.name}”查实有问题，暂停招人。{rest}别的志愿照常算。"
        tell_person(application.user, "您排的岗位暂停了", body, link="/my-application")


def tell_of_resuming(position: Position) -> None:
    """The same people hear that it goes on."""
    for cls in _classes(position):
        _tell_school(cls, "班里的岗位恢复了", f"“{cls.name}”里的“{position.name}”恢复招人。")
    for application in _each_once(position):
        body = f"“{position.name}”恢复招人。您排的志愿还在原来的位置。"
        tell_person(application.user, "您排的岗位恢复了", body, link="/my-application")


def _each_once(position: Position) -> list[Application]:
    return list({application.id: application for application, _ in _ranked(position)}.values())


def _tell_school(cls: OrderClass, subject: str, body: str) -> None:
    for user_id in staff_of_school(cls.school_id):
        tell(user_id, subject, body, link=f"/order-classes/{cls.id}")


USES.append(uses)
ON_PAUSE.append(tell_of_pause)
ON_RESUME.append(tell_of_resuming)
