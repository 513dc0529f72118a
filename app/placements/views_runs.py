"""Pages of runs, for coordinators: starting, watching, comparing, proposing, approving, publishing."""

from __future__ import annotations

import io
from typing import Any

from flask import g, render_template, request, send_file
from flask.typing import ResponseReturnValue

from app.accounts.service import prove
from app.core.errors import NotFound
from app.core.paging import cut
from app.core.web import done, requires, trying

# Some of these are only to register themselves.
from app.placements import (  # noqa: F401
    answers,
    calling,
    errands,
    last_time,
    paused,
    queries,
    results,
    service,
    withdrawing,
)
from app.placements.blueprint import bp
from app.placements.forms import (
    ApproveForm,
    EmptyForm,
    ProposeForm,
    RejectForm,
    RunForm,
)
from app.placements.models import Run
from app.placements.states import RUN
from app.rounds.models import Round
from app.rounds.queries import round_seen_by
from app.rounds.states import ROUND

SHOWN = 40


@bp.get("/rounds/<int:round_id>/runs")
@requires("run.list", load=round_seen_by)
def runs(round_: Round) -> ResponseReturnValue:
    # The rules the round was announced with stand in the form; a trial may look at others.
    announced = {"uses_minimum": round_.uses_minimum, "uses_adjustment": round_.uses_adjustment}
    return render_template("placements/runs.html", **_runs_page(round_, RunForm(data=announced)))


def _runs_page(round_: Round, form: RunForm) -> dict[str, Any]:
    found = queries.runs_of(round_)
    return {
        "round": round_,
        "runs": found,
        "form": form,
        "states": RUN.states,
        "rules": service.RULES,
        "working": any(r.state in ("queued", "running") for r in found),
        "round_states": ROUND.states,
        "current": queries.current_run(round_),
        "may_start": round_.state in ("closed", "proposed"),
    }


@bp.get("/rounds/<int:round_id>/runs/progress")
@requires("run.list", load=round_seen_by)
def runs_progress(round_: Round) -> ResponseReturnValue:
    """The list alone, asked for every second by the page; 286 ends the asking."""
    page = _runs_page(round_, RunForm())
    return render_template("placements/_runs.html", **page), 200 if page["working"] else 286


@bp.post("/rounds/<int:round_id>/runs")
@requires("run.start", load=round_seen_by)
def start_run(round_: Round) -> ResponseReturnValue:
    form = RunForm()
    with trying(form, lambda: render_template("placements/runs.html", **_runs_page(round_, form))):
        service.start_run(g.actor, round_, **form.facts())
    return done("placements.runs", "开始试算，算好会通知您", round_id=round_.id)


@bp.post("/rounds/<int:round_id>/close")
@requires("round.steer", load=round_seen_by)
def close(round_: Round) -> ResponseReturnValue:
    form = EmptyForm()
    with trying(form, lambda: render_template("placements/gaps.html", round=round_, faults=form.form_errors)):
        service.close(g.actor, round_, form.seen_version())
    return done("placements.runs", "核对已结束，抽签号已抽好。现在可以试算", round_id=round_.id)


@bp.post("/rounds/<int:round_id>/repair")
@requires("run.start", load=round_seen_by)
def repair(round_: Round) -> ResponseReturnValue:
    answers.lapse_overdue(round_)
    service.start_repair(g.actor, round_)
    return done("placements.runs", "开始递补：已有名额的人都不受影响", round_id=round_.id)


@bp.post("/rounds/<int:round_id>/settle")
@requires("round.steer", load=round_seen_by)
def settle(round_: Round) -> ResponseReturnValue:
    answers.lapse_overdue(round_)
    service.settle(g.actor, round_)
    return done("placements.runs", "这一批办结了", round_id=round_.id)


@bp.get("/runs/<int:run_id>")
@requires("run.see", load=queries.run_seen_by)
def run(run: Run) -> ResponseReturnValue:
    return _run_page(run)


def _run_page(run: Run, **forms: Any) -> str:
    tally = queries.tally(run) if run.outcome else None
    return render_template(
        "placements/run.html",
        run=run,
        round=run.round,
        tally=tally,
        classes=queries.classes_of(run),
        states=RUN.states,
        rules=service.RULES,
        proposer=results.user_name(run.proposed_by),
        approver=results.user_name(run.approved_by),
        propose_form=forms.get("propose_form") or ProposeForm(),
        approve_form=forms.get("approve_form") or ApproveForm(),
        reject_form=forms.get("reject_form") or RejectForm(),
        mine=run.proposed_by == g.actor.user_id,
        others=[r for r in queries.runs_of(run.round) if r.outcome is not None and r.id != run.id],
        guarantees=results.GUARANTEES,
    )


