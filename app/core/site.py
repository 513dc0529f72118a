"""Where this installation is reached: the one place that turns a path into a whole address for messages and prints."""

from __future__ import annotations

_base = "http://127.0.0.1:8000"


def install(base_url: str) -> None:
    """Called once by the application factory."""
    global _base
    _base = base_url.rstrip("/")


def address(path: str) -> str:
    """The whole address of a path of this site."""
    return _base + path
