"""服务站: coordinators set them up. Helpers' and people's own pages lie beside it."""

from __future__ import annotations

from typing import Any

from flask import g, render_template, session

from app.core.labels import DISTRICTS, label
from app.core.paging import page_of
from app.core.site import address
from app.core.story import story_of
from app.core.web import done, requires, trying
from app.organisations.models import Station
from app.organisations.queries import members_of
from app.organisations.states import STATION
from app.stations import queries, service, sweeping, views_confirm, views_slips, views_witness  # noqa: F401
from app.stations.blueprint import bp
from app.stations.forms import InviteForm, StationForm, WhyForm


@bp.get("/stations")
@requires("station.list")
def index() -> Any:
    return _index_page(StationForm())


def _index_page(form: StationForm) -> str:
    page = page_of(queries.stations_of(g.actor))
    return render_template(
        "stations/index.html", page=page, form=form, states=STATION.states, districts=DISTRICTS,
        waiting=queries.to_witness(g.actor),
    )


@bp.post("/stations")
@requires("station.list")
def set_up() -> Any:
    form = StationForm()
    with trying(form, lambda: _index_page(form)):
        station = service.set_up(g.actor, alliance_id=min(g.actor.alliances), **form.facts())
    return done("stations.show", "服务站建好了。下一步：请帮办员", station_id=station.id)


@bp.get("/stations/<int:station_id>")
@requires("station.edit", load=queries.station_seen_by)
def show(row: Station) -> Any:
    return _page(row, InviteForm(), WhyForm(version=row.version))


def _page(row: Station, form: InviteForm, why: WhyForm) -> str:
    return render_template(
        "stations/show.html", row=row, form=form, why=why, state=STATION.states[row.state],
        district=label(DISTRICTS, row.district), members=members_of(row), story=story_of("station", row.id),
        link=str(session.pop("invitation", "")),
    )


@bp.post("/stations/<int:station_id>/invite")
@requires("station.edit", load=queries.station_seen_by)
def invite(row: Station) -> Any:
    """Make a helper's one-time link; it is shown once, on the next page, to whoever made it."""
    form = InviteForm()
    with trying(form, lambda: _page(row, form, WhyForm(formdata=None, version=row.version))):
        token = service.invite_member(g.actor, row, form.title.data, form.phone.data or "")
    session["invitation"] = address(f"/welcome/{token}")
    return done("stations.show", "邀请好了", station_id=row.id)


@bp.post("/stations/<int:station_id>/close")
@requires("station.edit", load=queries.station_seen_by)
def close(row: Station) -> Any:
    return _move(row, service.close, "已关掉。帮办员什么都不能办了")


@bp.post("/stations/<int:station_id>/reopen")
@requires("station.edit", load=queries.station_seen_by)
def reopen(row: Station) -> Any:
    return _move(row, service.reopen, "重新开了")


def _move(row: Station, command: Any, says: str) -> Any:
    why = WhyForm()
    with trying(why, lambda: _page(row, InviteForm(formdata=None), why)):
        command(g.actor, row, why.why.data or "", why.seen_version())
    return done("stations.show", says, station_id=row.id)
