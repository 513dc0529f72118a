"""The stable policy in plain numpy: what it means, written to be read. The fast path must equal it exactly."""

from __future__ import annotations

import numpy as np

from matching.structure import Structure

NOBODY = np.int64(-1)


def stable_by_rounds(structure: Structure, dead: np.ndarray) -> np.ndarray:
    """The stable placement that is best for every applicant at once, under nested limits. held: N, int32.

    Cutoffs start at nothing. Then, again and again:
    1. everybody demands her best edge whose sets' cutoffs her key all clears (clearing means at least as high);
    2. from the inside out, each set that more people demand than it has room for raises its cutoff to the key of
       the last one it has room for, counting only those whom the inner sets let through;
    3. until no set is demanded by more people than it has room for.
    Cutoffs only rise, so what a person was once refused she stays refused. `dead` marks slots of closed classes.
    """
    edges, sets = structure.edges, structure.sets
    cutoff = np.where(structure.capacity > 0, NOBODY, np.iinfo(np.int64).max)
    demand, last = edges.start[:-1].copy(), edges.start[1:]
    while True:
        person = np.nonzero(demand < last)[0]
        edge = demand[person]
        refused = dead[edges.slot[edge]]
        for depth in range(sets.shape[1]):
            around = sets[edges.slot[edge], depth]
            refused |= (around >= 0) & (edges.key[edge] < cutoff[np.maximum(around, 0)])
        if refused.any():
            demand[person[refused]] += 1
            continue
        if not _raise_cutoffs(structure, edge, cutoff):
            return np.where(demand < last, demand, -1).astype(np.int32)


def _raise_cutoffs(structure: Structure, edge: np.ndarray, cutoff: np.ndarray) -> bool:
    """Lets the sets, smaller ones first, refuse those they have no room for. True if any cutoff rose."""
    edges, sets, capacity = structure.edges, structure.sets, structure.capacity
    slots = np.bincount(sets[sets >= 0], minlength=len(capacity))
    rose = False
    for size in np.unique(slots[slots > 0]):
        for kind in range(sets.shape[1]):
            around = sets[edges.slot[edge], kind]
            demanded = np.bincount(around[around >= 0], minlength=len(capacity))
            for over in np.nonzero((demanded > capacity) & (slots == size))[0]:
                ranked = np.sort(edges.key[edge[around == over]])[::-1]
                cutoff[over] = ranked[capacity[over] - 1]
                edge = edge[(around != over) | (edges.key[edge] >= cutoff[over])]
                around = sets[edges.slot[edge], kind]
                rose = True
    return rose
