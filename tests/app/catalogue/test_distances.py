"""How far it is from home: rough on purpose, the same in Python and in the database, and never a guess."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import literal, select

from app.catalogue.distances import HOMES, UNKNOWN_KM, far_text, km, km_from
from app.core.db import db


def test_within_a_district_it_is_nothing_and_both_ways_are_as_long() -> None:
    for home in HOMES:
        assert km(home, home) == 0
        for place in HOMES:
            assert km(home, place) == km(place, home) and km(home, place) % 5 == 0
            assert (km(home, place) > 0) is (home != place)


@pytest.mark.parametrize(("home", "place", "low", "high"), [
    ("371002", "371003", 30, 40), ("371002", "371082", 45, 55), ("371002", "371083", 75, 90),
    ("371002", "371071", 5, 10), ("371003", "371082", 35, 40), ("371083", "371082", 80, 95),
])  # fmt: skip
def test_it_is_about_what_the_map_says(home: str, place: str, low: int, high: int) -> None:
    assert low <= km(home, place) <= high


@pytest.mark.parametrize("place", ["371000", "other", "", "370602"])
def test_a_place_that_is_no_single_district_is_not_guessed(place: str) -> None:
    assert km("371002", place) == km(place, "371002") == UNKNOWN_KM
    assert far_text("371002", place) == "算不出"


def test_it_reads_as_people_say_it() -> None:
    assert far_text("371003", "371003") == "就在文登区"
    assert far_text("371002", "371003") == f"约{km('371002', '371003')}公里"


def test_the_database_reckons_the_same(session: Any) -> None:
    for home in HOMES:
        for place in (*HOMES, "371000", "other"):
            assert db.session.scalar(select(km_from(home, literal(place)))) == km(home, place)
