"""What a browser has said of its owner: the answers to the six questions lie in its own signed session cookie until
she clears them or somebody logs in. The server keeps none of it, and no address or log carries it.
"""

from __future__ import annotations

from flask import Response, g, make_response, session

from app.catalogue import queries
from app.catalogue.visitor import Answers, Visitor, of_answers, of_application, read_answers
from app.core.clock import now

_KEPT = "check"


def answers() -> Answers | None:
    return read_answers(session.get(_KEPT))


def keep(said: Answers) -> None:
    session[_KEPT] = said.kept()


def forget() -> None:
    session.pop(_KEPT, None)


def visitor() -> Visitor | None:
    """By the answers just given, else by the own application; None while nobody has said anything."""
    said = answers()
    if said is not None:
        return of_answers(said)
    application = queries.latest_application(g.actor.user_id) if g.actor.is_applicant else None
    if application is None or not application.start_point or application.user.birth_date is None:
        return None
    round_ = application.round
    return of_application(application, running=round_.state in ("open", "checking") and now() < round_.evidence_due)


def for_her_alone(page: str) -> Response:
    """A page that speaks of the visitor is kept by no browser or proxy: phones are lent."""
    response = make_response(page)
    if g.actor.signed_in or answers() is not None:
        response.headers["Cache-Control"] = "no-store"
    return response
