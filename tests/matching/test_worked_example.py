"""The worked example of docs/BUNDLE.md is what the engine does."""

from __future__ import annotations

import re
from pathlib import Path

from matching.__main__ import main

PAGE = Path(__file__).parents[2] / "docs" / "BUNDLE.md"
OUTCOME = ("placements.csv", "classes.csv", "reasons.csv")


def test_the_worked_example_comes_out_as_the_page_says(tmp_path):
    blocks = re.findall(r"^`(\S+)`\n```\w+\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.M | re.S)
    files = [(name, text) for name, text in blocks]
    given, expected = files[: -len(OUTCOME)], files[-len(OUTCOME) :]
    assert tuple(name for name, _ in expected) == OUTCOME
    for name, text in given:
        (tmp_path / name).write_text(text, encoding="utf-8")
    assert main(["solve", str(tmp_path), "--out", str(tmp_path / "out"), "--quiet"]) == 0
    for name, text in expected:
        assert (tmp_path / "out" / name).read_text(encoding="utf-8") == text
    assert main(["verify", str(tmp_path), str(tmp_path / "out")]) == 0
