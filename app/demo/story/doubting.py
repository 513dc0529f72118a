"""Chapter 6b: people without a seat ask for a review; a coordinator who did not propose the result answers."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import exists, select

from app.applications.models import Application
from app.core.db import db
from app.core.web import commit
from app.demo.stage import Stage
from app.demo.story.doing import as_herself
from app.placements import reviews
from app.placements.models import Placement, Review


def doubt(stage: Stage) -> None:
    """After the result: a score is looked up once more and was right."""
    for application in _unplaced(stage)[:1]:
        review = _ask(stage, application, -28, "score", "面试那天老师说我做得不错，请再查一次我的分数")
        with stage.at(-27, 15):
            finding = "对了登分表和评分单，每一项都和系统里一样，没有登错"
            reviews.answer(stage.actor("second"), review, False, finding)
            commit()


def doubt_again(stage: Stage) -> None:
    """After the repair: one was right, of the other a next step is promised and taken before the round is settled."""
    later = _unplaced(stage)[1:]
    if len(later) < 2:
        return
    asked = [
        _ask(stage, later[-1], -19, "line", "我看不懂录取线是怎么来的，请换个人再算一遍"),
        _ask(stage, later[-2], -18, "other", "一直在等电话，后来才听说递补过了，没有人问过我"),
    ]
    stage.notes["doubted"] = [review.id for review in asked]
    with stage.at(-16, 15):
        finding = "抽签按公布的种子重抽了一遍，结果用另一个程序核了一遍。您每个志愿的线和分都对，没有算错"
        reviews.answer(stage.actor("coordinator"), asked[0], False, finding)
        commit()
    with stage.at(-15, 15):
        finding = "递补按分数和志愿算，没有漏掉您。可是结果只发了短信，没有说明不打电话，这是我们没说清楚"
        reviews.answer(stage.actor("coordinator"), asked[1], True, finding, "supplementary")
        commit()
    with stage.at(-14, 9):
        reviews.carry_out(stage.actor("coordinator"), asked[1], "打过电话，说明白了。补录开始报名那天，先打给您")
        commit()


def _ask(stage: Stage, application: Application, day: int, about: str, says: str) -> Review:
    with stage.at(day, 10):
        review = reviews.ask(as_herself(application.user), application, about, says)
        commit()
    return review


def _unplaced(stage: Stage) -> Sequence[Application]:
    """Those who took part and hold nothing."""
    seated = exists().where(Placement.application_id == Application.id)
    found = select(Application).where(
        Application.round_id == stage.notes["round"], Application.state == "in_round", ~seated
    )
    return db.session.scalars(found.order_by(Application.id)).all()
