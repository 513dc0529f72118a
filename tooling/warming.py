"""Compiling the engine's kernels beside what is started, so that its first round need not wait for the compiler."""

from __future__ import annotations

import hashlib
import subprocess
from pathlib import Path

from tooling.places import ROOT, VAR, child_environment


def begin(python: Path, *, nested: bool = False, wait: bool = False) -> None:
    """Begin to compile, unless it was begun for these very sources before.

    Should that fail, they are compiled when they are first used. ``nested``: only what rounds whose limits nest need,
    which is half of it. ``wait``: until that is done, for tests are timed.
    """
    sources = sorted((ROOT / "matching").rglob("*.py"))
    now = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    folder = VAR / "numba"
    stamps = [folder / "warmed", *([folder / "warmed-nested"] if nested else [])]
    if any(stamp.exists() and stamp.read_text() == now for stamp in stamps):
        return
    folder.mkdir(parents=True, exist_ok=True)
    stamps[-1].write_text(now)
    quiet = subprocess.DEVNULL
    command = [str(python), "-m", "matching", "warm", *(["--nested"] if nested else [])]
    compiling = subprocess.Popen(
        command, cwd=ROOT, env=child_environment(), stdout=quiet, stderr=quiet, start_new_session=True
    )
    if wait:
        compiling.wait()
