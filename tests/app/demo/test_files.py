"""The bundled workbooks: what a coordinator could have made, of limits that lie one inside the other."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import Any

import pytest

from app.core.labels import FIELDS, STUDY_MODES
from app.core.workbooks import Row, read
from app.demo import tables
from app.demo.calendar import ANCHOR
from app.demo.courses import SHAPES
from app.demo.files import BOOKS, moved, rows_of
from app.demo.stage import FILES
from app.law.hours import core_practice, workshop_ratio
from app.law.postings import forbidden_phrases
from app.law.settings import DEFAULTS
from app.order_classes.workbook import CATEGORY_SHEET, CLASSES, HOURS, TRACKS


def rows(book: str, sheet: str | None = None) -> list[dict[str, Any]]:
    """The rows of a bundled workbook as its importer reads them."""
    importer = BOOKS[book]
    reading = read((FILES / f"{book}.xlsx").read_bytes(), importer.spec)
    assert reading.faults == []
    return [dict(row.values) for row in reading.rows if sheet in (None, row.sheet)]


@pytest.mark.parametrize("book", BOOKS)
def test_the_files_in_the_repository_are_those_the_tables_make(book: str) -> None:
    spec = BOOKS[book].spec
    for sheet in spec.sheets:
        shown = [
            {c.name: c.kind.show(fact[c.name]) for c in sheet.columns if fact.get(c.name) is not None}
            for fact in rows_of(book).get(sheet.name, [])
        ]
        found: list[Row] = read((FILES / f"{book}.xlsx").read_bytes(), spec).of(sheet.name)
        assert [{k: v for k, v in row.texts.items() if v} for row in found] == [
            {k: v for k, v in fact.items() if v} for fact in shown
        ]


def test_the_alliance_is_as_large_as_promised() -> None:
    organisations = read((FILES / "organisations.xlsx").read_bytes(), BOOKS["organisations"].spec)
    assert Counter(row.sheet for row in organisations.rows) == {"院校": 6, "企业": 24}
    assert len(rows("positions")) == 50
    classes, tracks = rows("classes", CLASSES), rows("classes", TRACKS)
    assert (len(classes), len(tracks)) == (32, 55)
    assert sum(track["position_code"] is None for track in tracks) == 4
    assert {row["field"] for row in classes} == set(FIELDS)
    assert {row["mode"] for row in classes} == set(STUDY_MODES)


def test_one_position_is_shared_by_two_classes_and_no_position_is_left_out() -> None:
    led_to = Counter((t["credit_code"], t["position_code"]) for t in rows("classes", TRACKS) if t["position_code"])
    assert sorted(led_to.values()) == [1] * 49 + [2]
    assert set(led_to) == {(p["credit_code"], p["code"]) for p in rows("positions")}


def test_every_track_has_a_quota_and_the_quotas_of_a_position_fit_into_its_headcount() -> None:
    given: Counter[tuple[str, str]] = Counter()
    for track in rows("classes", TRACKS):
        assert track["quota"] is not None
        if track["position_code"]:
            given[track["credit_code"], track["position_code"]] += track["quota"]
    for position in rows("positions"):
        assert given[position["credit_code"], position["code"]] <= position["headcount"], position["code"]


def test_reserves_stand_only_where_no_quota_can_bind() -> None:
    tracks: dict[str, list[int]] = {}
    for track in rows("classes", TRACKS):
        tracks.setdefault(track["class_code"], []).append(track["quota"])
    seats = {row["code"]: row["seats"] for row in rows("classes", CLASSES)}
    reserved = {row["class_code"] for row in rows("classes", CATEGORY_SHEET) if row["seats"]}
    assert reserved
    for code in reserved:
        assert len(tracks[code]) == 1 and tracks[code][0] >= seats[code], code


def test_every_class_meets_both_lines_and_every_fourth_lies_exactly_on_them() -> None:
    share, factor = str(DEFAULTS["r1_workshop_share"].value), str(DEFAULTS["r2_core_factor"].value)
    sums: dict[str, Counter[str]] = {}
    for year in rows("classes", HOURS):
        sums.setdefault(year["class_code"], Counter()).update({k: v for k, v in year.items() if isinstance(v, int)})
    on_the_line = 0
    for code, total in sums.items():
        assert workshop_ratio(total["workshop"], total["professional"], share), code
        assert core_practice(total["core"], total["ordinary_core"], factor), code
        half = 2 * total["workshop"] == total["professional"]
        on_the_line += half and 2 * total["core"] == 3 * total["ordinary_core"]
    assert on_the_line == 8


def test_no_posting_holds_an_unlawful_wording() -> None:
    for position in rows("positions"):
        for text in (v for v in position.values() if isinstance(v, str)):
            assert forbidden_phrases(text) == [], position["code"]


def test_no_school_has_a_field_to_itself() -> None:
    schools: dict[str, set[str]] = {}
    for row in tables.classes():
        schools.setdefault(row["field"], set()).add(row["school_code"])
    assert all(len(there) == len(SHAPES) for there in schools.values())


def test_dates_move_by_whole_days_and_nothing_else_does() -> None:
    spec, raw = BOOKS["positions"].spec, (FILES / "positions.xlsx").read_bytes()
    later = read(moved(raw, spec, dt.timedelta(days=400)), spec).rows
    for before, after in zip(read(raw, spec).rows, later, strict=True):
        assert after.values["valid_until"] - before.values["valid_until"] == dt.timedelta(days=400)
        same = before.values.keys() - {"valid_until"}
        assert {k: after.values[k] for k in same} == {k: before.values[k] for k in same}


def test_a_workbook_without_dates_is_left_as_it_is() -> None:
    raw = (FILES / "scores.xlsx").read_bytes()
    assert moved(raw, BOOKS["scores"].spec, dt.timedelta(days=3)) is raw


def test_all_dates_of_the_files_lie_after_the_day_they_were_written_for() -> None:
    cells = [value for book in ("positions", "classes") for row in rows(book) for value in row.values()]
    days = [value for value in cells if isinstance(value, dt.date)]
    assert days and min(days) > ANCHOR
