"""Pages of the catalogue: what anybody may read about classes and positions, without signing in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.catalogue import queries, remembering, views_check  # noqa: F401  (its routes register here)
from app.catalogue.blueprint import bp
from app.catalogue.cards import becoming_rows, class_card, cost_rows, direction, fit_text
from app.catalogue.distances import HOMES
from app.catalogue.fits import Fit, class_fit, class_fits
from app.catalogue.queries import Wanted
from app.catalogue.timeline import timeline
from app.catalogue.visitor import Visitor, of_age
from app.core.labels import DISTRICTS, FIELDS, LEVELS, SHIFTS, STUDY_MODES
from app.core.numbers import number_in
from app.core.paging import page_of
from app.core.web import requires
from app.order_classes.card import admission_rows, subtitle
from app.order_classes.last_time import last_times
from app.order_classes.models import OrderClass
from app.order_classes.soundness import hours_of
from app.rounds.models import Round
from app.rounds.states import ROUND

PAGE = 10
_TEXTS = ("field", "district", "level", "mode", "school", "shift")
_ASKED = ("q", *_TEXTS, "wage", "home", "within", "age")
WAGES = {str(yuan): f"{yuan:,}元起" for yuan in (3500, 4000, 4500, 5000, 5500, 6000)}
WITHIN = {"0": "都在本区市"} | {str(km): f"都在{km}公里内" for km in (20, 40, 60)}
YOUNGEST, OLDEST = 14, 70


@bp.get("")
@requires("public")
def index() -> ResponseReturnValue:
    visitor = remembering.visitor()
    asked = _asked(visitor)
    rounds = queries.open_rounds()
    everything = request.args.get("all") == "1" or not rounds
    mine = visitor is not None and request.args.get("mine") == "1"
    fits = _fits(visitor if mine else _of_that_age(asked["age"]), rounds, everything)
    wanted = _wanted(asked)
    if not everything:
        wanted = replace(wanted, round_ids=tuple(each.id for each in rounds))
    if fits is not None:
        wanted = replace(wanted, class_ids=tuple(number for number, found in fits.items() if _worth(found, mine)))
    page, selects = page_of(queries.classes(wanted), PAGE), _selects()
    last = last_times(page.rows)
    cards = [class_card(row, last.get(row.id), asked["home"], (fits or {}).get(row.id)) for row in page.rows]
    return remembering.for_her_alone(render_template(
        "catalogue/index.html", page=page, rounds=rounds, asked=asked, selects=selects, everything=everything,
        cards=cards, mine=mine, views=_views(asked, everything, mine, bool(rounds), visitor is not None),
        chosen=_chosen(asked, selects), homes=HOMES, ages=(YOUNGEST, OLDEST),
    ))  # fmt: skip


def _asked(visitor: Visitor | None) -> dict[str, str]:
    """What the address asks; where it says nothing of a home, the one the visitor has told us."""
    asked = {name: request.args.get(name, "")[:40] for name in _ASKED}
    if "home" not in request.args and visitor is not None:
        asked["home"] = visitor.district
    asked["home"] = asked["home"] if asked["home"] in HOMES else ""
    age = number_in(asked["age"], OLDEST)
    asked["age"] = str(age) if age is not None and age >= YOUNGEST else ""
    return asked


def _wanted(asked: Mapping[str, str]) -> Wanted:
    within = number_in(asked["within"]) if asked["within"] in WITHIN else None
    texts: dict[str, Any] = {name: asked[name] for name in (*_TEXTS, "home")}
    wage = int(asked["wage"]) if asked["wage"] in WAGES else 0
    return Wanted(asked["q"], **texts, wage=wage, within=within)


def _of_that_age(age: str) -> Visitor | None:
    return of_age(int(age)) if age else None


def _fits(visitor: Visitor | None, rounds: Sequence[Round], everything: bool) -> Mapping[int, Fit] | None:
    return class_fits(visitor, queries.offer(rounds, everything)) if visitor is not None else None


def _worth(found: Fit, mine: bool) -> bool:
    """Whether a class is listed: open ones, and those that a paper may open (which, the card says)."""
    return found.way != "closed" or (bool(found.others) and not mine)


def _selects() -> list[tuple[str, str, dict[str, str]]]:
    """Name in the address, what it is called, and its options."""
    places = {code: name for code, name in DISTRICTS.items() if code not in ("371000", "other")}
    return [
        ("field", "领域", FIELDS), ("wage", "工资不低于", WAGES), ("shift", "班次", SHIFTS),
        ("district", "上班的区市", places), ("home", "我住在", HOMES), ("within", "上学、上班离家", WITHIN),
        ("level", "层次", LEVELS), ("mode", "学习形式", STUDY_MODES), ("school", "院校", queries.schools()),
    ]  # fmt: skip


def _chosen(asked: Mapping[str, str], selects: list[tuple[str, str, dict[str, str]]]) -> list[str]:
    """What narrows the list, in words, so that the long form can stay closed."""
    words = [options[asked[name]] for name, _, options in selects if asked[name] in options and name != "home"]
    words += [f"住{HOMES[asked['home']]}"] if asked["home"] else []
    return [*words, f"{asked['age']}周岁"] if asked["age"] else words


def _views(
    asked: dict[str, str], everything: bool, mine: bool, open_now: bool, known: bool
) -> list[dict[str, Any]]:
    kept: dict[str, Any] = {name: value for name, value in asked.items() if value}
    found = []
    if open_now:
        href = url_for("catalogue.index", **kept)
        found.append({"text": "这批在招的", "href": href, "here": not everything and not mine})
    if known:
        href = url_for("catalogue.index", mine=1, **{k: v for k, v in kept.items() if k != "age"})
        found.append({"text": "我能报的", "href": href, "here": mine})
    if found:
        href = url_for("catalogue.index", all=1, **kept)
        found.append({"text": "全部", "href": href, "here": everything and not mine})
    return found


@bp.get("/<int:class_id>")
@requires("public", load=queries.class_for_everybody)
def show(order_class: OrderClass) -> ResponseReturnValue:
    offering = queries.rounds_offering(order_class.id, queries.open_rounds())
    round_ = offering[0] if offering else None
    visitor = remembering.visitor()
    home = visitor.district if visitor else ""
    fit = class_fit(visitor, order_class, queries.judged_by(round_)) if visitor else None
    return remembering.for_her_alone(render_template(
        "catalogue/show.html", order_class=order_class, subtitle=subtitle(order_class), round=round_,
        last=last_times([order_class]).get(order_class.id), admission=admission_rows(order_class),
        directions=[direction(track, home) for track in order_class.tracks], becoming=becoming_rows(order_class),
        family=cost_rows(order_class, home), sums=hours_of(order_class), fit=fit, fit_text=fit_text(fit) if fit else "",
    ))  # fmt: skip


@bp.get("/calendar")
@requires("public")
def calendar() -> ResponseReturnValue:
    """The calendar of every round that is open, to come or under way."""
    lines = [(round_, ROUND.states[round_.state], timeline(round_)) for round_ in queries.calendars()]
    return render_template("catalogue/calendar.html", lines=lines)
