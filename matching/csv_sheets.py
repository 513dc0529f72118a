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
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header = next(reader, [])
    for column in (*required, *header):
        if column not in header:
            faults.append(Fault(name, 1, f"column {column} is missing"))
        elif header.count(column) > 1 or column not in (*required, *optional):
            faults.append(Fault(name, 1, f"column {column!r} is unknown or stands twice"))
    rows: list[list[str]] = []
    lines: list[int] = []
    try:
        for row in reader:
            if len(row) == len(header):
                rows.append(row)
                lines.append(reader.line_num)
            elif row:
                faults.append(Fault(name, reader.line_num, f"has {len(row)} cells, the header has {len(header)}"))
    except csv.Error as error:
        faults.append(Fault(name, reader.line_num, f"is not readable CSV: {error}"))
    columns = {column: list(cells) for column, cells in zip(header, zip(*rows))} if rows else {}
    for column in (*required, *optional):
        columns.setdefault(column, [""] * len(rows))
    return Sheet(name, columns, lines)
