"""Sheets → Instance: references resolved, rows sorted, everything that contradicts itself refused."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from matching import lottery as lots
from matching import people, round_json
from matching.faults import BundleFaults, Fault
from matching.problem import Instance, Row
from matching.sheets import OPTIONAL_FILES, Checker, Sheet


def instance_from_tables(
    round_json: Row,
    schools: Iterable[Row],
    enterprises: Iterable[Row],
    positions: Iterable[Row],
    classes: Iterable[Row],
    reserves: Iterable[Row],
    tracks: Iterable[Row],
    applicants: Iterable[Row],
    choices: Iterable[Row],
    fallbacks: Iterable[Row] = (),
    pins: Iterable[Row] = (),
) -> Instance:
    """An instance from rows with the same column names as the CSV files of a bundle.

    None is a blank cell, booleans are 0 and 1, lists of groups are joined. Raises BundleFaults with all faults.
    """
    rows: dict[str, Iterable[Row]] = {
        "schools.csv": schools,
        "enterprises.csv": enterprises,
        "positions.csv": positions,
        "classes.csv": classes,
        "reserves.csv": reserves,
        "tracks.csv": tracks,
        "applicants.csv": applicants,
        "choices.csv": choices,
        "fallbacks.csv": fallbacks,
        "pins.csv": pins,
    }
    return instance_from_sheets(round_json, {name: Sheet.from_rows(name, table) for name, table in rows.items()})


def instance_from_sheets(round_table: Row, sheets: people.Sheets, source_sha256: str | None = None) -> Instance:
    """Builds the instance in the order in which the tables refer to one another.

    Raises BundleFaults if any table holds a fault; nothing is repaired silently.
    """
    faults: list[Fault] = []
    for name in OPTIONAL_FILES:
        sheets.setdefault(name, Sheet.empty(name))
    settings = round_json.read(round_table, faults)
    found: dict[str, Any] = {}
    _organisations(sheets, faults, found)
    _classes(sheets, faults, found)
    _reserves(sheets, faults, found, settings.group_order)
    people.applicants(sheets, faults, found, settings.group_order)
    people.choices(sheets, faults, found)
    people.fallbacks(sheets, faults, found)
    people.pins(sheets, faults, found)
    if faults:
        raise BundleFaults(faults)
    found.pop("index")
    if not found["lottery_given"]:
        found["lottery"] = lots.draw(settings.seed, found["applicant_ids"])
    instance = Instance(
        policy=settings.policy,
        seed=settings.seed,
        group_order=settings.group_order,
        source_sha256=source_sha256,
        **found,
    )
    people.check_pins_fit(instance, sheets["pins.csv"])
    return instance


def index_of(ids: list[str]) -> dict[str, int]:
    return {name: row for row, name in enumerate(ids)}


def _organisations(sheets: people.Sheets, faults: list[Fault], found: dict[str, Any]) -> None:
    """Schools, enterprises and positions."""
    check = Checker(sheets["schools.csv"], faults)
    ids, rows = check.identifiers("school_id")
    found["school_ids"], found["school_plan"] = ids, check.limits("plan")[rows]
    schools = index_of(ids)
    check = Checker(sheets["enterprises.csv"], faults)
    ids, rows = check.identifiers("enterprise_id")
    found["enterprise_ids"], found["enterprise_headcount"] = ids, check.limits("headcount")[rows]
    enterprises = index_of(ids)
    check = Checker(sheets["positions.csv"], faults)
    ids, rows = check.identifiers("position_id")
    found["position_ids"], found["position_headcount"] = ids, check.limits("headcount")[rows]
    found["position_enterprise"] = check.references("enterprise_id", enterprises)[rows]
    found["index"] = {"school": schools, "position": index_of(ids)}


def _classes(sheets: people.Sheets, faults: list[Fault], found: dict[str, Any]) -> None:
    """Order classes and their tracks."""
    check = Checker(sheets["classes.csv"], faults)
    ids, rows = check.identifiers("class_id")
    found["class_ids"], found["class_seats"] = ids, check.limits("seats")[rows]
    found["class_school"] = check.references("school_id", found["index"]["school"])[rows]
    found["class_min"] = check.numbers("min_open", blank=0)[rows]
    for row in np.nonzero(found["class_min"] > found["class_seats"])[0].tolist():
        check.fault(int(rows[row]), f"min_open of class {ids[row]} is more than its seats")
    found["index"]["class"] = index_of(ids)
    check = Checker(sheets["tracks.csv"], faults)
    ids, rows = check.identifiers("track_id")
    found["track_ids"], found["track_quota"] = ids, check.limits("quota")[rows]
    found["track_class"] = check.references("class_id", found["index"]["class"])[rows]
    found["track_position"] = check.references("position_id", found["index"]["position"], blank=True)[rows]
    found["index"]["track"] = index_of(ids)


def _reserves(sheets: people.Sheets, faults: list[Fault], found: dict[str, Any], order: tuple[str, ...]) -> None:
    """Reserved seats, sorted by class and by the published order of the groups."""
    check = Checker(sheets["reserves.csv"], faults)
    classes = check.references("class_id", found["index"]["class"])
    groups = np.array([index_of(list(order)).get(name, -1) for name in check.text("group")], np.int32)
    seats = check.numbers("seats")
    for row in np.nonzero(groups < 0)[0].tolist():
        check.fault(row, f"group {check.text('group')[row]!r} stands not in group_order of round.json")
    ranked = np.lexsort((np.arange(len(classes)), groups, classes))
    for before, row in zip(ranked[:-1].tolist(), ranked[1:].tolist()):
        if classes[before] == classes[row] >= 0 and groups[before] == groups[row] >= 0:
            check.fault(row, f"class {check.text('class_id')[row]} reserves seats twice for {order[groups[row]]}")
    found["reserve_class"], found["reserve_group"] = classes[ranked], groups[ranked]
    found["reserve_seats"] = seats[ranked]
    if any(fault.file == "classes.csv" for fault in faults):
        return  # seats that could not be read would only give faults that follow from them
    total = np.zeros(len(found["class_ids"]), np.int64)
    np.add.at(total, classes[classes >= 0], seats[classes >= 0])
    for row in np.nonzero(total > found["class_seats"])[0].tolist():
        last = int(np.nonzero(classes == row)[0][-1])
        check.fault(last, f"class {found['class_ids'][row]} reserves more seats than it has")
