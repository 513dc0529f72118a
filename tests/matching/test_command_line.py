"""The command line: every command, exact exit codes, no traceback."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from matching import read_bundle, solve, verify
from matching.__main__ import main
from matching.bench import Case
from matching.bench_report import plot, table
from matching.generate import City, generate

ROOT = Path(__file__).parents[2]


def test_a_generated_round_is_solved_verified_and_explained(tmp_path, capsys):
    bundle, out = str(tmp_path / "round.zip"), str(tmp_path / "out.zip")
    options = ["--applicants", "240", "--reserves", "--crossing", "--under-16", "0.1", "--adjustable", "0.4"]
    assert main(["generate", bundle, *options, "--seed", "7"]) == 0
    assert main(["solve", bundle, "--out", out]) == 0
    assert "100% done" in capsys.readouterr().err
    assert main(["verify", bundle, out]) == 0
    assert main(["explain", bundle, out]) == 0
    assert main(["explain", bundle, out, "--applicant", "A001"]) == 0
    assert main(["explain", bundle, out, "--applicant", "nobody"]) == 2
    instance = read_bundle(bundle)
    young = instance.track_position < 0
    assert young.any() and instance.adjustable.any() and len(instance.fallback_track)
    assert verify(instance, solve(instance)) == []


def test_the_same_seed_generates_the_same_bytes(tmp_path):
    for name in ("one.zip", "two.zip"):
        assert main(["generate", str(tmp_path / name), "--applicants", "100", "--seed", "5"]) == 0
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


@pytest.mark.parametrize(
    "arguments",
    [
        ["solve", "nowhere", "--out", "out"],
        ["verify", "nowhere", "nowhere"],
        ["solve", "{here}", "--out", "{here}/out"],
    ],
)
def test_what_cannot_be_read_is_refused_without_a_traceback(arguments, tmp_path):
    (tmp_path / "round.json").write_text("{not json")
    words = [word.replace("{here}", str(tmp_path)) for word in arguments]
    done = subprocess.run([sys.executable, "-m", "matching", *words], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 2
    assert done.stderr and "Traceback" not in done.stderr


def test_wrong_use_is_exit_code_two():
    for words in ([], ["dance"], ["generate", "x", "--applicants", "0"]):
        with pytest.raises(SystemExit) as left:
            main(words)
        assert left.value.code == 2


def test_generated_rounds_are_like_the_reference_rounds():
    """About 5.4 choices each, one class per thirty people, seats as asked for, a score shared by a class's tracks."""
    instance = generate(City(6000, 0.8))
    assert 5.2 < instance.choices / instance.applicants < 5.6
    assert len(instance.class_ids) == 200
    assert 0.78 < instance.class_seats.sum() / instance.applicants < 0.82
    scores: dict[tuple[int, int], set[int]] = {}
    of_class = instance.track_class[instance.choice_track]
    for who, which, score in zip(instance.choice_owner.tolist(), of_class.tolist(), instance.choice_score.tolist()):
        scores.setdefault((who, which), set()).add(score)
    assert all(len(different) == 1 for different in scores.values())


def test_the_report_says_what_was_met_and_what_was_missed():
    cases = [Case("placing", 10, 0.1, 0.1, 2.0, 0.2), Case("placing", 100, 0.5, 0.5, 3.0, 0.2)]
    cases[0].most, cases[0].facts = {"gap": 0.5}, {"gap": 0.4}
    assert "0.2 s, gap ≤ 0.5: met" in table(cases) and "0.2 s: missed" in table(cases)
    cases[0].facts["gap"] = 0.6
    assert cases[0].missed() == ["gap 0.6 above 0.5"] and "0.2 s, gap ≤ 0.5: missed" in table(cases)
    assert plot(cases).count("<circle") == 2
