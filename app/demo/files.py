"""The four bundled workbooks: ordinary inputs a coordinator could have made (``python -m app.demo.files`` writes them).

They lie in demo/files and are read by the same importers as anybody's; ``--from FOLDER`` reads another folder's.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from app.applications.score_sheet import SCORES
from app.core.imports import Importer
from app.core.workbooks import WorkbookSpec, read, write
from app.demo import tables
from app.demo.calendar import ANCHOR, RESULT, Calendar
from app.demo.people import people
from app.demo.stage import FILES, SIZE
from app.demo.wishes import choose, score, scored
from app.order_classes import workbook as classes_book
from app.organisations import workbook as organisations_book
from app.positions import workbook as positions_book

Rows = Mapping[str, list[dict[str, Any]]]
# The round the scores are for; its code begins every application number.
ROUND_CODE, MOST_CHOICES = "27C", 5
# In the order in which they are read.
BOOKS: dict[str, Importer] = {
    "organisations": organisations_book.IMPORTER,
    "positions": positions_book.IMPORTER,
    "classes": classes_book.IMPORTER,
    "scores": SCORES,
}


def rows_of(name: str) -> Rows:
    """What stands in a bundled workbook: sheet → rows by fact name."""
    return {
        "organisations": _organisations, "positions": _positions, "classes": _classes, "scores": _scores,
    }[name]()  # fmt: skip


def _organisations() -> Rows:
    return {organisations_book.SCHOOLS: tables.schools(), organisations_book.ENTERPRISES: tables.enterprises()}


def _positions() -> Rows:
    return {positions_book.SHEET: [row | {"afterwards": "submit"} for row in tables.positions()]}


def _classes() -> Rows:
    codes = {row["code"]: row["credit_code"] for row in tables.schools()}
    sheets: dict[str, list[dict[str, Any]]] = {
        sheet.name: [] for sheet in classes_book.SPEC.sheets
    }
    for row in tables.classes():
        tie = {"class_code": row["code"]}
        sheets[classes_book.CLASSES].append(row | {"credit_code": codes[row["school_code"]], "afterwards": "submit"})
        sheets[classes_book.HOURS] += [tie | year for year in row["hours"]]
        sheets[classes_book.TRACKS] += [
            tie | {"credit_code": t["credit_code"], "position_code": t["code"], "quota": t["quota"]}
            for t in row["tracks"]
        ]
        for category in sorted(row["relaxed"].keys() | row["reserves"].keys()):
            ceiling = row["relaxed"].get(category, "")
            sheets[classes_book.CATEGORY_SHEET].append(
                tie | {"category": category, "ceiling": classes_book.NO_CEILING if ceiling is None else ceiling or None,
                       "seats": row["reserves"].get(category)}
            )  # fmt: skip
    return sheets


def _scores() -> Rows:
    """One row for everybody who hands in and every class among her choices that ranks by score, but for a few that
    the schools enter by hand."""
    calendar, offers, rows = Calendar(ANCHOR), tables.offers(), []
    for person in people(SIZE, calendar):
        if person.way != "applies":
            continue
        number = f"{ROUND_CODE}-{person.number:04d}"
        for offer in scored(choose(person, offers, calendar.day(RESULT), MOST_CHOICES)):
            if person.number % 100:
                rows.append({"number": number, "class_code": offer.class_code, "value": score(person, offer)})
    return {SCORES.spec.sheets[0].name: rows}


def moved(raw: bytes, spec: WorkbookSpec, by: dt.timedelta) -> bytes:
    """The same workbook with every date moved by whole days; one without dates is left as it is."""
    rows = read(raw, spec).rows
    if not any(isinstance(value, dt.date) for row in rows for value in row.values.values()):
        return raw
    sheets: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        values = {name: value + by if isinstance(value, dt.date) else value for name, value in row.values.items()}
        sheets.setdefault(row.sheet, []).append(values)
    return write(spec, sheets)


def main(folder: Path = FILES) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, importer in BOOKS.items():
        path = folder / f"{name}.xlsx"
        path.write_bytes(write(importer.spec, rows_of(name)))
        print(f"{path.name}: {sum(map(len, rows_of(name).values()))} rows")


if __name__ == "__main__":
    main()
