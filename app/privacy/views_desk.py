"""The desk's side: a coordinator decides corrections with the paper in hand; the administrator sees what will go."""

from __future__ import annotations

import io

from flask import g, render_template, send_file
from flask.typing import ResponseReturnValue

from app.core.errors import NotFound
from app.core.files import content_of
from app.core.labels import ID_KINDS, label
from app.core.paging import page_of
from app.core.retention import DUTIES, erased
from app.core.settings import setting
from app.core.story import story_of
from app.core.web import done, requires, trying
from app.law.settings import DEFAULTS
from app.privacy import queries, service
from app.privacy.blueprint import bp
from app.privacy.duties import MOST_COUNTED
from app.privacy.forms import DecideForm
from app.privacy.models import Correction
from app.privacy.states import CORRECTION


@bp.get("/corrections")
@requires("correction.list")
def corrections() -> ResponseReturnValue:
    return render_template("privacy/corrections.html", page=page_of(queries.corrections_seen_by(g.actor)))


@bp.get("/corrections/<int:correction_id>")
@requires("correction.decide", load=queries.correction_seen_by)
def correction(row: Correction) -> ResponseReturnValue:
    return _correction_page(row, DecideForm(version=row.version))


def _correction_page(row: Correction, form: DecideForm) -> str:
    return render_template(
        "privacy/correction.html", row=row, user=row.user, form=form, kind=label(ID_KINDS, row.identity_kind),
        paper=queries.paper_of(row), state=CORRECTION.states[row.state], story=story_of("correction", row.id),
        agreement=queries.live_agreement(row.user), number=service.wished_number(row),
    )


@bp.get("/corrections/<int:correction_id>/paper")
@requires("correction.decide", load=queries.correction_seen_by)
def correction_paper(row: Correction) -> ResponseReturnValue:
    file = queries.paper_of(row)
    if file is None:
        raise NotFound("这张照片已经按规定删除了")
    suffix = "jpg" if file.media_type.startswith("image/") else "pdf"
    return send_file(
        io.BytesIO(content_of(file)), file.media_type, as_attachment=suffix == "pdf", max_age=0,
        download_name=f"correction-{row.id}.{suffix}",
    )


@bp.post("/corrections/<int:correction_id>")
@requires("correction.decide", load=queries.correction_seen_by)
def decide(row: Correction) -> ResponseReturnValue:
    form = DecideForm()
    with trying(form, lambda: _correction_page(row, form)):
        applies, answer = form.decision.data == "apply", form.answer.data or ""
        service.decide_correction(g.actor, row, applies, answer, form.seen_version())
    return done("privacy.corrections", "办好了，本人会收到短信")


# --- what will go ---------------------------------------------------------------------------------------------------


@bp.get("/retention")
@requires("retention.see")
def retention() -> ResponseReturnValue:
    """What each duty would erase now, by which setting, and what went in the last days."""
    lines = [
        (duty, duty.due(), [(DEFAULTS[name], setting(name)) for name in duty.settings]) for duty in DUTIES.values()
    ]
    return render_template("privacy/retention.html", lines=lines, erased=erased(), most=MOST_COUNTED)
