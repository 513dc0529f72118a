"""The person with the slip in her hand: its code, the last four of her paper, a code to her own phone, and her yes."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, session, url_for

from app.accounts import codes
from app.accounts.consents import WORDS
from app.accounts.entering import enter
from app.applications.windows import may_choose
from app.core.dates import said
from app.core.errors import Invalid
from app.core.identifiers import mask_name, mask_phone
from app.core.labels import CATEGORIES, DISTRICTS, START_POINTS, label
from app.core.web import done, requires, trying
from app.order_classes.card import track_card
from app.stations import confirming, queries, service
from app.stations.blueprint import bp
from app.stations.forms import CodeOnPaperForm, ConfirmForm, HolderForm
from app.stations.models import Slip
from app.stations.views_slips import recipients

PURPOSE = confirming.PURPOSE


@bp.get("/slip")
@requires("public")
def ask_code() -> Any:
    return render_template("stations/ask_code.html", form=CodeOnPaperForm())


@bp.post("/slip")
@requires("public")
def take_code() -> Any:
    """The code goes into this browser's cookie: where an answer led is kept in clear, and the code must not be."""
    form = CodeOnPaperForm()
    with trying(form, lambda: render_template("stations/ask_code.html", form=form), counted=True):
        confirming.count_look_up(request.remote_addr or "")
        if queries.slip_of_code(g.actor, form.code.data) is None:
            raise Invalid("没有这个码，或者已经用过了。看看是不是抄错了一位", "code")
    session["slip"] = queries.code_of(form.code.data)
    return done("stations.typed")


@bp.get("/slip/typed")
@requires("public")
def typed() -> Any:
    code = session.get("slip")
    return redirect(url_for("stations.slip_for_person", code=code) if code else url_for("stations.ask_code"))


@bp.get("/slip/<code>")
@requires("slip.confirm", load=queries.slip_of_code)
def slip_for_person(row: Slip) -> Any:
    return _holder_page(row, HolderForm())


def _holder_page(row: Slip, form: HolderForm) -> str:
    return render_template(
        "stations/holder.html", slip=row, form=form, name=mask_name(row.name), open=may_choose(row.batch.round),
        said=said, action=_address_of_slip() + "/send",
    )


def _address_of_slip() -> str:
    """/slip/<code> of the present request, whichever of its three pages this is."""
    return "/".join(request.path.split("/")[:3])


@bp.post("/slip/<code>/send")
@requires("slip.confirm", load=queries.slip_of_code)
def prove_holder(row: Slip) -> Any:
    form = HolderForm()
    with trying(form, lambda: _holder_page(row, form), counted=True):
        confirming.check_holder(row, form.last_four.data)
        phone = codes.send_code(form.phone.data, PURPOSE, request.remote_addr or "")
    session["entering"] = {"phone": phone, "purpose": PURPOSE, "slip": row.id}
    # Named from here, because the address holds the code.
    return redirect("confirm", 303)


def _phone_for(row: Slip) -> str:
    """The phone a code went to for this very slip; blank when this browser has not asked for one."""
    kept = session.get("entering") or {}
    mine = kept.get("purpose") == PURPOSE and kept.get("slip") == row.id
    return str(kept["phone"]) if mine else ""


@bp.get("/slip/<code>/confirm")
@requires("slip.confirm", load=queries.slip_of_code)
def confirm_page(row: Slip) -> Any:
    if not _phone_for(row):
        return redirect(_address_of_slip())
    return _confirm_page(row, ConfirmForm())


def _confirm_page(row: Slip, form: ConfirmForm) -> str:
    tracks = queries.tracks_of(row.batch.round_id)
    chosen = [tracks[key] for key in row.tracks if key in tracks]
    return render_template(
        "stations/confirm.html", slip=row, form=form, masked=mask_phone(_phone_for(row)),
        cards=[track_card(track) for track in chosen], texts=[WORDS[purpose] for purpose in confirming.CONSENTS],
        schools=recipients(row, chosen),
        start=label(START_POINTS, row.start_point), district=label(DISTRICTS, row.district),
        categories="、".join(CATEGORIES[code] for code in row.categories) or "没有", said=said,
        back=_address_of_slip(),
    )


@bp.post("/slip/<code>/confirm")
@requires("slip.confirm", load=queries.slip_of_code)
def confirm(row: Slip) -> Any:
    form, phone = ConfirmForm(), _phone_for(row)
    if not phone:
        return _holder_page(row, HolderForm(formdata=None)), 422
    with trying(form, lambda: _confirm_page(row, form), counted=True):
        user = service.confirm_by_phone(
            row, phone=phone, code=form.code.data, consents=form.consents(), address=request.remote_addr or ""
        )
    flash("确认好了，报名已提交。这个手机号就是您的账号", "done")
    target = url_for("applications.receipt", application_id=row.application_id)
    return enter(redirect(target, 303), user_id=user.id)  # type: ignore[arg-type]
