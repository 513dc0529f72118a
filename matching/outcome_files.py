"""Outcome files: outcome.json, placements.csv, classes.csv, reasons.csv, in a folder or a .zip."""

from __future__ import annotations

import csv
import io
import json
from typing import Any

import numpy as np

from matching.bundle import PathLike, read_files, write_files
from matching.faults import BundleFaults, Fault
from matching.large_tables import Column, number_column, table_bytes
from matching.outcome import (
    BLANK,
    BY,
    GUARANTEES,
    NO_LIMIT_NAMED,
    REASONS,
    RULE,
    Classes,
    Floor,
    Outcome,
    Reasons,
    Seats,
    reason_limit,
)
from matching.problem import Instance

HEADERS = {
    "placements.csv": ("applicant_id", "track_id", "rank", "by"),
    "classes.csv": ("class_id", "open", "filled", "cutoff_score", "cutoff_lottery"),
    "reasons.csv": ("applicant_id", "rank", "track_id", "reason", "limit", "distance"),
}


def write_outcome(outcome: Outcome, path: PathLike) -> None:
    """Writes the four files of an outcome. Everything but `seconds` and `versions` depends on the instance alone."""
    write_files(path, outcome_files(outcome))


def outcome_files(outcome: Outcome) -> dict[str, bytes]:
    """The bytes of the four files."""
    return {
        "outcome.json": (json.dumps(outcome_head(outcome), ensure_ascii=False, indent=2) + "\n").encode(),
        "placements.csv": table_bytes(HEADERS["placements.csv"], _placement_columns(outcome)),
        "classes.csv": table_bytes(HEADERS["classes.csv"], _class_columns(outcome)),
        "reasons.csv": table_bytes(HEADERS["reasons.csv"], _reason_columns(outcome)),
    }


def _placement_columns(outcome: Outcome) -> list[Column]:
    seats, instance = outcome.seats, outcome.instance
    number = np.arange(instance.applicants)
    ways = np.where(seats.by > 0, seats.by, -1)
    ranks = number_column(np.where(seats.rank > 0, seats.rank, BLANK))
    return [(number, instance.applicant_ids), (seats.track, instance.track_ids), ranks, (ways, BY)]


def _class_columns(outcome: Outcome) -> list[Column]:
    table, ids = outcome.class_table, outcome.instance.class_ids
    numbers = (table.open.astype(np.int64), table.filled, table.cutoff_score, table.cutoff_lottery)
    return [(np.arange(len(ids)), ids), *map(number_column, numbers)]


def _reason_columns(outcome: Outcome) -> list[Column]:
    instance, table = outcome.instance, outcome.reason_table
    counts = _limit_counts(instance)
    names = [reason_limit(instance, kind, item) for kind, count in enumerate(counts) for item in range(count)]
    first = np.concatenate([[0], np.cumsum(counts)])
    limit = np.where(table.kind == NO_LIMIT_NAMED, -1, first[np.maximum(table.kind, 0)] + table.item)
    ranks = number_column(np.where(table.rank > 0, table.rank, BLANK))
    return [
        (table.applicant, instance.applicant_ids), ranks, (table.track, instance.track_ids), (table.code, REASONS),
        (limit, names), number_column(table.distance),
    ]  # fmt: skip


def outcome_head(outcome: Outcome) -> dict[str, Any]:
    """What outcome.json holds."""
    return {
        "guarantee": outcome.guarantee,
        "placed": outcome.placed,
        "bound": outcome.bound,
        "gap": outcome.gap,
        "seconds": round(outcome.seconds, 3),
        "versions": outcome.versions,
        "instance_sha256": outcome.instance_sha256,
        "floors": [floor._asdict() for floor in outcome.floors],
        "certificate": outcome.certificate,
        "notes": outcome.notes,
    }


def read_outcome(path: PathLike, instance: Instance) -> Outcome:
    """The outcome in `path`, resolved against its instance. Raises BundleFaults with every line that does not fit."""
    faults: list[Fault] = []
    files = read_files(path, ("outcome.json", *HEADERS))
    for name in ("outcome.json", *HEADERS):
        if name not in files:
            faults.append(Fault(name, 0, "is missing"))
    if faults:
        raise BundleFaults(faults)
    head = _read_head(files["outcome.json"], faults)
    tables = {name: _read_table(name, files[name], faults) for name in HEADERS}
    seats = _read_seats(instance, tables["placements.csv"], faults)
    classes = _read_classes(instance, tables["classes.csv"], faults)
    reasons = _read_reasons(instance, tables["reasons.csv"], faults)
    if faults:
        raise BundleFaults(faults)
    return Outcome(instance=instance, seats=seats, class_table=classes, reason_table=reasons, **head)


def _read_head(content: bytes, faults: list[Fault]) -> dict[str, Any]:
    kinds: dict[str, Any] = {
        "guarantee": str,
        "placed": int,
        "bound": int,
        "gap": (int, float),
        "seconds": (int, float),
        "versions": dict,
        "instance_sha256": str,
        "floors": list,
        "certificate": dict,
        "notes": dict,
    }
    try:
        head = json.loads(content)
    except ValueError as error:
        faults.append(Fault("outcome.json", 0, f"is not readable JSON: {error}"))
        return {}
    if not isinstance(head, dict):
        faults.append(Fault("outcome.json", 0, "is not an object"))
        return {}
    for key, kind in kinds.items():
        if key in ("certificate", "notes"):
            head.setdefault(key, {})
        if not isinstance(head.get(key), kind):
            faults.append(Fault("outcome.json", 0, f"{key} is missing or of the wrong kind"))
    if head.get("guarantee") not in GUARANTEES:
        faults.append(Fault("outcome.json", 0, f"guarantee must be one of {', '.join(GUARANTEES)}"))
    try:
        head["floors"] = [Floor(**floor) for floor in head.get("floors", [])]
    except TypeError:
        faults.append(Fault("outcome.json", 0, "floors must each have limit, score, lottery and bonus"))
    return {key: head.get(key) for key in kinds}


