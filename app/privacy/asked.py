"""What a person has asked for or said beside her applications, in one list: for her page and for her file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Select, select

from app.accounts.models import User
from app.agreements.models import Denial
from app.applications.models import Application
from app.core.db import db
from app.core.states import MACHINES
from app.placements.models import Review
from app.positions.models import Report
from app.privacy.models import Closure, Correction
from app.stations.models import Slip
from app.ways_back.models import WayBack


@dataclass(frozen=True)
class Asked:
    """One request: what kind (Chinese), its state (Chinese), when, her words, and the answer."""

    what: str
    state: str
    at: dt.datetime
    said: str
    answer: str

    def as_dict(self) -> dict[str, Any]:
        return {"what": self.what, "state": self.state, "at": self.at, "said": self.said, "answer": self.answer}


def asked_of_us(user: User) -> list[Asked]:
    """Everything, the oldest first."""
    return sorted(_all(user), key=lambda asked: asked.at)


def _all(user: User) -> Iterator[Asked]:
    hers = select(Review).join(Application).where(Application.user_id == user.id)
    for review in db.session.scalars(hers):
        yield _one("复核", review, review.says, review.finding)
    for correction in _of(Correction, user):
        yield _one("更正", correction, correction.why, correction.answer)
    for closure in _of(Closure, user):
        yield _one("注销", closure)
    for report in _of(Report, user):
        yield _one("举报", report, report.text, report.answer)
    for way_back in _of(WayBack, user):
        yield _one("换手机号", way_back)
    for slip in _of(Slip, user):
        yield _one("代填单", slip)
    for denial in _of(Denial, user):
        state = "有答复了" if denial.answered_at else "等答复"
        yield Asked("我没有同意", state, denial.created_at, denial.text, denial.answer)


def _of(model: Any, user: User) -> Any:
    found: Select[Any] = select(model).where(model.user_id == user.id)
    return db.session.scalars(found)


def _one(what: str, row: Any, said: str = "", answer: str = "") -> Asked:
    return Asked(what, MACHINES[row.__tablename__].states[row.state], row.created_at, said, answer)
