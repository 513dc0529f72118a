"""Pages of rounds: setting one up, its cockpit, what it offers."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import g, render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import func, select

from app.core.clock import china, today
from app.core.db import db
from app.core.errors import NotFound
from app.core.forms import Form
from app.core.settings import whole
from app.core.story import story_of
from app.core.web import attempt, done, feature, requires, trying
from app.organisations.models import Alliance
from app.rounds import queries, service
from app.rounds.forms import CancelForm, EmptyForm, OfferForm, RoundForm
from app.rounds.limits import LimitForms, limit_forms, save_limits
from app.rounds.models import Round
from app.rounds.promise import promises_truth
from app.rounds.states import ROUND

bp = feature("rounds", "/rounds")


@bp.get("")
@requires("round.list")
def index() -> ResponseReturnValue:
    rounds = queries.rounds_of(g.actor)
    return render_template("rounds/index.html", rounds=rounds, states=ROUND.states, stage=queries.stage)


@bp.get("/new")
@requires("round.edit")
def new() -> ResponseReturnValue:
    return _form_page(RoundForm(data=_usual()))


def _form_page(form: RoundForm, round_: Round | None = None) -> str:
    return render_template("rounds/form.html", form=form, round=round_, dates=service.DATES)


def _usual() -> dict[str, Any]:
    """A calendar with the usual distances, for the coordinator to change."""
    start = today() + dt.timedelta(days=7)
    ends = {"opens_at": 0, "deadline": 20, "guardian_due": 23, "evidence_due": 27, "publish_at": 31}
    usual = {
        name: china(start + dt.timedelta(days=days), 9 if name == "opens_at" else 17) for name, days in ends.items()
    }
    usual["respond_by"] = usual["publish_at"] + dt.timedelta(days=whole("respond_days"))
    usual["sign_by"] = usual["respond_by"] + dt.timedelta(days=whole("agreement_sign_days"))
    return {**usual, "max_choices": whole("choices_limit"), "uses_minimum": True, "uses_adjustment": True}


@bp.post("/new")
@requires("round.edit")
def create() -> ResponseReturnValue:
    form = RoundForm()
    alliance = db.session.get(Alliance, min(g.actor.alliances)) if g.actor.alliances else None
    if alliance is None:
        raise NotFound()
    with trying(form, lambda: _form_page(form)):
        round_ = service.create(g.actor, alliance, **form.facts())
    return done("rounds.show", "批次建好了。下一步选订单班", round_id=round_.id)


@bp.get("/<int:round_id>")
@requires("round.see", load=queries.round_seen_by)
def show(round_: Round) -> ResponseReturnValue:
    return _cockpit(round_)


def _cockpit(round_: Round, form: Form | None = None) -> str:
    offered = queries.offered(round_)
    faults = [*form.form_errors, *(said for field in form for said in field.errors)] if form is not None else []
    return render_template(
        "rounds/show.html", round=round_, states=ROUND.states, calendar=queries.calendar(round_),
        stage=queries.stage(round_), offered=offered, seats=sum(c.seats for c in offered),
        counts=application_counts(round_), plans=queries.plans(round_), headcounts=queries.headcounts(round_),
        faults=faults, history=story_of("round", round_.id), truthful=promises_truth(round_),
    )  # fmt: skip


def application_counts(round_: Round) -> dict[str, int]:
    """Applications per state. The table belongs to a feature above; only its name and columns are used here."""
    table = db.metadata.tables["application"]
    query = select(table.c.state, func.count()).where(table.c.round_id == round_.id).group_by(table.c.state)
    return dict(db.session.execute(query).tuples().all())


@bp.get("/<int:round_id>/edit")
@requires("round.edit", load=queries.round_seen_by)
def edit(round_: Round) -> ResponseReturnValue:
    return _form_page(RoundForm(obj=round_), round_)


@bp.post("/<int:round_id>/edit")
@requires("round.edit", load=queries.round_seen_by)
def save(round_: Round) -> ResponseReturnValue:
    form = RoundForm()
    with trying(form, lambda: _form_page(form, round_)):
        service.revise(g.actor, round_, form.seen_version(), **form.facts())
    return done("rounds.show", "已保存", round_id=round_.id)


@bp.get("/<int:round_id>/classes")
@requires("round.edit", load=queries.round_seen_by)
def classes(round_: Round) -> ResponseReturnValue:
    form = OfferForm(data={"classes": [c.order_class_id for c in queries.offered(round_)]})
    return _classes_page(round_, form)


def _classes_page(round_: Round, form: OfferForm) -> ResponseReturnValue:
    found = queries.offerable(round_)
    chosen = set(form.classes.data or [])
    return render_template("rounds/classes.html", round=round_, form=form, classes=found, chosen=chosen)


@bp.post("/<int:round_id>/classes")
@requires("round.edit", load=queries.round_seen_by)
def offer(round_: Round) -> ResponseReturnValue:
    form = OfferForm()
    wanted = set(form.classes.data or [])
    chosen = [c for c in queries.offerable(round_) if c.id in wanted]
    if attempt(form, service.offer, g.actor, round_, chosen):
        return done("rounds.show", f"选好了{len(chosen)}个班", round_id=round_.id)
    return _classes_page(round_, form), 422  # type: ignore[return-value]


@bp.get("/<int:round_id>/limits")
@requires("round.edit", load=queries.round_seen_by)
def limits(round_: Round) -> ResponseReturnValue:
    return _limits_page(round_, limit_forms(round_))


def _limits_page(round_: Round, forms: LimitForms) -> ResponseReturnValue:
    return render_template("rounds/limits.html", round=round_, limits=forms, form=forms.form)


@bp.post("/<int:round_id>/limits")
@requires("round.edit", load=queries.round_seen_by)
def set_limits(round_: Round) -> ResponseReturnValue:
    forms = limit_forms(round_)
    with trying(forms.form, lambda: _limits_page(round_, forms)):
        save_limits(g.actor, round_, forms)
    return done("rounds.show", "计划和人数上限已保存", round_id=round_.id)


def _steer(round_: Round, command: Any, says: str) -> ResponseReturnValue:
    form = EmptyForm()
    with trying(form, lambda: _cockpit(round_, form)):
        command(g.actor, round_, form.seen_version())
    return done("rounds.show", says, round_id=round_.id)


@bp.post("/<int:round_id>/open")
@requires("round.steer", load=queries.round_seen_by)
def open_(round_: Round) -> ResponseReturnValue:
    return _steer(round_, service.open_round, "开始报名了")


@bp.post("/<int:round_id>/begin-checking")
@requires("round.steer", load=queries.round_seen_by)
def begin_checking(round_: Round) -> ResponseReturnValue:
    return _steer(round_, service.begin_checking, "报名已截止，开始核对")


@bp.post("/<int:round_id>/cancel")
@requires("round.steer", load=queries.round_seen_by)
def cancel(round_: Round) -> ResponseReturnValue:
    form = CancelForm()
    with trying(form, lambda: _cockpit(round_, form)):
        service.cancel(g.actor, round_, form.why.data, form.seen_version())
    return done("rounds.show", "批次已取消", round_id=round_.id)
