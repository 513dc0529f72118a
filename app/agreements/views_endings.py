"""Pages of ending an agreement in force: asking, the other's answer, the school's check, the coordinator's word."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

from flask import g, render_template, send_file
from flask.typing import ResponseReturnValue

from app.accounts.service import prove
from app.agreements import queries, service, shown
from app.agreements.blueprint import bp
from app.agreements.endings import GROUNDS, NOTICE_GROUNDS, open_ending
from app.agreements.forms import AskEndingForm, DecideEndingForm, EmptyForm
from app.agreements.models import Agreement, Ending
from app.core.errors import WrongState
from app.core.files import content_of
from app.core.web import done, requires, trying

DECISIONS = {
    "answer": {"yes": "同意解除", "no": "不同意，继续履行"},
    "check": {"yes": "核验属实，解除", "no": "核不上，先不解除"},
    "settle": {"yes": "协调好了，解除", "no": "协调好了，继续履行"},
}
COMMANDS: dict[str, Callable[..., None]] = {
    "answer": service.answer_ending, "check": service.check_ending, "settle": service.settle_ending,
}  # fmt: skip
TITLES = {"answer": "答复解除申请", "check": "审核解除", "settle": "协调解除"}


@bp.get("/agreements/<int:agreement_id>/ending")
@requires("ending.ask", load=queries.agreement_seen_by)
def ending(agreement: Agreement) -> ResponseReturnValue:
    return _ask_page(agreement, _ask_form(agreement, version=agreement.version))


def _ask_form(agreement: Agreement, **facts: Any) -> AskEndingForm:
    form = AskEndingForm(**facts)
    form.ground.choices = list(GROUNDS[service.party_of(g.actor, agreement) or "enterprise"].items())
    return form


def _ask_page(agreement: Agreement, form: AskEndingForm) -> str:
    if agreement.state != "in_force":
        raise WrongState("协议生效以后，才能申请解除")
    return render_template(
        "agreements/ending.html", agreement=agreement, form=form, layout=_layout(agreement), notice=NOTICE_GROUNDS
    )


def _layout(agreement: Agreement) -> str:
    phone = service.party_of(g.actor, agreement) in ("student", "guardian")
    return "layout/phone.html" if phone else "layout/desk.html"


@bp.post("/agreements/<int:agreement_id>/ending")
@requires("ending.ask", load=queries.agreement_seen_by)
def ask_ending(agreement: Agreement) -> ResponseReturnValue:
    form = _ask_form(agreement)
    raw = form.file.data.read() if form.file.data else None
    with trying(form, lambda: _ask_page(agreement, form)):
        prove(g.actor, form.proof.data)
        asked = service.ask_ending(
            g.actor, agreement, ground=form.ground.data, why=form.why.data or "", proof_file=raw,
            version=form.seen_version(),
        )
    says = "通知送到了。院校10天内核验，不核验也按通知解除" if asked.notice else "申请送到了，等对方答复"
    return done("agreements.show", says, agreement_id=agreement.id)


def _decide_form(kind: str, **facts: Any) -> DecideEndingForm:
    form = DecideEndingForm(**facts)
    form.ends.choices = list(DECISIONS[kind].items())
    return form


def _decide_page(kind: str, agreement: Agreement, form: DecideEndingForm) -> str:
    row = open_ending(agreement)
    if row is None:
        raise WrongState("现在没有解除申请")
    return render_template(
        "agreements/decide_ending.html", agreement=agreement, form=form, layout=_layout(agreement), title=TITLES[kind],
        rows=shown.ending_rows(row, sees_ground=service.party_of(g.actor, agreement) != "enterprise"), ending=row,
    )  # fmt: skip


def _decide(kind: str, agreement: Agreement) -> ResponseReturnValue:
    form = _decide_form(kind)
    with trying(form, lambda: _decide_page(kind, agreement, form)):
        prove(g.actor, form.proof.data)
        COMMANDS[kind](g.actor, agreement, form.ends.data == "yes", form.why.data or "", form.seen_version())
    return done("agreements.show", "已记下，三方都会收到通知", agreement_id=agreement.id)


@bp.get("/agreements/<int:agreement_id>/ending/answer")
@requires("ending.ask", load=queries.agreement_seen_by)
def answer_ending_page(agreement: Agreement) -> ResponseReturnValue:
    return _decide_page("answer", agreement, _decide_form("answer", version=agreement.version))


@bp.post("/agreements/<int:agreement_id>/ending/answer")
@requires("ending.ask", load=queries.agreement_seen_by)
def answer_ending(agreement: Agreement) -> ResponseReturnValue:
    return _decide("answer", agreement)


@bp.get("/agreements/<int:agreement_id>/ending/check")
@requires("ending.check", load=queries.agreement_seen_by)
def check_ending_page(agreement: Agreement) -> ResponseReturnValue:
    return _decide_page("check", agreement, _decide_form("check", version=agreement.version))


@bp.post("/agreements/<int:agreement_id>/ending/check")
@requires("ending.check", load=queries.agreement_seen_by)
def check_ending(agreement: Agreement) -> ResponseReturnValue:
    return _decide("check", agreement)


@bp.get("/agreements/<int:agreement_id>/ending/settle")
@requires("agreement.void", load=queries.agreement_seen_by)
def settle_ending_page(agreement: Agreement) -> ResponseReturnValue:
    return _decide_page("settle", agreement, _decide_form("settle", version=agreement.version))


@bp.post("/agreements/<int:agreement_id>/ending/settle")
@requires("agreement.void", load=queries.agreement_seen_by)
def settle_ending(agreement: Agreement) -> ResponseReturnValue:
    return _decide("settle", agreement)


@bp.post("/agreements/<int:agreement_id>/ending/take-back")
@requires("ending.ask", load=queries.agreement_seen_by)
def take_back_ending(agreement: Agreement) -> ResponseReturnValue:
    form = EmptyForm()
    form.validate_on_submit()
    service.take_back_ending(g.actor, agreement, form.seen_version())
    return done("agreements.show", "解除申请撤回了，协议继续有效", agreement_id=agreement.id)


@bp.get("/agreements/<int:agreement_id>/ending/proof")
@requires("ending.proof", load=queries.proof_seen_by)
def ending_proof(row: Ending) -> ResponseReturnValue:
    """The paper that supports a request: for the school and the coordinator only."""
    assert row.file is not None
    suffix = "pdf" if row.file.media_type == "application/pdf" else "jpg"
    content = io.BytesIO(content_of(row.file))
    return send_file(content, mimetype=row.file.media_type, as_attachment=True, download_name=f"证明.{suffix}")


