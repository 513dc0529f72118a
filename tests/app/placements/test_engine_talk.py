"""What the worker hears from the engine's command line."""

from __future__ import annotations

import queue
from pathlib import Path

import pytest

from app.core.jobs import Failed
from app.placements import run


@pytest.fixture(autouse=True)
def _engine_inside() -> None:
    """Here it is the real one, in a process of its own."""


class Beats:
    """Stands in for the handle of a job: it only remembers the progress."""

    def __init__(self) -> None:
        self.seen: list[float] = []

    def beat(self, fraction: float, says: str = "") -> None:
        self.seen.append(fraction)


def test_percentages_move_the_bar_and_every_other_line_is_kept() -> None:
    lines: queue.Queue[str] = queue.Queue()
    for line in ("  0% structure", " 42% adjustment", "classes.csv line 3: no such school", ""):
        lines.put(line)
    said: list[str] = []
    assert run._progress(lines, said) == 0.42
    assert said == ["classes.csv line 3: no such school"]


def test_a_refused_bundle_fails_with_the_engines_own_words(tmp_path: Path) -> None:
    (tmp_path / "round.json").write_text("{}")
    with pytest.raises(Failed, match=r"没有算成：.*round\.json"):
        run._engine(Beats(), ["solve", str(tmp_path), "--out", str(tmp_path / "out")], 0.0, 1.0)  # type: ignore[arg-type]


def test_an_outcome_that_does_not_hold_fails_with_what_the_verifier_found(tmp_path: Path) -> None:
    import matching
    from tests.matching.make_matching import random_round

    matching.write_bundle(random_round(3, 12).build(), tmp_path / "round")
    beats = Beats()
    run._engine(beats, ["solve", str(tmp_path / "round"), "--out", str(tmp_path / "out")], 0.1, 0.5)  # type: ignore[arg-type]
    assert beats.seen == sorted(beats.seen) and beats.seen[0] >= 0.1 and beats.seen[-1] <= 0.5
    placements = tmp_path / "out" / "placements.csv"
    header, *rows = placements.read_text().splitlines()
    placements.write_text("\n".join([header, *rows[1:]]) + "\n")
    with pytest.raises(Failed, match=r"独立核验没有通过：."):
        run._engine(Beats(), ["verify", str(tmp_path / "round"), str(tmp_path / "out")], 0.0, 1.0)  # type: ignore[arg-type]
