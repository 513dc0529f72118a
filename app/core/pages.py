"""What surrounds every page: security headers, error pages with a way back, template globals and filters."""

from __future__ import annotations

import hashlib
import logging
import secrets
from functools import lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, make_response, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import IntegerConverter

from app.core import compression
from app.core.actor import ANONYMOUS
from app.core.clock import now
from app.core.dates import clock_time, day, form_moment, left, moment
from app.core.db import db
from app.core.errors import DomainError, TooMany, refusal
from app.core.logs import log
from app.core.requests import new_key
from app.core.web import same_site

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
# What a phone may have begun to send before it hears that it is too much.
MOST_DRAINED = 64 * 1024 * 1024
KNOWN = (400, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503)


class RowNumber(IntegerConverter):
    """``<int:…>`` of an address: what cannot be the number of any row is no address at all (404)."""

    regex = "[0-9]{1,18}"


def install(app: Flask) -> None:
    """Set up everything named above; before any route is registered, since their numbers are read here."""
    app.url_map.converters["int"] = RowNumber
    compression.install(app)
    app.after_request(_headers)
    app.register_error_handler(DomainError, _domain_error)
    app.register_error_handler(IntegrityError, lambda error: _domain_error(refusal(error)))
    app.register_error_handler(OperationalError, _database_lost)
    app.register_error_handler(DataError, _no_value)
    app.register_error_handler(CSRFError, _not_from_here)
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(Exception, _crash)
    app.jinja_env.globals.update(asset=asset, new_key=new_key, now=now)
    app.jinja_env.filters.update(
        moment=moment,
        day=day,
        clock_time=clock_time,
        thousands=thousands,
        left=left,
        percent=percent,
        form_moment=form_moment,
    )


def _headers(response: Response) -> Response:
    head = response.headers
    head.setdefault("Content-Security-Policy", CSP)
    head["X-Content-Type-Options"] = "nosniff"
    head["Referrer-Policy"] = "same-origin"
    head["X-Frame-Options"] = "DENY"
    head["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    head["Cross-Origin-Opener-Policy"] = "same-origin"
    if current_app.config["SANFANG"].secure:
        head["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if request.endpoint != "static":
        actor = getattr(g, "actor", None)
        private = actor is not None and actor.signed_in
        if private or request.method != "GET":
            # Set, not defaulted: a file sent to a signed-in person carries the static files' year by itself.
            head["Cache-Control"] = "no-store"
        head.setdefault("Cache-Control", "no-cache")
    elif response.status_code in (200, 304):
        # asset() names the content in the address, so that file never changes; without the mark it may.
        head["Cache-Control"] = "public, max-age=31536000, immutable" if request.args.get("v") else "no-cache"
    return response


def _page(status: int, message: str = "", **facts: Any) -> Response:
    name = f"errors/{status if status in KNOWN else 500}.html"
    response = make_response(render_template(name, message=message, href=_back(), **facts), status)
    if status in (429, 503):
        response.headers["Retry-After"] = str(facts.get("retry_after", 30))
    return response


def _back() -> str:
    """The page on which something was sent that went wrong, so that nobody has to look for it again."""
    came = urlsplit(request.referrer or "")
    if request.method == "GET" or came.netloc != request.host:
        return ""
    return same_site(f"{came.path}?{came.query}" if came.query else came.path) or ""


def _not_from_here(error: CSRFError) -> Response:
    """A form without its token. What is no form at all has none to carry, and one that is too long was not read."""
    if request.content_length and request.mimetype not in FORMS:
        return _page(415)
    if request.mimetype == FORMS[0] and (request.content_length or 0) > current_app.config["MAX_FORM_MEMORY_SIZE"]:
        return _page(413)
    return _page(400)


def _read_to_the_end() -> None:
    """Take in what is too large before refusing it: a browser that is still sending never sees the answer."""
    left, source = min(MOST_DRAINED, request.content_length or 0), request.environ["wsgi.input"]
    while left > 0 and (piece := source.read(min(left, 1 << 16))):
        left -= len(piece)


def _domain_error(error: DomainError) -> Response:
    db.session.rollback()
    if isinstance(error, TooMany):
        return _page(429, error.message, retry_after=error.retry_after)
    return _page(error.status, error.message)


def _http_error(error: HTTPException) -> Response:
    _quiet_rollback()
    if error.response is not None or (error.code or 500) < 400:
        return error.get_response()  # type: ignore[return-value]
    if error.code == 413:
        _read_to_the_end()
    said = error.description or ""
    return _page(error.code or 500, said if error.code == 400 and _is_chinese(said) else "")


def _is_chinese(text: str) -> bool:
    return any("一" <= c <= "鿿" for c in text)


def _database_lost(error: OperationalError) -> Response:
    log("database_lost", logging.ERROR, error=str(error.orig)[:300])
    _quiet_rollback()
    g.actor = ANONYMOUS
    return _page(503, retry_after=30)


def _no_value(error: DataError) -> Response:
    """What no column can hold, as a NUL in a search on PostgreSQL: no person types that, and nothing was done."""
    log("value_refused", path=request.path, error=type(error.orig).__name__)
    _quiet_rollback()
    return _page(400)


def _crash(error: Exception) -> Response:
    incident = secrets.token_hex(4).upper()
    log("crash", logging.ERROR, incident=incident, path=request.path, error=repr(error))
    logging.getLogger("sanfang").error("trace", exc_info=error)
    _quiet_rollback()
    if current_app.config.get("PROPAGATE_EXCEPTIONS"):
        raise error
    return _page(500, incident=incident)


def _quiet_rollback() -> None:
    try:
        db.session.rollback()
    except Exception:
        db.session.remove()


@lru_cache(maxsize=256)
def _print_of(path: str, changed: float) -> str:
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:10]


def asset(name: str) -> str:
    """Address of a static file with a content mark, so that browsers may keep it for a year."""
    path = Path(current_app.static_folder or "") / name
    mark = _print_of(str(path), path.stat().st_mtime) if path.exists() else "0"
    return url_for("static", filename=name, v=mark)


def thousands(value: int | None) -> str:
    return "—" if value is None else f"{value:,}"


def percent(part: float, digits: int = 1) -> str:
    return f"{part * 100:.{digits}f}%"
