"""“我没有同意”: the applicant's private line, and the coordinator's page that answers it."""

from __future__ import annotations

from flask import g, render_template
from flask.typing import ResponseReturnValue

from app.agreements import queries, service
from app.agreements.blueprint import bp
from app.agreements.forms import AnswerDenialForm, DenyForm
from app.agreements.models import Agreement, Denial
from app.core.paging import page_of
from app.core.web import done, requires, trying


@bp.get("/agreements/<int:agreement_id>/deny")
@requires("agreement.deny", load=queries.agreement_seen_by)
def deny_page(agreement: Agreement) -> ResponseReturnValue:
    return render_template("agreements/deny.html", agreement=agreement, form=DenyForm())


@bp.post("/agreements/<int:agreement_id>/deny")
@requires("agreement.deny", load=queries.agreement_seen_by)
def deny(agreement: Agreement) -> ResponseReturnValue:
    form = DenyForm()
    with trying(form, lambda: render_template("agreements/deny.html", agreement=agreement, form=form)):
        service.deny(g.actor, agreement, form.text.data)
    return done("agreements.show", "告诉协调员了，只有协调员能看到，会打电话给您", agreement_id=agreement.id)


@bp.get("/agreements/denials")
@requires("agreement.issue")
def denials() -> ResponseReturnValue:
    return render_template("agreements/denials.html", page=page_of(queries.denials(g.actor)))


@bp.get("/agreements/denials/<int:denial_id>")
@requires("denial.answer", load=queries.denial_seen_by)
def denial(row: Denial) -> ResponseReturnValue:
    return render_template("agreements/denial.html", denial=row, form=AnswerDenialForm())


@bp.post("/agreements/denials/<int:denial_id>")
@requires("denial.answer", load=queries.denial_seen_by)
def answer_denial(row: Denial) -> ResponseReturnValue:
    form = AnswerDenialForm()
    with trying(form, lambda: render_template("agreements/denial.html", denial=row, form=form)):
        service.answer_denial(g.actor, row, form.answer.data)
    return done("agreements.denials", "已答复，本人会看到")
