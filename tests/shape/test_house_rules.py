"""The rules that keep the house small: short files, short functions, honest names, arrows that go down only."""

from __future__ import annotations

import ast
import subprocess
from pathlib import Path

import pytest

from tooling.environment import python
from tooling.places import ROOT

FOLDERS = ("app", "matching", "tooling", "migrations", "tests")
LONGEST_FILE = 300
LONGEST_FUNCTION = 40
VAGUE = {"util", "utils", "helper", "helpers", "common", "manager", "misc", "base", "tools"}
# Data written as Python: long by nature, with nothing to follow from top to bottom.
TABLES = {
    "migrations/versions/0001_foundation.py",
    "matching/bundle.py:_columns",
    "tests/app/agreements/factory.py:minor_terms",
}


def sources() -> list[Path]:
    found = [ROOT / "run.py", ROOT / "config.py", ROOT / "wsgi.py"]
    for folder in FOLDERS:
        found += sorted((ROOT / folder).rglob("*.py"))
    return found


def name_of(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_no_file_is_longer_than_300_lines() -> None:
    lengths = {name_of(path): len(path.read_text("utf-8").splitlines()) for path in sources()}
    too_long = {name: length for name, length in lengths.items() if length > LONGEST_FILE and name not in TABLES}
    assert too_long == {}


def test_no_function_is_longer_than_40_lines() -> None:
    too_long = {}
    for path in sources():
        if path.is_relative_to(ROOT / "migrations"):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno is not None:
                length = node.end_lineno - node.lineno + 1
                name = f"{name_of(path)}:{node.name}"
                if length > LONGEST_FUNCTION and name not in TABLES:
                    too_long[name] = length
    assert too_long == {}


def test_no_file_or_folder_has_a_name_that_says_nothing() -> None:
    vague = {name_of(path) for path in sources() if VAGUE & {part.removesuffix(".py") for part in path.parts}}
    assert vague == set()


@pytest.mark.timeout(60)
def test_imports_go_down_only() -> None:
    checked = subprocess.run([python().parent / "lint-imports", "--no-logo"], cwd=ROOT, capture_output=True, text=True)
    assert checked.returncode == 0, checked.stdout[-4000:]
