"""The demonstration's round under every policy: what the worker saved is what anybody computes from the bundle."""

from __future__ import annotations

import io
import itertools
import json
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest

from app.core.web import commit
from app.demo.calendar import ANCHOR, Calendar
from app.demo.stage import Stage
from app.demo.story import solving
from app.demo.telling import CHAPTERS
from app.placements import service

ROOT = Path(__file__).resolve().parents[3]
POLICIES = list(itertools.product(("stable", "maximum"), (True, False), (True, False)))


@pytest.mark.long
@pytest.mark.timeout(900)
def test_every_policy_gives_the_same_in_the_worker_and_on_the_command_line(session: Any, tmp_path: Path) -> None:
    stage = Stage(Calendar(ANCHOR), quiet=True)
    for _, chapter in CHAPTERS[: [chapter for _, chapter in CHAPTERS].index(solving.close) + 1]:
        chapter(stage)
    with stage.at(-31, 10):
        actor = stage.actor("coordinator")
        runs = [service.start_run(actor, stage.round(), *policy).id for policy in POLICIES]
        commit()
        solving.work()
    guarantees = []
    for run in map(solving.run_of, runs):
        assert run.state == "solved", run.fault
        assert run.bundle is not None and run.outcome is not None
        box = tmp_path / str(run.number)
        box.mkdir()
        (box / "round.zip").write_bytes(run.bundle)
        by_hand("solve", box / "round.zip", "--out", box / "outcome", "--quiet")
        by_hand("verify", box / "round.zip", box / "outcome")
        saved = zipfile.ZipFile(io.BytesIO(run.outcome))
        for name in ("placements.csv", "classes.csv", "reasons.csv"):
            assert saved.read(name) == (box / "outcome" / name).read_bytes(), (run.number, name)
        assert stated(saved.read("outcome.json")) == stated((box / "outcome" / "outcome.json").read_bytes())
        guarantees.append(stated(saved.read("outcome.json"))["guarantee"])
    # Without minimum sizes the demonstration's limits nest, so telling the truth is best; with them it may not be.
    assert guarantees == ["stable"] * 2 + ["stable_strategyproof"] * 2 + ["optimal"] * 4


def by_hand(*words: str | Path) -> None:
    subprocess.run([sys.executable, "-m", "matching", *words], cwd=ROOT, check=True, timeout=120)


def stated(content: bytes) -> dict[str, Any]:
    """What an outcome states, without how long it took."""
    return {name: value for name, value in json.loads(content).items() if name != "seconds"}
