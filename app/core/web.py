"""A request, always the same seven stops (docs/ARCHITECTURE.md): route, permission and row, form, service, one commit,
redirect, GET renders. This module owns the permission stop and the commit; no other place commits a request.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from typing import Any

from flask import Blueprint, current_app, flash, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError
from werkzeug.exceptions import BadRequest
from werkzeug.wrappers import Response

from app.core import access, requests
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import DomainError, NotFound, NotPermitted, refusal
from app.core.forms import Form
from app.core.logs import log

SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
Load = Callable[..., Any]


class Refused(Exception):
    """What a form asked for was refused; ``again`` makes the page that says so beside what was typed."""

    def __init__(self, again: Callable[[], Any]) -> None:
        self.again = again


def requires(permission: str, load: Load | None = None) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Guard a view: load its row as this actor may see it, ask the permission table, commit once if it changed things.

    ``load(actor, **url_arguments)`` returns the row or None (then 404: what one may not see does not exist). The view
    is called with that row alone; without ``load`` it is called with the URL's arguments. A look of staff at a person's
    record is noted in the access log first (app/core/access.py).
    """

    def wrap(view: Callable[..., Any]) -> Callable[..., Any]:
        @functools.wraps(view)
        def guarded(**arguments: Any) -> ResponseReturnValue:
            actor: Actor = g.actor
            row = load(actor, **arguments) if load else None
            if load and row is None:
                # Whoever may just have been signed out is asked to log in, the same for every address.
                if not actor.signed_in and permission != "public":
                    return _refuse(actor, permission)
                raise NotFound()
            if not current_app.extensions["sanfang.allows"](actor, permission, row):
                return _refuse(actor, permission)
            call = functools.partial(view, row) if load else functools.partial(view, **arguments)
            if request.method not in SAFE:
                return _command(call)
            access.look_first(actor, row)
            return call()

        guarded.permission = permission  # type: ignore[attr-defined]
        guarded.loads = load  # type: ignore[attr-defined]
        return guarded

    return wrap


def _refuse(actor: Actor, permission: str) -> ResponseReturnValue:
    if actor.signed_in:
        # A line in the log, not a row: reading must never write.
        log("access_refused", permission=permission, path=request.path, user=actor.user_id, role=actor.role)
        raise NotPermitted()
    flash("请先登录", "now")
    follow = request.full_path.rstrip("?") if request.method in SAFE else None
    return redirect(url_for("accounts.log_in", next=follow))


def _command(call: Callable[[], Any]) -> ResponseReturnValue:
    """Run a mutating view once per idempotency key, and commit or roll back its one transaction."""
    key = request.form.get("_key", "")
    if not 16 <= len(key) <= 64:
        raise BadRequest("这一页放得太久了，请刷新后再试")
    key_hash = requests.hash_of(key, _visitor())
    done = requests.earlier(key_hash)
    if done:
        return redirect(done)
    try:
        claimed = requests.claim(key_hash, request.endpoint or "")
    except IntegrityError:
        db.session.rollback()
        done = requests.earlier(key_hash)
        if done:
            return redirect(done)
        # A claim without an answer is a refused try whose throttle was committed by itself: it may be tried again.
        claimed = requests.again(key_hash)
    try:
        response = current_app.make_response(call())
    except Refused as refused:
        response = current_app.make_response((refused.again(), 422))
    if response.status_code >= 400:
        db.session.rollback()
        return response
    claimed.location = _location(response)
    commit()
    return response


def _visitor() -> str:
    return f"{g.actor.user_id}|{g.actor.guardian_id}|{session.get('csrf_token', '')}"


def _location(response: Response) -> str:
    return response.headers.get("Location", request.path)[:400]


def commit() -> None:
    """The one commit. A broken named constraint becomes the domain's words."""
    try:
        db.session.commit()
    except IntegrityError as error:
        db.session.rollback()
        raise refusal(error) from error


@contextmanager
def trying(form: Form, otherwise: Callable[[], Any], *, counted: bool = False) -> Iterator[None]:
    """Stops three and four of a form: check its shape, then run the service command of this block in a savepoint.

    What is refused lands on the form, beside its field if the refusal names one, and ``otherwise`` is shown with 422.
    Conflicts (409), missing rows and permissions are pages, not form faults, and pass through. ``counted`` is for tries
    that are counted at once, which cannot be done inside a savepoint: a refusal then takes back the whole request.
    """
    if not form.validate_on_submit():
        raise Refused(otherwise)
    with _refusals(form, otherwise, counted):
        yield


@contextmanager
def _refusals(form: Form, otherwise: Callable[[], Any], counted: bool = False) -> Iterator[None]:
    try:
        with nullcontext() if counted else db.session.begin_nested():
            yield
            db.session.flush()
        return
    except IntegrityError as error:
        fault = refusal(error)
    except DomainError as error:
        if error.status != 422:
            raise
        fault = error
    if counted:
        db.session.rollback()
    # Rows were changed by guarded UPDATEs, which the savepoint took back unseen by the session: read them anew.
    db.session.expire_all()
    form.refuse(fault)
    raise Refused(otherwise)


def attempt(form: Form, command: Callable[..., Any], *arguments: Any, **named: Any) -> bool:
    """``trying`` for the few that go on either way or have no shape of their own: whether the command went through."""
    try:
        with _refusals(form, lambda: None):
            command(*arguments, **named)
        return True
    except Refused:
        return False


def done(endpoint: str, says: str = "", tone: str = "done", **arguments: Any) -> Response:
    """Stop six: after a change, redirect, and say what happened on the next page."""
    if says:
        flash(says, tone)
    return redirect(url_for(endpoint, **arguments), 303)  # type: ignore[return-value]


def feature(name: str, prefix: str | None = None) -> Blueprint:
    """A feature's blueprint; its templates lie in templates/<feature>/."""
    return Blueprint(name, f"app.{name}.views", url_prefix=prefix)


def same_site(target: str | None) -> str | None:
    """``next=`` may only name a path of this site; anything else is ignored (open redirects)."""
    if not target or not target.startswith("/") or target.startswith("//") or len(target) > 300:
        return None
    return (
        None
        if any(c in target for c in "\\\t\r\n\0@") or "%5c" in target.lower() or "%2f%2f" in target.lower()
        else target
    )
