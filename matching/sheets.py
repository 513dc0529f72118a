"""Columns of text, checked: the step between CSV cells (or database rows) and arrays.

A `Sheet` is one table as columns of strings. A `Checker` turns columns into arrays and notes every cell that
does not fit, so that a bad bundle is refused whole, with the list of all its faults.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np

from matching.faults import Fault
from matching.problem import NO_LIMIT, Row

#: file → (required columns, optional columns), in the order in which they are written.
COLUMNS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "schools.csv": (("school_id", "plan"), ()),
    "enterprises.csv": (("enterprise_id", "headcount"), ()),
    "positions.csv": (("position_id", "enterprise_id", "headcount"), ()),
    "classes.csv": (("class_id", "school_id", "seats", "min_open"), ()),
    "reserves.csv": (("class_id", "group", "seats"), ()),
    "tracks.csv": (("track_id", "class_id", "position_id", "quota"), ()),
    "applicants.csv": (("applicant_id", "lottery", "groups", "adjustable"), ()),
    "choices.csv": (("applicant_id", "rank", "track_id", "score"), ("rule",)),
    "fallbacks.csv": (("applicant_id", "track_id", "distance"), ()),
    "pins.csv": (("applicant_id", "track_id"), ("hold", "group")),
}
#: Tables a bundle may leave out.
OPTIONAL_FILES = ("reserves.csv", "fallbacks.csv", "pins.csv")


@dataclass
class Sheet:
    """One table. `columns[name][row]` is the text of a cell; `lines[row]` is its line in the file."""

    name: str
    columns: dict[str, list[str]]
    lines: Sequence[int] = field(default=())

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), []))

    def line(self, row: int) -> int:
        return self.lines[row] if len(self.lines) else row + 2

    @classmethod
    def from_rows(cls, name: str, rows: Iterable[Row]) -> Sheet:
        """From dictionaries with the same column names as the file; None and missing keys are blank cells."""
        required, optional = COLUMNS[name]
        rows = list(rows)
        return cls(name, {column: [as_text(row.get(column)) for row in rows] for column in (*required, *optional)})

    @classmethod
    def empty(cls, name: str) -> Sheet:
        required, optional = COLUMNS[name]
        return cls(name, {column: [] for column in (*required, *optional)})


def as_text(value: object) -> str:
    """How a value of any table stands in a CSV cell."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, (list, tuple, set, frozenset)):
        return ";".join(sorted(str(part) for part in value))
    return str(value)


class Checker:
    """Turns the columns of one sheet into arrays and collects faults instead of raising at the first."""

    def __init__(self, sheet: Sheet, faults: list[Fault]) -> None:
        self.sheet = sheet
        self.faults = faults

    def fault(self, row: int, reason: str) -> None:
        self.faults.append(Fault(self.sheet.name, self.sheet.line(row), reason))

    def text(self, column: str) -> list[str]:
        return self.sheet.columns.get(column, [""] * len(self.sheet))

    def identifiers(self, column: str) -> tuple[list[str], np.ndarray]:
        """The sorted identifiers and the row each one came from. Blank, padded or repeated ones are faults."""
        cells = self.text(column)
        seen: set[str] = set()
        if len(set(cells)) == len(cells) and "" not in cells and all(map(str.isprintable, cells)):
            if all(cell == cell.strip() for cell in cells):
                order = sorted(range(len(cells)), key=cells.__getitem__)
                return [cells[row] for row in order], np.asarray(order, np.int64)
        rows = []
        for row, cell in enumerate(cells):
            if not cell or cell != cell.strip() or not cell.isprintable():
                self.fault(row, f"{column} is blank, padded with spaces or not printable: {cell!r}")
            elif cell in seen:
                self.fault(row, f"{column} {cell} stands twice")
            else:
                seen.add(cell)
                rows.append(row)
        rows.sort(key=cells.__getitem__)
        return [cells[row] for row in rows], np.asarray(rows, np.int64)

    def numbers(self, column: str, low: int = 0, high: int = 10**9, blank: int | None = None) -> np.ndarray:
        """Whole numbers, int64. `blank` is the value of a blank cell; None makes a blank cell a fault."""
        cells = self.text(column)
        if all(map(str.isdigit, cells)) and "".join(cells).isascii():
            found = np.array(list(map(int, cells)) if cells else [], np.int64)
            if not len(found) or (low <= found.min() and found.max() <= high):
                return found
        found = np.zeros(len(cells), np.int64)
        for row, cell in enumerate(cells):
            value = self._number(row, column, cell, low, high, blank)
            found[row] = low if value is None else value
        return found

    def _number(self, row: int, column: str, cell: str, low: int, high: int, blank: int | None) -> int | None:
        if cell == "":
            if blank is None:
                self.fault(row, f"{column} is blank")
            return blank
        digits = cell.removeprefix("-")
        if not (digits.isdigit() and digits.isascii() and len(digits) < 19):
            self.fault(row, f"{column} is not a whole number: {cell!r}")
            return None
        value = int(cell)
        if value < low:
            self.fault(row, f"{column} is {value}, less than {low}")
            return None
        if value > high:
            self.fault(row, f"{column} is {value}, more than {high}")
            return None
        return value

    def limits(self, column: str) -> np.ndarray:
        """Capacities, int64; blank means no limit."""
        return self.numbers(column, 0, 10**9, int(NO_LIMIT))

    def references(self, column: str, known: dict[str, int], blank: bool = False) -> np.ndarray:
        """Row numbers of what the cells name, int32; -1 for a blank cell where that is allowed."""
        cells = self.text(column)
        found = np.array([known.get(cell, -1) for cell in cells] if cells else [], np.int32)
        for row in np.nonzero(found < 0)[0].tolist():
            if cells[row] == "" and blank:
                continue
            self.fault(row, f"{column} is blank" if cells[row] == "" else f"{column} {cells[row]} is unknown")
        return found

    def flags(self, column: str) -> np.ndarray:
        """0 or 1, bool; a blank cell counts as 0."""
        return self.numbers(column, 0, 1, 0).astype(bool)
