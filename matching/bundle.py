"""The round bundle: a folder or a .zip of CSV files and round.json. See docs/BUNDLE.md.

Reading refuses a bad bundle whole and lists all its faults. Writing is deterministic: the same instance gives
the same bytes, folder or zip, on every machine.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

import numpy as np

from matching import round_json
from matching.csv_sheets import read_sheet
from matching.faults import BundleFaults, Fault
from matching.large_tables import LARGE_BYTES, Column, RawSheet, number_column, table_bytes
from matching.problem import FORMAT, NO_LIMIT, Instance
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


#: Tables with several rows per person: where they are large they are read in compiled code.
LARGE_FILES = ("choices.csv", "fallbacks.csv")


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
    sheets: dict[str, Sheet | RawSheet] = {}
    for name in COLUMNS:
        if name in LARGE_FILES and len(files.get(name, b"")) >= LARGE_BYTES and not faults:
            sheets[name] = RawSheet(name, files[name])
        elif name in files:
            sheets[name] = read_sheet(name, files[name], faults)
    if faults:
        for name in COLUMNS:
            sheets.setdefault(name, Sheet.empty(name))
        try:
            instance_from_sheets(table, sheets)
        except BundleFaults as more:
            faults.extend(more.faults)
        raise BundleFaults(faults)
    return instance_from_sheets(table, sheets, sha256_of_files(files))


def write_bundle(instance: Instance, path: PathLike) -> None:
    """Writes the bundle in its one canonical form: sorted rows, `\\n` line ends, optional files only if needed."""
    write_files(path, bundle_files(instance))


def instance_sha256(source: Instance | PathLike) -> str:
    """The hash of a bundle on disk, or of an instance (of the files it came from, else of its canonical form)."""
    if isinstance(source, Instance):
        if source.source_sha256 is None:  # remembered, because writing a large round out takes seconds
            object.__setattr__(source, "source_sha256", sha256_of_files(bundle_files(source)))
        return str(source.source_sha256)
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
        columns = TABLES[name](instance)
        if name in OPTIONAL_FILES and not len(columns[0][0]):
            continue
        files[name] = table_bytes((*required, *optional), columns)
    return files


def _limits(capacity: np.ndarray) -> Column:
    return number_column(np.where(capacity >= NO_LIMIT, -1, capacity))


def _rows(ids: Sequence[str]) -> Column:
    return np.arange(len(ids)), ids


def _owners(start: np.ndarray) -> np.ndarray:
    return np.repeat(np.arange(len(start) - 1), np.diff(start))


def _group_column(instance: Instance) -> Column:
    masks, number = np.unique(instance.applicant_groups, return_inverse=True)
    return number, [_group_names(instance, int(mask)) for mask in masks]


def _group_names(instance: Instance, mask: int) -> str:
    return ";".join(sorted(name for bit, name in enumerate(instance.groups) if mask >> bit & 1))


#: The columns of every file, in the order of COLUMNS.
TABLES: dict[str, Callable[[Instance], list[Column]]] = {
    "schools.csv": lambda i: [_rows(i.school_ids), _limits(i.school_plan)],
    "enterprises.csv": lambda i: [_rows(i.enterprise_ids), _limits(i.enterprise_headcount)],
    "positions.csv": lambda i: [
        _rows(i.position_ids),
        (i.position_enterprise, i.enterprise_ids),
        _limits(i.position_headcount),
    ],
    "classes.csv": lambda i: [
        _rows(i.class_ids),
        (i.class_school, i.school_ids),
        _limits(i.class_seats),
        number_column(np.where(i.class_min > 0, i.class_min, -1)),
    ],
    "reserves.csv": lambda i: [
        (i.reserve_class, i.class_ids),
        (i.reserve_group, i.groups),
        number_column(i.reserve_seats),
    ],
    "tracks.csv": lambda i: [
        _rows(i.track_ids),
        (i.track_class, i.class_ids),
        (i.track_position, i.position_ids),
        _limits(i.track_quota),
    ],
    "applicants.csv": lambda i: [
        _rows(i.applicant_ids),
        number_column(i.lottery if i.lottery_given else np.full(i.applicants, -1)),
        _group_column(i),
        number_column(i.adjustable.astype(np.int64)),
    ],
    "choices.csv": lambda i: [
        (_owners(i.choice_start), i.applicant_ids),
        number_column(i.choice_rank),
        (i.choice_track, i.track_ids),
        number_column(i.choice_score),
        (i.choice_rule, i.rules),
    ],
    "fallbacks.csv": lambda i: [
        (_owners(i.fallback_start), i.applicant_ids),
        (i.fallback_track, i.track_ids),
        number_column(i.fallback_distance),
    ],
    "pins.csv": lambda i: [
        (i.pin_applicant, i.applicant_ids),
        (i.pin_track, i.track_ids),
        (i.pin_hold, ("exact", "at_least")),
        (i.pin_group, i.groups),
    ],
}