def _read_table(name: str, content: bytes, faults: list[Fault]) -> list[list[str]]:
    """The rows below the header; rows of a wrong length are faults and left out."""
    width = len(HEADERS[name])
    try:
        rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline="")))
    except (UnicodeDecodeError, csv.Error) as error:
        faults.append(Fault(name, 0, f"is not readable CSV: {error}"))
        return []
    if not rows or tuple(rows[0]) != HEADERS[name]:
        faults.append(Fault(name, 1, f"the header must be {','.join(HEADERS[name])}"))
        return []
    for line, row in enumerate(rows[1:], 2):
        if len(row) != width:
            faults.append(Fault(name, line, f"has {len(row)} cells, the header has {width}"))
    return [row for row in rows[1:] if len(row) == width]


class _Cells:
    """Looks up cells of one table and notes those that do not fit."""

    def __init__(self, name: str, faults: list[Fault]) -> None:
        self.name, self.faults = name, faults

    def row_of(self, known: dict[str, int], cell: str, line: int) -> int:
        found = known.get(cell, -1)
        if found < 0 and cell:
            self.faults.append(Fault(self.name, line, f"{cell} is unknown"))
        return found

    def number(self, cell: str, blank: int, line: int) -> int:
        if cell == "":
            return blank
        if cell.removeprefix("-").isdigit() and len(cell) < 12:
            return int(cell)
        self.faults.append(Fault(self.name, line, f"{cell!r} is not a whole number"))
        return blank

    def word(self, words: tuple[str, ...], cell: str, line: int) -> int:
        if cell in words:
            return words.index(cell)
        self.faults.append(Fault(self.name, line, f"{cell!r} is not one of {', '.join(filter(None, words))}"))
        return 0


def _index(ids: list[str]) -> dict[str, int]:
    return {name: row for row, name in enumerate(ids)}


def _each_once(name: str, ids: list[str], rows: list[list[str]], faults: list[Fault]) -> None:
    """Every identifier must stand in the first column exactly once."""
    missing, seen = set(ids), set()
    for line, row in enumerate(rows, 2):
        if row[0] in seen:
            faults.append(Fault(name, line, f"{row[0]} stands twice"))
        seen.add(row[0])
        missing.discard(row[0])
    for who in sorted(missing):
        faults.append(Fault(name, 0, f"{who} is missing"))


def _read_seats(instance: Instance, rows: list[list[str]], faults: list[Fault]) -> Seats:
    cells = _Cells("placements.csv", faults)
    _each_once("placements.csv", instance.applicant_ids, rows, faults)
    people, tracks = _index(instance.applicant_ids), _index(instance.track_ids)
    track = np.full(instance.applicants, -1, np.int32)
    rank, by = np.zeros(instance.applicants, np.int16), np.zeros(instance.applicants, np.int8)
    for line, row in enumerate(rows, 2):
        who = cells.row_of(people, row[0], line)
        track[who] = cells.row_of(tracks, row[1], line)
        rank[who] = min(cells.number(row[2], 0, line), 9999)
        by[who] = cells.word(BY, row[3], line)
    return Seats(track, rank, by)


def _read_classes(instance: Instance, rows: list[list[str]], faults: list[Fault]) -> Classes:
    cells = _Cells("classes.csv", faults)
    _each_once("classes.csv", instance.class_ids, rows, faults)
    known = _index(instance.class_ids)
    table = np.zeros((4, len(known)), np.int64)
    for line, row in enumerate(rows, 2):
        values = [cells.number(cell, BLANK, line) for cell in row[1:]]
        table[:, cells.row_of(known, row[0], line)] = values
    return Classes(table[0] == 1, table[1], table[2], table[3])


def _read_reasons(instance: Instance, rows: list[list[str]], faults: list[Fault]) -> Reasons:
    cells = _Cells("reasons.csv", faults)
    people, tracks = _index(instance.applicant_ids), _index(instance.track_ids)
    limits = {"": (NO_LIMIT_NAMED, 0)}
    for kind, count in enumerate(_limit_counts(instance)):
        limits.update((reason_limit(instance, kind, item), (kind, item)) for item in range(count))
    table = np.zeros((7, len(rows)), np.int32)
    for at, row in enumerate(rows):
        line = at + 2
        if row[4] not in limits:
            faults.append(Fault("reasons.csv", line, f"limit {row[4]} is unknown"))
        kind, item = limits.get(row[4], (NO_LIMIT_NAMED, 0))
        who, track = cells.row_of(people, row[0], line), cells.row_of(tracks, row[2], line)
        code, distance = cells.word(REASONS, row[3], line), cells.number(row[5], BLANK, line)
        table[:, at] = who, min(cells.number(row[1], 0, line), 9999), track, code, kind, item, distance
    kinds = (np.int32, np.int16, np.int32, np.int8, np.int8, np.int32, np.int32)
    return Reasons(*(column.astype(kind) for column, kind in zip(table, kinds)))


def _limit_counts(instance: Instance) -> list[int]:
    """How many limits there are of every kind, rules last."""
    i = instance
    ids = (i.reserve_class, i.track_ids, i.class_ids, i.school_ids, i.position_ids, i.enterprise_ids, i.rules)
    assert len(ids) == RULE + 1
    return [len(rows) for rows in ids]
