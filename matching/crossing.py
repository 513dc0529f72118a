"""Limits that cut across each other (school side and enterprise side): rise, then settle.

1. Rise: generalised deferred acceptance in the order of lottery numbers.
2. A set may have room again after somebody left it for another set's sake; who was refused there before now has a
   claim. Settle: grant claims in the order of lottery numbers, as often as there are any.
3. An edge displaced `DISPLACEMENTS` times puts a floor on the set that displaced it. So it ends, every limit holds,
   and each claim that is left lies under a listed floor: that list is the certificate.
A stable placement may not exist here, and whether it does is NP-complete (Biró, Fleiner, Irving and Manlove 2010).
"""

from __future__ import annotations

import numpy as np

from matching.structure import Structure

#: How often a seat may change hands before a floor settles it.
DISPLACEMENTS = 20


def rise_and_settle(
    structure: Structure, owner: np.ndarray, dead: np.ndarray, order: np.ndarray, stop: np.ndarray | None = None
) -> tuple[np.ndarray, dict[int, int]]:
    """(held, floors): N edges or -1, and set number → key below which the set refuses.

    owner: M; dead: L, slots of closed classes; order: applicants by lottery number. Setting stop[0] ends it early.
    """
    from matching.kernels_crossing import claimants, rise, settle

    stop = np.zeros(1, np.uint8) if stop is None else stop
    state = _fresh_state(structure, owner, dead)
    rise(state, order, stop)
    while not stop[0]:
        if settle(state, order[claimants(state)[order]], DISPLACEMENTS, stop) == 0:
            break
    floors = {int(number): int(state.floor[number]) for number in np.nonzero(state.floor > 0)[0]}
    return state.held, floors


def _fresh_state(structure: Structure, owner: np.ndarray, dead: np.ndarray):  # type: ignore[no-untyped-def]
    from matching.kernels_crossing import State

    edges, sets, capacity = structure.edges, structure.sets, structure.capacity
    count, slots = len(capacity), len(sets)
    bound = sets >= 0
    set_of, slot_of = sets[bound], np.nonzero(bound)[0]
    order = np.argsort(set_of, kind="stable")
    members = np.bincount(set_of, minlength=count)
    begin = np.concatenate([[0], np.cumsum(members)])
    place = np.full(sets.shape, -1, np.int32)
    in_set = np.empty(len(order), np.int32)
    in_set[order] = np.arange(len(order)) - begin[set_of[order]]
    place[bound] = in_set
    heap = np.where(bound, np.minimum(capacity[np.maximum(sets, 0)], edges_per_slot(structure)[:, None]), 1 << 62)
    heap = np.where(bound.any(axis=1), np.maximum(heap.min(axis=1), 0) + 1, 0)
    base = np.concatenate([[0], np.cumsum(heap)])
    empty = np.iinfo(np.int64).max
    return State(
        edges.start, owner, edges.slot, edges.key, dead, sets, capacity, place, 2 * begin, base,
        np.zeros(count, np.int64), np.zeros(count, np.int64), np.full(2 * len(order) + 2, empty, np.int64),
        slot_of[order].astype(np.int32), np.empty(base[-1], np.int64), np.empty(base[-1], np.int32),
        np.zeros(slots, np.int32), np.full(len(edges.start) - 1, -1, np.int32), edges.start[:-1].copy(),
        np.zeros(len(edges), np.int16), np.empty(len(edges.start) + 8, np.int32),
    )  # fmt: skip


def edges_per_slot(structure: Structure) -> np.ndarray:
    """L: how many edges lead to every slot."""
    return np.bincount(structure.edges.slot, minlength=len(structure.sets))
