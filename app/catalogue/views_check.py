"""能报哪些班: six questions without an account, answered by the very rules that decide at the close."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts.queries import me
from app.catalogue import queries, remembering
from app.catalogue.blueprint import bp
from app.catalogue.cards import class_card, reason_rows
from app.catalogue.fits import WAYS, Fit, class_fits
from app.catalogue.forms import CheckForm
from app.catalogue.visitor import Answers, Visitor
from app.core.clock import today
from app.core.labels import CATEGORIES
from app.core.paging import Page, cut
from app.core.web import done, requires, trying
from app.law.age import needs_guardian
from app.law.class_age import paper_of
from app.order_classes.last_time import LastTime, last_times
from app.order_classes.models import OrderClass

PAGE = 10
TITLES = {"now": "现在就能报", "paper": "核验材料后能报", "birthday": "要看生日是哪天", "closed": "报不了"}


@bp.get("/check")
@requires("public")
def check() -> ResponseReturnValue:
    said = remembering.answers() or _own_answers()
    form = CheckForm(data=_shown(said) if said else None)
    return remembering.for_her_alone(_form_page(form.offer(*queries.own_only())))


def _shown(said: Answers | dict[str, Any]) -> dict[str, Any]:
    """As the controls hold them: texts."""
    facts = said if isinstance(said, dict) else said.kept()
    return {name: value if name in ("year", "categories") else str(value or "") for name, value in facts.items()}


def _own_answers() -> dict[str, Any] | None:
    """What a signed-in person has told us already, so that she is not asked twice."""
    user = me(g.actor) if g.actor.is_applicant else None
    if user is None or user.birth_date is None:
        return None
    known: dict[str, Any] = {"year": user.birth_date.year, "month": user.birth_date.month}
    mine = queries.latest_application(user.id)
    if mine is not None:
        known |= {"start_point": mine.start_point, "categories": [claim.category for claim in mine.claims],
                  "school_id": mine.school_id, "enterprise_id": mine.enterprise_id,
                  "district": mine.district}  # fmt: skip
    return known


def _form_page(form: CheckForm) -> str:
    return render_template("catalogue/check.html", form=form)


@bp.post("/check")
@requires("public")
def answer_check() -> ResponseReturnValue:
    """Keeps the answers in the browser and nowhere else, so that a reload shows the same and no log holds them."""
    form = CheckForm().offer(*queries.own_only())
    with trying(form, lambda: _form_page(form)):
        remembering.keep(form.answers())
    return done("catalogue.checked")


@bp.post("/check/forget")
@requires("public")
def forget_check() -> ResponseReturnValue:
    remembering.forget()
    return done("catalogue.check", "清掉了，这台手机上不留您的回答")


@bp.get("/check/result")
@requires("public")
def checked() -> ResponseReturnValue:
    visitor = remembering.visitor()
    if visitor is None:
        return redirect(url_for("catalogue.check"))
    rounds = queries.open_rounds()
    offer = queries.offer(rounds)
    fits = class_fits(visitor, offer)
    counts = Counter(found.way for found in fits.values())
    way = request.args.get("way", "")
    way = way if way in WAYS else next((each for each in WAYS if counts[each]), "closed")
    page = cut([row for row, _ in offer if fits[row.id].way == way], PAGE)
    return remembering.for_her_alone(render_template(
        "catalogue/checked.html", page=page, way=way, title=TITLES[way], tabs=_tabs(counts, way), rounds=rounds,
        cards=_cards(page, fits, visitor), more=_more(fits), minor=_is_minor(visitor), total=len(fits),
        answered=remembering.answers() is not None, counts=counts,
    ))  # fmt: skip


def _tabs(counts: Mapping[str, int], here: str) -> list[dict[str, Any]]:
    return [
        {"text": TITLES[way], "href": url_for("catalogue.checked", way=way), "here": way == here, "count": counts[way]}
        for way in WAYS
        if counts[way] or way != "birthday"
    ]


def _cards(page: Page, fits: Mapping[int, Fit], visitor: Visitor) -> list[dict[str, Any]]:
    """Each class as a card with why, which paper and by which rule; of a closed one nothing else matters."""
    rows: Sequence[OrderClass] = page.rows
    last = last_times(rows)
    return [_card(row, last.get(row.id), fits[row.id], visitor.district) for row in rows]


def _card(order_class: OrderClass, last: LastTime | None, found: Fit, home: str) -> dict[str, Any]:
    card, why = class_card(order_class, last, home), reason_rows(order_class, found)
    return card | ({"rows": why, "hint": ""} if found.way == "closed" else {"rows": [*card["rows"], *why]})


def _more(fits: Mapping[int, Fit]) -> list[tuple[str, str, int]]:
    """Categories she did not name: the paper each asks for, and how many closed classes it would open."""
    opened = Counter(code for found in fits.values() if found.way == "closed" for code in found.others)
    return [(CATEGORIES[code], paper_of(code), opened[code]) for code in CATEGORIES if opened[code]]


def _is_minor(visitor: Visitor) -> bool:
    return any(needs_guardian(person.birth_date, today()) for person in visitor.persons)
