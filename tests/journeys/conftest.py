"""A real server, a real worker and a real browser, with a clock that the test can move."""

from __future__ import annotations

import contextlib
import os
import re
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
FLAGS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip


@dataclass
class Town:
    """A running installation: where it answers, the first administrator's link, and its movable clock."""

    url: str
    admin_link: str
    environment: dict[str, str]
    clock_file: Path
    ahead: float = 0.0
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def pass_time(self, *, days: float = 0, hours: float = 0) -> None:
        """Let that much time go by, for server and worker alike."""
        self.ahead += days * 86400 + hours * 3600
        self.clock_file.write_text(str(self.ahead), "ascii")

    def newest_text_message(self, phone: str) -> str:
        """What this phone received last, read from the outbox with the installation's own keys."""
        script = (
            "import sys\nfrom app import create_app\nfrom app.core.outbox import body_of, newest_to_phone\n"
            "with create_app().app_context():\n    print(body_of(newest_to_phone(sys.argv[1], 1)[0]))"
        )
        command = [sys.executable, "-c", script, phone]
        return subprocess.run(
            command, cwd=ROOT, env=self.environment, capture_output=True, text=True, check=True
        ).stdout

    def code_to(self, phone: str) -> str:
        found = re.search(r"(?<!\d)(\d{6})(?!\d)", self.newest_text_message(phone))
        assert found, "no six digits in the message"
        return found.group(1)

    def link_to(self, phone: str) -> str:
        found = re.search(r"https?://[\w:./?=&%-]+", self.newest_text_message(phone))
        assert found, "no link in the message"
        return found.group(0)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait(url: str) -> None:
    for _ in range(200):
        with contextlib.suppress(OSError):
            if urllib.request.urlopen(f"{url}/readyz", timeout=2).status == 200:
                return
        time.sleep(0.1)
    raise RuntimeError("the server did not become ready")


@pytest.fixture
def town(make_database: Callable[[], str], tmp_path: Path) -> Iterator[Town]:
    """An empty installation, as `run.py serve` starts it, in test mode."""
    port = _free_port()
    url, clock_file = f"http://127.0.0.1:{port}", tmp_path / "clock"
    environment = {
        **os.environ, "SANFANG_MODE": "test", "SANFANG_DATA": str(tmp_path / "data"), "DATABASE_URL": make_database(),
        "SANFANG_BASE_URL": url, "SANFANG_CLOCK_FILE": str(clock_file), "PYTHONUTF8": "1",
    }  # fmt: skip
    python = [sys.executable, "-m"]
    migrated = subprocess.run(
        [*python, "app.cli", "migrate"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert migrated.returncode == 0, migrated.stderr
    link = re.search(r"https?://\S+/welcome/\S+", migrated.stdout)
    assert link, migrated.stdout
    place = Town(url, link.group(0), environment, clock_file)
    web = [
        *python,
        "gunicorn",
        "wsgi:app",
        "--bind",
        f"127.0.0.1:{port}",
        "--worker-class",
        "gthread",
        "--threads",
        "4",
    ]
    log = (tmp_path / "log").open("wb")
    for command in (web, [*python, "app.cli", "worker"]):
        place.processes.append(subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log))
    try:
        _wait(url)
        yield place
    finally:
        for process in place.processes:
            process.terminate()
        for process in place.processes:
            process.wait(15)
        log.close()


@pytest.fixture
def browser(chromium: str) -> Iterator[Any]:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as player:
        found = player.chromium.launch(executable_path=chromium, args=FLAGS)
        yield found
        found.close()
