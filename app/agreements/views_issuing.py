"""The coordinator's page of those who wait for an agreement: issue the chosen ones in one go."""

from __future__ import annotations

from flask import flash, g, render_template, request
from flask.typing import ResponseReturnValue

from app.agreements import queries, service, shown
from app.agreements.blueprint import bp
from app.agreements.forms import IssueForm
from app.core.paging import page_of
from app.core.web import requires, trying


@bp.get("/agreements/to-issue")
@requires("agreement.issue")
def to_issue() -> ResponseReturnValue:
    return _page(IssueForm())


@bp.post("/agreements/to-issue")
@requires("agreement.issue")
def issue() -> ResponseReturnValue:
    form = IssueForm()
    found = queries.chosen_to_issue(g.actor, form.ids())
    with trying(form, lambda: _page(form)):
        issued, refused = service.issue_many(g.actor, found)
    flash(f"发出了{issued}份协议" if issued else "没有发出", "done" if issued else "wait")
    return _page(IssueForm(formdata=None), refused)


def _page(form: IssueForm, refused: list[str] | None = None) -> str:
    q = request.args.get("q", "")[:40]
    page = page_of(queries.unissued(g.actor, q), size=100)
    why = service.obstacles(page.rows)
    rows = [(p, shown.position_of(p), why[p.id]) for p in page.rows]
    return render_template("agreements/to_issue.html", page=page, rows=rows, form=form, refused=refused or [], q=q)
