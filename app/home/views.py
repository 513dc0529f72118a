"""Pages of home: the public front page, the desk of those who work here, and dated settings."""

from __future__ import annotations

from typing import Any

from flask import current_app, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.core.actor import Actor
from app.core.clock import today
from app.core.db import db
from app.core.settings import Setting, set_value, setting
from app.core.web import done, requires, trying
from app.home import queries, views_messages  # noqa: F401  (its routes register here)
from app.home.blueprint import bp
from app.home.desks import awaiting
from app.home.forms import SettingForm
from app.home.rounds import days_of, round_at_desk
from app.law.levels import table_text
from app.law.settings import DEFAULTS, Default
from app.law.workdays import days_text
from app.rounds.queries import current_round, stage
from app.rounds.states import ROUND


@bp.get("/")
@requires("public")
def index() -> ResponseReturnValue:
    round_ = current_round()
    return render_template(
        "home/index.html", round=round_, days=days_of(round_) if round_ else [], doors=_doors(g.actor),
        offer=queries.offer_of(round_) if round_ else (0, 0), state=ROUND.states.get(round_.state) if round_ else "",
        classes="/classes" if "catalogue.index" in current_app.view_functions else "",
    )


def _doors(actor: Actor) -> dict[str, str]:
    """Where the front doors lead: a newcomer signs up first and is then led on."""
    here = actor.user_id is not None

    def door(path: str) -> str:
        return path if here else url_for("accounts.sign_up", next=path)

    return {
        "apply": door("/my-application"),
        "enterprise": door("/organisations/enterprise/new"),
        "school": door("/organisations/school/new"),
    }


@bp.get("/start")
@requires("signed_in")
def start() -> ResponseReturnValue:
    """Where a person goes after logging in: staff to the desk, applicants and guardians to their application."""
    if g.actor.is_staff:
        return redirect(url_for("home.desk"))
    return redirect("/guardian" if g.actor.guardian_id is not None else "/my-application")


@bp.get("/desk")
@requires("desk")
def desk() -> ResponseReturnValue:
    lines = awaiting(g.actor)
    round_ = round_at_desk(g.actor)
    fills = queries.fill_per_class(round_, g.actor) if round_ else []
    steers = round_ is not None and round_.alliance_id in g.actor.alliances
    return render_template(
        "home/desk.html", lines=lines, total=sum(line.count for line in lines), round=round_, steers=steers,
        days=days_of(round_) if round_ else [], stage=stage(round_) if round_ else "", fills=fills,
        state=ROUND.states[round_.state] if round_ else "",
        balance=queries.balance_per_field(round_) if round_ is not None and steers else [],
        supplied="还剩名额" if round_ is not None and round_.follows_id else "岗位人数",
    )


# --- dated settings -----------------------------------------------------------------------------------------------


@bp.get("/settings")
@requires("setting.edit")
def settings() -> ResponseReturnValue:
    changed = _latest()
    lines = [(default, setting(name), changed.get(name)) for name, default in DEFAULTS.items()]
    return render_template("home/settings.html", lines=lines)


def _latest() -> dict[str, Setting]:
    """The row in force today of every setting that somebody has changed."""
    found = select(Setting).where(Setting.valid_from <= today()).order_by(Setting.valid_from)
    return {row.name: row for row in db.session.scalars(found)}


def _default(actor: Actor, name: str) -> Default | None:
    return DEFAULTS.get(name)


@bp.get("/settings/<name>")
@requires("setting.edit", load=_default)
def one_setting(default: Default) -> ResponseReturnValue:
    return _setting_page(default, SettingForm(valid_from=today(), value=_as_text(setting(default.name))))


def _as_text(value: Any) -> str | None:
    """A table or days as a person writes them; None for what stands on one line."""
    if isinstance(value, dict):
        return table_text(value)
    return days_text(value) if isinstance(value, tuple) else None


def _setting_page(default: Default, form: SettingForm) -> str:
    rows = db.session.scalars(select(Setting).filter_by(name=default.name).order_by(Setting.valid_from.desc())).all()
    return render_template(
        "home/setting.html", default=default, form=form, rows=rows, value=setting(default.name),
        lines=_as_text(default.value),
    )


@bp.post("/settings/<name>")
@requires("setting.edit", load=_default)
def save_setting(default: Default) -> ResponseReturnValue:
    form = SettingForm()
    with trying(form, lambda: _setting_page(default, form)):
        set_value(g.actor, default.name, form.valid_from.data, form.value.data, form.source.data)
    return done("home.one_setting", "已保存，从那天起按新值算", name=default.name)
