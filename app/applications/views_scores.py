"""Scores on the staff's desk: which classes still miss some, and a table to type them in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g, render_template
from flask.typing import ResponseReturnValue

from app.applications import desk, score_sheet, service
from app.applications.blueprint import bp
from app.applications.eligibility import verdicts
from app.applications.gaps import missing_scores
from app.applications.models import Application
from app.applications.scores import HIGHEST, LOWEST
from app.applications.windows import is_checking
from app.core.dates import said
from app.core.db import db
from app.core.errors import DomainError, Faults, Invalid
from app.core.forms import Form, whole
from app.core.paging import page_of
from app.core.web import done, requires, trying
from app.rounds.models import Round, RoundClass

IMPORT_KIND = score_sheet.SCORES.kind


def field_name(application_id: int) -> str:
    return f"score_{application_id}"


def score_form(people: Sequence[Application], scores: dict[int, int]) -> Form:
    """One number field per person on this page, filled with the score there is."""
    fields = {
        field_name(a.id): whole(a.number, LOWEST, HIGHEST, required=False, default=scores.get(a.id)) for a in people
    }
    form: Form = type("ScoreForm", (Form,), fields)()
    return form


@bp.get("/applications/scores")
@requires("score.enter")
def scores() -> ResponseReturnValue:
    return render_template("applications/scores.html", desks=desk.score_desks(g.actor), kind=IMPORT_KIND, said=said)


@bp.get("/applications/scores/<int:round_class_id>")
@requires("score.enter", load=desk.round_class_seen_by)
def class_scores(offered: RoundClass) -> ResponseReturnValue:
    return _scores_page(offered, None)


def _scores_page(offered: RoundClass, form: Form | None, page: Any = None) -> str:
    round_ = db.session.get_one(Round, offered.round_id)
    page = page or page_of(desk.candidates(offered))
    entered = desk.scores_in(offered, [a.id for a in page.rows])
    return render_template(
        "applications/class_scores.html",
        offered=offered,
        round=round_,
        page=page,
        form=form or score_form(page.rows, entered),
        field_name=field_name,
        entered=entered,
        barred={a.id: _why_not(a, offered) for a in page.rows},
        ranks={a.id: _rank(a, offered) for a in page.rows},
        missing=[gap.application.number for gap in missing_scores(round_, offered.order_class_id)],
        may_enter=is_checking(round_),
        kind=IMPORT_KIND,
        said=said,
    )


def _of_class(application: Application, offered: RoundClass) -> list[Any]:
    return [c for c in application.choices if c.track.order_class_id == offered.order_class_id]


def _rank(application: Application, offered: RoundClass) -> int:
    return min(choice.rank for choice in _of_class(application, offered))


def _why_not(application: Application, offered: RoundClass) -> str:
    """Empty when one of her tracks of the class is open to her; otherwise why none is."""
    found = verdicts(application, [choice.track for choice in _of_class(application, offered)])
    barred = [each.message for each in found.values() if not each.eligible]
    return barred[0] if len(barred) == len(found) else ""


@bp.post("/applications/scores/<int:round_class_id>")
@requires("score.enter", load=desk.round_class_seen_by)
def enter_scores(offered: RoundClass) -> ResponseReturnValue:
    page = page_of(desk.candidates(offered))
    form = score_form(page.rows, desk.scores_in(offered, [a.id for a in page.rows]))
    with trying(form, lambda: _scores_page(offered, form, page)):
        changed = _enter(offered, page.rows, form)
    return done("applications.class_scores", f"{changed}个分数已保存", round_class_id=offered.id, page=page.number)


def _enter(offered: RoundClass, people: Sequence[Application], form: Form) -> int:
    """Enter what was typed and has changed; every refusal beside its own field."""
    faults: list[Invalid] = []
    before = desk.scores_in(offered, [a.id for a in people])
    changed = 0
    for application in people:
        value = form[field_name(application.id)].data
        if value is None or value == before.get(application.id):
            continue
        try:
            service.enter_score(g.actor, application, offered.order_class, value)
            changed += 1
        except DomainError as error:
            if error.status != 422:
                raise
            faults.append(Invalid(error.message, field_name(application.id)))
    if faults:
        raise Faults(faults)
    return changed
