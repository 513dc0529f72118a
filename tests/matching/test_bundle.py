"""Bundles: equal bytes for equal rounds, and every fault of a bad one."""

from __future__ import annotations

import csv
import random

import pytest

from matching import (
    BundleFaults,
    instance_sha256,
    read_bundle,
    read_outcome,
    solve,
    verify,
    write_bundle,
    write_outcome,
)
from matching.__main__ import main
from matching.outcome_files import outcome_files
from tests.matching.make_matching import RoundBuilder, random_round, seats


def write(tmp_path, **files: str):
    """A small good bundle with some of its files replaced."""
    build = RoundBuilder().order_class("K1", 2, X=1).track("T1", "K1", "P1").track("T2", "K1")
    build.person("An", ("T1", 60), ("T2", 60), groups="X").person("Bo", ("T2", 70))
    folder = tmp_path / "bundle"
    write_bundle(build.build(), folder)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return folder


def faults_of(path) -> list[tuple[str, int]]:
    with pytest.raises(BundleFaults) as refused:
        read_bundle(path)
    return [(fault.file, fault.line) for fault in refused.value.faults]


def test_folder_and_zip_hold_the_same_bytes_and_the_same_hash(tmp_path):
    instance = random_round(3, adjustment=True, reserves=True, min_open=True).build()
    for name in ("one", "two", "one.zip", "two.zip"):
        write_bundle(instance, tmp_path / name)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()
    assert len({instance_sha256(tmp_path / name) for name in ("one", "two.zip")} | {instance_sha256(instance)}) == 1
    again = read_bundle(tmp_path / "one.zip")
    write_bundle(again, tmp_path / "again")
    assert instance_sha256(tmp_path / "again") == instance_sha256(again)


def test_every_fault_is_listed_with_its_file_and_line(tmp_path):
    folder = write(
        tmp_path,
        classes="class_id,school_id,seats,min_open\nK1,S9,-2,\nK1,S1,2,\n",
        choices="applicant_id,rank,track_id,score\nAn,1,T1,60\nAn,3,T2,sixty\nBo,1,T9,70\nXx,1,T1,5\n",
    )
    assert faults_of(folder) == [
        ("choices.csv", 3), ("choices.csv", 4), ("choices.csv", 5), ("classes.csv", 2), ("classes.csv", 2),
        ("classes.csv", 3),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("choices", "applicant_id,rank,track_id,score\nAn,1,T1,60\nAn,2,T1,60\n", 3),
        ("choices", "applicant_id,rank,track_id,score\nAn,1,T1,60\nAn,3,T2,60\n", 3),
        ("tracks", "track_id,class_id,position_id,quota\nT1,K9,P1,\nT2,K1,,\n", 2),
        ("applicants", "applicant_id,lottery,groups,adjustable\nAn,1,,0\nBo,1,,0\n", 3),
        ("applicants", "applicant_id,lottery,groups,adjustable\nAn,1,,0\nBo,,,0\n", 3),
        ("reserves", "class_id,group,seats\nK1,X,3\n", 2),
        ("reserves", "class_id,group,seats\nK1,Z,1\n", 2),
        ("pins", "applicant_id,track_id\nAn,T1\nAn,T2\n", 3),
        ("pins", "applicant_id,track_id,hold,group\nBo,T2,exact,X\n", 2),
        ("schools", "school_id,plan,surplus\nS1,,\n", 1),
        ("schools", "school_id\nS1\n", 1),
        ("schools", "school_id,plan\nS1,,\n", 2),
    ],
)
def test_a_bundle_that_contradicts_itself_is_refused(tmp_path, name, text, line):
    assert (f"{name}.csv", line) in faults_of(write(tmp_path, **{name: text}))


def test_pins_that_exceed_a_limit_are_refused(tmp_path):
    build = RoundBuilder().order_class("K1", seats=1).track("T1", "K1").person("An", ("T1", 1)).person("Bo", ("T1", 1))
    with pytest.raises(BundleFaults, match="2 pins in class K1 that admits 1"):
        build.pin("An", "T1").pin("Bo", "T1").build()


def test_shuffled_rows_change_nobodys_outcome():
    for seed in range(12):
        rule = "maximum" if seed % 3 == 0 else "stable"
        build = random_round(seed, 12, adjustment=True, min_open=seed % 2 == 0, rule=rule)
        before = seats(solve(build.build()))
        for rows in build.tables.values():
            random.Random(seed).shuffle(rows)
        assert seats(solve(build.build())) == before


