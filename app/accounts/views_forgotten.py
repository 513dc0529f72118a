"""忘了密码: the phone, then code and new password on one page."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for

from app.accounts import forgotten, proving
from app.accounts.blueprint import bp
from app.accounts.entering import enter
from app.accounts.forms import NewPasswordForm, PhoneForm
from app.core.web import requires, trying

PURPOSE = forgotten.PURPOSE


@bp.get("/log-in/forgotten", endpoint="forgotten")
@requires("public")
def ask() -> Any:
    return proving.ask_page(PURPOSE, PhoneForm())


@bp.post("/log-in/forgotten")
@requires("public")
def send_forgotten_code() -> Any:
    return proving.send(PURPOSE)


@bp.get("/log-in/forgotten/code")
@requires("public")
def forgotten_code() -> Any:
    return render_template("accounts/new_password.html", form=NewPasswordForm(), **proving.sent_to(PURPOSE))


@bp.post("/log-in/forgotten/code")
@requires("public")
def set_forgotten() -> Any:
    form, sent = NewPasswordForm(), proving.sent_to(PURPOSE)
    with trying(form, lambda: render_template("accounts/new_password.html", form=form, **sent), counted=True):
        user = forgotten.reset_password(
            sent["phone"], form.code.data, form.password.data, request.remote_addr or ""
        )
    flash("新密码设好了，已经登录。别的设备都退出了", "done")
    return enter(redirect(url_for("home.start"), 303), user_id=user.id)  # type: ignore[arg-type]
