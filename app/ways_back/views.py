"""手机丢了、换了号: the person's own pages, and the old phone's link. The staff's desks lie beside them."""

from __future__ import annotations

from typing import Any

from flask import redirect, render_template, request, url_for

from app.accounts import proving
from app.accounts.forms import CodeForm, PhoneForm
from app.accounts.service import check_code
from app.core.clock import now
from app.core.identifiers import mask_phone
from app.core.web import done, requires, trying
from app.ways_back import queries, service, sweeping, views_desk  # noqa: F401  (a chore and routes register here)
from app.ways_back.blueprint import bp
from app.ways_back.forms import ObjectForm, PersonForm
from app.ways_back.models import WayBack
from app.ways_back.states import WAY_BACK

PURPOSE = "way_back"


@bp.get("")
@requires("public")
def start() -> Any:
    return render_template("ways_back/start.html")


@bp.get("/phone")
@requires("public")
def phone() -> Any:
    return proving.ask_page(PURPOSE, PhoneForm())


@bp.post("/phone")
@requires("public")
def send_code() -> Any:
    return proving.send(PURPOSE)


@bp.get("/phone/code")
@requires("public")
def code() -> Any:
    return render_template("accounts/enter_code.html", form=CodeForm(), **proving.sent_to(PURPOSE))


@bp.post("/phone/code")
@requires("public")
def take_code() -> Any:
    form, sent = CodeForm(), proving.sent_to(PURPOSE)
    with trying(form, lambda: render_template("accounts/enter_code.html", form=form, **sent), counted=True):
        check_code(sent["phone"], PURPOSE, form.code.data)
    proving.now_proved(sent["phone"], PURPOSE)
    return done("ways_back.person")


def _phone() -> str:
    """Whoever has just proved her phone to sign up need not do it again."""
    return proving.proved_phone(PURPOSE, "sign_up")


@bp.get("/person")
@requires("public")
def person() -> Any:
    return _person_page(PersonForm(), _phone())


def _person_page(form: PersonForm, number: str) -> str:
    return render_template("ways_back/person.html", form=form, masked=mask_phone(number))


@bp.post("/person")
@requires("public")
def ask() -> Any:
    form, number = PersonForm(), _phone()
    with trying(form, lambda: _person_page(form, number), counted=True):
        asked = service.ask(phone=number, address=request.remote_addr or "", **form.facts())
    return done("ways_back.shown", "申请好了，申请号也发到手机了", reference=asked.reference)


@bp.get("/mine/<reference>")
@requires("public", load=queries.request_of)
def shown(row: WayBack) -> Any:
    return render_template(
        "ways_back/shown.html", row=row, state=WAY_BACK.states[row.state], lasts=service.LASTS, past=_steps_past(row)
    )


def _steps_past(row: WayBack) -> int | None:
    """How many of the four steps are behind her; None where the way has ended or is being looked into."""
    over = row.object_until is None or row.object_until <= now()
    return {"asked": 1, "checked": 3 if over else 2, "released": 4}.get(row.state)


# --- the old phone ------------------------------------------------------------------------------------------------


@bp.get("/objections/<token>")
@requires("public", load=queries.objection_of)
def objection(row: WayBack) -> Any:
    return render_template("ways_back/objection.html", row=row, form=ObjectForm())


@bp.post("/objections/<token>")
@requires("public", load=queries.objection_of)
def object_to(row: WayBack) -> Any:
    form = ObjectForm()
    with trying(form, lambda: render_template("ways_back/objection.html", row=row, form=form)):
        service.object_to(row)
    # Named without the token: where an answer led is kept in clear.
    return redirect(url_for("ways_back.objected"), 303)


@bp.get("/objected")
@requires("public")
def objected() -> Any:
    return render_template("ways_back/objected.html")
