"""我的资料: see everything, take it away, have it corrected, see who looked, and close the account."""

from __future__ import annotations

from typing import Any

from flask import g, jsonify, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts import sessions
from app.accounts.consents import WORDS
from app.accounts.forms import PurposeForm
from app.accounts.models import User
from app.accounts.queries import me
from app.core.access import RECORDS, lines_of
from app.core.errors import Invalid
from app.core.paging import page_of
from app.core.story import ROLES
from app.core.web import done, requires, trying
from app.privacy import closing, correcting, duties, queries, service, views_desk  # noqa: F401  (routes and duties)
from app.privacy.blueprint import bp
from app.privacy.dossier import dossier_of
from app.privacy.export import export_of
from app.privacy.forms import AskForm, CloseForm, MendForm
from app.privacy.holding import kept_until, lasting_holds, open_holds
from app.privacy.models import Closure, Correction
from app.privacy.states import CORRECTION
from app.privacy.withdrawing import taken_back

LOOKS = {"view": "看了", "open": "打开看了"}


@bp.get("/account/data")
@requires("account.own", load=me)
def data(user: User) -> ResponseReturnValue:
    return render_template("privacy/data.html", user=user, sections=dossier_of(user), until=kept_until(user),
                           again=taken_back(user), words=WORDS)


@bp.post("/account/consents/give")
@requires("account.own", load=me)
def consent_again(user: User) -> ResponseReturnValue:
    form = PurposeForm()
    if not form.validate_on_submit():
        raise Invalid("没找到您要改的这一项。刷新一次，再点")
    service.consent_again(g.actor, user, form.purpose.data)
    return done("privacy.data", "重新同意了，可以报名")


@bp.get("/account/export")
@requires("account.own", load=me)
def export(user: User) -> ResponseReturnValue:
    """My data as a JSON file; it holds whole numbers, so the person proves again who she is."""
    if not sessions.recently_proved(g.actor.session_id):
        return redirect(url_for("accounts.confirm", next=url_for("privacy.export")))
    response = jsonify(export_of(user))
    response.headers["Content-Disposition"] = 'attachment; filename="sanfang-my-data.json"'
    return response


@bp.get("/account/looks")
@requires("account.own", load=me)
def looks(user: User) -> ResponseReturnValue:
    page = page_of(lines_of(user.id, looks=True))
    return render_template("privacy/looks.html", page=page, roles=ROLES, records=RECORDS, verbs=LOOKS)


# --- correcting -----------------------------------------------------------------------------------------------------


@bp.get("/account/correct")
@requires("account.own", load=me)
def correct(user: User) -> ResponseReturnValue:
    return _correct_page(user, _empty_form(user))


def _empty_form(user: User) -> MendForm | AskForm:
    kind = AskForm if correcting.is_locked(user) else MendForm
    return kind(formdata=None, name=user.name, identity_kind=user.identity_kind, birth_date=user.birth_date)


def _correct_page(user: User, form: Any) -> str:
    return render_template(
        "privacy/correct.html", user=user, form=form, locked=isinstance(form, AskForm),
        latest=correcting.latest_of(user.id), states=CORRECTION.states,
    )


@bp.post("/account/correct")
@requires("account.own", load=me)
def mend(user: User) -> ResponseReturnValue:
    form = MendForm()
    with trying(form, lambda: _correct_page(user, form), counted=True):
        service.correct_directly(g.actor, user, **form.facts())
    return done("accounts.account", "改好了")


@bp.post("/account/corrections")
@requires("account.own", load=me)
def ask_correction(user: User) -> ResponseReturnValue:
    form = AskForm()
    with trying(form, lambda: _correct_page(user, form)):
        facts = {name: value for name, value in form.facts().items() if name != "file"}
        service.ask_correction(g.actor, user, raw=form.raw(), **facts)
    return done("privacy.correct", "申请交上了，办好发短信给您")


@bp.post("/account/corrections/<int:correction_id>/withdraw")
@requires("correction.own", load=queries.own_correction)
def withdraw_correction(row: Correction) -> ResponseReturnValue:
    service.withdraw_correction(g.actor, row)
    return done("privacy.correct", "更正申请撤回了")


# --- closing the account --------------------------------------------------------------------------------------------


@bp.get("/account/close")
@requires("account.own", load=me)
def close(user: User) -> ResponseReturnValue:
    return _close_page(user, CloseForm())


def _close_page(user: User, form: CloseForm) -> str:
    return render_template(
        "privacy/close.html", user=user, form=form, held=open_holds(user), kept=lasting_holds(user),
        closure=closing.open_closure(user.id), days=closing.whole("account_closing_days"),
    )


@bp.post("/account/close")
@requires("account.own", load=me)
def ask_closure(user: User) -> ResponseReturnValue:
    form = CloseForm()
    with trying(form, lambda: _close_page(user, form), counted=True):
        service.ask_closure(g.actor, user, form.proof.data)
    return done("privacy.close", "申请收到了，到期前可以撤回")


@bp.post("/account/closures/<int:closure_id>/withdraw")
@requires("closure.own", load=queries.own_closure)
def withdraw_closure(row: Closure) -> ResponseReturnValue:
    service.withdraw_closure(g.actor, row)
    return done("accounts.account", "注销撤回了，账号照常用")
