"""Years of study by level and start point: an editable table, since national practice moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from app.law.catalogue import rule
from app.law.settings import LEVEL_YEARS
from app.law.verdict import OK, Verdict, broken
from app.law.words import LEVELS, START_POINTS

Table = Mapping[str, Sequence[int]]


def years_for(level: str, start_point: str, table: Table = LEVEL_YEARS) -> tuple[int, ...]:
    """The allowed years, the usual one first; empty when the level cannot be reached from that start point."""
    return tuple(table.get(f"{level}/{start_point}", ()))


@rule(
    "level_years",
    article="技工院校学制规定（设置，可改）",
    says="学制要和层次、起点学历对得上",
    tested_by="test_levels.py",
)
def years_match(level: str, start_point: str, years: int, table: Table = LEVEL_YEARS) -> Verdict:
    """Whether a class of this level and start point may last that many years."""
    allowed = years_for(level, start_point, table)
    where = f"{START_POINTS.get(start_point, start_point)}起点的{LEVELS.get(level, level)}"
    if not allowed:
        return broken("level_years", f"没有{where}这种班，换一个起点或层次", "start_point")
    if years not in allowed:
        said = "或".join(str(number) for number in allowed)
        return broken("level_years", f"{where}学制是{said}年，现在填的是{years}年", "years")
    return OK


def table_text(table: Table) -> str:
    """The table as a person writes it: one line for each level and start point, years with the usual one first."""
    lines = []
    for key, years in table.items():
        level, _, start_point = key.partition("/")
        lines.append(f"{LEVELS[level]} {START_POINTS[start_point]} {'、'.join(str(y) for y in years)}")
    return "\n".join(lines)


def read_table(text: str) -> dict[str, list[int]]:
    """The table in a text of ``table_text``'s form.

    Raises:
        ValueError: with the line and what is wrong with it, in Chinese.
    """
    levels = {says: code for code, says in LEVELS.items()}
    starts = {says: code for code, says in START_POINTS.items()}
    table: dict[str, list[int]] = {}
    for number, line in enumerate((line.strip() for line in text.splitlines()), start=1):
        words = line.split()
        if not words:
            continue
        if len(words) != 3 or words[0] not in levels or words[1] not in starts:
            raise ValueError(f"第{number}行要写成“高级工 初中 5、4”这样")
        years = words[2].replace(",", "、").replace("，", "、").split("、")
        if not all(y.isdecimal() and 1 <= int(y) <= 9 for y in years):
            raise ValueError(f"第{number}行的学制要写1到9的整年数，例如 5、4")
        table[f"{levels[words[0]]}/{starts[words[1]]}"] = [int(y) for y in years]
    if not table:
        raise ValueError("至少写一行，例如：高级工 初中 5、4")
    return table
