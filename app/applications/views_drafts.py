"""Saved as you go: the script posts what has been filled in so far, and hears the version that is now stored.

Without script nothing here is needed: every form posts by itself. A draft is saved field by field, so that half a page
is never lost because the other half is still missing; what is not lawful is named and left as it was.
"""

from __future__ import annotations

from typing import Any

from flask import g, jsonify, url_for
from flask.typing import ResponseReturnValue

from app.applications import queries, service
from app.applications.blueprint import bp
from app.applications.choices import is_the_present
from app.applications.forms import ChoicesForm, ProfileForm
from app.applications.models import Application
from app.core.clock import now
from app.core.dates import clock_time
from app.core.web import attempt, requires

PROFILE = ("start_point", "district", "address", "school_id", "enterprise_id")


@bp.get("/my-application/<int:application_id>/draft")
@requires("application.own", load=queries.own)
def draft(application: Application) -> ResponseReturnValue:
    """What is stored now; a draft that arrives twice is answered from here."""
    return jsonify(version=application.version, at=clock_time(now()), refused=[])


@bp.post("/my-application/<int:application_id>/draft/profile")
@requires("application.own", load=queries.own)
def save_profile(application: Application) -> ResponseReturnValue:
    form = ProfileForm().offer(*queries.organisations_that_ask(application.round_id))
    form.validate()
    # A field that was not sent says nothing about what is stored.
    came = [name for name in PROFILE if name in form and form[name].raw_data]
    sent = {name: value for name, value in form.facts().items() if name in came and not form[name].errors}
    refused = [form[name].errors[0] for name in came if form[name].errors]
    changed = {name: value for name, value in sent.items() if getattr(application, name) != value}
    return _saved(application, form, refused, service.keep_profile_draft, changed)


@bp.post("/my-application/<int:application_id>/draft/choices")
@requires("application.own", load=queries.own)
def save_choices(application: Application) -> ResponseReturnValue:
    form = ChoicesForm()
    form.validate()
    adjustable = form.adjustable.data == "yes"
    order = form.order.data or []
    if is_the_present(application, order, adjustable):
        return _stored(application, [])
    return _saved(application, form, [], service.set_choices, order, adjustable)


def _saved(application: Application, form: Any, refused: list[str], command: Any, *facts: Any) -> ResponseReturnValue:
    if not attempt(form, command, g.actor, application, *facts, form.seen_version()):
        return jsonify(version=application.version, at="", refused=form.form_errors), 422
    return _stored(application, refused)


def _stored(application: Application, refused: list[str]) -> ResponseReturnValue:
    """The answer leads to the page that can be read again, should this very draft be sent a second time."""
    response = jsonify(version=application.version, at=clock_time(now()), refused=refused)
    response.headers["Location"] = url_for("applications.draft", application_id=application.id)
    return response
