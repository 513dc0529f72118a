"""Where things lie, and the one exception that ends a command with a plain line instead of a trace."""

from __future__ import annotations

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
VAR = ROOT / "var"


class Refused(Exception):
    """The command cannot go on; the text says why and what to do."""


def child_environment(**extra: str) -> dict[str, str]:
    """The environment of every process that run.py starts.

    Compiled kernels are cached in var/numba, since the source tree may be read-only; UTF-8 is forced, since a
    bare machine has no locale and everything printed may be Chinese; and Python may keep its compiled modules even
    where the shell forbids it, since compiling the libraries anew takes every process several seconds.
    """
    environment = dict(os.environ)
    environment.setdefault("NUMBA_CACHE_DIR", str(VAR / "numba"))
    environment["PYTHONUTF8"] = "1"
    for harmful in ("PYTHONHOME", "PYTHONDONTWRITEBYTECODE"):
        environment.pop(harmful, None)
    environment.update(extra)
    return environment
