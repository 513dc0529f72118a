"""Pages after the deadline: the result and its reasons for applicants, a guardian's word, who is coming for staff.

The runs' pages lie in views_runs.py, those of 复核 in views_reviews.py.
"""

from __future__ import annotations

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from app.applications.models import Application
from app.core.actor import Actor
from app.core.errors import Invalid, WrongState
from app.core.numbers import number_in
from app.core.paging import page_of
from app.core.story import story_of
from app.core.web import done, requires, trying
from app.order_classes.models import Track
from app.placements import answers, consenting, queries, results, views_reviews, views_runs
from app.placements.blueprint import bp
from app.placements.forms import AnswerForm, ConsentForm, GuardianAnswerForm, OfferPositionForm, TakePositionForm
from app.placements.models import Placement
from app.placements.recipients import ahead_of, recipients_of, unnamed
from app.placements.states import PLACEMENT

__all__ = ["bp", "views_reviews", "views_runs"]

# The applicant's result --------------------------------------------------------------------------------------------


@bp.get("/my-result")
@requires("account.own")
def result() -> ResponseReturnValue:
    """The newest published result of the person who asks, with the reason for every choice."""
    application = results.newest_published(g.actor)
    if application is None:
        return render_template("placements/no_result.html")
    return _result_page(application, AnswerForm())


def _result_page(application: Application, form: AnswerForm, taking: TakePositionForm | None = None) -> str:
    taking = taking or TakePositionForm(formdata=None)
    return render_template("placements/result.html", form=form, taking=taking, **results.page_facts(application))


def own_placement(actor: Actor, placement_id: int) -> Placement | None:
    found = queries.placement_seen_by(actor, placement_id)
    return found if found is not None and found.user_id == actor.user_id else None


@bp.post("/placements/<int:placement_id>/answer")
@requires("placement.answer", load=own_placement)
def answer(placement: Placement) -> ResponseReturnValue:
    form = AnswerForm()
    with trying(form, lambda: _result_page(placement.application, form)):
        what, why = form.answer.data or "", form.why.data or ""
        answers.answer(g.actor, placement, what=what, why=why, version=form.seen_version(),
                       consents=bool(form.consent.data))
    says = {"declined": "名额已经让出", "accepting": "收到了。等监护人同意"}
    return done("placements.result", says.get(placement.state, "收到了，名额是您的了"))


@bp.post("/placements/<int:placement_id>/position")
@requires("placement.answer", load=own_placement)
def take_position(placement: Placement) -> ResponseReturnValue:
    form = TakePositionForm()
    if form.take.data == "no":
        answers.refuse_position(g.actor, placement)
        return done("placements.result", "没有要这个岗位，名额还在")
    with trying(form, lambda: _result_page(placement.application, AnswerForm(formdata=None), form)):
        wanted = number_in(form.position.data or "") or 0
        answers.accept_position(g.actor, placement, wanted, consents=bool(form.consent.data))
    return done("placements.result", "岗位定下来了，接着签协议")


# The consent that is still wanting ---------------------------------------------------------------------------------


@bp.get("/placements/<int:placement_id>/consent")
@requires("placement.answer", load=own_placement)
def consent(placement: Placement) -> ResponseReturnValue:
    return _consent_page(placement, ConsentForm(formdata=None))


def _consent_page(placement: Placement, form: ConsentForm) -> str:
    wanting, hers = unnamed(placement), recipients_of(placement)
    form.enterprises.choices = list(wanting.items())
    ahead = {track.position.enterprise_id: track.order_class.name for track in ahead_of(placement) if track.position}
    why = {key: "您录取在这一家" if key in hers else f"{ahead[key]}，有名额就换过去" for key in wanting}
    return render_template("placements/consent.html", placement=placement, form=form, why=why,
                           card=results.card(placement))  # fmt: skip


@bp.post("/placements/<int:placement_id>/consent")
@requires("placement.answer", load=own_placement)
def give_consent(placement: Placement) -> ResponseReturnValue:
    form = ConsentForm()
    with trying(form, lambda: _consent_page(placement, form)):
        consenting.consent(g.actor, placement, form.enterprises.data or [])
    return done("placements.result", "收到您的同意了")


# The guardian's word -----------------------------------------------------------------------------------------------


def ward_placement(actor: Actor, placement_id: int) -> Placement | None:
    found = queries.placement_seen_by(actor, placement_id)
    guardian = found.application.guardian if found is not None else None
    return found if guardian is not None and guardian.id == actor.guardian_id else None


@bp.get("/guardian/placements/<int:placement_id>")
@requires("placement.guardian", load=ward_placement)
def guardian(placement: Placement) -> ResponseReturnValue:
    return _guardian_page(placement, GuardianAnswerForm())


def _guardian_page(placement: Placement, form: GuardianAnswerForm) -> ResponseReturnValue:
    card = results.card(placement)
    ahead = ahead_of(placement) if placement.upgrade else []
    return render_template("placements/guardian.html", placement=placement, card=card, form=form, ahead=ahead,
                           wanting="、".join(unnamed(placement).values()), states=PLACEMENT.states)  # fmt: skip


@bp.post("/guardian/placements/<int:placement_id>")
@requires("placement.guardian", load=ward_placement)
def guardian_says(placement: Placement) -> ResponseReturnValue:
    form = GuardianAnswerForm()
    with trying(form, lambda: _guardian_page(placement, form)):
        if form.agrees.data not in ("yes", "no"):
            raise Invalid("请选同意还是不同意", "agrees")
        answers.guardian_answer(g.actor, placement, form.agrees.data == "yes")
    return done("placements.guardian", "收到了，谢谢您", placement_id=placement.id)


# Who is coming, for staff ------------------------------------------------------------------------------------------


@bp.get("/placements")
@requires("placement.list")
def index() -> ResponseReturnValue:
    query = queries.placements_listed(g.actor)
    state = request.args.get("state", "")
    if state in PLACEMENT.states:
        query = query.where(Placement.state == state)
    if request.args.get("waits") == "position":
        query = query.where(Track.position_id.is_(None), Placement.position_id.is_(None))
    return render_template(
        "placements/index.html", page=page_of(query), states=PLACEMENT.states, state=state,
    )  # fmt: skip


@bp.get("/placements/<int:placement_id>")
@requires("placement.list", load=queries.placement_seen_by)
def show(placement: Placement) -> ResponseReturnValue:
    return _show_page(placement, OfferPositionForm())


def _show_page(placement: Placement, form: OfferPositionForm) -> str:
    return render_template(
        "placements/show.html", placement=placement, states=PLACEMENT.states, card=results.card(placement),
        history=story_of("placement", placement.id), positions=results.positions_to_give(placement), form=form,
    )  # fmt: skip


@bp.post("/placements/<int:placement_id>/offer-position")
@requires("run.start", load=queries.placement_seen_by)
def offer_position(placement: Placement) -> ResponseReturnValue:
    form = OfferPositionForm()
    position = results.position(number_in(form.position.data or "") or 0)
    if position is None:
        raise WrongState("请先选一个岗位")
    with trying(form, lambda: _show_page(placement, form)):
        answers.offer_position(g.actor, placement, position)
    return done("placements.show", "已请本人看这个岗位", placement_id=placement.id)
