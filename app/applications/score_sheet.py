"""成绩 as a workbook: one row for one application and class, the same columns in and out."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload, selectinload

from app.applications import desk
from app.applications.models import Application, Choice
from app.applications.queries import seen_by
from app.applications.scores import HIGHEST, LOWEST, enter_score
from app.core import cells
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import Invalid
from app.core.imports import Importer, Item, Scope, register
from app.core.workbooks import Column, SheetSpec, WorkbookSpec
from app.order_classes.models import OrderClass, Track
from app.rounds.models import RoundClass

SHEET = "成绩"
SPEC = WorkbookSpec(
    SHEET,
    (
        SheetSpec(
            SHEET,
            (
                Column("报名号", "number", cells.text(20)),
                Column("订单班代码", "class_code", cells.text(20)),
                Column("分数", "value", cells.whole(LOWEST, HIGHEST)),
            ),
        ),
    ),
    ("先导出，名单就在里面，只要填分数一列。", "没有登过分的行，分数是空的；不填的行不要留在文件里。"),
)


def _prepare(actor: Actor, scope: Scope, items: list[Item]) -> dict[str, Application]:
    """The applications the rows name, as far as the actor may see them: a few statements for all of them."""
    numbers = {item.row.values["number"] for item in items}
    found = seen_by(actor).where(Application.number.in_(numbers)).options(
        joinedload(Application.round),
        selectinload(Application.choices).joinedload(Choice.track).joinedload(Track.order_class),
        selectinload(Application.scores),
    )
    return {application.number: application for application in db.session.scalars(found).unique()}


def _apply(actor: Actor, scope: Scope, item: Item) -> Any:
    facts = item.row.values
    application = scope["prepared"].get(facts["number"])
    if application is None:
        raise Invalid(f"没有这个报名号：{facts['number']}", "number")
    chosen = [choice.track.order_class for choice in application.choices]
    meant = [cls for cls in chosen if cls.code == facts["class_code"] and _scores_for(actor, cls)]
    offered = meant[0] if meant else _class_of(application, facts["class_code"], actor)
    return enter_score(actor, application, offered, facts["value"])


def _scores_for(actor: Actor, order_class: OrderClass) -> bool:
    return not actor.schools or order_class.school_id in actor.schools


def _class_of(application: Application, code: str, actor: Actor) -> OrderClass:
    """Codes are unique within a school only: the one meant is the actor's own, or the one that was chosen."""
    found = (
        select(OrderClass)
        .join(RoundClass, RoundClass.order_class_id == OrderClass.id)
        .where(RoundClass.round_id == application.round_id, OrderClass.code == code)
    )
    classes = db.session.scalars(found.order_by(OrderClass.id)).all()
    if not classes:
        raise Invalid(f"这个批次没有代码是{code}的订单班", "class_code")
    chosen = {choice.track.order_class_id for choice in application.choices}
    fitting = [cls for cls in classes if cls.school_id in actor.schools] or [c for c in classes if c.id in chosen]
    return (fitting or list(classes))[0]


def _export(actor: Actor) -> dict[str, list[dict[str, Any]]]:
    """Everybody to be scored in the classes the actor scores, with the scores there are."""
    rows = []
    for each in desk.score_desks(actor):
        people = db.session.scalars(desk.candidates(each.offered)).unique().all()
        scores = desk.scores_in(each.offered, [application.id for application in people])
        rows += [
            {"number": a.number, "class_code": each.offered.order_class.code, "value": scores.get(a.id)} for a in people
        ]
    return {SHEET: rows}


SCORES = register(
    Importer("scores", SHEET, SPEC, permission="score.enter", apply=_apply, export=_export, prepare=_prepare,
             back="/applications/scores")
)
