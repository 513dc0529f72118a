"""The helper's pages: batches, one person after another, the print, a photographed signature. No result, ever."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import g, render_template

from app.applications.qr import picture_of
from app.applications.windows import may_choose
from app.core.dates import said
from app.core.errors import Invalid
from app.core.labels import CATEGORIES, DISTRICTS, RELATIONS, START_POINTS
from app.core.paging import page_of
from app.core.site import address
from app.core.story import story_of
from app.core.web import done, requires, trying
from app.order_classes.models import Track
from app.organisations.models import Station
from app.stations import queries, service
from app.stations.blueprint import bp
from app.stations.entering import code_on
from app.stations.forms import BatchForm, SignatureForm, SlipForm, WhyForm, WitnessForm, track_word
from app.stations.models import Slip, SlipBatch
from app.stations.states import SLIP
from app.stations.workbook import code_of

TONES = {"draft": "wait", "signed": "now", "confirmed": "done"}
WORDS = {"kinds": CATEGORIES, "districts": DISTRICTS, "relations": RELATIONS, "starts": START_POINTS}


@bp.get("/station")
@requires("slip.list", load=queries.own_station)
def desk(station: Station) -> Any:
    return _desk_page(station, _batch_form(station))


def _batch_form(station: Station) -> BatchForm:
    form = BatchForm()
    form.round_id.choices = [(str(each.id), each.name) for each in queries.rounds_for(station)]
    return form


def _desk_page(station: Station, form: BatchForm) -> str:
    page = page_of(queries.batches(g.actor))
    counts = queries.counts([batch.id for batch in page.rows])
    return render_template(
        "stations/desk.html", station=station, form=form, page=page, counts=counts, may_choose=may_choose, said=said,
        waiting=queries.to_witness(g.actor),
    )


@bp.post("/station/batches")
@requires("slip.list", load=queries.own_station)
def begin_batch(station: Station) -> Any:
    form = _batch_form(station)
    with trying(form, lambda: _desk_page(station, form)):
        wanted = [each for each in queries.rounds_for(station) if str(each.id) == form.round_id.data]
        if not wanted:
            raise Invalid("请选报哪个批次", "round_id")
        row = service.begin_batch(g.actor, station, wanted[0], form.name.data)
    return done("stations.batch", "可以开始填了", batch_id=row.id)


@bp.get("/station/batches/<int:batch_id>")
@requires("slip.enter", load=queries.batch_seen_by)
def batch(row: SlipBatch) -> Any:
    return render_template(
        "stations/batch.html", batch=row, page=page_of(queries.slips_of(row)), states=SLIP.states, tones=TONES,
        may_enter=may_choose(row.round), said=said,
    )


@bp.get("/station/batches/<int:batch_id>/add")
@requires("slip.enter", load=queries.batch_seen_by)
def add(row: SlipBatch) -> Any:
    return _form_page(row, _slip_form(row))


def _slip_form(batch: SlipBatch, **options: Any) -> SlipForm:
    return SlipForm(**options).offer(queries.tracks_of(batch.round_id), batch.round.max_choices)


def _form_page(batch: SlipBatch, form: SlipForm, slip: Slip | None = None) -> str:
    return render_template("stations/slip_form.html", batch=batch, form=form, slip=slip, said=said)


@bp.post("/station/batches/<int:batch_id>/add")
@requires("slip.enter", load=queries.batch_seen_by)
def enter(row: SlipBatch) -> Any:
    form = _slip_form(row)
    with trying(form, lambda: _form_page(row, form)):
        entered = service.enter(g.actor, row, **form.facts())
    return done("stations.add", f"{entered.name}的填好了。接着填下一位", batch_id=row.id)


@bp.get("/station/batches/<int:batch_id>/slips")
@requires("slip.enter", load=queries.batch_seen_by)
def printed(row: SlipBatch) -> Any:
    """All slips of the batch that wait for their people, a page each."""
    tracks = queries.tracks_of(row.round_id)
    return render_template(
        "stations/printed.html", batch=row, said=said, words=WORDS, site=address("/slip"),
        slips=[_printed(slip, tracks) for slip in queries.to_print(row)],
    )


@bp.get("/station/batches/<int:batch_id>/codes")
@requires("slip.enter", load=queries.batch_seen_by)
def codes(row: SlipBatch) -> Any:
    """What a workbook writes for each track of the round."""
    rows = [(code_of(track), track) for track in queries.tracks_of(row.round_id).values()]
    return render_template("stations/codes.html", batch=row, rows=rows)


def _printed(slip: Slip, tracks: dict[int, Any]) -> dict[str, Any]:
    code = code_on(slip)
    chosen = [tracks[key] for key in slip.tracks if key in tracks]
    return {
        "row": slip, "code": f"{code[:5]} {code[5:]}", "qr": picture_of(address(f"/slip/{code}")),
        "wishes": [(f"第{rank}志愿", track_word(track)) for rank, track in enumerate(chosen, start=1)],
        "schools": recipients(slip, chosen),
    }  # fmt: skip


def recipients(slip: Slip, chosen: Sequence[Track]) -> str:
    """Whom the consent names: the schools of the wishes, and the one an adjustment may lead to."""
    names = "、".join(dict.fromkeys(track.order_class.school.name for track in chosen))
    return f"{names}，还有调剂安排的那一所" if slip.adjustable and slip.batch.round.uses_adjustment else names


# --- one slip --------------------------------------------------------------------------------------------------------


@bp.get("/slips/<int:slip_id>")
@requires("slip.see", load=queries.slip_seen_by)
def slip(row: Slip) -> Any:
    return slip_page(row)


def slip_page(row: Slip, *, picture: str = "", **forms: Any) -> str:
    """One slip for helper, second person and coordinator; what each may do stands in the permission table."""
    tracks = queries.tracks_of(row.batch.round_id)
    page = {
        "upload": SignatureForm(version=row.version), "why": WhyForm(version=row.version),
        "witness": WitnessForm(version=row.version),
    } | forms  # fmt: skip
    return render_template(
        "stations/slip.html", slip=row, picture=picture, state=SLIP.states[row.state], tone=TONES.get(row.state),
        wishes=[(f"第{rank}志愿", track_word(tracks[key])) for rank, key in enumerate(row.tracks, 1) if key in tracks],
        story=story_of("slip", row.id), open=may_choose(row.batch.round), words=WORDS, said=said, **page,
    )


@bp.get("/slips/<int:slip_id>/edit")
@requires("slip.enter", load=queries.slip_seen_by)
def edit(row: Slip) -> Any:
    form = _slip_form(row.batch, version=row.version).show(queries.facts_of(row))
    return _form_page(row.batch, form, row)


@bp.post("/slips/<int:slip_id>/edit")
@requires("slip.enter", load=queries.slip_seen_by)
def change(row: Slip) -> Any:
    form = _slip_form(row.batch)
    with trying(form, lambda: _form_page(row.batch, form, row)):
        service.change(g.actor, row, form.seen_version(), **form.facts())
    return done("stations.slip", "已保存。打印过的要重新打印", slip_id=row.id)


@bp.post("/slips/<int:slip_id>/drop")
@requires("slip.enter", load=queries.slip_seen_by)
def drop(row: Slip) -> Any:
    form = WhyForm()
    with trying(form, lambda: slip_page(row, why=form)):
        service.drop(g.actor, row, form.why.data or "", form.seen_version())
    return done("stations.batch", "已作废，资料删掉了", batch_id=row.batch_id)


@bp.post("/slips/<int:slip_id>/new-code")
@requires("slip.enter", load=queries.slip_seen_by)
def new_code(row: Slip) -> Any:
    form = WhyForm()
    with trying(form, lambda: slip_page(row, why=form)):
        service.new_code(g.actor, row, form.seen_version())
    return done("stations.slip", "换了新的码，请重新打印", slip_id=row.id)


@bp.post("/slips/<int:slip_id>/signature")
@requires("slip.enter", load=queries.slip_seen_by)
def upload(row: Slip) -> Any:
    form = SignatureForm()
    with trying(form, lambda: slip_page(row, upload=form)):
        service.upload_signature(g.actor, row, form.raw(), form.seen_version())
    return done("stations.slip", "已上传。要另一个人看过才算数", slip_id=row.id)
