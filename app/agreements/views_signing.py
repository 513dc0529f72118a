"""Pages around signing: sending for a code without losing the ticks, and signing many at once."""

from __future__ import annotations

from flask import flash, g, render_template, request, session
from flask.typing import ResponseReturnValue

from app.accounts import service as accounts
from app.agreements import queries, service, shown
from app.agreements.blueprint import bp
from app.agreements.forms import BatchForm, SignForm
from app.agreements.models import Agreement
from app.core.errors import Invalid
from app.core.paging import page_of
from app.core.web import done, requires, trying


@bp.post("/agreements/<int:agreement_id>/send-code")
@requires("agreement.sign", load=queries.agreement_seen_by)
def send_code(agreement: Agreement) -> ResponseReturnValue:
    """Send a code to the signer's own phone; what she has ticked stays ticked for these very words."""
    number = accounts.proving_phone(g.actor)
    if number is None:
        raise Invalid("账号里没有手机号，请用密码确认")
    accounts.send_code(number, "prove", request.remote_addr or "")
    session["ticked"] = {"words": service.current(agreement).text_sha256, "names": SignForm().ticked()}
    return done("agreements.show", "验证码发到您的手机了，10分钟内有效", agreement_id=agreement.id, _anchor="proof")


@bp.get("/agreements/batch")
@requires("agreement.sign_many")
def batch() -> ResponseReturnValue:
    return _batch_page(BatchForm())


@bp.post("/agreements/batch")
@requires("agreement.sign_many")
def sign_batch() -> ResponseReturnValue:
    form = BatchForm()
    seen = form.seen()
    found = queries.chosen_to_sign(g.actor, list(seen))
    with trying(form, lambda: _batch_page(form)):
        signed, refused = service.sign_many(g.actor, found, form.proof.data, seen)
    flash(f"签好了{signed}份" if signed else "没有签成", "done" if signed else "wait")
    return _batch_page(BatchForm(formdata=None), refused)


def _batch_page(form: BatchForm, refused: list[str] | None = None) -> str:
    page = page_of(queries.to_sign(g.actor), size=100)
    rows = [(shown.line(g.actor, a), f"{a.id}:{service.current(a).text_sha256}") for a in page.rows]
    return render_template("agreements/batch.html", page=page, rows=rows, form=form, refused=refused or [])
