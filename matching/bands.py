"""Ties as bands: scores in one band count as equal, and the rule uses that freedom to place more people.

A placement is weakly stable if nobody prefers a seat whose every full limit admits somebody of a lower band. Such
placements differ in size, and the largest is hard to find (Manlove, Irving, Iwama, Miyazaki and Morita 2002). The pass
here is Király's (2011): whoever is refused everywhere may ask once more along her whole list, this time ahead of those
in her band who did not have to. Every list is gone through at most twice, so the pass is linear; under class seats
alone it places at least two thirds of the most that any weakly stable placement does. Lottery numbers decide what is
still equal.
"""

from __future__ import annotations

import numpy as np

from matching.edges import Edges
from matching.laminar import Forest, fresh_tree
from matching.structure import Structure

#: Added to the keys of those who ask a second time: above every lottery number, below every score.
SECOND_TIME = np.int64(1) << np.int64(31)


def defer_twice(
    structure: Structure, forest: Forest, owner: np.ndarray, dead: np.ndarray, order: np.ndarray, stop: np.ndarray
) -> np.ndarray:
    """held: N, int32, the edge of everybody or -1, under nested limits. Setting stop[0] ends it early."""
    from matching.kernels import defer

    edges = structure.edges
    key, asked = edges.key.copy(), np.diff(edges.start) == 0
    held = np.full(len(asked), -1, np.int32)
    tree = fresh_tree(structure, forest, dead)
    asking = order
    while len(asking) and not stop[0]:
        defer(asking, edges.start, owner, edges.slot, key, tree, held, stop)
        asking = np.nonzero((held < 0) & ~asked)[0].astype(np.int32)
        asked[asking] = True
        key[_edges_of(edges, asking)] += SECOND_TIME
    return held


def _edges_of(edges: Edges, people: np.ndarray) -> np.ndarray:
    """All edges of some people."""
    lengths = edges.start[people + 1] - edges.start[people]
    first = np.repeat(edges.start[people] - np.concatenate([[0], np.cumsum(lengths)[:-1]]), lengths)
    return first + np.arange(int(lengths.sum()))
