"""The installations that pictures are taken of: the demonstration, a small round on the day after its results, and a
server whose database is away."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from app.demo.calendar import ANCHOR, Calendar
from tests.journeys.town import PYTHON, ROOT, WORKING, free_port, stop

# The small round keeps the days of the files, so its clock is set rather than its calendar moved.
AFTER_RESULTS = Calendar(ANCHOR).at(-29, 11)


@contextlib.contextmanager
def demonstration(port: int) -> Iterator[str]:
    """The demonstration on a port of its own."""
    with _serving([sys.executable, "-m", "app.demo", "--port", str(port)], port, {}) as url:
        yield url


@contextlib.contextmanager
def day_after_results(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    """A small round whose results came out yesterday; with its address, the people to log in as."""
    data, clock = folder / "data", folder / "clock"
    data.mkdir()
    environment = {"SANFANG_MODE": "test", "SANFANG_DATA": str(data), "DATABASE_URL": f"sqlite:///{data / 'small.db'}"}
    told = subprocess.run(
        [*PYTHON, "tests.journeys.small_round"], cwd=ROOT, env=os.environ | environment, capture_output=True, text=True
    )
    if told.returncode:
        raise RuntimeError(told.stderr)
    clock.write_text(str((AFTER_RESULTS - dt.datetime.now(dt.UTC)).total_seconds()), "ascii")
    with _gunicorn(environment | {"SANFANG_CLOCK_FILE": str(clock)}) as url:
        yield url, json.loads(told.stdout.splitlines()[-1])


@contextlib.contextmanager
def database_away(folder: Path) -> Iterator[str]:
    """A server that was started while nobody answers at its database's address."""
    away = f"postgresql://nobody@127.0.0.1:{free_port()}/away"
    with _gunicorn({"SANFANG_MODE": "test", "SANFANG_DATA": str(folder), "DATABASE_URL": away}) as url:
        yield url


@contextlib.contextmanager
def _gunicorn(environment: Mapping[str, str]) -> Iterator[str]:
    port = free_port()
    command = [*PYTHON, "gunicorn", "wsgi:app", "--bind", f"127.0.0.1:{port}", *WORKING]
    with _serving(command, port, environment) as url:
        yield url


@contextlib.contextmanager
def _serving(command: list[str], port: int, environment: Mapping[str, str]) -> Iterator[str]:
    """A server, as soon as it answers whatever it answers."""
    url = f"http://127.0.0.1:{port}"
    server = subprocess.Popen(command, cwd=ROOT, env=os.environ | {"SANFANG_BASE_URL": url} | dict(environment))
    try:
        while not _answers(url):
            if server.poll() is not None:
                raise RuntimeError(f"{command} ended with {server.returncode}")
            time.sleep(0.5)
        yield url
    finally:
        stop(server)


def _answers(url: str) -> bool:
    try:
        urllib.request.urlopen(f"{url}/healthz", timeout=2)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False
    return True
