"""Pages of the catalogue: what anybody may read about classes and positions, without signing in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.catalogue import queries
from app.catalogue.cards import class_card
from app.catalogue.queries import Wanted
from app.core.labels import DISTRICTS, FIELDS, LEVELS, STUDY_MODES
from app.core.paging import page_of
from app.core.web import feature, requires
from app.order_classes.card import admission_rows, family_rows, subtitle, track_card
from app.order_classes.models import OrderClass
from app.order_classes.soundness import hours_of

bp = feature("catalogue", "/classes")
PAGE = 10
_ASKED = ("q", "field", "district", "level", "mode", "school")


@bp.get("")
@requires("public")
def index() -> ResponseReturnValue:
    asked = {name: request.args.get(name, "")[:40] for name in _ASKED}
    rounds = queries.open_rounds()
    everything = request.args.get("all") == "1" or not rounds
    wanted = Wanted(asked["q"], asked["field"], asked["district"], asked["level"], asked["mode"], asked["school"])
    if not everything:
        wanted = replace(wanted, round_ids=tuple(each.id for each in rounds))
    page = page_of(queries.classes(wanted), PAGE)
    last = queries.last_times(page.rows)
    return render_template(
        "catalogue/index.html", page=page, rounds=rounds, asked=asked, selects=_selects(), everything=everything,
        cards=[class_card(row, last.get(row.id)) for row in page.rows], views=_views(asked, everything, bool(rounds)),
        narrowed=any(asked[name] for name in _ASKED[1:]),
    )  # fmt: skip


def _selects() -> list[tuple[str, str, dict[str, str]]]:
    """Name in the address, what it is called, and its options."""
    places = {code: name for code, name in DISTRICTS.items() if code not in ("371000", "other")}
    return [
        ("field", "领域", FIELDS), ("district", "上班的区市", places), ("level", "层次", LEVELS),
        ("mode", "学习形式", STUDY_MODES), ("school", "院校", queries.schools()),
    ]  # fmt: skip


def _views(asked: dict[str, str], everything: bool, open_now: bool) -> list[dict[str, Any]]:
    if not open_now:
        return []
    kept: dict[str, Any] = {name: value for name, value in asked.items() if value}
    return [
        {"text": "这批在招的", "href": url_for("catalogue.index", **kept), "here": not everything},
        {"text": "全部", "href": url_for("catalogue.index", all=1, **kept), "here": everything},
    ]


@bp.get("/<int:class_id>")
@requires("public", load=queries.class_for_everybody)
def show(order_class: OrderClass) -> ResponseReturnValue:
    offering = queries.rounds_offering(order_class.id, queries.open_rounds())
    last = queries.last_times([order_class]).get(order_class.id)
    return render_template(
        "catalogue/show.html", order_class=order_class, subtitle=subtitle(order_class), last=last,
        cards=[track_card(track) for track in order_class.tracks], family=family_rows(order_class),
        admission=admission_rows(order_class), sums=hours_of(order_class), round=offering[0] if offering else None,
    )  # fmt: skip
