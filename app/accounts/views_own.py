"""A person's own pages: my data, sessions, password, phone, messages, and taking an invitation."""

from __future__ import annotations

from typing import Any

from flask import current_app, flash, g, redirect, render_template, request, url_for

from app.accounts import invitations, queries, service, sessions
from app.accounts.access import ACTIONS
from app.accounts.blueprint import bp
from app.accounts.consents import WORDS, consents_of
from app.accounts.entering import enter
from app.accounts.forms import NewPhoneForm, PasswordForm, PhoneForm, ProofForm, PurposeForm, WelcomeForm
from app.accounts.models import Invitation, LoginSession, User
from app.core.errors import Invalid, NotFound
from app.core.forms import Form
from app.core.labels import ID_KINDS, label
from app.core.outbox import Message, body_of, newest_to_phone
from app.core.paging import page_of
from app.core.web import done, requires, same_site, trying


@bp.get("/account")
@requires("account.own", load=queries.me)
def account(user: User) -> Any:
    return render_template(
        "accounts/account.html", user=user, kind=label(ID_KINDS, user.identity_kind), consents=consents_of(user.id),
        words=WORDS, sessions=sessions.of_user(user.id), here=g.actor.session_id, log=queries.access_log(user.id, 10),
        actions=ACTIONS,
    )


@bp.post("/account/consents/withdraw")
@requires("account.own", load=queries.me)
def withdraw(user: User) -> Any:
    form = PurposeForm()
    if not form.validate_on_submit():
        raise Invalid("没找到您要改的这一项。刷新一次，再点")
    service.withdraw_consent(g.actor, user, form.purpose.data)
    return done("accounts.account", "已撤回。记录留着，写明您什么时候同意、什么时候撤回")


@bp.post("/account/sessions/<int:session_id>/end")
@requires("account.own", load=queries.own_session)
def end_session(row: LoginSession) -> Any:
    service.end_session(g.actor, row.id)
    return done("accounts.account", "那台设备已经退出")


@bp.post("/account/sessions/end-others")
@requires("account.own", load=queries.me)
def end_other_sessions(user: User) -> Any:
    count = service.end_other_sessions(g.actor)
    return done("accounts.account", f"别的{count}台设备都退出了" if count else "没有别的设备登录着")


@bp.get("/account/password")
@requires("account.own", load=queries.me)
def password(user: User) -> Any:
    return render_template("accounts/password.html", form=PasswordForm())


@bp.post("/account/password")
@requires("account.own", load=queries.me)
def save_password(user: User) -> Any:
    form = PasswordForm()
    with trying(form, lambda: render_template("accounts/password.html", form=form), counted=True):
        service.set_password(g.actor, user, form.password.data, form.proof.data)
    return done("accounts.account", "密码已保存，别的设备都退出了")


@bp.get("/account/phone")
@requires("account.own", load=queries.me)
def phone(user: User) -> Any:
    return _phone_page(user, NewPhoneForm(), PhoneForm())


def _phone_page(user: User, form: NewPhoneForm, code_form: PhoneForm) -> str:
    return render_template("accounts/phone.html", user=user, form=form, code_form=code_form)


@bp.post("/account/phone/code")
@requires("account.own", load=queries.me)
def send_new_phone_code(user: User) -> Any:
    form = PhoneForm()
    with trying(form, lambda: _phone_page(user, NewPhoneForm(formdata=None), form), counted=True):
        service.send_code(form.phone.data, "new_phone", request.remote_addr or "")
    flash("验证码发到新手机号了，10分钟内有效", "done")
    return redirect(url_for("accounts.phone"), 303)


@bp.post("/account/phone")
@requires("account.own", load=queries.me)
def save_phone(user: User) -> Any:
    form = NewPhoneForm()
    with trying(form, lambda: _phone_page(user, form, PhoneForm(formdata=None)), counted=True):
        service.change_phone(g.actor, user, form.phone.data, form.code.data, form.proof.data)
    return done("accounts.account", "手机号已换，以后用新号登录")


