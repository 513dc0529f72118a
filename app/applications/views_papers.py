"""Categories and papers, on the applicant's phone: what is wanted, one photograph at a time, and what became of it."""

from __future__ import annotations

import io
from typing import Any

from flask import g, render_template, send_file
from flask.typing import ResponseReturnValue

from app.accounts.consents import WORDS, has_consent
from app.applications import queries, service
from app.applications.blueprint import bp
from app.applications.forms import CategoriesForm, PaperForm
from app.applications.models import Application, Evidence
from app.applications.onward import onward
from app.applications.papers import SENDING, Expected, expected
from app.applications.states import EVIDENCE
from app.applications.windows import may_choose, may_send_papers
from app.core.dates import said
from app.core.errors import NotFound
from app.core.files import content_of
from app.core.labels import CATEGORIES, CATEGORY_EVIDENCE, EVIDENCE_KINDS, EVIDENCE_LEVELS, SENSITIVE_CATEGORIES
from app.core.web import done, requires, trying

GENERAL = "general"
TONES = {"missing": "now", "uploaded": "wait", "verified": "done", "returned": "stop"}
SAYS = {"missing": "还没传", **EVIDENCE.states}


@bp.get("/my-application/<int:application_id>/papers")
@requires("application.own", load=queries.own)
def papers(application: Application) -> ResponseReturnValue:
    return render_template(
        "applications/papers.html",
        application=application,
        papers=expected(application),
        claims=application.claims,
        categories=CATEGORIES,
        levels=EVIDENCE_LEVELS,
        says=SAYS,
        tones=TONES,
        general=GENERAL,
        may_send=_may_send(application),
        following=onward(application, "papers"),
        said=said,
    )


def _may_send(application: Application) -> bool:
    return may_send_papers(application.round) and application.state in SENDING


@bp.get("/my-application/<int:application_id>/categories")
@requires("application.own", load=queries.own)
def categories(application: Application) -> ResponseReturnValue:
    form = CategoriesForm(obj=application)
    form.categories.data = [claim.category for claim in application.claims]
    form.category_consent.data = has_consent(application.user_id, "sensitive_category")
    return _categories_page(application, form)


def _categories_page(application: Application, form: CategoriesForm) -> str:
    papers_of = {code: "、".join(EVIDENCE_KINDS[kind] for kind in kinds) for code, kinds in CATEGORY_EVIDENCE.items()}
    return render_template(
        "applications/categories.html",
        application=application,
        form=form,
        papers_of=papers_of,
        sensitive="、".join(name for code, name in CATEGORIES.items() if code in SENSITIVE_CATEGORIES),
        words=WORDS["sensitive_category"],
        may_drop=may_choose(application.round),
        said=said,
    )


@bp.post("/my-application/<int:application_id>/categories")
@requires("application.own", load=queries.own)
def claim_categories(application: Application) -> ResponseReturnValue:
    form = CategoriesForm()
    with trying(form, lambda: _categories_page(application, form)):
        service.claim_categories(g.actor, application, form.categories.data, consents=form.category_consent.data)
    return done("applications.papers", "类别已保存", application_id=application.id)


def wanted_paper(actor: Any, application_id: int, kind: str, category: str) -> tuple[Application, Expected] | None:
    """The loader of one paper's page: only papers that belong to this very application have one."""
    application = queries.own(actor, application_id)
    if application is None:
        return None
    found = [p for p in expected(application) if (p.kind, p.category or GENERAL) == (kind, category)]
    return (application, found[0]) if found else None


class OwnPaper:
    """What the permission table reads of such a pair."""

    def __init__(self, application: Application, wanted: Expected) -> None:
        self.application, self.wanted, self.user_id = application, wanted, application.user_id


def own_paper(actor: Any, application_id: int, kind: str, category: str) -> OwnPaper | None:
    found = wanted_paper(actor, application_id, kind, category)
    return OwnPaper(*found) if found else None


@bp.get("/my-application/<int:application_id>/papers/<kind>/<category>")
@requires("application.own", load=own_paper)
def paper(row: OwnPaper) -> ResponseReturnValue:
    return _paper_page(row, PaperForm())


def _paper_page(row: OwnPaper, form: PaperForm) -> str:
    return render_template(
        "applications/paper.html",
        application=row.application,
        wanted=row.wanted,
        form=form,
        category=CATEGORIES.get(row.wanted.category or "", ""),
        says=SAYS[row.wanted.state],
        tone=TONES[row.wanted.state],
        may_send=_may_send(row.application) and row.wanted.state != "verified",
        said=said,
    )


@bp.post("/my-application/<int:application_id>/papers/<kind>/<category>")
@requires("application.own", load=own_paper)
def upload(row: OwnPaper) -> ResponseReturnValue:
    form = PaperForm()
    with trying(form, lambda: _paper_page(row, form)):
        service.upload_evidence(g.actor, row.application, row.wanted.kind, row.wanted.category, form.raw())
    return done("applications.papers", f"{row.wanted.name}已上传，等老师核验", application_id=row.application.id)


@bp.get("/evidence/<int:evidence_id>/file")
@requires("evidence.own", load=queries.own_evidence)
def own_file(paper: Evidence) -> ResponseReturnValue:
    """One's own paper: a picture shows in the page, a PDF is downloaded."""
    if paper.file.content is None:
        raise NotFound("这份材料已经按规定删除了")
    return answer_with(paper)


def answer_with(paper: Evidence) -> ResponseReturnValue:
    """The opened file, never kept by anything on the way."""
    is_picture = paper.file.media_type.startswith("image/")
    name = f"{paper.kind}-{paper.id}.{'jpg' if is_picture else 'pdf'}"
    response = send_file(
        io.BytesIO(content_of(paper.file)), paper.file.media_type, as_attachment=not is_picture, download_name=name
    )
    response.headers["Cache-Control"] = "no-store"
    return response
