"""Pages of applications: the applicant's own way. Choices, guardians and the staff's desks lie beside it."""

from __future__ import annotations

from typing import Any

from flask import g, render_template, url_for
from flask.typing import ResponseReturnValue

from app.accounts.consents import WORDS
from app.applications import (  # noqa: F401  (each of these carries a part of the pages, or registers itself)
    paused,
    queries,
    service,
    views_choices,
    views_desk,
    views_drafts,
    views_guardian,
    views_papers,
    views_receipts,
    views_scores,
)
from app.applications.blueprint import bp
from app.applications.cards import standing
from app.applications.chance import none_is_safe
from app.applications.choices import CHANGEABLE
from app.applications.forms import ProfileForm, StepForm, SubmitForm, WithdrawForm
from app.applications.guardians import is_minor
from app.applications.models import Application
from app.applications.papers import expected
from app.applications.states import APPLICATION
from app.applications.steps import steps_of
from app.applications.versions import standing_version
from app.applications.windows import is_checking, may_choose
from app.core.dates import said
from app.core.web import done, requires, trying
from app.order_classes.models import Track
from app.rounds.models import Round


@bp.get("/my-application")
@requires("application.start")
def mine() -> ResponseReturnValue:
    every = queries.own_all(g.actor.user_id)
    rounds = queries.startable(g.actor.user_id)
    if not every:
        return render_template("applications/start.html", rounds=rounds, said=said)
    return _overview(every[0], every[1:], rounds)


@bp.get("/my-application/<int:application_id>")
@requires("application.own", load=queries.own)
def overview(application: Application) -> ResponseReturnValue:
    others = [each for each in queries.own_all(g.actor.user_id) if each.id != application.id]
    return _overview(application, others, [])


def _overview(application: Application, others: Any, rounds: Any) -> str:
    steps = steps_of(application)
    return render_template(
        "applications/mine.html",
        application=application,
        others=others,
        rounds=rounds,
        steps=[_step(application, step) for step in steps],
        next_step=next((step for step in steps if step.here), None),
        count=sum(step.tone == "done" for step in steps),
        state=APPLICATION.states[application.state],
        may_choose=may_choose(application.round),
        may_withdraw=is_checking(application.round) and APPLICATION.allows(application, "withdraw"),
        allows=lambda action: APPLICATION.allows(application, action),
        standing=standing_version(application),
        href=lambda step: step.href or _href(application, step.key),
        said=said,
    )


def _step(application: Application, step: Any) -> dict[str, Any]:
    return {**vars(step), "href": step.href or _href(application, step.key)}


def _href(application: Application, key: str) -> str:
    return url_for(f"applications.{key}", application_id=application.id)


@bp.post("/my-application/start/<int:round_id>")
@requires("application.start", load=queries.startable_round)
def start(round_: Round) -> ResponseReturnValue:
    service.start(g.actor, round_)
    return done("applications.mine", "开始了。先填个人信息")


# --- who I am -----------------------------------------------------------------------------------------------------


@bp.get("/my-application/<int:application_id>/profile")
@requires("application.own", load=queries.own)
def profile(application: Application) -> ResponseReturnValue:
    return _profile_page(application, _profile_form(application))


def _profile_page(application: Application, form: ProfileForm) -> str:
    may_draft = application.state in CHANGEABLE and may_choose(application.round)
    return render_template("applications/profile.html", application=application, form=form, may_draft=may_draft)


def _profile_form(application: Application) -> ProfileForm:
    return ProfileForm(obj=application).offer(*queries.organisations_that_ask(application.round_id))


@bp.post("/my-application/<int:application_id>/profile")
@requires("application.own", load=queries.own)
def fill_profile(application: Application) -> ResponseReturnValue:
    form = _profile_form(application)
    with trying(form, lambda: _profile_page(application, form)):
        service.fill_profile(g.actor, application, version=form.seen_version(), **form.facts())
    return done("applications.papers", "个人信息已保存", application_id=application.id)


# --- submitting ---------------------------------------------------------------------------------------------------


@bp.get("/my-application/<int:application_id>/submit")
@requires("application.own", load=queries.own)
def submit(application: Application) -> ResponseReturnValue:
    return _submit_page(application, SubmitForm(obj=application))


def _submit_page(application: Application, form: SubmitForm) -> str:
    tracks = queries.chosen_tracks(application)
    return render_template(
        "applications/submit.html",
        application=application,
        form=form,
        tracks=tracks,
        schools="、".join(dict.fromkeys(track.order_class.school.name for track in tracks)),
        words=WORDS["schools_of_choices"],
        missing=[(fault, _href(application, _page_of(fault.field))) for fault in service.missing(application)],
        papers=[paper for paper in expected(application) if paper.state in ("missing", "returned")],
        minor=is_minor(application),
        unsafe=none_is_safe(_chances(application, tracks)),
        may_submit=APPLICATION.allows(application, "submit"),
        said=said,
    )


def _chances(application: Application, tracks: list[Track]) -> list[str | None]:
    stands = standing(application, tracks)
    return [stands.chance(track) for track in tracks]


def _page_of(field: str | None) -> str:
    return field if field in ("guardian", "choices") else "profile"


@bp.post("/my-application/<int:application_id>/submit")
@requires("application.own", load=queries.own)
def hand_in(application: Application) -> ResponseReturnValue:
    form = SubmitForm()
    with trying(form, lambda: _submit_page(application, form)):
        service.submit(g.actor, application, form.seen_version(), consents=form.consent.data)
    says = "交上了，等监护人同意" if application.state == "awaiting_guardian" else "报名已提交"
    return done("applications.receipt", says, application_id=application.id)


# --- changing one's mind ------------------------------------------------------------------------------------------


@bp.post("/my-application/<int:application_id>/reopen")
@requires("application.own", load=queries.own)
def reopen(application: Application) -> ResponseReturnValue:
    if application.state == "draft" and may_choose(application.round):
        # Pressed on a page left open since: what she wants has already happened, and a refusal would say it cannot.
        return done("applications.choices", "已经可以改志愿了", application_id=application.id)
    service.reopen(g.actor, application, StepForm().seen_version())
    return done("applications.choices", "可以改了。改好要再提交一次", "wait", application_id=application.id)


@bp.post("/my-application/<int:application_id>/use-last")
@requires("application.own", load=queries.own)
def use_last(application: Application) -> ResponseReturnValue:
    service.use_last_version(g.actor, application, StepForm().seen_version())
    return done("applications.receipt", "不改了，还按上次交的算", application_id=application.id)


@bp.get("/my-application/<int:application_id>/withdraw")
@requires("application.own", load=queries.own)
def withdraw(application: Application) -> ResponseReturnValue:
    return _withdraw_page(application, WithdrawForm(obj=application))


def _withdraw_page(application: Application, form: WithdrawForm) -> str:
    return render_template("applications/withdraw.html", application=application, form=form, said=said)


@bp.post("/my-application/<int:application_id>/withdraw")
@requires("application.own", load=queries.own)
def take_back(application: Application) -> ResponseReturnValue:
    form = WithdrawForm()
    with trying(form, lambda: _withdraw_page(application, form)):
        service.withdraw(g.actor, application, form.why.data or "", form.seen_version())
    return done("applications.overview", "报名已撤回", application_id=application.id)


@bp.post("/my-application/<int:application_id>/restore")
@requires("application.own", load=queries.own)
def restore(application: Application) -> ResponseReturnValue:
    service.restore(g.actor, application, StepForm().seen_version())
    return done("applications.overview", "回来了，原来填的都在。看一遍再提交", application_id=application.id)
