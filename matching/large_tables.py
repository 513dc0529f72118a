"""Large CSV tables, read and written in compiled code. Small ones, and all that is odd, go the plain way.

Both ways give the same bytes and the same instance; a table with any fault is read again the plain way, which lists
the faults.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matching.sheets import COLUMNS

#: Files and tables below these sizes are not worth loading compiled code for.
LARGE_BYTES = 1_000_000
LARGE_ROWS = 50_000
#: Rows written at a time, which bounds the memory.
CHUNK = 1_000_000


@dataclass(frozen=True)
class RawSheet:
    """A large CSV file that has not been read yet."""

    name: str
    content: bytes

    def header(self) -> list[str]:
        return self.content[: self.content.find(b"\n")].decode("utf-8-sig").split(",")


@dataclass(frozen=True)
class Parsed:
    """Columns by name as int32 rows; texts[number] is the text of a cell in a text column, -1 is blank."""

    columns: dict[str, np.ndarray]
    texts: list[str]


def parse(sheet: RawSheet, names: dict[str, list[str]], numbers: Sequence[str], texts: Sequence[str]) -> Parsed | None:
    """The table as arrays, or None if anything about it is odd.

    names: column → identifiers, in the order in which the columns stand; numbers, texts: the other columns.
    """
    from matching import kernels_text as kernels

    header = sheet.header()
    required, optional = COLUMNS[sheet.name]
    if len(set(header)) != len(header) or set(required) - set(header) or set(header) - {*required, *optional}:
        return None
    in_order = [column for column in header if column in names]
    if any(column not in (*names, *numbers, *texts) for column in header) or len(in_order) > 2:
        return None
    kinds = [kernels.NUMBER if c in numbers else kernels.NAME if c in names else kernels.TEXT for c in header]
    data = np.frombuffer(sheet.content, np.uint8)
    begin = sheet.content.find(b"\n") + 1
    rows = int(np.count_nonzero(data[begin:] == kernels.NEWLINE)) + 1
    cells = np.empty((len(header), rows), np.int32)
    spans = np.empty((rows // 4 + 8, 2), np.int64)
    known = [_dictionary(names[column]) for column in in_order]
    known += [_dictionary([])] * (2 - len(known))
    found = kernels.parse_rows(data, begin, np.array(kinds), known[0], known[1], cells, spans)
    if found < 0:
        return None
    columns = {column: cells[at, :found] for at, column in enumerate(header)}
    used = 1 + max((int(columns[column].max(initial=-1)) for column in texts if column in columns), default=-1)
    cut = [sheet.content[first:last].decode("utf-8") for first, last in spans[:used].tolist()]
    return Parsed(columns, cut)


def _dictionary(ids: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(blob, offsets, table) for look-ups of identifiers."""
    from matching.kernels_text import build_dictionary

    blob, offsets = _blob(ids)
    table = np.full(1 << max(4, (2 * len(ids)).bit_length()), -1, np.int32)
    build_dictionary(blob, offsets, table)
    return blob, offsets, table


def _blob(strings: list[str]) -> tuple[np.ndarray, np.ndarray]:
    """All strings as UTF-8 one after the other, and where each begins; the last offset is the end."""
    if not strings:
        return np.empty(0, np.uint8), np.zeros(1, np.int64)
    joined = np.frombuffer("\n".join(strings).encode(), np.uint8)
    ends = np.append(np.nonzero(joined == 10)[0], len(joined))
    keep = joined[joined != 10]
    lengths = np.diff(np.concatenate([[-1], ends])) - 1
    return keep, np.concatenate([[0], np.cumsum(lengths)]).astype(np.int64)


Column = tuple[np.ndarray, Sequence[str]]  # rows of string numbers, and the strings; -1 is blank


def number_column(values: np.ndarray) -> Column:
    """Whole numbers as a column; those below 0 are blank."""
    listed = values[values >= 0]
    if not len(listed):
        return np.full(len(values), -1), ()
    low, high = int(listed.min()), int(listed.max())
    if high - low < 4 * len(values):
        return np.where(values >= 0, values.astype(np.int64) - low, -1), [str(n) for n in range(low, high + 1)]
    different, number = np.unique(listed, return_inverse=True)
    rows = np.full(len(values), -1)
    rows[values >= 0] = number
    return rows, [str(n) for n in different.tolist()]


def table_bytes(header: Sequence[str], columns: Sequence[Column]) -> bytes:
    """The CSV file of columns that name strings by number."""
    rows = len(columns[0][0])
    if rows < LARGE_ROWS:
        return _plain_bytes(header, columns)
    from matching.kernels_text import join_rows

    shifts, strings = [], [""]
    for _, known in columns:
        shifts.append(len(strings))
        strings.extend(_quoted(known))
    blob, offsets = _blob(strings)
    content = io.BytesIO()  # hands its bytes over without another copy
    content.write((",".join(header) + "\n").encode())
    for low in range(0, rows, CHUNK):
        codes = np.empty((len(columns), min(CHUNK, rows - low)), np.int32)
        for at, (number, _) in enumerate(columns):
            part = number[low : low + CHUNK].astype(np.int64)
            codes[at] = np.where(part >= 0, part + shifts[at], 0)
        content.write(join_rows(codes, blob, offsets))
    return content.getvalue()


def _quoted(strings: Sequence[str]) -> list[str]:
    """The strings as CSV cells: those with commas or quotes in quotes."""
    joined = "\n".join(strings)
    if '"' not in joined and "," not in joined:
        return list(strings)
    return ['"' + text.replace('"', '""') + '"' if '"' in text or "," in text else text for text in strings]


def _plain_bytes(header: Sequence[str], columns: Sequence[Column]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(header)
    cells = ([known[at] if at >= 0 else "" for at in number.tolist()] for number, known in columns)
    writer.writerows(zip(*cells))
    return buffer.getvalue().encode()
