"""`run.py serve`: the database brought up to date, a web server and a worker, one Ctrl-C for both."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import threading
import time
from collections.abc import Sequence
from pathlib import Path

from tooling.places import ROOT, child_environment

SECONDS_TO_STOP = 20
SECONDS_BEFORE_RESTART = 2


def parse(arguments: Sequence[str]) -> argparse.Namespace:
    """Read the options of `run.py serve`."""
    parser = argparse.ArgumentParser(prog="run.py serve", allow_abbrev=False)
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    parser.add_argument("--port", type=int, default=8000)
    parser.add_argument("--workers", type=int, default=2, help="web processes (default 2)")
    return parser.parse_args(arguments)


def run(python: Path, options: argparse.Namespace) -> int:
    """Migrate, then keep both processes running."""
    # Links that the programs print or send begin with the address that is really served, unless told otherwise.
    os.environ.setdefault("SANFANG_BASE_URL", f"http://{options.host}:{options.port}")
    migrated = subprocess.run([str(python), "-m", "app.cli", "migrate"], cwd=ROOT, env=child_environment())
    return migrated.returncode or keep_up(python, options)


def keep_up(python: Path, options: argparse.Namespace) -> int:
    """Keep web server and worker running until Ctrl-C, SIGTERM or the end of the web server."""
    # A signal only asks: an exception in the middle of starting a program would lose sight of it.
    asked = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda _number, _frame: asked.set())
    processes: dict[str, subprocess.Popen[bytes]] = {}
    try:
        processes["web"] = _start(web_command(python, options))
        processes["worker"] = _start([str(python), "-m", "app.cli", "worker"])
        print(f"Serving on http://{options.host}:{options.port} (Ctrl-C stops)", flush=True)
        return _watch(python, processes, asked)
    finally:
        _stop(list(processes.values()))


def web_command(python: Path, options: argparse.Namespace) -> list[str]:
    """Gunicorn with threads: the work of a request is short, and solving happens in the worker."""
    return [
        *(str(python), "-m", "gunicorn", "wsgi:app"),
        *("--bind", f"{options.host}:{options.port}"),
        *("--worker-class", "gthread", "--workers", str(options.workers), "--threads", "8"),
        *("--graceful-timeout", str(SECONDS_TO_STOP // 2)),
        # Its remote control would be a socket in the home folder, which a service user may not have.
        "--no-control-socket",
    ]


def _start(command: list[str]) -> subprocess.Popen[bytes]:
    # Each child leads a session of its own: Ctrl-C reaches only this process, which then stops both in order.
    return subprocess.Popen(command, cwd=ROOT, env=child_environment(), start_new_session=True)


def _watch(python: Path, processes: dict[str, subprocess.Popen[bytes]], asked: threading.Event) -> int:
    """Bring a dead worker back (what it was doing is still in the database); end when asked, or with the web server."""
    while not asked.wait(0.2):
        code = processes["web"].poll()
        if code is not None:
            print(f"The web server has ended (exit code {code}).", flush=True)
            return code or 1
        code = processes["worker"].poll()
        if code is not None:
            print(f"The worker has ended (exit code {code}); starting it again.", flush=True)
            if not asked.wait(SECONDS_BEFORE_RESTART):
                processes["worker"] = _start([str(python), "-m", "app.cli", "worker"])
    return 0


def _stop(processes: list[subprocess.Popen[bytes]]) -> None:
    """Ask all to stop at once, wait for them together, and kill what is left."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_IGN)
    for process in processes:
        if process.poll() is None:
            process.terminate()
    deadline = time.monotonic() + SECONDS_TO_STOP
    for process in processes:
        try:
            process.wait(timeout=max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
