"""Several labels in one cell, where some labels hold the very sign that parts them."""

import itertools

import pytest

from app.core import cells
from app.core.labels import HAZARDS

KIND = cells.several_of(HAZARDS)


@pytest.mark.parametrize("codes", [[], *([code] for code in HAZARDS), *map(list, itertools.combinations(HAZARDS, 2))])
def test_what_is_written_is_read_back_even_where_a_label_holds_a_comma(codes: list[str]) -> None:
    assert KIND.parse(KIND.show(codes)) == codes


def test_line_breaks_and_semicolons_part_as_well() -> None:
    assert KIND.parse("噪声超标；伐木、流放、守林作业\n锅炉司炉") == ["logging", "boiler", "noise"]


def test_an_unknown_label_is_named() -> None:
    with pytest.raises(ValueError, match="没有“太累”这一项"):
        KIND.parse("噪声超标、太累")
