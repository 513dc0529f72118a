"""The whole test suite: once on SQLite, once on PostgreSQL, and one honest account of what was skipped."""

from __future__ import annotations

import argparse
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Sequence
from pathlib import Path
from xml.etree import ElementTree

from tooling import debian, postgres
from tooling.outcome import Outcome, report
from tooling.places import ROOT, VAR, Refused, child_environment

# The headless shell costs a third of the processor time for each page; any of them will do.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
INTERACTIVE = ("--pdb", "--collect-only", "--co", "--fixtures", "--markers", "-n", "--numprocesses")


def parse(arguments: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """Split the runner's own options from those for pytest."""
    parser = argparse.ArgumentParser(prog="run.py test", add_help=False, allow_abbrev=False)
    parser.add_argument("--long", action="store_true")
    parser.add_argument("--install", action="store_true")
    in_ci = os.environ.get("CI", "").lower() in ("1", "true")
    parser.add_argument("--fail-on-skip", action="store_true", default=in_ci)
    parser.add_argument("--database", choices=("sqlite", "postgresql"))
    return parser.parse_known_args(list(arguments))


def missing_packages() -> list[str]:
    """Debian's names of the programs that some tests need and that are not here."""
    missing = []
    if not any(shutil.which(name) for name in BROWSERS):
        missing += ["chromium-headless-shell", "fonts-noto-cjk"]
    if postgres.programs() is None:
        missing.append("postgresql")
    if shutil.which("pdftotext") is None:
        missing.append("poppler-utils")
    return missing


def run(python: Path, options: argparse.Namespace, extra: list[str]) -> int:
    """Run the passes, print the account, return the exit code: 0 only if nothing failed (nor, if told, was skipped)."""
    signal.signal(signal.SIGTERM, _end_in_order)
    started = time.monotonic()
    outcomes = []
    have_postgres = postgres.programs() is not None
    if options.database != "postgresql":
        both = have_postgres and options.database is None
        outcomes.append(_one_pass("sqlite", python, options, extra, {"TEST_DATABASE_URL": "sqlite"}, both))
    if options.database != "sqlite":
        if have_postgres:
            with postgres.server() as url:
                both = options.database is None
                outcomes.append(_one_pass("postgresql", python, options, extra, {"TEST_DATABASE_URL": url}, both))
        else:
            outcomes.append(Outcome("postgresql", skips=["the whole suite on PostgreSQL: it is not installed"]))
    return report(outcomes, time.monotonic() - started, options, missing_packages())


def _end_in_order(number: int, frame: object) -> None:
    """A runner that is told to stop must still stop its database server, so SIGTERM becomes an exception."""
    raise SystemExit(128 + number)


def install_missing(without_asking: bool) -> None:
    """Offer to install what some tests need; where that is impossible, only the final account speaks of it."""
    missing = missing_packages()
    if missing and debian.can_install() and debian.agree(missing, without_asking):
        debian.install(missing)
    elif missing and without_asking:
        raise Refused(f"only root on Debian or Ubuntu can install them: {' '.join(missing)}")


def _one_pass(
    database: str, python: Path, options: argparse.Namespace, extra: list[str], settings: dict[str, str], both: bool
) -> Outcome:
    """Run pytest once and read its counts and reasons back from the XML report it writes."""
    print(f"\n== Tests on {database} ==", flush=True)
    xml = VAR / "tests" / f"{database}.xml"
    xml.parent.mkdir(parents=True, exist_ok=True)
    xml.unlink(missing_ok=True)
    command = [str(python), "-m", "pytest", f"--junitxml={xml}", "-q"]
    if options.long:
        command.append("--long")
    if (os.cpu_count() or 1) > 1 and not any(part.startswith(INTERACTIVE) for part in extra):
        # One process more than the two cores this is meant for: browsers, workers and the disk keep tests waiting.
        command += ["-n", "3", "--dist", "worksteal"]
    # With both passes in one command, tests for PostgreSQL alone are left to the second and tests without any
    # database to the first; tests/conftest.py reads this variable.
    settings["SANFANG_BOTH_DATABASES"] = "1" if both else ""
    code = subprocess.run([*command, *extra], cwd=ROOT, env=child_environment(**settings)).returncode
    return _read(database, xml, code)


def _read(database: str, xml: Path, code: int) -> Outcome:
    """Counts and skip reasons of one pass. Pytest's code 5 (nothing collected) is no failure of one pass alone."""
    outcome = Outcome(database)
    try:
        tree = ElementTree.parse(xml)
    except (OSError, ElementTree.ParseError):
        outcome.broken = code != 0
        return outcome
    for case in tree.iter("testcase"):
        if case.find("failure") is not None or case.find("error") is not None:
            outcome.failed += 1
            continue
        skipped = case.find("skipped")
        if skipped is not None and skipped.get("type") != "pytest.xfail":
            outcome.skips.append(skipped.get("message") or "no reason given")
        else:
            outcome.passed += 1
    outcome.broken = code not in (0, 5) and outcome.failed == 0
    return outcome
