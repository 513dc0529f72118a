"""Applications on the staff's desk: the list, one application, and the papers one by one. Every look at somebody's
paper is written down, so looking is a command and never a plain GET."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.applications import desk, papers, queries, service
from app.applications.blueprint import bp
from app.applications.eligibility import verdicts
from app.applications.forms import DecideForm, SendBackForm, StepForm
from app.applications.models import Application, Evidence
from app.applications.papers import expected
from app.applications.states import APPLICATION, EVIDENCE, GUARDIAN
from app.applications.views_papers import SAYS, TONES, answer_with
from app.applications.windows import is_checking
from app.core.dates import said
from app.core.errors import Invalid, NotFound
from app.core.files import content_of
from app.core.history import history_of
from app.core.labels import CATEGORIES, DISTRICTS, EVIDENCE_KINDS, EVIDENCE_LEVELS, RELATIONS, START_POINTS
from app.core.numbers import number_in
from app.core.paging import page_of
from app.core.web import attempt, done, requires, trying

LABELS = {
    "categories": CATEGORIES, "districts": DISTRICTS, "kinds": EVIDENCE_KINDS, "levels": EVIDENCE_LEVELS,
    "relations": RELATIONS, "starts": START_POINTS,
}  # fmt: skip
ACTIONS = {
    **{move.action: move.says for machine in (APPLICATION, EVIDENCE, GUARDIAN) for move in machine.moves},
    "create": "新建", "revise": "修改", "categories": "改类别", "score": "登分", "view": "打开看",
}  # fmt: skip
ROLES = {
    "applicant": "本人", "guardian": "监护人", "coordinator": "协调员", "school": "院校", "system": "系统",
    "admin": "管理员",
}  # fmt: skip


def _filters() -> desk.Filters:
    ask = request.args
    return desk.Filters(
        state=ask.get("state", "") if ask.get("state", "") in APPLICATION.states else "",
        class_id=ask.get("class_id", 0, int) if len(ask.get("class_id", "")) < 12 else 0,
        round_id=ask.get("round_id", 0, int) if len(ask.get("round_id", "")) < 12 else 0,
        undecided=ask.get("undecided") == "1",
        wanted=ask.get("q", "").strip()[:20],
    )


@bp.get("/applications")
@requires("application.list")
def index() -> ResponseReturnValue:
    filters = _filters()
    page = page_of(desk.listed(g.actor, filters))
    return render_template(
        "applications/index.html",
        page=page,
        filters=filters,
        waiting=desk.undecided_counts([row.id for row in page.rows]),
        counts=desk.counts_by_state(g.actor, filters),
        classes=desk.classes_of(g.actor),
        states=APPLICATION.states,
        href=_with,
    )


def _with(**changes: Any) -> str:
    """This list with other filters, from its first page."""
    kept = {name: value for name, value in request.args.items() if name != "page"}
    return url_for("applications.index", **{k: v for k, v in {**kept, **changes}.items() if v not in ("", None)})


@bp.get("/applications/<int:application_id>")
@requires("application.see", load=queries.application_seen_by)
def show(application: Application) -> ResponseReturnValue:
    return _show(application, SendBackForm(obj=application))


def _show(application: Application, form: SendBackForm) -> str:
    tracks = [choice.track for choice in application.choices]
    return render_template(
        "applications/show.html",
        application=application,
        form=form,
        step=StepForm(obj=application),
        verdicts=verdicts(application, tracks),
        scores=queries.scores_of(application),
        papers=expected(application),
        older=[paper for paper in application.evidence if paper.state == "replaced"],
        state=APPLICATION.states[application.state],
        guardian_state=GUARDIAN.states[application.guardian.state] if application.guardian else "",
        allows=lambda action: is_checking(application.round) and APPLICATION.allows(application, action),
        history=_history(application),
        says=SAYS,
        tones=TONES,
        labels=LABELS,
        said=said,
    )


def _history(application: Application) -> list[dict[str, str]]:
    classes = {choice.track.order_class_id: choice.track.order_class.name for choice in application.choices}
    return [
        {
            "when": said(line.at), "who": ROLES.get(line.by_role, line.by_role),
            "what": ACTIONS.get(line.action, line.action), "why": line.why or _scored(line.detail, classes),
        }
        for line in reversed(history_of("application", application.id))
    ]


def _scored(detail: dict[str, Any], classes: Mapping[int, str]) -> str:
    """Which class a score was entered for, and what it was before; blank for every other line."""
    if not {"class", "from", "to"} <= detail.keys():
        return ""
    before = "" if detail["from"] is None else f"，原来{detail['from']}分"
    return f"{classes.get(detail['class'], '去掉了的志愿')}：{detail['to']}分{before}"


@bp.post("/applications/<int:application_id>/check")
@requires("application.check", load=queries.application_seen_by)
def check(application: Application) -> ResponseReturnValue:
    form = SendBackForm()
    if attempt(form, service.check, g.actor, application, form.seen_version()):
        return done("applications.show", "已标为核对完", application_id=application.id)
    return _show(application, form), 422


@bp.post("/applications/<int:application_id>/send-back")
@requires("application.check", load=queries.application_seen_by)
def send_back(application: Application) -> ResponseReturnValue:
    form = SendBackForm()
    with trying(form, lambda: _show(application, form)):
        service.send_back(g.actor, application, form.why.data or "", form.seen_version())
    return done("applications.show", "已退回，本人会收到短信", application_id=application.id)


# --- papers, one by one -------------------------------------------------------------------------------------------


@bp.get("/applications/papers")
@requires("evidence.decide")
def review() -> ResponseReturnValue:
    return render_template(
        "applications/review.html", page=page_of(desk.queue(g.actor)), first=desk.next_in_queue(g.actor), labels=LABELS
    )


@bp.get("/applications/papers/<int:evidence_id>")
@requires("evidence.decide", load=queries.evidence_seen_by)
def review_paper(paper: Evidence) -> ResponseReturnValue:
    return _review_page(paper, DecideForm(obj=paper))


def _review_page(paper: Evidence, form: DecideForm, picture: str = "") -> str:
    application = paper.application
    return render_template(
        "applications/review_paper.html",
        paper=paper,
        application=application,
        form=form,
        picture=picture,
        claim=next((claim for claim in application.claims if claim.category == paper.category), None),
        state=EVIDENCE.states[paper.state],
        may_decide=is_checking(application.round) and application.state in queries.HANDED_IN,
        allows=lambda action: EVIDENCE.allows(paper, action),
        left=desk.waiting_count(g.actor),
        history=_looked_at(paper),
        labels=LABELS,
        said=said,
    )


def _looked_at(paper: Evidence) -> list[dict[str, str]]:
    return [
        {
            "when": said(line.at), "who": ROLES.get(line.by_role, line.by_role),
            "what": ACTIONS.get(line.action, line.action), "why": line.why,
        }
        for line in reversed(history_of("evidence", paper.id))
    ]


@bp.post("/applications/papers/<int:evidence_id>")
@requires("evidence.decide", load=queries.evidence_seen_by)
def open_paper(paper: Evidence) -> ResponseReturnValue:
    """Look at the paper itself: written down first, then shown within this very answer."""
    if paper.file.content is None:
        raise NotFound("这份材料已经按规定删除了")
    papers.look_at(g.actor, paper)
    if not paper.file.media_type.startswith("image/"):
        return answer_with(paper)
    return _review_page(paper, DecideForm(formdata=None, obj=paper), _embedded(paper))


def _embedded(paper: Evidence) -> str:
    return f"data:{paper.file.media_type};base64,{base64.b64encode(content_of(paper.file)).decode()}"


@bp.post("/applications/papers/<int:evidence_id>/decide")
@requires("evidence.decide", load=queries.evidence_seen_by)
def decide(paper: Evidence) -> ResponseReturnValue:
    form = DecideForm()
    with trying(form, lambda: _review_page(paper, form)):
        if form.decision.data not in ("verify", "return"):
            raise Invalid("请选通过还是退回")
        if not papers.has_looked(g.actor, paper):
            raise Invalid("先打开看过，才能定")
        service.decide_evidence(g.actor, paper, form.decision.data == "verify", form.because(), form.seen_version())
    following = desk.next_in_queue(g.actor, paper.id)
    if following is None:
        return done("applications.review", "已保存。材料都看完了")
    return done("applications.review_paper", "已保存，这是下一份", evidence_id=following.id)


@bp.get("/applications/papers/next")
@requires("evidence.decide")
def next_paper() -> ResponseReturnValue:
    following = desk.next_in_queue(g.actor, number_in(request.args.get("after")) or 0)
    if following is None:
        return redirect(url_for("applications.review"))
    return redirect(url_for("applications.review_paper", evidence_id=following.id))
