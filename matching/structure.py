"""Limits → constraint sets over slots; which of them can bind; whether those that can are nested (laminar).

1. Every limit is a set of slots with a capacity. Kinds, inside out: pool, track, class, school, position,
   enterprise. Exact pins have used up their seats before anybody else is looked at.
2. A set is dropped if its capacity is at least the number of applicants who could be in it, or at least what the
   kept sets inside it, or the kept set around it, let in. Dropped sets hold by themselves.
3. The kept sets are laminar if any two of them that share a slot are nested.

Sources: Biró, Fleiner, Irving and Manlove 2010; Kamada and Kojima 2018.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.edges import Edges, build_edges
from matching.problem import EXACT, Instance

KINDS = ("pool", "track", "class", "school", "position", "enterprise")
POOL, TRACK, CLASS, SCHOOL, POSITION, ENTERPRISE = range(6)


@dataclass(frozen=True)
class Structure:
    """L slots, Z sets. Column d of `sets` is the set of kind d that a slot lies in, -1 where it was dropped."""

    edges: Edges
    sets: np.ndarray  # L × 6, int32
    capacity: np.ndarray  # Z, int64, what exact pins have left
    first: np.ndarray  # 7, int64: sets of kind d are first[d] to first[d+1]
    slot_class: np.ndarray  # L, int32
    laminar: bool
    truthful: bool  # laminar, and still so after any one applicant's other choices

    def limit_name(self, instance: Instance, number: int) -> str:
        """`kind:id` of a set."""
        kind = int(np.searchsorted(self.first, number, side="right")) - 1
        return limit_name(instance, kind, int(number - self.first[kind]))


def limit_name(instance: Instance, kind: int, row: int) -> str:
    """`kind:id` of a limit, as outcomes write it: track:T9, pool:K12/group, class:K12, …"""
    if kind == POOL:
        of_class = instance.class_ids[instance.reserve_class[row]]
        return f"pool:{of_class}/{instance.groups[instance.reserve_group[row]]}"
    ids: tuple[list[str], ...] = (
        [],
        instance.track_ids,
        instance.class_ids,
        instance.school_ids,
        instance.position_ids,
        instance.enterprise_ids,
    )
    return f"{KINDS[kind]}:{ids[kind][row]}"


def build_structure(instance: Instance, edges: Edges | None = None) -> Structure:
    """The constraint sets of an instance that can bind, and whether they are laminar."""
    from matching.kernels import set_loads

    edges = build_edges(instance) if edges is None else edges
    sets, capacity, first = all_sets(instance, edges.width)
    capacity = capacity - exact_pins(instance, edges.width, sets, len(capacity))
    loads = set_loads(edges.start, edges.slot, sets, len(capacity))
    used = np.zeros(len(sets), bool)
    used[edges.slot] = True
    binding = _drop_slack(np.where(used[:, None], sets, -1), loads, capacity)
    laminar = _is_laminar(binding)
    slot_class = np.repeat(instance.track_class, edges.width)
    # One applicant's other choices add at most one person to any set, and may use any slot.
    truthful = laminar and _is_laminar(_drop_slack(sets, loads + 1, capacity))
    return Structure(edges, np.ascontiguousarray(binding, np.int32), capacity, first, slot_class, laminar, truthful)


def all_sets(instance: Instance, width: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(sets L × 6, capacity Z, first 7) with nothing dropped; a slot outside a kind has -1 there."""
    capacities = (
        instance.reserve_seats,
        instance.track_quota,
        instance.class_seats,
        instance.school_plan,
        instance.position_headcount,
        instance.enterprise_headcount,
    )
    first = np.zeros(7, np.int64)
    first[1:] = np.cumsum([len(capacity) for capacity in capacities])
    track = np.repeat(np.arange(len(instance.track_ids)), width)
    columns = (
        _pool_of_slot(instance, width),
        track,
        instance.track_class[track],
        instance.track_school[track],
        instance.track_position[track],
        instance.track_enterprise[track],
    )
    stacked = [np.where(column >= 0, column + first[kind], -1) for kind, column in enumerate(columns)]
    return np.stack(stacked, 1).astype(np.int32), np.concatenate(capacities), first


def _pool_of_slot(instance: Instance, width: int) -> np.ndarray:
    """The reserve row of every slot, -1 for open seats."""
    if width == 1:
        return np.full(len(instance.track_ids), -1, np.int64)
    table = np.full((len(instance.class_ids), width), -1, np.int64)
    table[instance.reserve_class, instance.reserve_group + 1] = np.arange(len(instance.reserve_class))
    return table[instance.track_class].ravel()


