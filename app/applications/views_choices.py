"""排志愿: cards moved by buttons that post, or dragged; and the list from which to add."""

from __future__ import annotations

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from app.applications import queries, service
from app.applications.blueprint import bp
from app.applications.cards import card, offers, standing
from app.applications.chance import none_is_safe, rule_text
from app.applications.choices import CHANGEABLE, is_the_present, order_after
from app.applications.forms import AddForm, ChoicesForm
from app.applications.models import Application
from app.applications.windows import may_choose
from app.core.dates import said
from app.core.errors import Invalid
from app.core.labels import FIELDS
from app.core.paging import cut
from app.core.web import done, requires, trying
from app.rounds.promise import promises_truth

PER_PAGE = 8
SAYS = {"up": "已上移", "down": "已下移"}


@bp.get("/my-application/<int:application_id>/choices")
@requires("application.own", load=queries.own)
def choices(application: Application) -> ResponseReturnValue:
    form = ChoicesForm(obj=application)
    form.adjustable.data = "yes" if application.adjustable else "no"
    return _choices_page(application, form)


def _choices_page(application: Application, form: ChoicesForm) -> str:
    tracks = queries.chosen_tracks(application)
    stands = standing(application, tracks)
    cards = [card(track, stands) for track in tracks]
    chances = [stands.chance(track) for track in tracks]
    return render_template(
        "applications/choices.html",
        application=application,
        form=form,
        cards=cards,
        most=application.round.max_choices,
        room=application.round.max_choices - len(cards),
        may_change=_may_change(application),
        truthful=promises_truth(application.round),
        uses_adjustment=application.round.uses_adjustment,
        unsafe=none_is_safe(chances),
        chance_rule=rule_text(stands.margin) if any(chances) else "",
        said=said,
    )


def _may_change(application: Application) -> bool:
    return application.state in CHANGEABLE and may_choose(application.round)


@bp.post("/my-application/<int:application_id>/choices")
@requires("application.own", load=queries.own)
def change_choices(application: Application) -> ResponseReturnValue:
    """The cards' order first, then the button that was pressed: a drag and a button never contradict each other. The
    button that leads on to handing in saves as well: without script nothing else would."""
    form = ChoicesForm()
    leads_on = form.then.data == "submit"
    with trying(form, lambda: _choices_page(application, form)):
        wanted = order_after(form.order.data or [], form.move.data or "", form.drop.data)
        adjustable = form.adjustable.data == "yes"
        if not (leads_on and is_the_present(application, wanted, adjustable)):
            service.set_choices(g.actor, application, wanted, adjustable, form.seen_version())
    if leads_on:
        return done("applications.submit", application_id=application.id)
    return done("applications.choices", _says(form), application_id=application.id)


def _says(form: ChoicesForm) -> str:
    if form.drop.data is not None:
        return "已去掉，顺序已保存"
    direction = (form.move.data or "").partition(":")[0]
    return f"{SAYS[direction]}，顺序已保存" if direction in SAYS else "顺序已保存"


@bp.get("/my-application/<int:application_id>/choices/add")
@requires("application.own", load=queries.own)
def add_choices(application: Application) -> ResponseReturnValue:
    return _add_page(application, AddForm(obj=application))


def _add_page(application: Application, form: AddForm) -> str:
    chosen = {choice.track_id for choice in application.choices}
    tracks = [track for track in queries.offered_tracks(application.round_id) if track.id not in chosen]
    wanted, field = request.args.get("q", "")[:40], request.args.get("field", "")
    stands = standing(application, tracks)
    every = offers(tracks, stands, wanted, field if field in FIELDS else "")
    return render_template(
        "applications/add.html",
        application=application,
        form=form,
        page=cut(every, PER_PAGE),
        counts={way: sum(offer.way == way for offer in every) for way in ("open", "paper", "closed")},
        room=application.round.max_choices - len(chosen),
        may_change=_may_change(application),
        wanted=wanted,
        field=field,
        fields=FIELDS,
        chance_rule=rule_text(stands.margin) if any(stands.chance(track) for track in tracks) else "",
    )


@bp.post("/my-application/<int:application_id>/choices/add")
@requires("application.own", load=queries.own)
def add_choice(application: Application) -> ResponseReturnValue:
    form = AddForm()
    with trying(form, lambda: _add_page(application, form)):
        _add(application, form)
    return done("applications.choices", f"已加为第{len(application.choices)}志愿", application_id=application.id)


def _add(application: Application, form: AddForm) -> None:
    if not application.start_point:
        raise Invalid("先填个人信息，才知道哪些班收您")
    wanted = [*(choice.track_id for choice in application.choices), form.track.data]
    service.set_choices(g.actor, application, wanted, application.adjustable, form.seen_version())
