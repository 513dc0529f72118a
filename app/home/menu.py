"""What stands around a page for the person who looks at it: the side menu and the demonstration's role switch."""

from __future__ import annotations

from typing import Any

from app.core.actor import Actor


def frame(actor: Actor | None, path: str) -> dict[str, Any]:
    return {"menu": [], "role_switch": [], "sign_in_href": "/log-in", "sign_out_href": "/log-out"}
