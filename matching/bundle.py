"""The round bundle: a folder or a .zip of CSV files and round.json. See docs/BUNDLE.md.

Reading refuses a bad bundle whole and lists all its faults. Writing is deterministic: the same instance gives
the same bytes, folder or zip, on every machine.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from matching import round_json
from matching.faults import BundleFaults, Fault
from matching.problem import AT_LEAST, FORMAT, NO_LIMIT, Instance
from matching.sheets import COLUMNS, OPTIONAL_FILES, Sheet
from matching.tables import instance_from_sheets

PathLike = str | Path
#: A zip entry records a time; a fixed one keeps the bytes equal.
ZIP_TIME = (1980, 1, 1, 0, 0, 0)


def read_files(path: PathLike, names: Iterable[str]) -> dict[str, bytes]:
    """The named files that exist in a folder or a zip. Raises BundleFaults if the path is neither."""
    path = Path(path)
    if path.is_dir():
        return {name: (path / name).read_bytes() for name in names if (path / name).is_file()}
    try:
        with zipfile.ZipFile(path) as archive:
            present = set(archive.namelist())
            return {name: archive.read(name) for name in names if name in present}
    except (OSError, zipfile.BadZipFile, NotImplementedError, RuntimeError) as error:
        raise BundleFaults([Fault(path.name, 0, f"neither a folder nor a readable zip: {error}")]) from None


def write_files(path: PathLike, files: dict[str, bytes]) -> None:
    """Into a folder (made if need be), or into a zip if the path ends in .zip."""
    path = Path(path)
    if path.suffix != ".zip":
        path.mkdir(parents=True, exist_ok=True)
        for name, content in files.items():
            (path / name).write_bytes(content)
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name, ZIP_TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])


def sha256_of_files(files: dict[str, bytes]) -> str:
    """The bundle's hash: SHA-256 of the lines `name sha256-of-file` over its files in name order."""
    lines = (f"{name} {hashlib.sha256(files[name]).hexdigest()}\n" for name in sorted(files))
    return hashlib.sha256("".join(lines).encode()).hexdigest()


def read_bundle(path: PathLike) -> Instance:
    """The instance in a folder or zip. Raises BundleFaults with file, line and reason of every fault."""
    files = read_files(path, (round_json.FILE, *COLUMNS))
    faults: list[Fault] = []
    for name in (round_json.FILE, *COLUMNS):
        if name not in files and name not in OPTIONAL_FILES:
            faults.append(Fault(name, 0, "is missing"))
    try:
        table = json.loads(files.get(round_json.FILE, b"{}"))
        if not isinstance(table, dict):
            raise ValueError("not an object")
    except ValueError as error:
        faults.append(Fault(round_json.FILE, 0, f"is not readable JSON: {error}"))
        table = {}
    sheets = {name: read_sheet(name, files[name], faults) for name in COLUMNS if name in files}
    if faults:
        for name in COLUMNS:
            sheets.setdefault(name, Sheet.empty(name))
        try:
            instance_from_sheets(table, sheets)
        except BundleFaults as more:
            faults.extend(more.faults)
        raise BundleFaults(faults)
    return instance_from_sheets(table, sheets, sha256_of_files(files))


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


def write_bundle(instance: Instance, path: PathLike) -> None:
    """Writes the bundle in its one canonical form: sorted rows, `\\n` line ends, optional files only if needed."""
    write_files(path, bundle_files(instance))


def instance_sha256(source: Instance | PathLike) -> str:
    """The hash of a bundle on disk, or of an instance (of the files it came from, else of its canonical form)."""
    if isinstance(source, Instance):
        return source.source_sha256 or sha256_of_files(bundle_files(source))
    return sha256_of_files(read_files(source, (round_json.FILE, *COLUMNS)))


def bundle_files(instance: Instance) -> dict[str, bytes]:
    """Every file of the bundle in its canonical form."""
    table = {
        "format": FORMAT,
        "policy": instance.policy.as_dict(),
        "seed": instance.seed,
        "group_order": list(instance.group_order),
    }
    files = {round_json.FILE: (json.dumps(table, ensure_ascii=False, indent=2) + "\n").encode()}
    for name, (required, optional) in COLUMNS.items():
        columns = _columns(instance, name)
        if name in OPTIONAL_FILES and not len(columns[0]):
            continue
        files[name] = csv_bytes((*required, *optional), zip(*columns))
    return files


def csv_bytes(header: Iterable[str], rows: Iterable[Iterable[object]]) -> bytes:
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(list(header))
    writer.writerows(rows)
    return buffer.getvalue().encode()


def _limits(capacity: np.ndarray) -> list[object]:
    return ["" if value >= NO_LIMIT else value for value in capacity.tolist()]


def _names(ids: list[str], rows: np.ndarray) -> Iterator[str]:
    return (ids[row] if row >= 0 else "" for row in rows.tolist())


def _columns(instance: Instance, name: str) -> list[list[object]]:
    """The columns of one file, in the order of COLUMNS."""
    i = instance
    owners = [np.repeat(np.arange(i.applicants), np.diff(start)) for start in (i.choice_start, i.fallback_start)]
    masks = {mask: _group_names(i, mask) for mask in set(i.applicant_groups.tolist())} if "appl" in name else {}
    tables: dict[str, list[Iterable[object]]] = {
        "schools.csv": [i.school_ids, _limits(i.school_plan)],
        "enterprises.csv": [i.enterprise_ids, _limits(i.enterprise_headcount)],
        "positions.csv": [
            i.position_ids,
            _names(i.enterprise_ids, i.position_enterprise),
            _limits(i.position_headcount),
        ],
        "classes.csv": [
            i.class_ids,
            _names(i.school_ids, i.class_school),
            _limits(i.class_seats),
            [least or "" for least in i.class_min.tolist()],
        ],
        "reserves.csv": [
            _names(i.class_ids, i.reserve_class),
            _names(list(i.groups), i.reserve_group),
            i.reserve_seats.tolist(),
        ],
        "tracks.csv": [
            i.track_ids,
            _names(i.class_ids, i.track_class),
            _names(i.position_ids, i.track_position),
            _limits(i.track_quota),
        ],
        "applicants.csv": [
            i.applicant_ids,
            i.lottery.tolist() if i.lottery_given else [""] * i.applicants,
            (masks[mask] for mask in i.applicant_groups.tolist()) if masks else [],
            i.adjustable.astype(int).tolist(),
        ],
        "choices.csv": [
            _names(i.applicant_ids, owners[0]),
            i.choice_rank.tolist(),
            _names(i.track_ids, i.choice_track),
            i.choice_score.tolist(),
            _names(list(i.rules), i.choice_rule),
        ],
        "fallbacks.csv": [
            _names(i.applicant_ids, owners[1]),
            _names(i.track_ids, i.fallback_track),
            i.fallback_distance.tolist(),
        ],
        "pins.csv": [
            _names(i.applicant_ids, i.pin_applicant),
            _names(i.track_ids, i.pin_track),
            ["at_least" if hold == AT_LEAST else "exact" for hold in i.pin_hold.tolist()],
            _names(list(i.groups), i.pin_group),
        ],
    }
    return [list(column) for column in tables[name]]


def _group_names(instance: Instance, mask: int) -> str:
    return ";".join(sorted(name for bit, name in enumerate(instance.groups) if mask >> bit & 1))
