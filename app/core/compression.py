"""Pages and static text go out gzipped: on a bad line the bytes are what one waits for.

Compressing what is secret beside what a stranger chose lets the stranger measure the secret (BREACH): with a signed-in
person's cookies his page opens ours again and again, each time with another guess in the address, and watches the
sizes. So a signed-in person's page is compressed only where this site itself or the person's own hand asked for it. The
CSRF token is besides another one every second, being signed together with the time.
"""

from __future__ import annotations

import gzip
from functools import lru_cache
from urllib.parse import urlsplit

from flask import Flask, Response, g, request

# Smaller answers fit into the packets they need anyway.
LEAST = 500
TEXTUAL = frozenset({"application/json", "application/javascript", "text/javascript", "image/svg+xml"})


def install(app: Flask) -> None:
    """Compress every answer that gains by it; installed first, so that it sees what all others have made."""
    app.after_request(_compressed)


def _compressed(response: Response) -> Response:
    if not _gains(response):
        return response
    response.vary.add("Accept-Encoding")
    if request.accept_encodings.best_match(["gzip", "identity"]) != "gzip" or not _safe():
        return response
    static = request.endpoint == "static"
    response.direct_passthrough = False
    whole = response.get_data()
    response.set_data(_kept(whole) if static else _gzip(whole, 6))
    response.headers["Content-Encoding"] = "gzip"
    tag, weak = response.get_etag()
    if tag and not weak:
        # The same content in other bytes: that is what a weak mark says, and it still answers 304.
        response.set_etag(tag, weak=True)
    return response


def _gains(response: Response) -> bool:
    """Whole textual answers of some size. Static files are streamed too, but short enough to be read at once."""
    kind = response.mimetype or ""
    textual = kind.startswith("text/") or kind in TEXTUAL
    if not textual or response.status_code in (204, 206, 304) or "Content-Encoding" in response.headers:
        return False
    if response.is_streamed and request.endpoint != "static":
        return False
    return (response.content_length or LEAST) >= LEAST


def _safe() -> bool:
    """Nobody is signed in, or the page was asked for from here: see BREACH above."""
    actor = getattr(g, "actor", None)
    if actor is None or not actor.signed_in:
        return True
    asked_from = request.headers.get("Sec-Fetch-Site")
    if asked_from:
        return asked_from in ("same-origin", "none")
    return bool(request.referrer) and urlsplit(request.referrer).netloc == request.host


def _gzip(whole: bytes, level: int) -> bytes:
    return gzip.compress(whole, level, mtime=0)


@lru_cache(maxsize=64)
def _kept(whole: bytes) -> bytes:
    """A static file's smallest form, made once per process."""
    return _gzip(whole, 9)