@bp.get("/runs/<int:run_id>/progress")
@requires("run.see", load=queries.run_seen_by)
def run_progress(run: Run) -> ResponseReturnValue:
    ended = run.state not in ("queued", "running")
    return render_template("placements/_progress.html", run=run, states=RUN.states), 286 if ended else 200


@bp.get("/runs/<int:run_id>/bundle.zip")
@requires("run.see", load=queries.run_seen_by)
def bundle(run: Run) -> ResponseReturnValue:
    """The frozen round, for anybody who wants to compute it again."""
    return _download(run.bundle, f"round-{run.round.code}-run-{run.number}.zip")


@bp.get("/runs/<int:run_id>/outcome.zip")
@requires("run.see", load=queries.run_seen_by)
def outcome(run: Run) -> ResponseReturnValue:
    return _download(run.outcome, f"round-{run.round.code}-run-{run.number}-outcome.zip")


def _download(content: bytes | None, name: str) -> ResponseReturnValue:
    if content is None:
        raise NotFound("这个文件还没有")
    return send_file(io.BytesIO(content), "application/zip", as_attachment=True, download_name=name)


@bp.post("/runs/<int:run_id>/cancel")
@requires("run.start", load=queries.run_seen_by)
def cancel(run: Run) -> ResponseReturnValue:
    service.cancel_run(g.actor, run)
    return done("placements.run", "已经叫停，一秒内就停", run_id=run.id)


@bp.get("/runs/<int:run_id>/compare")
@requires("run.see", load=queries.run_seen_by)
def compare(run: Run) -> ResponseReturnValue:
    asked = request.args.get("with", "")
    other = queries.run_seen_by(g.actor, int(asked)) if asked.isdecimal() and len(asked) < 10 else None
    if other is None or other.round_id != run.round_id or run.outcome is None or other.outcome is None:
        raise NotFound("要选同一批里两次算好的试算来比")
    comparison = queries.compare(run, other)
    page = cut(comparison.moved, SHOWN)
    ids = [m.application_id for m in page.rows]
    tracks = [p.track_id for m in page.rows for p in (m.before, m.after)]
    return render_template(
        "placements/compare.html",
        c=comparison,
        page=page,
        people=queries.application_numbers(ids),
        tracks=queries.track_names(tracks),
        rules=service.RULES,
        round=run.round,
        guarantees=results.GUARANTEES,
        lines=results.comparison_lines(comparison),
        categories=results.category_lines(comparison),
    )


@bp.post("/runs/<int:run_id>/propose")
@requires("run.propose", load=queries.run_seen_by)
def propose(run: Run) -> ResponseReturnValue:
    form = ProposeForm()
    with trying(form, lambda: _run_page(run, propose_form=form)):
        prove(g.actor, form.proof.data)
        service.propose(g.actor, run, form.why.data)
    return done("placements.run", "已提交给另一位协调员审批", run_id=run.id)


@bp.post("/runs/<int:run_id>/withdraw-proposal")
@requires("run.propose", load=queries.run_seen_by)
def withdraw_proposal(run: Run) -> ResponseReturnValue:
    service.withdraw_proposal(g.actor, run)
    return done("placements.run", "提议已撤回", run_id=run.id)


@bp.post("/runs/<int:run_id>/approve")
@requires("run.approve", load=queries.run_seen_by)
def approve(run: Run) -> ResponseReturnValue:
    form = ApproveForm()
    with trying(form, lambda: _run_page(run, approve_form=form)):
        prove(g.actor, form.proof.data)
        service.approve(g.actor, run)
    return done("placements.run", "已批准，到公布时间就可以公布", run_id=run.id)


@bp.post("/runs/<int:run_id>/reject")
@requires("run.approve", load=queries.run_seen_by)
def reject(run: Run) -> ResponseReturnValue:
    form = RejectForm()
    with trying(form, lambda: _run_page(run, reject_form=form)):
        service.reject(g.actor, run, form.why.data)
    return done("placements.run", "没有批准，已退回", run_id=run.id)


@bp.post("/runs/<int:run_id>/publish")
@requires("run.publish", load=queries.run_seen_by)
def publish(run: Run) -> ResponseReturnValue:
    form = ApproveForm()
    with trying(form, lambda: _run_page(run, approve_form=form)):
        prove(g.actor, form.proof.data)
        count = service.publish(g.actor, run)
    return done("placements.run", f"已公布，通知了{count}位被录取的人和没被录取的人", run_id=run.id)
