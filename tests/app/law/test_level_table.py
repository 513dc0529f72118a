"""The level table as an administrator writes it."""

from __future__ import annotations

import pytest

from app.law.levels import read_table, table_text, years_match
from app.law.settings import LEVEL_YEARS


def test_what_is_shown_can_be_typed_back_unchanged() -> None:
    assert read_table(table_text(LEVEL_YEARS)) == LEVEL_YEARS


def test_a_changed_line_changes_what_a_class_may_last() -> None:
    table = read_table("高级工 初中 4\n中级工 初中 3")
    assert years_match("advanced", "junior", 4, table)
    assert not years_match("advanced", "junior", 5, table)
    assert not years_match("technician", "junior", 6, table)


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("", "至少写一行"), ("高级工 5", "第1行"), ("中级工 初中 3\n高工 初中 5", "第2行"),
        ("高级工 初中 五", "整年数"), ("高级工 初中 0", "整年数"),
    ],
)  # fmt: skip
def test_a_wrong_line_is_named(text: str, named: str) -> None:
    with pytest.raises(ValueError, match=named):
        read_table(text)
