"""One CSV file as columns of text, with every row that is not readable noted."""

from __future__ import annotations

import csv
import io

from matching.faults import Fault
from matching.large_tables import RawSheet
from matching.sheets import COLUMNS, Sheet


def loaded(sheet: Sheet | RawSheet, faults: list[Fault]) -> Sheet:
    """The sheet as columns of text, whether or not it has been read yet."""
    return sheet if isinstance(sheet, Sheet) else read_sheet(sheet.name, sheet.content, faults)


def read_sheet(name: str, content: bytes, faults: list[Fault]) -> Sheet:
    """One CSV file as columns of text. Unknown or missing columns and rows of a wrong length are faults."""
    required, optional = COLUMNS[name]
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        faults.append(Fault(name, content[: error.start].count(b"\n") + 1, "is not UTF-8 text"))
        return Sheet.empty(name)
    header = next(csv.reader(io.StringIO(text, newline="")), [])
    for column in (*required, *header):
        if column not in header:
            faults.append(Fault(name, 1, f"column {column} is missing"))
        elif header.count(column) > 1 or column not in (*required, *optional):
            faults.append(Fault(name, 1, f"column {column!r} is unknown or stands twice"))
    found = _plain_cells(text, header)
    cells, lines = _cells(name, text, header, faults) if found is None else (found, ())
    columns = dict(zip(header, cells))
    rows = len(cells[0]) if cells else 0
    for column in (*required, *optional):
        columns.setdefault(column, [""] * rows)
    return Sheet(name, columns, lines)


def _plain_cells(text: str, header: list[str]) -> list[list[str]] | None:
    """The columns of a table without quotes, blank lines or lines of a wrong length; None if it is not so plain."""
    if '"' in text or "\r" in text or not header:
        return None
    lines = text.split("\n")
    if lines[-1] == "":
        lines.pop()
    between = len(header) - 1
    if "" in lines or any(line.count(",") != between for line in lines):
        return None
    cells = ",".join(lines[1:]).split(",") if len(lines) > 1 else []
    return [cells[at :: len(header)] for at in range(len(header))]


def _cells(name: str, text: str, header: list[str], faults: list[Fault]) -> tuple[list[list[str]], list[int]]:
    """The columns of any table and the line of every row; rows of a wrong length are faults and left out."""
    rows: list[list[str]] = []
    lines: list[int] = []
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        next(reader, None)
        for row in reader:
            if len(row) == len(header):
                rows.append(row)
                lines.append(reader.line_num)
            elif row:
                faults.append(Fault(name, reader.line_num, f"has {len(row)} cells, the header has {len(header)}"))
    except csv.Error as error:
        faults.append(Fault(name, reader.line_num, f"is not readable CSV: {error}"))
    return [list(column) for column in zip(*rows)] if rows else [[] for _ in header], lines
