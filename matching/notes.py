"""Answers beyond the reason of each choice: what would open a class, who is next in line, where there was room."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from matching import outcome as out
from matching.cutoffs import Cutoffs, find_cutoffs
from matching.edges import keys_of
from matching.outcome import Outcome
from matching.problem import EXACT, Instance
from matching.reasons import missing_to_open
from matching.structure import CLASS, ENTERPRISE, POSITION, SCHOOL, TRACK


class ClassNote(NamedTuple):
    """One class. missing: people who would still have to want it for it to open (0 if it is open);
    next_in_line: who would get one more seat, None if nobody waits or another limit is full as well.
    """

    class_id: str
    open: bool
    filled: int
    seats_left: int | None
    missing: int
    next_in_line: str | None


class RoomLeft(NamedTuple):
    """A track with room that an unplaced person could have had. listed: she had chosen it herself."""

    applicant_id: str
    track_id: str
    listed: bool


@dataclass(frozen=True)
class Explanation:
    classes: list[ClassNote]
    rooms: list[RoomLeft]


def explain(instance: Instance, outcome: Outcome) -> Explanation:
    """Notes on every class, and for every unplaced person the eligible tracks that had room."""
    found = find_cutoffs(instance, outcome.seats)
    return Explanation(_class_notes(instance, outcome, found), _rooms(instance, outcome))


def _class_notes(instance: Instance, outcome: Outcome, found: Cutoffs) -> list[ClassNote]:
    table, line = outcome.class_table, _next_in_line(instance, outcome, found)
    missing = np.where(table.open, 0, missing_to_open(instance, outcome.seats))
    left = np.maximum(instance.class_seats - table.filled, 0)
    notes = []
    for row, name in enumerate(instance.class_ids):
        room = int(left[row]) if instance.class_seats[row] < 10**10 else None
        following = instance.applicant_ids[line[row]] if line[row] >= 0 else None
        notes.append(ClassNote(name, bool(table.open[row]), int(table.filled[row]), room, int(missing[row]), following))
    return notes


def _next_in_line(instance: Instance, outcome: Outcome, found: Cutoffs) -> np.ndarray:
    """K: the applicant with the highest key who wants an open seat of the class and whom only the class refuses."""
    beyond = np.full(len(found.sets), -1, np.int64)
    for kind in (TRACK, SCHOOL, POSITION, ENTERPRISE):
        around = found.sets[:, kind]
        beyond = np.maximum(beyond, np.where(around >= 0, found.cutoff[np.maximum(around, 0)], -1))
    own = found.cutoff[found.sets[:, CLASS]]
    seats, owner = outcome.seats, instance.choice_owner
    firm = np.zeros(instance.applicants, bool)
    firm[instance.pin_applicant[instance.pin_hold == EXACT]] = True
    got = np.where((seats.rank > 0) & (seats.by != out.BY_ADJUSTMENT), seats.rank, 10**4)
    got[firm] = 0
    waits = (instance.choice_rank < got[owner]) & (instance.choice_rule < 0)
    waits &= outcome.class_table.open[instance.track_class][instance.choice_track]
    rows = np.nonzero(waits)[0]
    slot, key = instance.choice_track[rows].astype(np.int64) * found.width, keys_of(instance, rows, owner[rows])
    next_to_come = (key >= beyond[slot]) & (key < own[slot])
    rows, key = rows[next_to_come], key[next_to_come]
    rows = rows[np.argsort(key, kind="stable")]
    line = np.full(len(instance.class_ids), -1, np.int64)
    line[instance.track_class[instance.choice_track[rows]]] = owner[rows]  # the last write has the highest key
    return line


def _rooms(instance: Instance, outcome: Outcome) -> list[RoomLeft]:
    """Tracks of open classes with room in all their limits, chosen or eligible, of people without a seat."""
    room = tracks_with_room(instance, outcome)
    nobody = outcome.seats.track < 0
    owner = np.repeat(np.arange(instance.applicants), np.diff(instance.fallback_start))
    chosen = nobody[instance.choice_owner] & room[instance.choice_track] & (instance.choice_rule < 0)
    other = nobody[owner] & room[instance.fallback_track]
    found = set(zip(instance.choice_owner[chosen].tolist(), instance.choice_track[chosen].tolist()))
    listed = set(zip(instance.choice_owner.tolist(), instance.choice_track.tolist())) if other.any() else set()
    rows = [(who, track, True) for who, track in found]
    pairs = zip(owner[other].tolist(), instance.fallback_track[other].tolist())
    rows += [(who, track, False) for who, track in pairs if (who, track) not in listed]
    names, tracks = instance.applicant_ids, instance.track_ids
    return [RoomLeft(names[who], tracks[track], chosen) for who, track, chosen in sorted(rows)]


def tracks_with_room(instance: Instance, outcome: Outcome) -> np.ndarray:
    """T, bool: tracks of open classes whose every limit has room, adjusted people counted."""
    from matching.structure import all_sets

    sets, capacity, _ = all_sets(instance, 1)
    taken = sets[outcome.seats.track[outcome.seats.track >= 0]]
    left = capacity - np.bincount(taken[taken >= 0], minlength=len(capacity))
    room = outcome.class_table.open[instance.track_class]
    for kind in (TRACK, CLASS, SCHOOL, POSITION, ENTERPRISE):
        room = room & ((sets[:, kind] < 0) | (left[np.maximum(sets[:, kind], 0)] > 0))
    return room
