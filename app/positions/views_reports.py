"""举报: the public page that says what is wrong with a posting, and the coordinators' queue."""

from __future__ import annotations

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from app.core.errors import Invalid
from app.core.labels import REPORT_REASONS
from app.core.paging import page_of, state_filters
from app.core.story import story_of
from app.core.web import done, requires, trying
from app.positions import forgetting, queries, reporting  # noqa: F401  (what has to be forgotten registers here)
from app.positions.blueprint import bp
from app.positions.forms import FindingForm, ReasonForm, ReportForm
from app.positions.models import Position, Report
from app.positions.pausing import uses_of
from app.positions.service import PUBLISHED
from app.positions.states import REPORT

DECISIONS = {"uphold": True, "dismiss": False}


@bp.get("/<int:position_id>/report")
@requires("public", load=queries.posting_for_everybody)
def report(position: Position) -> ResponseReturnValue:
    return _report_page(position, ReportForm(wants_answer=True))


def _report_page(position: Position, form: ReportForm) -> str:
    days = reporting.answer_time().days
    return render_template("positions/report.html", position=position, form=form, days=days)


@bp.post("/<int:position_id>/report")
@requires("public", load=queries.posting_for_everybody)
def hand_in_report(position: Position) -> ResponseReturnValue:
    form = ReportForm()
    with trying(form, lambda: _report_page(position, form)):
        facts = form.facts() | {"phone": form.phone.data or ""}
        reporting.report(g.actor, position, **facts, address=request.remote_addr or "")
    return done("positions.reported", position_id=position.id)


@bp.get("/<int:position_id>/reported")
@requires("public", load=queries.posting_for_everybody)
def reported(position: Position) -> ResponseReturnValue:
    return render_template("positions/reported.html", position=position, days=reporting.answer_time().days)


# --- the coordinators' queue -----------------------------------------------------------------------------------------


@bp.get("/reports")
@requires("report.list")
def reports() -> ResponseReturnValue:
    state = request.args.get("state", "")[:20]
    counts = queries.report_counts(g.actor)
    filters = state_filters(REPORT.states, counts, state, "positions.reports")
    return render_template(
        "positions/reports.html", page=page_of(queries.reports(g.actor, state)), filters=filters, machine=REPORT,
        reasons=REPORT_REASONS, wait=reporting.answer_time(),
    )  # fmt: skip


@bp.get("/reports/<int:report_id>")
@requires("report.decide", load=queries.report_seen_by)
def one_report(row: Report) -> ResponseReturnValue:
    return _finding_page(row, FindingForm(obj=row))


def _finding_page(row: Report, form: FindingForm) -> str:
    return render_template(
        "positions/finding.html", report=row, form=form, machine=REPORT, reason=REPORT_REASONS[row.reason],
        others=queries.other_reports(row), due=reporting.due_at(row), story=story_of("report", row.id),
        pausing=ReasonForm(formdata=None, version=row.position.version),
        uses=uses_of(row.position) if row.position.state in PUBLISHED else [],
    )  # fmt: skip


@bp.post("/reports/<int:report_id>/look")
@requires("report.decide", load=queries.report_seen_by)
def look_into(row: Report) -> ResponseReturnValue:
    reporting.look(g.actor, row, FindingForm().seen_version())
    return done("positions.one_report", "记下了，您在核实", report_id=row.id)


@bp.post("/reports/<int:report_id>/decide")
@requires("report.decide", load=queries.report_seen_by)
def decide_report(row: Report) -> ResponseReturnValue:
    form = FindingForm()
    with trying(form, lambda: _finding_page(row, form)):
        upheld = DECISIONS.get(form.decision.data or "")
        if upheld is None:
            raise Invalid("请选查实了，还是没有查实")
        reporting.decide(g.actor, row, upheld=upheld, answer=form.answer.data or "", version=form.seen_version())
    if upheld and row.position.state == "approved":
        return done("positions.one_report", "已答复。接着处理这个岗位", "now", report_id=row.id)
    return done("positions.reports", "已答复")
