"""What can go wrong in the domain, as values a person can read.

Services raise only these. With a ``field`` the message shows beside that field; without one it becomes a page with the
status given here. A named database constraint maps to its field in one place: ``CONSTRAINTS``.
"""

from __future__ import annotations

import re

from sqlalchemy.exc import IntegrityError


class DomainError(Exception):
    """Base of all refusals. ``message`` is Chinese and says what to do next."""

    status = 422

    def __init__(self, message: str, field: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.field = field


class Invalid(DomainError):
    """What was entered breaks a rule."""


class Faults(Invalid):
    """Several faults at once: every one of them shows, not only the first."""

    def __init__(self, faults: list[Invalid]) -> None:
        super().__init__("；".join(f.message for f in faults))
        self.faults = faults


class NotPermitted(DomainError):
    status = 403

    def __init__(self, message: str = "这件事不归您办", field: str | None = None) -> None:
        super().__init__(message, field)


class NotFound(DomainError):
    status = 404

    def __init__(self, message: str = "没有这个页面", field: str | None = None) -> None:
        super().__init__(message, field)


class WrongState(DomainError):
    """The thing is not in a state in which this may be done."""

    status = 409


class Conflict(DomainError):
    """Somebody else changed the thing since the page was opened."""

    status = 409

    def __init__(self, message: str = "刚刚有人改过了。请看现在的内容，再决定", field: str | None = None) -> None:
        super().__init__(message, field)


class TooMany(DomainError):
    """Throttled; ``retry_after`` is in seconds."""

    status = 429

    def __init__(self, message: str, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class Unavailable(DomainError):
    """A resource behind us is away for now."""

    status = 503


# constraint name → (field, message). Features add theirs when their models are imported.
CONSTRAINTS: dict[str, tuple[str | None, str]] = {}
# SQLite names the columns of a broken UNIQUE, not the constraint: "UNIQUE constraint failed: user.phone_index".
_SQLITE_UNIQUE = re.compile(r"UNIQUE constraint failed: (.+)")
_SQLITE_INDEX = re.compile(r"UNIQUE constraint failed: index '(\w+)'")
_SQLITE_CHECK = re.compile(r"CHECK constraint failed: (\w+)")


def constraint_of(error: IntegrityError) -> str | None:
    """The name of the constraint that refused, on either database; None when it cannot be told."""
    diagnosis = getattr(error.orig, "diag", None)
    if diagnosis is not None:
        return diagnosis.constraint_name
    text = str(error.orig)
    for pattern in (_SQLITE_INDEX, _SQLITE_CHECK):
        if found := pattern.search(text):
            return found.group(1)
    if found := _SQLITE_UNIQUE.search(text):
        table, _, _ = found.group(1).partition(".")
        columns = "_".join(part.strip().partition(".")[2] for part in found.group(1).split(","))
        return f"uq_{table}_{columns}"
    return None


def refusal(error: IntegrityError) -> DomainError:
    """The domain's words for a broken constraint; an unmapped one is a conflict, never a stack trace."""
    field, message = CONSTRAINTS.get(constraint_of(error) or "", (None, ""))
    return Invalid(message, field) if message else Conflict()
