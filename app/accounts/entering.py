"""The browser's side of logging in and out: the cookie, and a session that is new at every log-in (no fixation)."""

from __future__ import annotations

from flask import current_app, g, redirect, request, session, url_for
from werkzeug.wrappers import Response

from app.accounts import second_factor, sessions
from app.core.clock import now


def enter(
    response: Response, *, user_id: int | None = None, guardian_id: int | None = None, second: bool = False
) -> Response:
    """Begin a fresh session for a user or a guardian, end the browser's old one, and set the cookie.

    Whoever has a second factor is first led to its page; ``second`` says that she comes from there.
    """
    if user_id is not None and not second and second_factor.is_on(user_id):
        return _half_way(user_id, response.location)
    if g.login is not None:
        sessions.end(g.login.id)
    token = sessions.begin(user_id=user_id, guardian_id=guardian_id, address=request.remote_addr or "")
    _forget_browser()
    response.set_cookie(
        current_app.config["LOGIN_COOKIE"], token, path="/", httponly=True, samesite="Lax",
        secure=current_app.config["SANFANG"].secure,
    )
    return response


def _half_way(user_id: int, target: str | None) -> Response:
    """The first step is done; where she wanted to go is kept until the second is."""
    _forget_browser()
    session["half"] = {"user": user_id, "at": now().isoformat(), "next": target}
    return redirect(url_for("accounts.second_step"), 303)  # type: ignore[return-value]


def leave(response: Response) -> Response:
    """Forget the browser; the session's row is the service's matter."""
    _forget_browser()
    response.delete_cookie(
        current_app.config["LOGIN_COOKIE"], path="/", httponly=True, samesite="Lax",
        secure=current_app.config["SANFANG"].secure,
    )
    return response


def _forget_browser() -> None:
    """A new token against forged requests too; only what the next page has to say stays."""
    said = session.get("_flashes")
    session.clear()
    if said:
        session["_flashes"] = said
