"""The administrator's list of users: find, close, reopen, take a lost second factor off."""

from __future__ import annotations

from typing import Any

from flask import g, render_template, request

from app.accounts import queries, second_factor, service
from app.accounts.access import ACTIONS
from app.accounts.blueprint import bp
from app.accounts.forms import TakeOffForm, WhyForm
from app.accounts.models import User
from app.accounts.states import USER
from app.core.paging import page_of
from app.core.story import story_of
from app.core.web import done, requires, trying


@bp.get("/users")
@requires("user.manage")
def users() -> Any:
    search, state = request.args.get("q", ""), request.args.get("state", "")
    page = page_of(queries.users(search, state if state in USER.states else ""))
    return render_template(
        "accounts/users.html", page=page, search=search, state=state, states=USER.states,
        seen=queries.last_seen([user.id for user in page.rows]),
    )


@bp.get("/users/<int:user_id>")
@requires("user.manage", load=queries.user_for_admin)
def user(row: User) -> Any:
    return _page(row, WhyForm(version=row.version))


def _page(row: User, form: WhyForm, off: TakeOffForm | None = None) -> str:
    return render_template(
        "accounts/user.html", user=row, form=form, states=USER.states, story=story_of("user", row.id),
        log=queries.access_log(row.id, 20), actions=ACTIONS, second_factor=second_factor.is_on(row.id),
        off=off or TakeOffForm(formdata=None),
    )


@bp.post("/users/<int:user_id>/disable")
@requires("user.manage", load=queries.user_for_admin)
def disable(row: User) -> Any:
    return _move(row, service.disable, "账号已停用，所有设备都退出了")


@bp.post("/users/<int:user_id>/enable")
@requires("user.manage", load=queries.user_for_admin)
def enable(row: User) -> Any:
    return _move(row, service.enable, "账号已恢复")


def _move(row: User, command: Any, says: str) -> Any:
    form = WhyForm()
    with trying(form, lambda: _page(row, form)):
        command(g.actor, row, form.why.data, form.seen_version())
    return done("accounts.user", says, user_id=row.id)


@bp.post("/users/<int:user_id>/second-factor/take-off")
@requires("user.manage", load=queries.user_for_admin)
def take_off_second_factor(row: User) -> Any:
    form = TakeOffForm()
    with trying(form, lambda: _page(row, WhyForm(formdata=None, version=row.version), form)):
        second_factor.take_off(g.actor, row, form.how.data)
    return done("accounts.user", "取下了，所有设备都退出了", user_id=row.id)
