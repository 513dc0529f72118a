"""A running installation that a test can talk to: where it answers, what it sent to phones, what its clock shows."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import create_engine, text
from sqlalchemy.pool import NullPool

from app.core.crypto import Vault
from config import load

ROOT = Path(__file__).resolve().parents[2]
PYTHON = (sys.executable, "-m")
WORKING = ("--worker-class", "gthread", "--threads", "4", "--no-control-socket")
RECENT = "SELECT uid, body, body_sealed FROM message WHERE address_index = :index ORDER BY id DESC LIMIT 5"


@dataclass
class Town:
    """A running installation: where it answers, the first administrator's link, and its movable clock."""

    url: str
    admin_link: str
    environment: dict[str, str]
    clock_file: Path
    ahead: float = 0.0
    looked_at: set[str] = field(default_factory=set)
    complaints: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        """Read the outbox with the installation's own keys, but leave those of this process as they are."""
        config = load(self.environment)
        self._vault = Vault(config.keys)
        self._engine = create_engine(config.database_url, poolclass=NullPool)

    def pass_time(self, *, days: float = 0, hours: float = 0) -> None:
        """Let that much time go by, for server and worker alike."""
        self.ahead += days * 86400 + hours * 3600
        fresh = self.clock_file.with_suffix(".new")
        fresh.write_text(str(self.ahead), "ascii")
        fresh.replace(self.clock_file)

    def run(self, module: str) -> None:
        """Run a module in this installation's environment, as an operator would on the server."""
        done = subprocess.run([*PYTHON, module], cwd=ROOT, env=self.environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr

    def messages_to(self, phone: str) -> list[str]:
        """What this phone was sent last, newest first."""
        with self._engine.connect() as connection:
            rows = connection.execute(text(RECENT), {"index": self._vault.index("phone", phone)}).all()
        opened = self._vault.open_text
        return [opened("message", "body", row.uid, row.body_sealed) if row.body_sealed else row.body for row in rows]

    def code_to(self, phone: str) -> str:
        return self._newest(phone, r"(?<!\d)\d{6}(?!\d)")

    def link_to(self, phone: str) -> str:
        return self._newest(phone, r"https?://[\w:./?=&%-]+")

    def _newest(self, phone: str, pattern: str) -> str:
        said = self.messages_to(phone)
        found = next(filter(None, (re.search(pattern, words) for words in said)), None)
        assert found, f"in none of these messages: {said}"
        return found.group(0)


@contextlib.contextmanager
def running_town(database_url: str, folder: Path) -> Iterator[Town]:
    """Migrate an empty database, then run the web server and a worker on it, as `run.py serve` does, in test mode."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    environment = {
        **os.environ, "SANFANG_MODE": "test", "SANFANG_DATA": str(folder / "data"), "DATABASE_URL": database_url,
        "SANFANG_BASE_URL": url, "SANFANG_CLOCK_FILE": str(folder / "clock"), "PYTHONUTF8": "1",
    }  # fmt: skip
    link = _migrate(environment)
    commands = (
        [*PYTHON, "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{port}", *WORKING],
        [*PYTHON, "app.cli", "worker"],
    )
    with contextlib.ExitStack() as ending:
        log = ending.enter_context((folder / "log").open("wb"))
        for command in commands:
            process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
            ending.callback(stop, process)
        _wait(url)
        yield Town(url, link, environment, folder / "clock")


def _migrate(environment: dict[str, str]) -> str:
    done = subprocess.run([*PYTHON, "app.cli", "migrate"], cwd=ROOT, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    link = re.search(r"https?://\S+/welcome/\S+", done.stdout)
    assert link, done.stdout
    return link.group(0)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a process kindly, or else at once."""
    process.terminate()
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str) -> None:
    for _ in range(600):
        with contextlib.suppress(OSError):
            if urllib.request.urlopen(f"{url}/readyz", timeout=2).status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not become ready")
