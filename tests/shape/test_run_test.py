"""`run.py test`: honest counts over both databases, loud skips, and a server that is gone afterwards."""

from __future__ import annotations

import io
import os
from pathlib import Path

import pytest

from tooling import debian, outcome, postgres, suite
from tooling.places import Refused


def read_report(folder: Path, cases: str, code: int) -> outcome.Outcome:
    report = folder / "report.xml"
    report.write_text(f"<testsuites><testsuite>{cases}</testsuite></testsuites>")
    return suite._read("sqlite", report, code)


def test_counts_and_reasons_are_read_back_from_the_report(tmp_path: Path) -> None:
    read = read_report(
        tmp_path,
        '<testcase/><testcase/><testcase><failure message="x"/></testcase><testcase><error message="y"/></testcase>'
        '<testcase><skipped type="pytest.skip" message="no chromium"/></testcase>'
        '<testcase><skipped type="pytest.xfail" message="known"/></testcase>',
        1,
    )
    assert (read.passed, read.failed, read.skips, read.broken) == (3, 2, ["no chromium"], False)


def test_a_pytest_that_died_is_never_green(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert suite._read("sqlite", tmp_path / "missing.xml", 3).broken
    died = read_report(tmp_path, "<testcase/>", 3)
    options, _ = suite.parse([])
    assert outcome.report([died], 1.0, options, []) == 1
    assert "did not end normally" in capsys.readouterr().out


def test_the_last_line_sums_both_databases_and_skips_are_shouted(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CI", "")
    outcomes = [
        outcome.Outcome("sqlite", passed=5, skips=["no chromium", "no chromium"]),
        outcome.Outcome("postgresql", passed=3),
    ]
    lenient, _ = suite.parse([])
    strict, _ = suite.parse(["--fail-on-skip"])
    assert outcome.report(outcomes, 1.0, lenient, ["chromium"]) == 0
    printed = capsys.readouterr().out
    assert "NOT EVERYTHING WAS RUN" in printed and "2 skipped: no chromium" in printed
    assert printed.splitlines()[-1] == "8 passed, 0 failed, 2 skipped"
    assert outcome.report(outcomes, 1.0, strict, []) == 1
    assert outcome.report([outcome.Outcome("sqlite")], 1.0, lenient, []) == 1, "no test at all is no success"
    monkeypatch.setenv("CI", "true")
    assert suite.parse([])[0].fail_on_skip


def test_options_that_are_not_the_runners_reach_pytest() -> None:
    options, extra = suite.parse(["--long", "tests/shape", "-k", "stamp", "--database", "sqlite"])
    assert options.long and options.database == "sqlite" and extra == ["tests/shape", "-k", "stamp"]


def test_nobody_to_ask_means_nothing_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert debian.agree(["chromium"], without_asking=False) is False
    assert debian.agree(["chromium"], without_asking=True) is True
    monkeypatch.setattr(suite, "missing_packages", lambda: ["chromium"])
    monkeypatch.setattr(debian, "can_install", lambda: False)
    suite.install_missing(without_asking=False)
    with pytest.raises(Refused, match="only root"):
        suite.install_missing(without_asking=True)


@pytest.mark.postgres
def test_the_throw_away_server_is_gone_afterwards() -> None:
    with postgres.server() as url:
        home = Path(url.split("host=")[1])
        pid = int((home / "data" / "postmaster.pid").read_text().splitlines()[0])
    assert not home.exists()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
