"""Naming the guardian, and the guardian's own pages: a link, a code to her own phone, then read and answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.accounts import codes
from app.accounts.entering import enter
from app.applications import guardians, queries, service
from app.applications.blueprint import bp
from app.applications.cards import card
from app.applications.forms import AnswerForm, CodeForm, GuardianForm, StepForm
from app.applications.models import Application, Guardian
from app.applications.onward import onward
from app.applications.states import APPLICATION, GUARDIAN
from app.applications.windows import guardian_may_answer, may_choose
from app.core import throttle
from app.core.dates import said
from app.core.identifiers import mask_name
from app.core.labels import RELATIONS, label
from app.core.web import attempt, done, requires, trying
from app.rounds.states import RESULT_IS_OUT

PURPOSE = "guardian"
MOST_LINKS_A_DAY, DAY = 6, 86400
# What else waits for a guardian: features above add a function from a guardian to (text, address) pairs.
ERRANDS: list[Callable[[Guardian], list[tuple[str, str]]]] = []
# What she may read besides; the same shape.
READINGS: list[Callable[[Guardian], list[tuple[str, str]]]] = []


# --- the applicant's side -----------------------------------------------------------------------------------------


@bp.get("/my-application/<int:application_id>/guardian")
@requires("application.own", load=queries.own)
def guardian(application: Application) -> ResponseReturnValue:
    form = GuardianForm(obj=application.guardian)
    return _guardian_page(application, form)


def _guardian_page(application: Application, form: GuardianForm) -> str:
    named = application.guardian
    waits = application.state == "awaiting_guardian" and guardian_may_answer(application.round)
    may_name = application.state in guardians.NAMING and (may_choose(application.round) or waits)
    return render_template(
        "applications/guardian.html",
        application=application,
        form=form,
        guardian=named,
        relation=label(RELATIONS, named.relation) if named else "",
        state=GUARDIAN.states[named.state] if named else "",
        minor=guardians.is_minor(application),
        may_name=may_name and guardians.is_minor(application),
        may_send=named is not None and named.state == "named" and guardian_may_answer(application.round),
        following=onward(application, "guardian"),
        said=said,
    )


@bp.post("/my-application/<int:application_id>/guardian")
@requires("application.own", load=queries.own)
def name_guardian(application: Application) -> ResponseReturnValue:
    form = GuardianForm()
    throttle.count("guardian link", str(application.id), most=MOST_LINKS_A_DAY, seconds=DAY)
    with trying(form, lambda: _guardian_page(application, form)):
        service.name_guardian(g.actor, application, **form.facts())
    return done("applications.guardian", "已保存，短信已发给监护人", application_id=application.id)


@bp.post("/my-application/<int:application_id>/guardian/link")
@requires("application.own", load=queries.own)
def send_link(application: Application) -> ResponseReturnValue:
    throttle.count("guardian link", str(application.id), most=MOST_LINKS_A_DAY, seconds=DAY)
    form = StepForm()
    if application.guardian and attempt(form, service.send_again, g.actor, application.guardian):
        return done("applications.guardian", "短信又发了一次", application_id=application.id)
    return done("applications.guardian", "先填监护人", "wait", application_id=application.id)


# --- the guardian's side ------------------------------------------------------------------------------------------


@bp.get("/guardian/<token>")
@requires("public", load=queries.guardian_of_link)
def guardian_link(row: Guardian) -> ResponseReturnValue:
    """The link alone shows nobody's data: only that a code will go to the phone it was sent to."""
    return _link_page(row, CodeForm(), sent=False)


def _link_page(row: Guardian, form: CodeForm, sent: bool) -> str:
    child = mask_name(row.application.user.name)
    return render_template("applications/guardian_link.html", guardian=row, form=form, sent=sent, child=child)


@bp.post("/guardian/<token>/code")
@requires("public", load=queries.guardian_of_link)
def send_guardian_code(row: Guardian) -> ResponseReturnValue:
    codes.send_code(guardians.guardian_phone(row), PURPOSE, request.remote_addr or "")
    # The same address, named from here: where an answer led is kept in clear, and the link's token must not be.
    return redirect("code", 303)


@bp.get("/guardian/<token>/code")
@requires("public", load=queries.guardian_of_link)
def enter_guardian_code(row: Guardian) -> ResponseReturnValue:
    return _link_page(row, CodeForm(), sent=True)


@bp.post("/guardian/<token>")
@requires("public", load=queries.guardian_of_link)
def enter_as_guardian(row: Guardian) -> ResponseReturnValue:
    form = CodeForm()
    with trying(form, lambda: _link_page(row, form, sent=True), counted=True):
        codes.check_code(guardians.guardian_phone(row), PURPOSE, form.code.data)
    return enter(redirect(url_for("applications.guardian_desk"), 303), guardian_id=row.id)  # type: ignore[arg-type]


@bp.get("/guardian")
@requires("guardian.answer", load=queries.signed_in_guardian)
def guardian_desk(row: Guardian) -> ResponseReturnValue:
    return _desk(row, AnswerForm(obj=row))


def _desk(row: Guardian, form: AnswerForm) -> str:
    application = row.application
    may_answer = guardian_may_answer(application.round)
    waits = application.state == "awaiting_guardian"
    return render_template(
        "applications/guardian_desk.html",
        guardian=row,
        application=application,
        form=form,
        cards=[card(track) for track in queries.chosen_tracks(application)],
        state=APPLICATION.states[application.state],
        waits=waits and may_answer,
        result_is_out=application.round.state in RESULT_IS_OUT,
        may_refuse=application.state == "submitted" and row.state == "agreed" and may_answer,
        errands=[errand for look in ERRANDS for errand in look(row)],
        readings=[reading for look in READINGS for reading in look(row)],
        relation=label(RELATIONS, row.relation),
        said=said,
    )


@bp.post("/guardian")
@requires("guardian.answer", load=queries.signed_in_guardian)
def guardian_answer(row: Guardian) -> ResponseReturnValue:
    form: Any = AnswerForm()
    with trying(form, lambda: _desk(row, form)):
        service.guardian_answer(g.actor, row, form.agrees.data == "yes", form.seen_version())
    says = "您已同意，报名已经算数" if form.agrees.data == "yes" else "您没有同意，已告诉孩子"
    return done("applications.guardian_desk", says)
