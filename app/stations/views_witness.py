"""The second person: a colleague of the station or a coordinator looks at the signature and says so."""

from __future__ import annotations

import base64
from typing import Any

from flask import Response, g, render_template

from app.core.errors import NotFound
from app.core.files import content_of
from app.core.history import record
from app.core.paging import page_of
from app.core.web import done, requires, trying
from app.stations import queries, service
from app.stations.blueprint import bp
from app.stations.forms import WhyForm, WitnessForm
from app.stations.models import Slip
from app.stations.views_slips import slip_page


@bp.get("/slips")
@requires("slip.watch")
def to_witness() -> Any:
    return render_template("stations/to_witness.html", page=page_of(queries.signed(g.actor)), me=g.actor.user_id)


@bp.post("/slips/<int:slip_id>/open")
@requires("slip.see", load=queries.slip_seen_by)
def open_signature(row: Slip) -> Any:
    """Look at the photographed slip: written down first, then shown within this very answer."""
    if row.file is None or row.file.content is None:
        raise NotFound("还没有上传签字的纸，或者已经按规定删除了")
    record("slip", row.id, g.actor, "view")
    content = content_of(row.file)
    if row.file.media_type.startswith("image/"):
        return slip_page(row, picture=f"data:{row.file.media_type};base64,{base64.b64encode(content).decode()}")
    name = f'attachment; filename="slip-{row.id}.pdf"'
    return Response(content, mimetype=row.file.media_type, headers={"Content-Disposition": name})


@bp.post("/slips/<int:slip_id>/witness")
@requires("slip.witness", load=queries.slip_seen_by)
def witness(row: Slip) -> Any:
    form = WitnessForm()
    with trying(form, lambda: slip_page(row, witness=form)):
        service.confirm_on_paper(g.actor, row, form.seen.data, form.seen_version())
    return done("stations.slip", "看过了，报名已提交", slip_id=row.id)


@bp.post("/slips/<int:slip_id>/return")
@requires("slip.witness", load=queries.slip_seen_by)
def send_back(row: Slip) -> Any:
    form = WhyForm()
    with trying(form, lambda: slip_page(row, why=form)):
        service.send_back(g.actor, row, form.why.data or "", form.seen_version())
    return done("stations.slip", "已退回，帮办员看得到原因", slip_id=row.id)