def test_an_outcome_is_read_back_as_it_was_written_and_a_forged_one_is_found_out(tmp_path, capsys):
    instance = random_round(5, 12, adjustment=True, reserves=True).build()
    outcome = solve(instance)
    write_bundle(instance, tmp_path / "bundle.zip")
    write_outcome(outcome, tmp_path / "out")
    again = read_outcome(tmp_path / "out", instance)
    assert (again.placements, again.classes, again.reasons) == (outcome.placements, outcome.classes, outcome.reasons)
    assert verify(instance, again) == []
    assert main(["verify", str(tmp_path / "bundle.zip"), str(tmp_path / "out")]) == 0
    path = tmp_path / "out" / "placements.csv"
    row = next(row for row in outcome.placements if row.by == "choice")
    text = path.read_text().replace(f"{row.applicant_id},{row.track_id},{row.rank},choice", f"{row.applicant_id},,,")
    path.write_text(text)
    assert main(["verify", str(tmp_path / "bundle.zip"), str(tmp_path / "out")]) == 1
    assert "clears every cutoff" in capsys.readouterr().out


def test_the_command_line_gives_the_same_files_and_says_when_a_bundle_is_refused(tmp_path, capsys):
    instance = random_round(6, 12, min_open=True).build()
    write_bundle(instance, tmp_path / "bundle")
    assert main(["solve", str(tmp_path / "bundle"), "--out", str(tmp_path / "out"), "--quiet"]) == 0
    write_outcome(solve(instance), tmp_path / "here")
    for name in ("placements.csv", "classes.csv", "reasons.csv"):
        assert (tmp_path / "out" / name).read_bytes() == (tmp_path / "here" / name).read_bytes()
    (tmp_path / "bundle" / "tracks.csv").unlink()
    assert main(["solve", str(tmp_path / "bundle"), "--out", str(tmp_path / "out"), "--quiet"]) == 2
    assert "tracks.csv: is missing" in capsys.readouterr().err


def test_large_tables_are_read_and_written_the_same_as_small_ones(tmp_path, monkeypatch):
    build = random_round(8, 30, adjustment=True, reserves=True, min_open=True)
    for row in build.tables["applicants"][:3]:
        row["groups"] = "X"
    for row in build.tables["choices"]:
        row["rule"] = "" if row["rank"] % 5 else 'start, "point"'
    build.tables["fallbacks"] = [
        row for row in build.tables["fallbacks"]
        if not any(c["rule"] and (c["applicant_id"], c["track_id"]) == (row["applicant_id"], row["track_id"])
                   for c in build.tables["choices"])
    ]  # fmt: skip
    for name in ("with-rules", "without"):
        if name == "without":
            for row in build.tables["choices"]:
                row["rule"] = ""
        instance = build.build()
        write_bundle(instance, tmp_path / name)
        lines = (tmp_path / name / "choices.csv").read_text().splitlines(keepends=True)
        (tmp_path / f"{name}-shuffled").mkdir()
        for path in (tmp_path / name).iterdir():
            (tmp_path / f"{name}-shuffled" / path.name).write_bytes(path.read_bytes())
        random.Random(1).shuffle(rest := lines[1:])
        (tmp_path / f"{name}-shuffled" / "choices.csv").write_text("".join([lines[0], *rest]))
        with monkeypatch.context() as large:
            large.setattr("matching.bundle.LARGE_BYTES", 1)
            large.setattr("matching.large_tables.LARGE_ROWS", 1)
            write_bundle(instance, tmp_path / f"{name}-large")
            assert instance_sha256(tmp_path / name) == instance_sha256(tmp_path / f"{name}-large")
            for folder in (name, f"{name}-shuffled"):
                again = read_bundle(tmp_path / folder)
                write_bundle(again, tmp_path / "again")
                assert instance_sha256(tmp_path / name) == instance_sha256(tmp_path / "again")


def test_a_large_outcome_is_written_the_same_as_a_small_one(monkeypatch):
    instance = random_round(8, 30, crossing=True, adjustment=True, reserves=True, min_open=True).build()
    outcome = solve(instance)
    small = outcome_files(outcome)
    monkeypatch.setattr("matching.large_tables.LARGE_ROWS", 1)
    assert outcome_files(outcome) == small
    rows = ["" if cell is None else str(cell) for row in outcome.reasons for cell in row]
    assert [cell for row in csv.reader(small["reasons.csv"].decode().splitlines()[1:]) for cell in row] == rows


def test_a_fault_in_a_large_table_is_named_like_in_a_small_one(tmp_path, monkeypatch):
    choices = "applicant_id,rank,track_id,score\nAn,1,T1,60\nAn,3,T2,60\nBo,1,T9,70\n"
    folder = write(tmp_path, choices=choices)
    plain = faults_of(folder)
    monkeypatch.setattr("matching.bundle.LARGE_BYTES", 1)
    assert faults_of(folder) == plain
