"""Pages of the second factor: the second step of logging in, and one's own set-up."""

from __future__ import annotations

import datetime as dt
from typing import Any

import segno
from flask import g, redirect, render_template, request, session, url_for

from app.accounts import queries, second_factor, totp
from app.accounts.blueprint import bp
from app.accounts.entering import enter
from app.accounts.forms import CodeForm, ProofForm
from app.accounts.models import User
from app.core.clock import now
from app.core.errors import NotFound
from app.core.web import done, requires, same_site, trying

HALF_LASTS = dt.timedelta(minutes=5)
# What somebody without a second factor still reaches while one is demanded of her.
REACHABLE = frozenset(
    f"accounts.{name}" for name in (
        "second_factor_page", "begin_second_factor", "confirm_second_factor", "send_proof_code", "log_out", "log_in",
        "consent_text", "second_step", "take_second_step",
    )
)  # fmt: skip


def _half() -> dict[str, Any]:
    """Who has taken the first step in this browser, not more than five minutes ago."""
    kept = session.get("half") or {}
    if not kept or dt.datetime.fromisoformat(kept["at"]) + HALF_LASTS < now():
        raise NotFound("隔得太久了，请重新登录")
    return dict(kept)


@bp.get("/log-in/second")
@requires("public")
def second_step() -> Any:
    _half()
    return render_template("accounts/second_step.html", form=CodeForm())


@bp.post("/log-in/second")
@requires("public")
def take_second_step() -> Any:
    form, half = CodeForm(), _half()
    with trying(form, lambda: render_template("accounts/second_step.html", form=form), counted=True):
        second_factor.check(half["user"], form.code.data, request.remote_addr or "")
    target = same_site(half.get("next")) or url_for("home.start")
    return enter(redirect(target, 303), user_id=half["user"], second=True)  # type: ignore[arg-type]


@bp.get("/account/second-factor")
@requires("account.own", load=queries.me)
def second_factor_page(user: User) -> Any:
    return _page(user, ProofForm(), CodeForm())


def _page(user: User, proof: ProofForm, code: CodeForm) -> str:
    row = second_factor.of_user(user.id)
    waits = row is not None and row.confirmed_at is None
    secret = second_factor.secret_of(row) if row is not None and waits else b""
    picture = segno.make(totp.uri(secret, user.name), error="m").svg_data_uri(scale=4, border=2) if waits else ""
    return render_template(
        "accounts/second_factor.html", row=row, waits=waits, form=proof, code_form=code, qr=picture,
        spoken=totp.spoken(secret), staff=g.actor.is_staff,
    )


@bp.post("/account/second-factor")
@requires("account.own", load=queries.me)
def begin_second_factor(user: User) -> Any:
    form = ProofForm()
    with trying(form, lambda: _page(user, form, CodeForm(formdata=None)), counted=True):
        second_factor.begin(g.actor, user, form.proof.data)
    return done("accounts.second_factor_page", "二维码好了，用应用扫一下")


@bp.post("/account/second-factor/confirm")
@requires("account.own", load=queries.me)
def confirm_second_factor(user: User) -> Any:
    form = CodeForm()
    with trying(form, lambda: _page(user, ProofForm(formdata=None), form)):
        second_factor.confirm(g.actor, user, form.code.data)
    return done("accounts.second_factor_page", "设好了，以后登录要填应用里的6位数")
