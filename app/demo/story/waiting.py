"""Chapter 9: what waits to be checked: an enterprise, a posting that the law stopped first, a class, two reports."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from app.core.actor import ANONYMOUS, Actor
from app.core.db import db
from app.core.errors import Faults
from app.core.identifiers import make_credit_code, make_resident_id
from app.core.web import commit
from app.demo.stage import Stage
from app.demo.story.applying import photograph
from app.demo.story.doing import sign_up
from app.order_classes import service as classes
from app.order_classes.models import OrderClass
from app.organisations import service as organisations
from app.organisations.models import Enterprise
from app.organisations.queries import actor_of_user
from app.positions import reporting
from app.positions import service as positions
from app.positions.lawfulness import texts_of
from app.positions.models import Position

# What an enterprise wrote at first; the law has something to say to each of the three.
UNLAWFUL = "限男，35岁以下，本地户口优先，能看装配图，能搬15公斤物料。"


def leave_waiting(stage: Stage) -> None:
    """An enterprise that registers itself, a posting that is mended, a class, what people report: none decided yet."""
    with stage.at(-3, 9):
        _enterprise(stage)
    with stage.at(-3, 14):
        _posting(stage)
    with stage.at(-2, 10):
        _class(stage)
    with stage.at(-8, 20):
        _report("fee", "面试那天人事说要先交三百元服装押金。收据没有给我。", looked_by=stage.actor("second"))
    with stage.at(-1, 20):
        _report("work", "写的是白班，带我看车间的人说一个月要上十天夜班。")


def _report(reason: str, text: str, looked_by: Actor | None = None) -> None:
    """Somebody who did not say who she is; the first one is being looked into, and is late."""
    posting = db.session.scalars(select(Position).filter_by(state="approved").order_by(Position.id.desc())).first()
    assert posting is not None
    row = reporting.report(ANONYMOUS, posting, reason=reason, text=text)
    if looked_by is not None:
        reporting.look(looked_by, row)
    commit()


def _enterprise(stage: Stage) -> None:
    user = sign_up("贺兰舟", "14000009301", make_resident_id("371082", dt.date(1984, 5, 9), 930))
    organisations.register_enterprise(
        actor_of_user(user), licence=photograph("licence"), alliance_id=stage.alliance.id, name="青屿食品科技有限公司",
        credit_code=make_credit_code("91371000XB0990FRM"), district="371082", address="渔港路66号", head="贺兰舟",
        contact="贺兰舟", phone="0000-5790001", staff=210, introduction="青屿食品科技（虚构），做海产品加工。",
    )  # fmt: skip
    commit()


def _posting(stage: Stage) -> None:
    """Stopped with the articles; one button takes the phrases out, and the enterprise sends it again herself."""
    enterprise = db.session.scalars(select(Enterprise).order_by(Enterprise.id)).first()
    assert enterprise is not None
    actor = stage.actor(f"firm:{enterprise.id}")
    like = db.session.scalars(select(Position).filter_by(enterprise_id=enterprise.id).order_by(Position.id)).first()
    assert like is not None
    draft = positions.clone(actor, like)
    positions.revise(actor, draft, name="装配线物料员", headcount=6, requirements=UNLAWFUL, last_pay=None,
                     last_pay_people=None, last_pay_source="")  # fmt: skip
    commit()
    try:
        positions.submit(actor, draft)
    except Faults as stopped:
        stage.notes["posting_stopped"] = stopped.message
    mended = positions.without_phrases(texts_of(draft))
    positions.revise(actor, draft, requirements=mended["requirements"])
    positions.submit(actor, draft)
    commit()
    stage.notes["posting_mended"] = draft.requirements


def _class(stage: Stage) -> None:
    """A second class like one that was full, for the autumn."""
    like = db.session.scalars(select(OrderClass).filter_by(state="approved").order_by(OrderClass.id)).first()
    assert like is not None
    actor = stage.actor(f"school:{like.school_id}")
    facts = {name: getattr(like, name) for name in classes.FACTS}
    facts |= {"code": f"{like.code}2", "name": f"{like.name}二班", "last_cutoff": None, "last_filled": None}
    row = classes.draft(actor, like.school, like.alliance_id, **facts)
    names = ("year", "professional", "workshop", "core", "ordinary_core")
    classes.set_hours(actor, row, [{name: getattr(year, name) for name in names} for year in like.hours])
    post = next(track.position for track in like.tracks if track.position is not None)
    classes.add_track(actor, row, post, 2)
    classes.submit(actor, row)
    commit()
