"""Pages of accounts: signing up, logging in and out. A person's own pages and the administrator's lie beside it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import flash, g, redirect, render_template, request, session, url_for
from werkzeug.wrappers import Response

from app.accounts import service, sweeping, views_admin, views_own  # noqa: F401  (routes and a chore register here)
from app.accounts.blueprint import bp
from app.accounts.consents import SIGN_UP, WORDS
from app.accounts.entering import attempt_counted, enter, leave
from app.accounts.forms import CodeForm, LogInForm, PhoneForm, SignUpForm
from app.accounts.models import User
from app.accounts.sealed import user_by_phone
from app.core.clock import now, today
from app.core.errors import NotFound
from app.core.identifiers import mask_phone
from app.core.web import done, requires, same_site
from app.law.age import needs_guardian

PROVED_PHONE_LASTS = dt.timedelta(minutes=30)


def _address() -> str:
    return request.remote_addr or ""


def _start() -> str:
    return url_for("home.start")


def _next() -> str:
    return same_site(request.args.get("next")) or ""


def _let_in(user: User, target: str, says: str = "") -> Response:
    if says:
        flash(says, "done")
    return enter(redirect(target, 303), user_id=user.id)  # type: ignore[arg-type]


# --- log in -------------------------------------------------------------------------------------------------------


@bp.get("/log-in")
@requires("public")
def log_in() -> Any:
    # A guardian comes by her link; the way to anywhere else is to log in as somebody who applies or works here.
    if g.actor.user_id is not None or (g.actor.signed_in and not _next()):
        return redirect(_next() or _start())
    return render_template("accounts/log_in.html", form=LogInForm(next=_next()), code_form=PhoneForm(next=_next()))


@bp.post("/log-in")
@requires("public")
def log_in_with_password() -> Any:
    form = LogInForm()
    if form.validate_on_submit() and attempt_counted(
        form, service.log_in_with_password, form.login.data, form.password.data, _address()
    ):
        return _let_in(form.result, form.follow(_start()))
    return render_template("accounts/log_in.html", form=form, code_form=PhoneForm(formdata=None)), 422


@bp.get("/log-in/code")
@requires("public")
def ask_code() -> Any:
    return render_template("accounts/ask_code.html", form=PhoneForm(next=_next()), purpose="log_in")


@bp.post("/log-in/code")
@requires("public")
def send_log_in_code() -> Any:
    return _send("log_in", "accounts.enter_code")


@bp.get("/log-in/code/enter")
@requires("public")
def enter_code() -> Any:
    return render_template("accounts/enter_code.html", form=CodeForm(next=_next()), **_sent_to("log_in"))


@bp.post("/log-in/code/enter")
@requires("public")
def log_in_with_code() -> Any:
    form, sent = CodeForm(), _sent_to("log_in")
    if form.validate_on_submit() and attempt_counted(
        form, service.log_in_with_code, sent["phone"], form.code.data, _address()
    ):
        return _let_in(form.result, form.follow(_start()))
    return render_template("accounts/enter_code.html", form=form, **sent), 422


@bp.post("/log-out")
@requires("public")
def log_out() -> Any:
    service.log_out(g.actor)
    flash("已退出", "done")
    return leave(redirect(url_for("home.index"), 303))  # type: ignore[arg-type]


# --- the phone a browser is working with, until the code has come ---------------------------------------------------


def _send(purpose: str, then: str) -> Any:
    """Send a code and remember in this browser where it went; the number never stands in an address."""
    form = PhoneForm()
    if form.validate_on_submit() and attempt_counted(form, service.send_code, form.phone.data, purpose, _address()):
        session["entering"] = {"phone": form.result, "purpose": purpose}
        return done(then, next=same_site(form.next.data))
    return render_template("accounts/ask_code.html", form=form, purpose=purpose), 422


def _sent_to(purpose: str) -> dict[str, Any]:
    kept = session.get("entering") or {}
    if kept.get("purpose") != purpose:
        raise NotFound("还没有发过验证码。请从填手机号开始")
    again = "accounts.send_sign_up_code" if purpose == "sign_up" else "accounts.send_log_in_code"
    return {"phone": kept["phone"], "masked": mask_phone(kept["phone"]), "purpose": purpose, "again": url_for(again)}


# --- sign up ------------------------------------------------------------------------------------------------------


@bp.get("/sign-up")
@requires("public")
def sign_up() -> Any:
    return render_template("accounts/ask_code.html", form=PhoneForm(next=_next()), purpose="sign_up")


@bp.post("/sign-up")
@requires("public")
def send_sign_up_code() -> Any:
    return _send("sign_up", "accounts.sign_up_code")


@bp.get("/sign-up/code")
@requires("public")
def sign_up_code() -> Any:
    return render_template("accounts/enter_code.html", form=CodeForm(next=_next()), **_sent_to("sign_up"))


@bp.post("/sign-up/code")
@requires("public")
def prove_phone() -> Any:
    """After the code the phone is this person's: somebody registered is let in, anybody else goes on."""
    form, sent = CodeForm(), _sent_to("sign_up")
    if form.validate_on_submit() and attempt_counted(
        form, service.check_code, sent["phone"], "sign_up", form.code.data
    ):
        known = user_by_phone(sent["phone"])
        if known is not None and known.state == "active":
            return _let_in(known, form.follow(_start()), "这个手机号注册过，已经帮您登录")
        session["entering"] = {"phone": sent["phone"], "purpose": "sign_up", "proved": now().isoformat()}
        return done("accounts.sign_up_person", next=same_site(form.next.data))
    return render_template("accounts/enter_code.html", form=form, **sent), 422


def _proved_phone() -> str:
    kept = session.get("entering") or {}
    proved = kept.get("proved") if kept.get("purpose") == "sign_up" else None
    if not proved or dt.datetime.fromisoformat(proved) + PROVED_PHONE_LASTS < now():
        raise NotFound("手机号要先用验证码确认。请从填手机号开始")
    return str(kept["phone"])


def _sign_up_page(form: SignUpForm, phone: str) -> str:
    texts = [WORDS[purpose] for purpose in SIGN_UP]
    return render_template("accounts/sign_up.html", form=form, masked=mask_phone(phone), texts=texts)


@bp.get("/sign-up/person")
@requires("public")
def sign_up_person() -> Any:
    return _sign_up_page(SignUpForm(next=_next()), _proved_phone())


@bp.post("/sign-up/person")
@requires("public")
def register() -> Any:
    form, phone = SignUpForm(), _proved_phone()
    if form.validate_on_submit() and attempt_counted(
        form, service.register, g.actor, phone=phone, address=_address(), **form.facts()
    ):
        user: User = form.result
        says = "注册好了"
        if user.birth_date and needs_guardian(user.birth_date, today()):
            says = "注册好了。您还没满18周岁，报名时要写上一位监护人，由监护人用自己的手机确认"
        return _let_in(user, form.follow(_start()), says)
    return _sign_up_page(form, phone), 422
