"""Run one slow set-up command quietly, showing the step and its seconds; show its output only if it fails."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence

from tooling.places import ROOT, VAR, Refused, child_environment

SECONDS_BETWEEN_LINES = 10


class StepFailed(Refused):
    """A set-up command ended with an error; the text holds the end of its output."""


def step(title: str, command: Sequence[str | os.PathLike[str]], **environment: str) -> None:
    """Run `command` in ROOT with its output in var/setup.log; raise StepFailed with the last lines on failure."""
    VAR.mkdir(exist_ok=True)
    log = VAR / "setup.log"
    started = time.monotonic()
    with open(log, "w+", encoding="utf-8", errors="replace") as output:
        process = subprocess.Popen(
            command,
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            # A user-wide "install for the user" setting of pip would make it refuse to work in an environment.
            env=child_environment(PIP_USER="0", **environment),
        )
        try:
            _show_until_done(title, process, started)
        except BaseException:
            process.kill()
            process.wait()
            raise
    seconds = time.monotonic() - started
    _line(f"  {title}: {'done' if process.returncode == 0 else 'failed'} in {seconds:.1f} s", last=True)
    if process.returncode:
        tail = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-15:])
        raise StepFailed(f"{title} failed (the whole output: {log.relative_to(ROOT)})\n{tail}")


def _show_until_done(title: str, process: subprocess.Popen[bytes], started: float) -> None:
    """Show the running seconds: on one line of a terminal, or a line now and then in a log."""
    every = 1 if sys.stdout.isatty() else SECONDS_BETWEEN_LINES
    while True:
        try:
            process.wait(timeout=every)
            return
        except subprocess.TimeoutExpired:
            _line(f"  {title} … {time.monotonic() - started:.0f} s", last=False)


def _line(text: str, last: bool) -> None:
    if sys.stdout.isatty():
        print(f"\r{text:<78}", end="\n" if last else "", flush=True)
    else:
        print(text, flush=True)
