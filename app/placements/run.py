"""Claim → snapshot → solve in a child process → verify in another → save, once.

The child is the engine's own command line, so what the worker computes is what anybody computes from the bundle.
No transaction is open while it works; the result, the run's state and the job's end are one transaction guarded by the
attempt's token, so a killed worker loses nothing and nobody saves twice.
"""

from __future__ import annotations

import csv
import io
import json
import queue
import re
import subprocess
import sys
import tempfile
import threading
import time
import zipfile
from pathlib import Path
from typing import Any

from sqlalchemy import insert as insert_into
from sqlalchemy import select

from app.core import jobs
from app.core.actor import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.jobs import Cancelled, Failed, Handle, LeaseLost
from app.placements.models import Run, RunClass, RunPlacement, RunReason
from app.placements.snapshot import bundle_of, number_of
from app.placements.states import RUN

ROOT = Path(__file__).resolve().parents[2]
BEAT_EVERY = 1.0
TIME_LIMIT = 120
PROGRESS = re.compile(r"(\d{1,3})% ")
OUTCOME_FILES = ("outcome.json", "placements.csv", "classes.csv", "reasons.csv")


def _on_failure(arguments: dict[str, Any], state: str, reason: str) -> None:
    run = db.session.get(Run, arguments["run_id"], populate_existing=True)
    if run is not None and run.state in ("queued", "running"):
        action = "cancel" if state == "cancelled" else "fail"
        RUN.move(run, action, SYSTEM, why=reason, fault=reason, ended_at=now())


@jobs.task("solve_run", on_failure=_on_failure)
def solve_run(handle: Handle, run_id: int) -> None:
    """Solve one run from beginning to end. Raises Failed with the reason a coordinator reads."""
    bundle, sha256 = _take_snapshot(run_id)
    handle.beat(0.05, "数据已冻结，开始算")
    with tempfile.TemporaryDirectory(prefix="sanfang-run-") as folder:
        box = Path(folder)
        (box / "round.zip").write_bytes(bundle)
        _engine(
            handle,
            ["solve", str(box / "round.zip"), "--out", str(box / "out"), "--time-limit", str(TIME_LIMIT)],
            0.05,
            0.85,
        )
        handle.beat(0.86, "算好了，独立核验")
        _engine(handle, ["verify", str(box / "round.zip"), str(box / "out")], 0.86, 0.95)
        handle.beat(0.95, "核验通过，保存")
        _save(handle, run_id, sha256, box / "out")


def _take_snapshot(run_id: int) -> tuple[bytes, str]:
    """Freeze the round into the run, or take what an earlier attempt has frozen. Commits."""
    run = db.session.get(Run, run_id, populate_existing=True)
    assert run is not None
    if run.state not in ("queued", "running"):
        raise Failed("这次试算已经结束了")
    if run.state == "queued":
        RUN.move(run, "start", SYSTEM)
    if run.bundle is None:
        # Only a worker pays for the engine's libraries, and only when it solves.
        import matching

        try:
            run.bundle, run.bundle_sha256 = bundle_of(run)
        except matching.BundleFaults as faults:
            raise Failed(f"数据有问题，没法算：{faults}") from faults
    found = bytes(run.bundle), str(run.bundle_sha256)
    db.session.commit()
    return found


def _engine(handle: Handle, arguments: list[str], low: float, high: float) -> None:
    """Run the engine's command line, pass its progress on, stop it when asked. Raises Failed, Cancelled, LeaseLost."""
    command = [sys.executable, "-m", "matching", *arguments]
    # Faults that the engine finds stand on its standard output, progress and refusals on the other: both are read.
    child = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    assert child.stdout is not None
    lines: queue.Queue[str] = queue.Queue()
    reader = threading.Thread(target=_read, args=(child.stdout, lines), daemon=True)
    reader.start()
    said: list[str] = []
    fraction = 0.0
    try:
        while child.poll() is None:
            deadline = time.monotonic() + BEAT_EVERY
            while child.poll() is None and time.monotonic() < deadline:
                time.sleep(0.02)
            fraction = max(fraction, _progress(lines, said))
            handle.beat(low + (high - low) * fraction)
    except (Cancelled, LeaseLost):
        child.kill()
        raise
    finally:
        child.wait()
        reader.join(1)
        _progress(lines, said)
    if child.returncode != 0:
        raise Failed(
            ("独立核验没有通过：" if arguments[0] == "verify" else "没有算成：") + "；".join(said[-20:])[:1500]
        )


def _read(stream: Any, lines: queue.Queue[str]) -> None:
    for line in stream:
        lines.put(line.rstrip("\n"))


def _progress(lines: queue.Queue[str], said: list[str]) -> float:
    """Take what the child has written: ` 42% …` lines move the bar, others are kept."""
    fraction = 0.0
    while True:
        try:
            line = lines.get_nowait().strip()
        except queue.Empty:
            return fraction
        percent = PROGRESS.match(line)
        if percent:
            fraction = int(percent[1]) / 100
        elif line:
            said.append(line)


def _save(handle: Handle, run_id: int, sha256: str, out: Path) -> None:
    """Write the verified outcome, the run's state and the job's end in one transaction."""
    facts = json.loads((out / "outcome.json").read_text("utf-8"))
    if facts.get("instance_sha256") != sha256:
        raise Failed("结果与冻结的数据对不上，没有保存")
    query = select(Run).filter_by(id=run_id).execution_options(populate_existing=True).with_for_update()
    run = db.session.scalars(query).one()
    if run.bundle_sha256 != sha256:
        raise Failed("冻结的数据变了，没有保存")
    _add_rows(run, out)
    RUN.move(
        run,
        "solve",
        SYSTEM,
        outcome=_zipped(out),
        guarantee=facts["guarantee"],
        placed=facts["placed"],
        facts=facts,
        ended_at=now(),
        detail={"bundle": sha256},
    )
    handle.complete("算好了，独立核验通过")


def _zipped(out: Path) -> bytes:
    box = io.BytesIO()
    with zipfile.ZipFile(box, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in OUTCOME_FILES:
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), (out / name).read_bytes())
    return box.getvalue()


def _rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def _whole(text: str) -> int | None:
    return int(text) if text else None


def _add_rows(run: Run, out: Path) -> None:
    insert = db.session.execute
    placements = [
        {
            "run_id": run.id,
            "application_id": number_of(r["applicant_id"]),
            "track_id": number_of(r["track_id"]) if r["track_id"] else None,
            "rank": _whole(r["rank"]),
            "by": r["by"] or None,
        }
        for r in _rows(out / "placements.csv")
    ]
    classes = [
        {
            "run_id": run.id,
            "order_class_id": number_of(r["class_id"]),
            "open": r["open"] in ("1", "true", "True"),
            "filled": int(r["filled"]),
            "cutoff_score": _whole(r["cutoff_score"]),
            "cutoff_lottery": _whole(r["cutoff_lottery"]),
        }
        for r in _rows(out / "classes.csv")
    ]
    reasons = [
        {
            "run_id": run.id,
            "application_id": number_of(r["applicant_id"]),
            "rank": _whole(r["rank"]),
            "track_id": number_of(r["track_id"]),
            "reason": r["reason"],
            "limit": r["limit"],
            "distance": _whole(r["distance"]),
        }
        for r in _rows(out / "reasons.csv")
    ]
    for model, rows in ((RunPlacement, placements), (RunClass, classes), (RunReason, reasons)):
        if rows:
            insert(insert_into(model), rows)
