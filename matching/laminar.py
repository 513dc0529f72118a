"""Nested limits as a forest: the fast path of the stable policy, and the network of the maximum policy."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.structure import Structure


@dataclass(frozen=True)
class Forest:
    """Leaves stand in depth-first order, so that the leaves of every set are neighbours.

    leaf_of: slot → leaf, -1 where no limit binds. chain: leaf × depth, its sets from the inside out, padded with
    -1. low, high: the leaves of every set. base: where every leaf's heap begins; its room is what its chain admits.
    """

    leaf_of: np.ndarray
    chain: np.ndarray
    low: np.ndarray
    high: np.ndarray
    base: np.ndarray


def build_forest(structure: Structure) -> Forest:
    """The forest of a laminar structure.

    1. Every slot's kept sets are ordered inside out, by how many slots they have.
    2. Slots with the same sets share a leaf.
    3. Leaves are sorted by their path from the root, which brings the leaves of each set together.
    """
    sets = structure.sets.astype(np.int64)
    count = len(structure.capacity)
    size = np.bincount(sets[sets >= 0], minlength=count)
    width = np.where(sets >= 0, size[np.maximum(sets, 0)] * (count + 1) + sets, np.iinfo(np.int64).max)
    ordered = np.take_along_axis(sets, np.argsort(width, axis=1, kind="stable"), axis=1)
    depth = max(1, int((ordered >= 0).sum(axis=1).max(initial=0)))
    ordered = ordered[:, :depth]
    bound = ordered[:, 0] >= 0
    length = (ordered >= 0).sum(axis=1)
    path = np.full_like(ordered, -1)  # from the root inwards
    for step in range(depth):
        has = length > step
        path[has, step] = ordered[has, length[has] - 1 - step]
    rows = np.nonzero(bound)[0]
    rows = rows[np.lexsort(path[rows].T[::-1])]
    new = np.ones(len(rows), bool)
    new[1:] = (path[rows[1:]] != path[rows[:-1]]).any(axis=1)
    leaf_of = np.full(len(sets), -1, np.int32)
    leaf_of[rows] = np.cumsum(new) - 1
    paths = path[rows[new]]
    chain = np.full(paths.shape, -1, np.int32)
    chain[leaf_of[bound]] = ordered[bound]
    low, high = np.full(count, len(paths), np.int64), np.zeros(count, np.int64)
    number = np.repeat(np.arange(len(paths)), depth)
    inside = chain.ravel() >= 0
    np.minimum.at(low, chain.ravel()[inside], number[inside])
    np.maximum.at(high, chain.ravel()[inside], number[inside] + 1)
    room = np.where(chain >= 0, structure.capacity[np.maximum(chain, 0)], np.iinfo(np.int64).max).min(axis=1)
    base = np.zeros(len(paths) + 1, np.int64)
    base[1:] = np.cumsum(np.maximum(room, 0))
    return Forest(leaf_of, np.ascontiguousarray(chain), low, high, base)


def fresh_tree(structure: Structure, forest: Forest, dead: np.ndarray):  # type: ignore[no-untyped-def]
    """The state of the compiled loop before anybody has proposed. dead: L, slots of closed classes."""
    from matching.kernels import BLOCK, DEAD, EMPTY, Tree

    leaves = len(forest.chain)
    large = bool((forest.high - forest.low > 4 * BLOCK).any())
    return Tree(
        np.where(dead, np.int32(DEAD), forest.leaf_of),
        forest.chain,
        forest.low,
        forest.high,
        forest.base,
        structure.capacity.copy(),
        np.full(len(structure.capacity), -1, np.int64),
        np.empty(forest.base[-1], np.int64),
        np.empty(forest.base[-1], np.int32),
        np.zeros(leaves, np.int64),
        np.full(leaves, EMPTY, np.int64),
        np.full(leaves // BLOCK + 1 if large else 0, EMPTY, np.int64),
    )
