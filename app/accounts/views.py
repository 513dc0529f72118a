"""Pages of accounts: signing up, logging in and out. A person's own pages and the administrator's lie beside it."""

from __future__ import annotations

from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

# Routes and a chore register here.
from app.accounts import (  # noqa: F401
    proving,
    service,
    sweeping,
    views_admin,
    views_forgotten,
    views_own,
    views_second,
)
from app.accounts.away import long_away
from app.accounts.blueprint import bp
from app.accounts.consents import SIGN_UP, WORDS
from app.accounts.entering import enter, leave
from app.accounts.forms import CodeForm, KnownPhoneForm, LogInForm, PhoneForm, SignUpForm
from app.accounts.models import IDENTITY_TAKEN, User
from app.accounts.sealed import user_by_phone
from app.core.clock import today
from app.core.identifiers import mask_name, mask_phone
from app.core.web import done, requires, same_site, trying
from app.law.age import is_under_16, needs_guardian, sixteenth_reached_on
from app.law.verdict import chinese_date


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
    return _log_in_page(LogInForm(next=_next()), PhoneForm(next=_next()))


def _log_in_page(form: LogInForm, code_form: PhoneForm) -> str:
    return render_template("accounts/log_in.html", form=form, code_form=code_form)


@bp.post("/log-in")
@requires("public")
def log_in_with_password() -> Any:
    form = LogInForm()
    with trying(form, lambda: _log_in_page(form, PhoneForm(formdata=None)), counted=True):
        user = service.log_in_with_password(form.login.data, form.password.data, _address())
    return _let_in(user, form.follow(_start()))


@bp.get("/log-in/code")
@requires("public")
def ask_code() -> Any:
    return proving.ask_page("log_in", PhoneForm(next=_next()))


@bp.post("/log-in/code")
@requires("public")
def send_log_in_code() -> Any:
    return proving.send("log_in")


@bp.get("/log-in/code/enter")
@requires("public")
def enter_code() -> Any:
    return render_template("accounts/enter_code.html", form=CodeForm(next=_next()), **proving.sent_to("log_in"))


@bp.post("/log-in/code/enter")
@requires("public")
def log_in_with_code() -> Any:
    form, sent = CodeForm(), proving.sent_to("log_in")
    known = user_by_phone(sent["phone"])
    ask_first = known is not None and long_away(known)
    with trying(form, lambda: render_template("accounts/enter_code.html", form=form, **sent), counted=True):
        user = service.log_in_with_code(sent["phone"], form.code.data, _address())
    if ask_first:
        proving.now_proved(sent["phone"], "sign_up")
        return done("accounts.known_phone", next=same_site(form.next.data))
    return _let_in(user, form.follow(_start()))


@bp.post("/log-out")
@requires("public")
def log_out() -> Any:
    service.log_out(g.actor)
    flash("已退出", "done")
    return leave(redirect(url_for("home.index"), 303))  # type: ignore[arg-type]


# --- sign up ------------------------------------------------------------------------------------------------------


@bp.get("/sign-up")
@requires("public")
def sign_up() -> Any:
    return proving.ask_page("sign_up", PhoneForm(next=_next()))


@bp.post("/sign-up")
@requires("public")
def send_sign_up_code() -> Any:
    return proving.send("sign_up")


@bp.get("/sign-up/code")
@requires("public")
def sign_up_code() -> Any:
    return render_template("accounts/enter_code.html", form=CodeForm(next=_next()), **proving.sent_to("sign_up"))


@bp.post("/sign-up/code")
@requires("public")
def prove_phone() -> Any:
    """After the code the phone is this person's; whether the account on it is hers as well, only she can say."""
    form, sent = CodeForm(), proving.sent_to("sign_up")
    with trying(form, lambda: render_template("accounts/enter_code.html", form=form, **sent), counted=True):
        service.check_code(sent["phone"], "sign_up", form.code.data)
    proving.now_proved(sent["phone"], "sign_up")
    known = user_by_phone(sent["phone"]) is not None
    return done("accounts.known_phone" if known else "accounts.sign_up_person", next=same_site(form.next.data))


@bp.get("/sign-up/known")
@requires("public")
def known_phone() -> Any:
    return _known_page(KnownPhoneForm(next=_next()))


def _known_page(form: KnownPhoneForm) -> str:
    phone = proving.proved_phone("sign_up")
    known = user_by_phone(phone)
    name = mask_name(known.name) if known else ""
    return render_template("accounts/known_phone.html", form=form, masked=mask_phone(phone), name=name)


@bp.post("/sign-up/known")
@requires("public")
def answer_known_phone() -> Any:
    """Hers: she is let in. Another's, from before the number was handed on: it is taken off that account."""
    form, phone = KnownPhoneForm(), proving.proved_phone("sign_up")
    known = user_by_phone(phone)
    if known is None or form.mine.data not in ("yes", "no"):
        return _known_page(form), 422
    with trying(form, lambda: _known_page(form), counted=True):
        if form.mine.data == "no":
            service.give_up_phone(known, _address())
            return done("accounts.sign_up_person", next=same_site(form.next.data))
        service.require_open(known)
    return _let_in(known, form.follow(_start()), "这个手机号注册过，已经帮您登录")


def _sign_up_page(form: SignUpForm, phone: str) -> str:
    texts = [WORDS[purpose] for purpose in SIGN_UP]
    taken = any(str(error) == IDENTITY_TAKEN for error in form.identity.errors)
    return render_template("accounts/sign_up.html", form=form, masked=mask_phone(phone), texts=texts, taken=taken)


@bp.get("/sign-up/person")
@requires("public")
def sign_up_person() -> Any:
    return _sign_up_page(SignUpForm(next=_next()), proving.proved_phone("sign_up"))


@bp.post("/sign-up/person")
@requires("public")
def register() -> Any:
    form, phone = SignUpForm(), proving.proved_phone("sign_up")
    with trying(form, lambda: _sign_up_page(form, phone), counted=True):
        user = service.register(g.actor, phone=phone, address=_address(), **form.facts())
    return _let_in(user, form.follow(_start()), welcome_of(user))


def welcome_of(user: User) -> str:
    """What a new person hears, by her age: what she may do now, and what has to wait."""
    born, on = user.birth_date, today()
    if born is None or not needs_guardian(born, on):
        return "注册好了"
    if is_under_16(born, on):
        opens = chinese_date(sixteenth_reached_on(born))
        return f"注册好了。您未满16周岁，可以先占学位，{opens}起才能定岗。报名要监护人同意"
    return "注册好了。您未满18周岁，报名要监护人同意。监护人用自己的手机确认"