def exact_pins(instance: Instance, width: int, sets: np.ndarray, count: int) -> np.ndarray:
    """How many seats of every set exact pins use up."""
    exact = instance.pin_hold == EXACT
    pool = np.where((instance.pin_group[exact] >= 0) & (width > 1), instance.pin_group[exact] + 1, 0)
    inside = sets[instance.pin_track[exact] * width + pool]
    return np.bincount(inside[inside >= 0], minlength=count).astype(np.int64)


def _drop_slack(sets: np.ndarray, loads: np.ndarray, capacity: np.ndarray) -> np.ndarray:
    """`sets` with -1 where a set cannot bind. loads: Z, how many applicants could be in every set.

    By load: no more applicants could come than it has room for. By children: outer sets (enterprise, position,
    school, class, in this order) whose inner sets already let in no more. Last, by the kept set around it: a set
    that lies wholly within a kept one which admits no more people than it does.
    """
    room = np.minimum(capacity, loads)
    kept = loads > capacity
    for inner, outer in ((TRACK, POSITION), (POSITION, ENTERPRISE), (TRACK, CLASS), (CLASS, SCHOOL)):
        kept &= ~_held_by_children(sets, room, inner, outer, capacity)
    for inner, outer in CONTAINED:
        kept &= ~_held_by_parent(sets, kept, inner, outer, capacity)
    return np.where((sets >= 0) & kept[np.maximum(sets, 0)], sets, -1)


#: (inner, outer): kinds of which the inner often lies within one set of the outer kind.
CONTAINED = (
    (POOL, CLASS),
    (TRACK, CLASS),
    (TRACK, POSITION),
    (POSITION, CLASS),
    (CLASS, SCHOOL),
    (POSITION, ENTERPRISE),
)


def _held_by_children(sets: np.ndarray, room: np.ndarray, inner: int, outer: int, capacity: np.ndarray) -> np.ndarray:
    """Z, bool: outer sets whose inner sets can let in no more people than the outer set does. Tightens `room`."""
    member = (sets[:, outer] >= 0) & (sets[:, inner] >= 0)
    large, small, _ = _pairs(sets[member, outer], sets[member, inner], len(capacity))
    if not len(large):
        return np.zeros(len(capacity), bool)
    total = np.bincount(large, room[small].astype(float), minlength=len(capacity)).astype(np.int64)
    around = np.unique(large)
    room[around] = np.minimum(room[around], total[around])
    held = np.zeros(len(capacity), bool)
    held[around] = total[around] <= capacity[around]
    return held


def _pairs(one: np.ndarray, other: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The different pairs (one[a], other[a]) of set numbers below `count`, and how often each occurs."""
    code, often = np.unique(one.astype(np.int64) * count + other, return_counts=True)
    return code // max(1, count), code % max(1, count), often


def _held_by_parent(sets: np.ndarray, kept: np.ndarray, inner: int, outer: int, capacity: np.ndarray) -> np.ndarray:
    """Z, bool: inner sets that lie wholly within one kept outer set which lets in no more people than they do."""
    held = np.zeros(len(capacity), bool)
    inside = sets[:, inner] >= 0
    small, large = sets[inside, inner], sets[inside, outer]
    low, high = np.full(len(capacity), np.iinfo(np.int64).max), np.full(len(capacity), -1, np.int64)
    np.minimum.at(low, small, large)
    np.maximum.at(high, small, large)
    wholly = (low == high) & (high >= 0)
    parent = np.where(wholly, high, 0)
    held[wholly & kept[parent] & (capacity >= capacity[parent])] = True
    return held


def _is_laminar(sets: np.ndarray) -> bool:
    """Whether any two kept sets that share a slot are nested."""
    size = np.zeros(int(sets.max(initial=-1)) + 1, np.int64)
    for kind in range(6):
        size += np.bincount(sets[sets[:, kind] >= 0, kind], minlength=len(size))
    for one in range(6):
        for other in range(one + 1, 6):
            both = (sets[:, one] >= 0) & (sets[:, other] >= 0)
            if not both.any():
                continue
            first, second, shared = _pairs(sets[both, one], sets[both, other], len(size))
            if (shared < np.minimum(size[first], size[second])).any():
                return False
    return True
