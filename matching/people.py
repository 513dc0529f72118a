"""Applicants, choices, fallbacks and pins: the tables of a bundle that have one row per person or more."""

from __future__ import annotations

from typing import Any

import numpy as np

from matching import large_people
from matching.csv_sheets import loaded
from matching.faults import BundleFaults, Fault
from matching.large_tables import RawSheet
from matching.problem import AT_LEAST, EXACT, MAX_LOTTERY, MAX_SCORE, Instance
from matching.sheets import Checker, Sheet

Found = dict[str, Any]
Sheets = dict[str, Any]  # Sheet, or RawSheet where the file is large


def applicants(sheets: Sheets, faults: list[Fault], found: Found, order: tuple[str, ...]) -> None:
    """Identifiers, lottery numbers (all given or all drawn), groups as bits, consent to adjustment."""
    check = Checker(sheets["applicants.csv"], faults)
    ids, rows = check.identifiers("applicant_id")
    cells = check.text("lottery")
    blank = cells.count("")
    if 0 < blank < len(cells):
        check.fault(cells.index(""), "lottery is blank for some applicants and given for others")
    given = bool(cells) and blank == 0
    numbers = check.numbers("lottery", 1, MAX_LOTTERY, blank=1)
    if given:
        ranked = np.argsort(numbers, kind="stable")
        for at in np.nonzero(np.diff(numbers[ranked]) == 0)[0].tolist():
            check.fault(int(ranked[at + 1]), f"lottery number {numbers[ranked[at + 1]]} stands twice")
    masks, names = _group_bits(check, order)
    found["applicant_ids"], found["lottery"], found["lottery_given"] = ids, numbers[rows], given
    found["applicant_groups"], found["groups"] = masks[rows], names
    found["adjustable"] = check.flags("adjustable")[rows]
    found["index"]["applicant"] = {name: row for row, name in enumerate(ids)}


def _group_bits(check: Checker, order: tuple[str, ...]) -> tuple[np.ndarray, tuple[str, ...]]:
    """Bit g is set for members of the g-th group; groups that nothing is reserved for follow in name order."""
    cells = check.text("groups")
    masks = np.zeros(len(cells), np.uint64)
    kinds = {cell: tuple(filter(None, cell.split(";"))) for cell in set(cells)}
    names = order + tuple(sorted({name for parts in kinds.values() for name in parts} - set(order)))
    if len(names) > 60:
        check.fault(0, "more than 60 different groups")
        return masks, names[:60]
    bits = {cell: sum(1 << names.index(name) for name in set(parts)) for cell, parts in kinds.items()}
    if cells:
        masks[:] = np.fromiter((bits[cell] for cell in cells), np.uint64, len(cells))
    return masks, names


def choices(sheets: Sheets, faults: list[Fault], found: Found) -> None:
    """Choices in order of applicant and rank; ranks run from 1 without a gap, no track stands twice."""
    raw = sheets["choices.csv"]
    if isinstance(raw, RawSheet) and large_people.choices(raw, found):
        return
    check = Checker(loaded(raw, faults), faults)
    owner = check.references("applicant_id", found["index"]["applicant"])
    track = check.references("track_id", found["index"]["track"])
    rank = check.numbers("rank", 1, 1000)
    score = check.numbers("score", 0, MAX_SCORE)
    rule_cells = check.text("rule")
    rules = tuple(sorted(set(rule_cells) - {""}))
    code = {"": -1, **{name: at for at, name in enumerate(rules)}}
    rule = np.fromiter((code[cell] for cell in rule_cells), np.int16, len(rule_cells))
    ranked = np.lexsort((rank, owner))
    start = _starts(owner[owner >= 0], len(found["applicant_ids"]))
    if (owner >= 0).all() and (track >= 0).all():
        expected = np.arange(len(owner)) - np.repeat(start[:-1], np.diff(start)) + 1
        for at in np.nonzero(rank[ranked] != expected)[0].tolist():
            row = int(ranked[at])
            who = check.text("applicant_id")[row]
            check.fault(row, f"rank {rank[row]} of applicant {who} should be {expected[at]}")
        _no_track_twice(check, owner, track)
    found["choice_start"], found["choice_track"] = start, track[ranked]
    found["choice_score"], found["choice_rule"] = score[ranked].astype(np.int16), rule[ranked]
    found["rules"] = rules


def _starts(owner: np.ndarray, count: int) -> np.ndarray:
    start = np.zeros(count + 1, np.int64)
    start[1:] = np.cumsum(np.bincount(owner, minlength=count)[:count])
    return start


def _no_track_twice(check: Checker, owner: np.ndarray, track: np.ndarray) -> None:
    pair = owner.astype(np.int64) * (int(track.max(initial=0)) + 1) + track
    ranked = np.argsort(pair, kind="stable")
    for at in np.nonzero(np.diff(pair[ranked]) == 0)[0].tolist():
        row = int(ranked[at + 1])
        names = check.text("applicant_id")[row], check.text("track_id")[row]
        check.fault(row, f"applicant {names[0]} names track {names[1]} twice")


