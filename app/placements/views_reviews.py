"""复核 on the page: asked for by the person or her guardian, answered by a coordinator who did not propose the run."""

from __future__ import annotations

from typing import Any

from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from app.applications.models import Application
from app.applications.queries import scores_of
from app.core.paging import page_of
from app.core.story import story_of
from app.core.web import done, requires, trying
from app.law.reviews import answered_by_another_person
from app.placements import mending, queries, results, review_desk, reviews
from app.placements.blueprint import bp
from app.placements.forms import CarryOutForm, EmptyForm, LiftBarForm, MendScoreForm, ReviewAnswerForm, ReviewForm
from app.placements.models import Review
from app.placements.states import REVIEW, REVIEW_OPEN

TONES = {"asked": "wait", "looking": "now", "upheld": "wait", "done": "done", "dismissed": "idle", "withdrawn": "idle"}

# The person and her guardian ---------------------------------------------------------------------------------------


@bp.get("/results/<int:application_id>/review")
@requires("review.ask", load=review_desk.result_seen_by)
def review(application: Application) -> ResponseReturnValue:
    return _review_page(application, ReviewForm())


def _review_page(application: Application, form: ReviewForm) -> str:
    run = reviews.published_run(application)
    found = reviews.review_of(application, run) if run else None
    reasons = list(queries.reasons_of(run, application.id)) if run else []
    return render_template(
        "placements/review.html", application=application, form=form, review=found,
        may_ask=reviews.may_ask(application), last_day=reviews.last_day(run) if run else None,
        reasons=results.reason_lines(application, reasons), history=_since_asked(found),
        states=REVIEW.states, tones=TONES, about=reviews.ABOUT, steps=reviews.NEXT_STEPS,
        may_withdraw=found is not None and REVIEW.allows(found, "withdraw"),
        guardian=g.actor.guardian_id is not None,
    )  # fmt: skip


def _since_asked(found: Review | None) -> list[dict[str, str]]:
    """What happened after it was asked for, newest first; the asking itself stands above."""
    return story_of("review", found.id)[:-1] if found else []


@bp.post("/results/<int:application_id>/review")
@requires("review.ask", load=review_desk.result_seen_by)
def ask_review(application: Application) -> ResponseReturnValue:
    form = ReviewForm()
    with trying(form, lambda: _review_page(application, form)):
        reviews.ask(g.actor, application, form.about.data or "", form.says.data or "")
    return done("placements.review", "复核申请收到了，由人来查", application_id=application.id)


@bp.post("/reviews/<int:review_id>/withdraw")
@requires("review.ask", load=review_desk.own_review)
def withdraw_review(review: Review) -> ResponseReturnValue:
    reviews.withdraw(g.actor, review, EmptyForm().seen_version())
    return done("placements.review", "复核撤回了", application_id=review.application_id)


# The coordinators' desk --------------------------------------------------------------------------------------------


@bp.get("/reviews")
@requires("review.list")
def reviews_index() -> ResponseReturnValue:
    query = review_desk.reviews_listed(g.actor)
    state = request.args.get("state", "")
    if state in REVIEW.states:
        query = query.where(Review.state == state)
    elif state != "all":
        query = query.where(Review.state.in_(REVIEW_OPEN))
    return render_template(
        "placements/reviews.html", page=page_of(query), states=REVIEW.states, tones=TONES, state=state,
        about=reviews.ABOUT, overdue=reviews.overdue, late=review_desk.count_overdue(g.actor),
    )  # fmt: skip


@bp.get("/reviews/<int:review_id>")
@requires("review.see", load=review_desk.review_seen_by)
def show_review(review: Review) -> ResponseReturnValue:
    return _desk_page(review)


def _desk_page(review: Review, **forms: Any) -> str:
    application, run = review.application, review.run
    choices = review_desk.choices_with_classes(application)
    placement = queries.my_placement(application)
    return render_template(
        "placements/review_desk.html", review=review, application=application, run=run, choices=choices,
        reasons=results.reason_lines(application, list(queries.reasons_of(run, application.id))),
        scores=scores_of(application), states=REVIEW.states, tones=TONES, about=reviews.ABOUT,
        steps=reviews.NEXT_STEPS, overdue=reviews.overdue(review), history=story_of("review", review.id),
        placement=placement, proposer=results.user_name(run.proposed_by), approver=results.user_name(run.approved_by),
        mine=not answered_by_another_person(run.proposed_by, g.actor.user_id).ok,
        may_mend=application.round.state == "responding",
        allows=lambda action: REVIEW.allows(review, action),
        form=forms.get("form") or ReviewAnswerForm(obj=review), carry=forms.get("carry") or CarryOutForm(obj=review),
        score=forms.get("score") or MendScoreForm(), bar=forms.get("bar") or LiftBarForm(),
    )  # fmt: skip


@bp.post("/reviews/<int:review_id>/take")
@requires("review.answer", load=review_desk.review_seen_by)
def take_review(review: Review) -> ResponseReturnValue:
    reviews.take(g.actor, review, EmptyForm().seen_version())
    return done("placements.show_review", "记下了：您在查这一件", review_id=review.id)


@bp.post("/reviews/<int:review_id>/answer")
@requires("review.answer", load=review_desk.review_seen_by)
def answer_review(review: Review) -> ResponseReturnValue:
    form = ReviewAnswerForm()
    with trying(form, lambda: _desk_page(review, form=form)):
        upheld, finding, following = form.outcome.data == "uphold", form.finding.data or "", form.next_step.data or ""
        reviews.answer(g.actor, review, upheld, finding, following, form.seen_version())
    return done("placements.show_review", "答复已经告诉本人", review_id=review.id)


@bp.post("/reviews/<int:review_id>/carry-out")
@requires("review.answer", load=review_desk.review_seen_by)
def carry_out_review(review: Review) -> ResponseReturnValue:
    form = CarryOutForm()
    with trying(form, lambda: _desk_page(review, carry=form)):
        reviews.carry_out(g.actor, review, form.what.data or "", form.seen_version())
    return done("placements.show_review", "办好了，已经告诉本人", review_id=review.id)


@bp.post("/reviews/<int:review_id>/score")
@requires("review.answer", load=review_desk.review_seen_by)
def mend_score(review: Review) -> ResponseReturnValue:
    form = MendScoreForm()
    with trying(form, lambda: _desk_page(review, score=form)):
        mending.mend_score(g.actor, review, form.class_id.data, form.value.data)
    return done("placements.show_review", "分数已更正，下一次递补按新的算", review_id=review.id)


@bp.post("/reviews/<int:review_id>/bar")
@requires("review.answer", load=review_desk.review_seen_by)
def lift_bar(review: Review) -> ResponseReturnValue:
    form = LiftBarForm()
    with trying(form, lambda: _desk_page(review, bar=form)):
        mending.lift_bar(g.actor, review, form.choice_id.data)
    return done("placements.show_review", "报考条件已更正，下一次递补会看这个志愿", review_id=review.id)
