"""Pages of order classes: list, the class, and its steps. Hours, tracks and ages are in parts.py."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from app.core.errors import NotFound
from app.core.labels import FIELDS, LEVELS
from app.core.paging import page_of, state_filters
from app.core.story import story_of
from app.core.web import done, requires, trying
from app.order_classes import parts, queries, service, workbook  # noqa: F401  (routes and workbook register here)
from app.order_classes.blueprint import bp
from app.order_classes.card import admission_rows, family_rows, subtitle
from app.order_classes.forms import AnswerForm, ClassForm
from app.order_classes.last_time import last_times
from app.order_classes.models import OrderClass
from app.order_classes.soundness import class_faults, class_warnings, hours_of, ratios_in_force
from app.order_classes.states import ORDER_CLASS
from app.organisations.models import School


@bp.get("")
@requires("class.list")
def index() -> ResponseReturnValue:
    chosen = {name: request.args.get(name, "")[:40] for name in ("state", "field", "q")}
    page = page_of(queries.listed(g.actor, state=chosen["state"], field=chosen["field"], words=chosen["q"]))
    counts, ratios = queries.counts_by_state(g.actor), ratios_in_force()
    kept = {name: chosen[name] or None for name in ("field", "q")}
    filters = state_filters(ORDER_CLASS.states, counts, chosen["state"], "order_classes.index", **kept)
    return render_template(
        "order_classes/index.html", page=page, filters=filters, chosen=chosen, fields=FIELDS, levels=LEVELS,
        machine=ORDER_CLASS, hours={row.id: hours_of(row, ratios) for row in page.rows}, last=last_times(page.rows),
    )  # fmt: skip


def _own_school() -> School:
    school = queries.own_school(g.actor)
    if school is None:
        raise NotFound()
    return school


def _form(school: School, order_class: OrderClass | None = None) -> ClassForm:
    form = ClassForm(obj=order_class)
    form.alliance_id.choices = list(queries.alliances_of(school.id).items())
    if order_class is not None:
        form.alliance_id.data = str(order_class.alliance_id)
    return form


@bp.get("/new")
@requires("class.edit")
def new() -> ResponseReturnValue:
    return _form_page(_form(_own_school()))


@bp.post("/new")
@requires("class.edit")
def create() -> ResponseReturnValue:
    school = _own_school()
    form = _form(school)
    with trying(form, lambda: _form_page(form)):
        row = service.draft(g.actor, school, int(form.alliance_id.data), **form.facts())
    return done("order_classes.show", "已存草稿。接着填课时、岗位和年龄", class_id=row.id)


@bp.get("/<int:class_id>/edit")
@requires("class.edit", load=queries.class_seen_by)
def edit(order_class: OrderClass) -> ResponseReturnValue:
    return _form_page(_form(order_class.school, order_class), order_class)


@bp.post("/<int:class_id>/edit")
@requires("class.edit", load=queries.class_seen_by)
def save(order_class: OrderClass) -> ResponseReturnValue:
    form = _form(order_class.school, order_class)
    with trying(form, lambda: _form_page(form, order_class)):
        service.revise(g.actor, order_class, form.seen_version(), **form.facts())
    return done("order_classes.show", "已保存", class_id=order_class.id)


def _form_page(form: ClassForm, order_class: OrderClass | None = None) -> str:
    return render_template("order_classes/form.html", form=form, order_class=order_class)


@bp.get("/<int:class_id>")
@requires("class.see", load=queries.class_seen_by)
def show(order_class: OrderClass) -> ResponseReturnValue:
    return _show_page(AnswerForm(obj=order_class), order_class)


def _show_page(form: AnswerForm, order_class: OrderClass) -> str:
    faults = class_faults(order_class) if order_class.state in ("draft", "returned", "submitted") else []
    return render_template(
        "order_classes/show.html", order_class=order_class, form=form, machine=ORDER_CLASS, sums=hours_of(order_class),
        subtitle=subtitle(order_class), admission=admission_rows(order_class), family=family_rows(order_class),
        faults=faults, warnings=class_warnings(order_class), story=story_of("order_class", order_class.id),
        last=last_times([order_class]).get(order_class.id),
    )  # fmt: skip


def _step(
    order_class: OrderClass, command: Callable[..., Any], says: str, asks_why: bool = False
) -> ResponseReturnValue:
    form = AnswerForm()
    why = {"why": form.why.data or ""} if asks_why else {}
    with trying(form, lambda: _show_page(form, order_class)):
        command(g.actor, order_class, version=form.seen_version(), **why)
    return done("order_classes.show", says, class_id=order_class.id)


@bp.post("/<int:class_id>/submit")
@requires("class.edit", load=queries.class_seen_by)
def submit(order_class: OrderClass) -> ResponseReturnValue:
    return _step(order_class, service.submit, "已提交，协调员1个工作日内审核")


@bp.post("/<int:class_id>/withdraw")
@requires("class.edit", load=queries.class_seen_by)
def withdraw(order_class: OrderClass) -> ResponseReturnValue:
    return _step(order_class, service.withdraw, "已撤回，可以接着改")


@bp.post("/<int:class_id>/close")
@requires("class.edit", load=queries.class_seen_by)
def close(order_class: OrderClass) -> ResponseReturnValue:
    return _step(order_class, service.close, "订单班已关闭", asks_why=True)


@bp.post("/<int:class_id>/approve")
@requires("class.check", load=queries.class_seen_by)
def approve(order_class: OrderClass) -> ResponseReturnValue:
    return _step(order_class, service.approve, "已通过，订单班公布了", asks_why=True)


@bp.post("/<int:class_id>/send-back")
@requires("class.check", load=queries.class_seen_by)
def send_back(order_class: OrderClass) -> ResponseReturnValue:
    return _step(order_class, service.send_back, "已退回，学校会收到原因", asks_why=True)