def fallbacks(sheets: Sheets, faults: list[Fault], found: Found) -> None:
    """Where adjustment may place somebody, nearest first."""
    raw = sheets["fallbacks.csv"]
    if isinstance(raw, RawSheet) and large_people.fallbacks(raw, found):
        return
    check = Checker(loaded(raw, faults), faults)
    owner = check.references("applicant_id", found["index"]["applicant"])
    track = check.references("track_id", found["index"]["track"])
    distance = check.numbers("distance", 0, 10**6)
    _no_track_twice(check, owner, track)
    _no_barred_fallback(check, owner, track, found)
    ranked = np.lexsort((track, distance, owner))
    found["fallback_start"] = _starts(owner[owner >= 0], len(found["applicant_ids"]))
    found["fallback_track"], found["fallback_distance"] = track[ranked], distance[ranked].astype(np.int32)


def _no_barred_fallback(check: Checker, owner: np.ndarray, track: np.ndarray, found: Found) -> None:
    """Adjustment may not lead where a rule bars the same person's own choice."""
    barred = found["choice_rule"] >= 0
    if not barred.any() or not len(owner):
        return
    chooser = np.repeat(np.arange(len(found["applicant_ids"])), np.diff(found["choice_start"]))
    width = len(found["track_ids"]) + 1
    forbidden = chooser[barred] * width + found["choice_track"][barred]
    for row in np.nonzero(np.isin(owner.astype(np.int64) * width + track, forbidden))[0].tolist():
        names = check.text("applicant_id")[row], check.text("track_id")[row]
        check.fault(row, f"applicant {names[0]} is barred from track {names[1]} in her choices")


def pins(sheets: Sheets, faults: list[Fault], found: Found) -> None:
    """What somebody holds already: exactly that track, or at least that one."""
    check = Checker(sheets["pins.csv"], faults)
    owner = check.references("applicant_id", found["index"]["applicant"])
    track = check.references("track_id", found["index"]["track"])
    seen: set[int] = set()
    for row, who in enumerate(owner.tolist()):
        if who >= 0 and who in seen:
            check.fault(row, f"applicant {check.text('applicant_id')[row]} is pinned twice")
        seen.add(who)
    hold = np.full(len(owner), EXACT, np.int8)
    for row, word in enumerate(check.text("hold")):
        if word == "at_least":
            hold[row] = AT_LEAST
        elif word not in ("", "exact"):
            check.fault(row, f"hold must be exact or at_least, not {word!r}")
    group = np.full(len(owner), -1, np.int32)
    reserved = set(zip(found["reserve_class"].tolist(), found["reserve_group"].tolist()))
    for row, name in enumerate(check.text("group")):
        if not name:
            continue
        number = found["groups"].index(name) if name in found["groups"] else -1
        if owner[row] < 0 or track[row] < 0:
            continue
        if number < 0 or (int(found["track_class"][track[row]]), number) not in reserved:
            check.fault(row, f"the class of track {check.text('track_id')[row]} reserves no seats for {name!r}")
        elif not int(found["applicant_groups"][owner[row]]) >> number & 1:
            check.fault(row, f"applicant {check.text('applicant_id')[row]} is no member of {name!r}")
        else:
            group[row] = number
    ranked = np.argsort(owner, kind="stable")
    found["pin_applicant"], found["pin_track"] = owner[ranked], track[ranked]
    found["pin_hold"], found["pin_group"] = hold[ranked], group[ranked]


def check_pins_fit(instance: Instance, sheet: Sheet) -> None:
    """What people hold must fit into every limit. Raises BundleFaults naming each limit that it breaks."""
    held, faults = instance.pin_track, []
    at_position = instance.track_position[held]
    position = at_position[at_position >= 0]
    limits = (
        ("track", instance.track_ids, instance.track_quota, held),
        ("class", instance.class_ids, instance.class_seats, instance.track_class[held]),
        ("school", instance.school_ids, instance.school_plan, instance.track_school[held]),
        ("position", instance.position_ids, instance.position_headcount, position),
        ("enterprise", instance.enterprise_ids, instance.enterprise_headcount, instance.position_enterprise[position]),
    )
    for kind, ids, capacity, used in limits:
        count = np.bincount(used, minlength=len(ids))
        for row in np.nonzero(count > capacity)[0].tolist():
            faults.append(Fault(sheet.name, 0, f"{count[row]} pins in {kind} {ids[row]} that admits {capacity[row]}"))
    for row, (of_class, group) in enumerate(zip(instance.reserve_class.tolist(), instance.reserve_group.tolist())):
        used = int(((instance.track_class[held] == of_class) & (instance.pin_group == group)).sum())
        if used > instance.reserve_seats[row]:
            name = f"{instance.class_ids[of_class]}/{instance.groups[group]}"
            reason = f"{used} pins use {instance.reserve_seats[row]} reserved seats of {name}"
            faults.append(Fault(sheet.name, 0, reason))
    if faults:
        raise BundleFaults(faults)
