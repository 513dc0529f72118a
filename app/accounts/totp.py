"""One-time passwords from an authenticator app: RFC 6238 with SHA-1, six digits, thirty seconds. Pure functions."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import hmac
import secrets
from urllib.parse import quote

SECONDS, DIGITS, LENGTH = 30, 6, 20
# One step before and after the present one: phones' clocks are not exact.
DRIFT = 1


def new_secret() -> bytes:
    """160 random bits, as RFC 4226 recommends."""
    return secrets.token_bytes(LENGTH)


def spoken(secret: bytes) -> str:
    """The secret in base 32, in groups of four, for typing it into an app by hand."""
    text = base64.b32encode(secret).decode().rstrip("=")
    return " ".join(text[start : start + 4] for start in range(0, len(text), 4))


def uri(secret: bytes, who: str, issuer: str = "三方订单班") -> str:
    """What the QR code holds; ``who`` is shown in the app beside the code."""
    label = quote(f"{issuer}:{who}")
    return f"otpauth://totp/{label}?secret={spoken(secret).replace(' ', '')}&issuer={quote(issuer)}"


def step_of(moment: dt.datetime) -> int:
    """The number of the thirty seconds a moment lies in."""
    return int(moment.timestamp()) // SECONDS


def code_of(secret: bytes, step: int) -> str:
    """The six digits of a step (RFC 4226, section 5.3)."""
    digest = hmac.new(secret, step.to_bytes(8, "big"), hashlib.sha1).digest()
    offset = digest[-1] & 15
    number = int.from_bytes(digest[offset : offset + 4], "big") & 0x7FFFFFFF
    return f"{number % 10**DIGITS:0{DIGITS}d}"


def matching_step(secret: bytes, code: str, moment: dt.datetime, after: int) -> int | None:
    """The step whose code this is, later than ``after`` (each is good once); None when there is none."""
    given = "".join(code.split()).encode("utf-8", "replace")
    here = step_of(moment)
    found = [
        step for step in range(here - DRIFT, here + DRIFT + 1)
        if hmac.compare_digest(code_of(secret, step).encode(), given) and step > after
    ]
    return found[0] if found else None
