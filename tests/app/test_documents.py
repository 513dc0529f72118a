"""The generated pages of docs/ say what the code says."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.cli import documents


@pytest.mark.parametrize("path", sorted(documents(), key=str), ids=lambda path: path.name)
def test_a_generated_page_equals_what_the_code_says(path: Path) -> None:
    assert path.read_text("utf-8") == documents()[path](), "write it anew: python -m app.cli docs"
