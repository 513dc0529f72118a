"""A throw-away PostgreSQL server for the tests: its own folder, no network, no fsync, gone at the end."""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tooling.places import Refused

OWNER = "sanfang"
SECONDS_TO_START = 30
# Durability is worthless for a server that is deleted after the tests, and costs most of their time.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "200",
    "timezone": "UTC",
}


def programs() -> Path | None:
    """The folder with `initdb` and `postgres`, newest version first; Debian keeps them off the PATH."""
    found = [Path(path).resolve().parent for path in [shutil.which("initdb")] if path]
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: _number(folder.parent.name))
    return next((folder for folder in [*found, *reversed(debian)] if (folder / "postgres").exists()), None)


def _number(name: str) -> float:
    try:
        return float(name)
    except ValueError:
        return 0.0


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Start a server and yield the SQLAlchemy URL of its `postgres` database; stop and delete it in the end.

    Raises Refused when PostgreSQL's programs are missing or the server does not start.
    """
    folder = programs()
    if folder is None:
        raise Refused("PostgreSQL's programs (initdb, postgres) were not found")
    # A socket's path may have 107 characters at most, so the folder is made directly under /tmp.
    home = Path(tempfile.mkdtemp(prefix="sanfang-pg-", dir="/tmp"))
    process = None
    try:
        process = _start(folder, home)
        yield f"postgresql+psycopg://{OWNER}@/postgres?host={home}"
    finally:
        if process is not None:
            _stop(process)
        shutil.rmtree(home, ignore_errors=True)


def _start(folder: Path, home: Path) -> subprocess.Popen[bytes]:
    identity = _identity(home)
    data = str(home / "data")
    initdb = [str(folder / "initdb"), "-D", data, "-U", OWNER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    made = subprocess.run(initdb, cwd=home, capture_output=True, text=True, **identity)
    if made.returncode:
        raise Refused(f"initdb failed:\n{made.stderr.strip()}")
    settings = [part for name, value in SETTINGS.items() for part in ("-c", f"{name}={value}")]
    command = [str(folder / "postgres"), "-D", data, "-k", str(home), *settings]
    with open(home / "server.log", "wb") as log:
        # Its own session keeps Ctrl-C for the runner, which stops the server in order.
        process = subprocess.Popen(
            command, cwd=home, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True, **identity
        )
    try:
        _wait(folder, home, process)
    except BaseException:
        _stop(process)
        raise
    return process


def _identity(home: Path) -> dict[str, Any]:
    """PostgreSQL refuses to run as root, so root hands the folder and both programs to the `postgres` user."""
    if os.geteuid() != 0:
        return {}
    try:
        user = pwd.getpwnam("postgres")
    except KeyError:
        raise Refused("PostgreSQL does not run as root, and there is no user `postgres` to run it as") from None
    os.chown(home, user.pw_uid, user.pw_gid)
    environment = {**os.environ, "HOME": str(home)}
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": [], "env": environment}


def _wait(folder: Path, home: Path, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        ready = subprocess.run([str(folder / "pg_isready"), "-q", "-h", str(home)], capture_output=True)
        if ready.returncode == 0:
            return
        time.sleep(0.1)
    log = (home / "server.log").read_text(encoding="utf-8", errors="replace")
    raise Refused(f"the PostgreSQL server for the tests did not start:\n{log[-1500:]}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    """SIGINT is PostgreSQL's fast shutdown: it ends connections instead of waiting for them."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGINT)
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
