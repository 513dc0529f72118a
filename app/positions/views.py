"""Pages of positions."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from app.core.errors import NotFound
from app.core.labels import FIELDS
from app.core.paging import page_of, state_filters
from app.core.story import story_of
from app.core.web import done, requires, trying
from app.positions import pausing, queries, service, views_reports, workbook  # noqa: F401  (some register here)
from app.positions.blueprint import bp
from app.positions.card import card_rows, contract_rows, hazard_hint, work_rows
from app.positions.forms import AnswerForm, PositionForm, PreviewForm, ReasonForm
from app.positions.lawfulness import minimum_wage
from app.positions.models import Position
from app.positions.states import POSITION


@bp.get("")
@requires("position.list")
def index() -> ResponseReturnValue:
    chosen = {name: request.args.get(name, "")[:40] for name in ("state", "field", "q")}
    page = page_of(queries.listed(g.actor, state=chosen["state"], field=chosen["field"], words=chosen["q"]))
    kept = {name: chosen[name] or None for name in ("field", "q")}
    counts = queries.counts_by_state(g.actor)
    filters = state_filters(POSITION.states, counts, chosen["state"], "positions.index", **kept)
    return render_template(
        "positions/index.html", page=page, filters=filters, chosen=chosen, fields=FIELDS, machine=POSITION
    )


@bp.get("/new")
@requires("position.edit")
def new() -> ResponseReturnValue:
    return _form_page(PositionForm())


@bp.post("/new")
@requires("position.edit")
def create() -> ResponseReturnValue:
    enterprise = queries.own_enterprise(g.actor)
    if enterprise is None:
        raise NotFound()
    form = PositionForm()
    return _write(form, lambda facts: service.draft(g.actor, enterprise, **facts))


@bp.get("/<int:position_id>/edit")
@requires("position.edit", load=queries.position_seen_by)
def edit(position: Position) -> ResponseReturnValue:
    if position.state not in ("draft", "returned"):
        return done("positions.show", "这个岗位现在不能改。要改，先撤回", "wait", position_id=position.id)
    return _form_page(PositionForm(obj=position), position)


@bp.post("/<int:position_id>/edit")
@requires("position.edit", load=queries.position_seen_by)
def save(position: Position) -> ResponseReturnValue:
    form = PositionForm()
    return _write(form, lambda facts: service.revise(g.actor, position, form.seen_version(), **facts), position)


def _write(
    form: PositionForm, store: Callable[[dict[str, Any]], Position], position: Position | None = None
) -> ResponseReturnValue:
    """Store what was typed, and then do what the pressed button says."""
    then = form.then.data
    with trying(form, lambda: _form_page(form, position)):
        facts = form.facts()
        if then == "clean":
            facts |= service.without_phrases(form.texts())
        row = store(facts)
        if then == "submit":
            service.submit(g.actor, row)
    return _stored(row, then)


def _stored(row: Position, then: str | None) -> ResponseReturnValue:
    if then == "submit":
        return done("positions.show", "已提交，协调员1个工作日内审核", position_id=row.id)
    if then == "clean":
        return done("positions.edit", "已去掉不能写的说法。请再看一遍，然后自己提交", "now", position_id=row.id)
    return done("positions.edit", "已存草稿", position_id=row.id)


def _form_page(form: PositionForm, position: Position | None = None) -> str:
    stopped = {each.field: each for each in form.stopped()}
    for name, each in stopped.items():
        form[name].errors = [each.short if said == each.message() else said for said in form[name].errors]
    enterprise = position.enterprise if position else queries.own_enterprise(g.actor)
    district = form.district.data or (enterprise.district if enterprise else None)
    return render_template(
        "positions/form.html",
        form=form,
        position=position,
        enterprise=enterprise,
        stopped=stopped,
        floor=minimum_wage(district),
        phrases=sum(len(each.findings) for each in stopped.values()),
        card=_card(form, enterprise),
    )


@bp.get("/preview")
@requires("position.edit")
def preview() -> ResponseReturnValue:
    """The card applicants will see, drawn again while the form is being filled in."""
    form = PreviewForm(request.args)
    return render_template("positions/preview.html", card=_card(form, queries.own_enterprise(g.actor)))


def _card(form: Any, enterprise: Any) -> dict[str, Any]:
    names = (
        "headcount",
        "wage_low",
        "wage_high",
        "shift",
        "district",
        "address",
        "hazards",
        "last_pay",
        "last_pay_people",
    )
    seen = SimpleNamespace(**{name: form[name].data for name in names})
    return {
        "cls": "院校排好订单班后，班名在这里",
        "level": "层次",
        "years": "学制",
        "school": "院校",
        "firm": enterprise.name if enterprise else "",
        "post": form.name.data or "岗位名称",
        "rows": card_rows(seen),
        "hint": hazard_hint(seen),
        "hint_tone": "wait",
    }


@bp.get("/<int:position_id>")
@requires("position.see", load=queries.position_seen_by)
def show(position: Position) -> ResponseReturnValue:
    kind = ReasonForm if position.state in service.PUBLISHED else AnswerForm
    return _show_page(kind(obj=position), position)


def _show_page(form: AnswerForm, position: Position) -> str:
    return render_template(
        "positions/show.html",
        position=position,
        form=form,
        machine=POSITION,
        story=story_of("position", position.id),
        rows=card_rows(position),
        uses=pausing.uses_of(position) if position.state in service.PUBLISHED and g.actor.alliances else [],
        details=work_rows(position),
        contract=contract_rows(position),
    )


def _step(position: Position, command: Callable[..., Any], says: str, asks_why: bool = False) -> ResponseReturnValue:
    form = AnswerForm()
    why = {"why": form.why.data or ""} if asks_why else {}
    with trying(form, lambda: _show_page(form, position)):
        command(g.actor, position, version=form.seen_version(), **why)
    return done("positions.show", says, position_id=position.id)


@bp.post("/<int:position_id>/submit")
@requires("position.edit", load=queries.position_seen_by)
def submit(position: Position) -> ResponseReturnValue:
    return _step(position, service.submit, "已提交，协调员1个工作日内审核")


@bp.post("/<int:position_id>/withdraw")
@requires("position.edit", load=queries.position_seen_by)
def withdraw(position: Position) -> ResponseReturnValue:
    return _step(position, service.withdraw, "已撤回，可以接着改")


@bp.post("/<int:position_id>/close")
@requires("position.edit", load=queries.position_seen_by)
def close(position: Position) -> ResponseReturnValue:
    return _step(position, service.close, "岗位已关闭", asks_why=True)


@bp.post("/<int:position_id>/clone")
@requires("position.edit", load=queries.position_seen_by)
def clone(position: Position) -> ResponseReturnValue:
    row = service.clone(g.actor, position)
    return done("positions.edit", "已复制成新的草稿", position_id=row.id)


@bp.post("/<int:position_id>/approve")
@requires("position.check", load=queries.position_seen_by)
def approve(position: Position) -> ResponseReturnValue:
    return _step(position, service.approve, "已通过，岗位公布了", asks_why=True)


@bp.post("/<int:position_id>/send-back")
@requires("position.check", load=queries.position_seen_by)
def send_back(position: Position) -> ResponseReturnValue:
    return _step(position, service.send_back, "已退回，企业会收到原因", asks_why=True)


@bp.post("/<int:position_id>/pause")
@requires("position.check", load=queries.position_seen_by)
def pause(position: Position) -> ResponseReturnValue:
    return _step(position, pausing.pause, "暂停了。企业、学校和排了它的人都收到消息", asks_why=True)


@bp.post("/<int:position_id>/resume")
@requires("position.check", load=queries.position_seen_by)
def resume(position: Position) -> ResponseReturnValue:
    return _step(position, pausing.resume, "恢复了。企业、学校和排了它的人都收到消息", asks_why=True)
