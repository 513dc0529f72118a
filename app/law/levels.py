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
