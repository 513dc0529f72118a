"""The pages of a class's parts: hours per school year, tracks, relaxed ages with reserved seats."""

from __future__ import annotations

from typing import Any

from flask import g, render_template
from flask.typing import ResponseReturnValue

from app.core.labels import CATEGORIES
from app.core.web import done, requires, trying
from app.order_classes import queries, service
from app.order_classes.blueprint import bp
from app.order_classes.card import SEAT_ONLY_POST
from app.order_classes.forms import (
    HOURS,
    SEAT_ONLY,
    AnswerForm,
    TrackForm,
    ages_form,
    hours_form,
    hours_rows,
    relaxed_of,
    reserves_of,
)
from app.order_classes.models import OrderClass, Track
from app.order_classes.soundness import hours_of
from app.positions.queries import offered_in


@bp.get("/<int:class_id>/hours")
@requires("class.edit", load=queries.class_seen_by)
def hours(order_class: OrderClass) -> ResponseReturnValue:
    return _hours_page(hours_form(order_class), order_class)


@bp.post("/<int:class_id>/hours")
@requires("class.edit", load=queries.class_seen_by)
def save_hours(order_class: OrderClass) -> ResponseReturnValue:
    form = hours_form(order_class)
    with trying(form, lambda: _hours_page(form, order_class)):
        service.set_hours(g.actor, order_class, hours_rows(form, order_class.years), form.seen_version())
    sums = hours_of(order_class)
    missing = [verdict.message for verdict in (sums.r1, sums.r2) if not verdict]
    says, tone = ("；".join(missing), "wait") if missing else ("课时表已保存，两条线都够了", "done")
    return done("order_classes.show", says, tone, class_id=order_class.id)


def _hours_page(form: Any, order_class: OrderClass) -> str:
    return render_template("order_classes/hours.html", form=form, order_class=order_class, columns=HOURS)


def _track_form(order_class: OrderClass) -> TrackForm:
    form = TrackForm()
    used = {track.position_id for track in order_class.tracks}
    offered = [p for p in offered_in(order_class.alliance_id) if p.id not in used]
    form.position.choices = [
        (str(p.id), f"{p.enterprise.name}：{p.name}（{p.headcount}人，{p.wage_low:,}–{p.wage_high:,}元/月）")
        for p in offered
    ]
    if None not in used:
        form.position.choices.append((SEAT_ONLY, f"{SEAT_ONLY_POST}（给还没满16周岁的人，不带岗位）"))
    return form


@bp.get("/<int:class_id>/tracks")
@requires("class.edit", load=queries.class_seen_by)
def tracks(order_class: OrderClass) -> ResponseReturnValue:
    form = _track_form(order_class)
    form.version.data = order_class.version
    return _tracks_page(form, order_class)


@bp.post("/<int:class_id>/tracks")
@requires("class.edit", load=queries.class_seen_by)
def add_track(order_class: OrderClass) -> ResponseReturnValue:
    form = _track_form(order_class)
    with trying(form, lambda: _tracks_page(form, order_class)):
        position, chosen = None, form.position.data
        if chosen != SEAT_ONLY:
            position = next(p for p in offered_in(order_class.alliance_id) if str(p.id) == chosen)
        service.add_track(g.actor, order_class, position, form.quota.data, form.seen_version())
    return done("order_classes.tracks", "已加上这个培养方向", class_id=order_class.id)


@bp.post("/<int:class_id>/tracks/drop/<int:track_id>")
@requires("class.edit", load=queries.track_seen_by)
def drop_track(track: Track) -> ResponseReturnValue:
    form, order_class = AnswerForm(), track.order_class
    with trying(form, lambda: _tracks_page(_track_form(order_class), order_class)):
        service.drop_track(g.actor, order_class, track, form.seen_version())
    return done("order_classes.tracks", "已去掉这个培养方向", class_id=order_class.id)


def _tracks_page(form: TrackForm, order_class: OrderClass) -> str:
    return render_template("order_classes/tracks.html", form=form, order_class=order_class)


@bp.get("/<int:class_id>/ages")
@requires("class.edit", load=queries.class_seen_by)
def ages(order_class: OrderClass) -> ResponseReturnValue:
    return _ages_page(ages_form(order_class), order_class)


@bp.post("/<int:class_id>/ages")
@requires("class.edit", load=queries.class_seen_by)
def save_ages(order_class: OrderClass) -> ResponseReturnValue:
    form = ages_form(order_class)
    with trying(form, lambda: _ages_page(form, order_class)):
        service.revise(g.actor, order_class, form.seen_version(), relaxed=relaxed_of(form))
        service.set_reserves(g.actor, order_class, reserves_of(form))
    return done("order_classes.show", "年龄和留名额已保存", class_id=order_class.id)


def _ages_page(form: Any, order_class: OrderClass) -> str:
    return render_template("order_classes/ages.html", form=form, order_class=order_class, categories=CATEGORIES)
