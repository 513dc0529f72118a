"""`run.py serve`: a web server and a worker that live and end together."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tooling import serving
from tooling.places import ROOT


def stand_in(folder: Path, web: str, worker: str) -> Path:
    """A Python that plays the application's programs: it runs the given lines as web server or as worker."""
    script = folder / "python"
    script.write_text(
        f"#!/bin/sh\ncase \"$*\" in *migrate*) exit 0;; *gunicorn*) {web};; *worker*) {worker};; esac\n"
    )
    script.chmod(0o755)
    return script


def test_serve_ends_with_the_web_server_and_stops_the_worker_too(tmp_path: Path) -> None:
    python = stand_in(tmp_path, "sleep 1; exit 3", f"echo $$ >> {tmp_path}/worker; exec sleep 60")
    program = (
        "import sys; from pathlib import Path; from tooling import serving; "
        f"sys.exit(serving.run(Path({str(python)!r}), serving.parse([])))"
    )
    started = time.monotonic()
    ended = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=30)
    assert ended.returncode == 3, ended.stderr
    assert time.monotonic() - started < 10
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "worker").read_text()), 0)


def test_serve_brings_a_killed_worker_back_and_ctrl_c_stops_everything(tmp_path: Path) -> None:
    python = stand_in(tmp_path, "exec sleep 60", f"echo $$ >> {tmp_path}/worker; exec sleep 60")
    program = (
        "import sys; from pathlib import Path; from tooling import serving; serving.SECONDS_BEFORE_RESTART = 0.1; "
        f"sys.exit(serving.run(Path({str(python)!r}), serving.parse([])))"
    )
    process = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.DEVNULL)

    def worker_ids(count: int) -> list[int]:
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            found = (tmp_path / "worker").read_text().split() if (tmp_path / "worker").exists() else []
            if len(found) >= count:
                return [int(number) for number in found]
            time.sleep(0.05)
        raise AssertionError("the worker did not start")

    try:
        os.kill(worker_ids(1)[0], 9)
        last = worker_ids(2)[1]
        process.send_signal(2)
        assert process.wait(timeout=10) == 0
        with pytest.raises(ProcessLookupError):
            os.kill(last, 0)
    finally:
        process.kill()


def test_the_web_server_listens_on_this_machine_only_unless_told() -> None:
    command = serving.web_command(Path("python"), serving.parse([]))
    assert command[command.index("--bind") + 1] == "127.0.0.1:8000"
