"""Cutoffs of a finished placement, for every limit and whether or not it could bind.

1. Reserved seats are attributed: the members of a group that sit in a class take its pool, best key first, in the
   published order of the groups. Given who sits in the class this is the one stable attribution.
2. A set that is full has the key of the last one admitted to it as its cutoff; a set with room has none.
3. Only seats by choice or pin count: adjustment comes after fairness.
4. With ties as bands everybody in one band is equal: a full set lets in only who stands in a higher band than its
   last one.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.edges import BONUS, PIN_KEY, keys_of
from matching.outcome import BY_ADJUSTMENT, BY_PIN, Seats
from matching.problem import MAX_LOTTERY, Instance
from matching.structure import all_sets

#: Cutoff of a set with room, and of one that admits nobody.
OPEN_TO_ALL, SHUT = np.int64(-1), np.iinfo(np.int64).max
#: The part of a key below the score.
LOTTERY_BITS = np.int64((1 << 32) - 1)


@dataclass(frozen=True)
class Cutoffs:
    """sets: L × 6 as in structure.all_sets; cutoff, count, capacity: Z; first: 7; width: slots per track."""

    sets: np.ndarray
    cutoff: np.ndarray
    count: np.ndarray
    capacity: np.ndarray
    first: np.ndarray
    width: int


def find_cutoffs(instance: Instance, seats: Seats) -> Cutoffs:
    """The cutoff of every limit under the placement `seats`."""
    width = len(instance.group_order) + 1 if len(instance.reserve_class) else 1
    sets, capacity, first = all_sets(instance, width)
    people = np.nonzero((seats.track >= 0) & (seats.by != BY_ADJUSTMENT))[0]
    key = seat_keys(instance, seats, people)
    pool = attribute_pools(instance, seats, people, key) if width > 1 else np.zeros(len(people), np.int64)
    key = key + np.where((pool > 0) & (key < PIN_KEY), BONUS, 0)
    if instance.policy.in_bands:
        key = np.where(key < PIN_KEY, key | LOTTERY_BITS, key)
    slot = seats.track[people] * width + pool
    count = np.zeros(len(capacity), np.int64)
    lowest = np.full(len(capacity), SHUT, np.int64)
    for kind in range(6):
        inside = sets[slot, kind]
        known = inside >= 0
        count += np.bincount(inside[known], minlength=len(capacity))
        np.minimum.at(lowest, inside[known], key[known])
    cutoff = np.where(count >= capacity, lowest, OPEN_TO_ALL)
    cutoff[capacity <= 0] = SHUT
    return Cutoffs(sets, cutoff, count, capacity, first, width)


def seat_keys(instance: Instance, seats: Seats, people: np.ndarray) -> np.ndarray:
    """The key, without bonus, by which each of `people` holds her seat; pins stand above everybody."""
    key = PIN_KEY + MAX_LOTTERY - instance.lottery[people]
    chosen = seats.by[people] != BY_PIN
    who = people[chosen]
    key[chosen] = keys_of(instance, instance.choice_start[who] + seats.rank[who] - 1, who)
    return key


def attribute_pools(instance: Instance, seats: Seats, people: np.ndarray, key: np.ndarray) -> np.ndarray:
    """The pool each of `people` sits in: 0 for open seats, g + 1 for the reserved seats of group g."""
    pool = np.zeros(len(people), np.int64)
    of_class = instance.track_class[seats.track[people]]
    pinned = seats.by[people] == BY_PIN
    pool[pinned] = instance.pin_group[instance.pin_of[people[pinned]]] + 1
    table = np.zeros((len(instance.class_ids), len(instance.group_order)), np.int64)
    table[instance.reserve_class, instance.reserve_group] = instance.reserve_seats
    for group in range(len(instance.group_order)):
        room = table[:, group] - np.bincount(of_class[pool == group + 1], minlength=len(table))
        member = instance.applicant_groups[people] >> np.uint64(group) & np.uint64(1) > 0
        free = np.nonzero(member & (pool == 0) & ~pinned & (room[of_class] > 0))[0]
        ranked = free[np.lexsort((-key[free], of_class[free]))]
        begin = np.searchsorted(of_class[ranked], np.arange(len(table)))
        place = np.arange(len(ranked)) - begin[of_class[ranked]]
        pool[ranked[place < room[of_class[ranked]]]] = group + 1
    return pool
