"""Passwords: argon2id with the parameters of OWASP's sheet, never more than a few at a time, never a known bad one."""

from __future__ import annotations

import secrets
import threading
import unicodedata
from functools import lru_cache
from pathlib import Path

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.core.errors import Invalid

LEAST, MOST = 8, 128
# Each hash holds 19 MiB: a burst of log-ins may not take the machine's memory.
_AT_ONCE = threading.BoundedSemaphore(4)
_hasher = PasswordHasher(time_cost=2, memory_cost=19 * 1024, parallelism=1)
_COMMON = Path(__file__).with_name("common_passwords.txt")


def _normal(password: str) -> str:
    """One spelling for what one keyboard types as full-width and another as half-width."""
    return unicodedata.normalize("NFKC", password)


def hash_password(password: str) -> str:
    with _AT_ONCE:
        return _hasher.hash(_normal(password))


@lru_cache(maxsize=1)
def _nobodys_hash() -> str:
    return hash_password(secrets.token_urlsafe(24))


def matches(stored: str | None, password: str) -> bool:
    """Whether the password opens the hash. Without a hash a dummy is tried, so that both take the same time."""
    known = stored is not None
    hash_to_try = stored if stored is not None else _nobodys_hash()
    try:
        with _AT_ONCE:
            _hasher.verify(hash_to_try, _normal(password)[:MOST])
    except (VerificationError, InvalidHashError):
        return False
    return known


def outdated(stored: str) -> bool:
    """Whether the hash was made with older parameters and should be made anew at this log-in."""
    return _hasher.check_needs_rehash(stored)


@lru_cache(maxsize=1)
def common() -> frozenset[str]:
    """The bundled list of passwords that are tried first by everybody, in lower case."""
    return frozenset(line for line in _COMMON.read_text("utf-8").splitlines() if line and not line.startswith("#"))


def check_new(password: str, *, name: str = "", phone: str = "") -> None:
    """Refuse a password that is too short, too long, on the list, or made of what everybody knows of the person.

    Raises:
        Invalid: field ``password``.
    """
    plain = _normal(password)
    if len(plain) < LEAST:
        raise Invalid(f"密码至少{LEAST}位，现在是{len(plain)}位。15位以上更稳，可以是一句话", "password")
    if len(plain) > MOST:
        raise Invalid(f"密码最多{MOST}位，现在是{len(plain)}位", "password")
    folded = plain.casefold()
    if folded in common() or len(set(folded)) < 3:
        raise Invalid("这个密码太常见，别人一猜就中。换一个，可以是一句只有您知道的话", "password")
    if (phone and phone in plain) or (len(name) > 1 and folded == name.casefold()):
        raise Invalid("密码里不要用手机号或者名字，换一个", "password")
