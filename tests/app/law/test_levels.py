"""Years of study by level and start point."""

from __future__ import annotations

from app.law.levels import years_for, years_match
from app.law.settings import LEVEL_YEARS
from app.law.words import LEVELS, START_POINTS


def test_the_usual_years_come_first() -> None:
    assert years_for("advanced", "junior") == (5, 4)
    assert years_for("technician", "junior") == (6, 5)


def test_years_off_the_table_are_named_with_what_would_fit() -> None:
    assert years_match("advanced", "junior", 4)
    assert "5或4年" in years_match("advanced", "junior", 3).message


def test_a_level_is_never_reached_from_itself_or_from_above() -> None:
    assert not years_match("intermediate", "advanced", 1)
    assert not years_match("advanced", "advanced", 2)


def test_the_table_speaks_only_of_known_levels_and_start_points() -> None:
    for key in LEVEL_YEARS:
        level, start = key.split("/")
        assert level in LEVELS
        assert start in START_POINTS


def test_another_table_may_be_set() -> None:
    assert years_match("advanced", "junior", 3, {"advanced/junior": [3]})
