"""Who entered an account and how: the lines of history under the thing "access"."""

from __future__ import annotations

from app.core.actor import Actor
from app.core.history import record


def note_access(user_id: int, actor: Actor, action: str, address: str = "", **detail: str) -> None:
    """Add one line; 0 stands for an account nobody has."""
    record("access", user_id, actor, action, detail={"address": address, **detail} if address else dict(detail))
