"""At the desk of a school or station: check a paper. At the coordinators': release, as the second person."""

from __future__ import annotations

from typing import Any

from flask import g, render_template, request

from app.core.clock import now
from app.core.labels import ID_KINDS, label
from app.core.paging import page_of
from app.core.story import story_of
from app.core.web import done, requires, trying
from app.ways_back import queries, service
from app.ways_back.blueprint import bp
from app.ways_back.forms import DecideForm, PaperForm
from app.ways_back.models import WayBack
from app.ways_back.states import WAY_BACK

TONES = {"checked": "wait", "objected": "stop", "released": "done", "refused": "idle"}


@bp.get("/desk")
@requires("way_back.check")
def desk() -> Any:
    return _desk_page(PaperForm())


def _desk_page(form: PaperForm) -> str:
    return render_template("ways_back/desk.html", form=form, place=queries.place_of(g.actor))


@bp.post("/desk")
@requires("way_back.check")
def check() -> Any:
    form = PaperForm()
    with trying(form, lambda: _desk_page(form), counted=True):
        service.check(g.actor, **form.facts())
    return done("ways_back.desk", "核对好了。原手机过了异议期，由协调员放行")


@bp.get("/requests")
@requires("way_back.list")
def index() -> Any:
    state = request.args.get("state", "")
    query = queries.seen_by(g.actor)
    page = page_of(query.where(WayBack.state == state) if state in WAY_BACK.states else query)
    return render_template("ways_back/index.html", page=page, state=state, states=WAY_BACK.states, tones=TONES)


@bp.get("/requests/<int:way_back_id>")
@requires("way_back.see", load=queries.way_back_seen_by)
def show(row: WayBack) -> Any:
    return _page(row, DecideForm(version=row.version))


def _page(row: WayBack, form: DecideForm) -> str:
    return render_template(
        "ways_back/show.html", row=row, form=form, states=WAY_BACK.states, tones=TONES,
        kind=label(ID_KINDS, row.identity_kind), story=story_of("way_back", row.id),
        ready=row.state == "objected" or row.object_until is None or row.object_until <= now(),
        second=g.actor.user_id not in (row.checked_by, row.user_id),
        same_name=row.user is not None and service.same_name(row.user.name, row.name),
    )  # fmt: skip


@bp.post("/requests/<int:way_back_id>/release")
@requires("way_back.decide", load=queries.way_back_seen_by)
def release(row: WayBack) -> Any:
    return _decide(row, service.release, "已放行，账号换到新手机号了")


@bp.post("/requests/<int:way_back_id>/refuse")
@requires("way_back.decide", load=queries.way_back_seen_by)
def refuse(row: WayBack) -> Any:
    return _decide(row, service.refuse, "没有放行，已告诉本人")


def _decide(row: WayBack, command: Any, says: str) -> Any:
    form = DecideForm()
    with trying(form, lambda: _page(row, form)):
        command(g.actor, row, form.why.data or "", form.seen_version())
    return done("ways_back.show", says, way_back_id=row.id)
