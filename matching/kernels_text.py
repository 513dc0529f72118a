"""Compiled reading and writing of large CSV tables: identifiers become row numbers and back without Python strings."""

from __future__ import annotations

import numpy as np
from numba import njit

COMMA, NEWLINE, RETURN, QUOTE = 44, 10, 13, 34
#: Kinds of columns: a whole number, a name in a dictionary, any text.
NUMBER, NAME, TEXT = 0, 1, 2


@njit(cache=True, nogil=True)
def hash_of(data, begin, end):  # type: ignore[no-untyped-def]
    """FNV-1a of some bytes."""
    value = np.uint64(14695981039346656037)
    for at in range(begin, end):
        value = (value ^ np.uint64(data[at])) * np.uint64(1099511628211)
    return np.int64(value >> np.uint64(1))


@njit(cache=True, nogil=True)
def build_dictionary(blob, offsets, table):  # type: ignore[no-untyped-def]
    """Fills an open-addressing table (a power of two, all -1) with the numbers of the names."""
    mask = len(table) - 1
    for number in range(len(offsets) - 1):
        place = hash_of(blob, offsets[number], offsets[number + 1]) & mask
        while table[place] >= 0:
            place = (place + 1) & mask
        table[place] = number


@njit(cache=True, nogil=True)
def look_up(data, begin, end, blob, offsets, table):  # type: ignore[no-untyped-def]
    """The number of the name data[begin:end], or -1."""
    mask = len(table) - 1
    place = hash_of(data, begin, end) & mask
    while table[place] >= 0:
        number = table[place]
        if offsets[number + 1] - offsets[number] == end - begin:
            same = True
            for at in range(end - begin):
                if blob[offsets[number] + at] != data[begin + at]:
                    same = False
                    break
            if same:
                return number
        place = (place + 1) & mask
    return -1


@njit(cache=True, nogil=True)
def number_of(data, begin, end):  # type: ignore[no-untyped-def]
    """The whole number in data[begin:end], or -1 if it is none or has more than nine digits."""
    if begin == end or end - begin > 9:
        return -1
    value = 0
    for at in range(begin, end):
        digit = data[at] - 48
        if digit < 0 or digit > 9:
            return -1
        value = value * 10 + digit
    return value


@njit(cache=True, nogil=True)
def parse_rows(data, begin, kinds, first, second, cells, spans):  # type: ignore[no-untyped-def]
    """Reads plain rows (no quotes) into cells (columns × rows). Returns the number of rows, or -1 if any is odd.

    kinds: per column; the first NAME column is looked up in `first`, the second in `second` (blob, offsets, table).
    A TEXT cell becomes -1 if blank, else the number of its span in `spans` (begin, end).
    """
    at, row, texts = begin, 0, 0
    while at < len(data):
        names = 0
        for column in range(len(kinds)):
            start = at
            while at < len(data) and data[at] != COMMA and data[at] != NEWLINE:
                if data[at] == QUOTE or data[at] == RETURN:
                    return -1
                at += 1
            last = column == len(kinds) - 1
            if last != (at >= len(data) or data[at] == NEWLINE):
                return -1
            if kinds[column] == NUMBER:
                value = number_of(data, start, at)
            elif kinds[column] == NAME:
                names += 1
                known = first if names == 1 else second
                value = look_up(data, start, at, known[0], known[1], known[2])
            else:
                value = -1
                if at > start:
                    if texts >= len(spans):
                        return -1
                    spans[texts, 0], spans[texts, 1] = start, at
                    value = texts
                    texts += 1
            if value < 0 and kinds[column] != TEXT:
                return -1
            cells[column, row] = value
            at += 1
        row += 1
    return row


@njit(cache=True, nogil=True)
def join_rows(codes, blob, offsets):  # type: ignore[no-untyped-def]
    """The bytes of rows whose cells are numbers of strings. codes: columns × rows; strings: blob cut at offsets."""
    columns, rows = codes.shape
    total = columns * rows
    for column in range(columns):
        for row in range(rows):
            total += offsets[codes[column, row] + 1] - offsets[codes[column, row]]
    out = np.empty(total, np.uint8)
    at = 0
    for row in range(rows):
        for column in range(columns):
            code = codes[column, row]
            for source in range(offsets[code], offsets[code + 1]):
                out[at] = blob[source]
                at += 1
            out[at] = NEWLINE if column == columns - 1 else COMMA
            at += 1
    return out