# --- proving oneself again ------------------------------------------------------------------------------------------


@bp.post("/send-code/prove")
@requires("signed_in")
def send_proof_code() -> Any:
    """Send a code to the phone of whoever is signed in, and go back to the page that asks for it."""
    number = service.proving_phone(g.actor)
    if number is None:
        raise Invalid("账号里没有手机号，请用密码确认")
    service.send_code(number, "prove", request.remote_addr or "")
    flash("验证码发到您的手机了，10分钟内有效", "done")
    return redirect(_page_before() or url_for("home.start"), 303)


def _page_before() -> str | None:
    """The path of this site from which the button was pressed or the link followed."""
    before = request.headers.get("Referer", "")
    root = request.host_url.rstrip("/")
    return same_site(before.removeprefix(root)) if before.startswith(root + "/") else None


@bp.get("/account/confirm")
@requires("account.own", load=queries.me)
def confirm(user: User) -> Any:
    return render_template("accounts/confirm.html", form=ProofForm(), follow=same_site(request.args.get("next")))


@bp.post("/account/confirm")
@requires("account.own", load=queries.me)
def save_confirm(user: User) -> Any:
    form, follow = ProofForm(), same_site(request.args.get("next"))
    with trying(form, lambda: render_template("accounts/confirm.html", form=form, follow=follow), counted=True):
        service.prove(g.actor, form.proof.data)
    return redirect(follow or url_for("accounts.account"), 303)


# --- messages -------------------------------------------------------------------------------------------------------


@bp.get("/inbox")
@requires("signed_in")
def inbox() -> Any:
    number = service.proving_phone(g.actor) if current_app.config["SANFANG"].shows_demo else None
    texts = [(m, body_of(m)) for m in newest_to_phone(number)] if number else []
    return render_template(
        "accounts/inbox.html", page=page_of(queries.messages_to(g.actor)), unread=queries.unread(g.actor), texts=texts
    )


@bp.post("/inbox/<int:message_id>/open")
@requires("signed_in", load=queries.message_to)
def open_message(message: Message) -> Any:
    Form().validate_on_submit()
    queries.mark_read(g.actor, message)
    return redirect(same_site(message.link) or url_for("accounts.inbox"), 303)


@bp.post("/inbox/read-all")
@requires("signed_in")
def read_all() -> Any:
    queries.mark_read(g.actor)
    return done("accounts.inbox", "都标成已读了")


@bp.get("/consents/<purpose>")
@requires("public")
def consent_text(purpose: str) -> Any:
    if purpose not in WORDS:
        raise NotFound()
    before = _page_before()
    # A page that was opened again names itself; whoever came from elsewhere is led to what is certainly hers.
    before = None if before == request.path else before
    return render_template("accounts/consent.html", words=WORDS[purpose], before=before)


# --- invitations ----------------------------------------------------------------------------------------------------


@bp.get("/welcome/<token>")
@requires("public", load=queries.invitation_of)
def welcome(invitation: Invitation) -> Any:
    return _welcome_page(invitation, WelcomeForm())


def _welcome_page(invitation: Invitation, form: WelcomeForm) -> str:
    kind = invitations.KINDS[invitation.kind]
    return render_template(
        "accounts/welcome.html", form=form, invitation=invitation, kind=kind, user=queries.me(g.actor),
        where=kind.where(invitation.organisation_id), path=request.path,
    )


@bp.post("/welcome/<token>")
@requires("public", load=queries.invitation_of)
def accept(invitation: Invitation) -> Any:
    token, user = (request.view_args or {})["token"], queries.me(g.actor)
    if user is not None:
        service.join_by_invitation(g.actor, user, token)
        return enter(done("home.start", "已接受邀请"), user_id=user.id)
    form = WelcomeForm()
    with trying(form, lambda: _welcome_page(invitation, form)):
        made = service.accept_invitation(token, **form.facts())
    return enter(done("home.start", "账号建好了，已经登录"), user_id=made.id)
