"""Compiled loops over edges for nested limits. Numba compiles them once and keeps the result beside this file.

Importing this module costs half a second; only solving code does it, inside functions.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

EMPTY = np.iinfo(np.int64).max
#: Leaves whose lowest keys are also kept as one number, so that large sets need not look at every leaf.
BLOCK = 32
#: Leaves of slots that no limit binds, and of slots whose class is closed.
UNBOUND, DEAD = -1, -2


@njit(cache=True, nogil=True)
def set_loads(start, slot, sets, count):  # type: ignore[no-untyped-def]
    """How many different applicants have an edge in every set. sets: L × D; returns int64[count]."""
    load = np.zeros(count, np.int64)
    last = np.full(count, -1, np.int32)
    for i in range(len(start) - 1):
        for e in range(start[i], start[i + 1]):
            for d in range(sets.shape[1]):
                c = sets[slot[e], d]
                if c >= 0 and last[c] != i:
                    last[c] = i
                    load[c] += 1
    return load


@njit(cache=True, nogil=True)
def push(keys, edges, base, size, key, edge):  # type: ignore[no-untyped-def]
    """Adds an entry to the min-heap of `size` entries at `base`."""
    i = size
    while i > 0:
        p = (i - 1) >> 1
        if keys[base + p] <= key:
            break
        keys[base + i] = keys[base + p]
        edges[base + i] = edges[base + p]
        i = p
    keys[base + i] = key
    edges[base + i] = edge


@njit(cache=True, nogil=True)
def sift(keys, edges, base, size, i, key, edge):  # type: ignore[no-untyped-def]
    """Puts an entry at place i of the min-heap and lets it sink."""
    while True:
        c = 2 * i + 1
        if c >= size:
            break
        if c + 1 < size and keys[base + c + 1] < keys[base + c]:
            c += 1
        if keys[base + c] >= key:
            break
        keys[base + i] = keys[base + c]
        edges[base + i] = edges[base + c]
        i = c
    keys[base + i] = key
    edges[base + i] = edge


class Tree(NamedTuple):
    """What the laminar loop reads (forest, capacities) and what it keeps per leaf and per set."""

    leaf_of: np.ndarray
    chain: np.ndarray
    low: np.ndarray
    high: np.ndarray
    base: np.ndarray
    room: np.ndarray  # per set: seats left
    bar: np.ndarray  # per set: the highest key it has refused; cutoffs only rise, so lower ones need not try
    keys: np.ndarray
    edges: np.ndarray
    size: np.ndarray
    top: np.ndarray
    block: np.ndarray


@njit(cache=True, nogil=True)
def set_top(tree, leaf):  # type: ignore[no-untyped-def]
    """Renews the lowest key of a leaf and of its block."""
    old = tree.top[leaf]
    new = tree.keys[tree.base[leaf]] if tree.size[leaf] > 0 else EMPTY
    tree.top[leaf] = new
    b = leaf // BLOCK
    if new <= tree.block[b]:
        tree.block[b] = new
    elif old == tree.block[b]:
        lowest = EMPTY
        for k in range(b * BLOCK, min((b + 1) * BLOCK, len(tree.top))):
            lowest = min(lowest, tree.top[k])
        tree.block[b] = lowest


@njit(cache=True, nogil=True)
def lowest_leaf(tree, low, high):  # type: ignore[no-untyped-def]
    """The leaf with the lowest last-admitted key among leaves low to high-1."""
    best = low
    leaf = low + 1
    while leaf < high:
        if leaf % BLOCK == 0 and leaf + BLOCK <= high and tree.block[leaf // BLOCK] >= tree.top[best]:
            leaf += BLOCK
            continue
        if tree.top[leaf] < tree.top[best]:
            best = leaf
        leaf += 1
    return best


#: Answers of `gate`: let in, refused.
FREE, REFUSED = -1, -2


@njit(cache=True, nogil=True)
def gate(tree, leaf, key):  # type: ignore[no-untyped-def]
    """REFUSED if a set around the leaf has refused a higher key; else the innermost full set, or FREE."""
    full = FREE
    for d in range(tree.chain.shape[1]):
        c = tree.chain[leaf, d]
        if c < 0:
            break
        if key <= tree.bar[c]:
            return REFUSED
        if full < 0 and tree.room[c] <= 0:
            full = c
    return full


@njit(cache=True, nogil=True)
def add_to_leaf(tree, leaf, key, edge, stop):  # type: ignore[no-untyped-def]
    """Lets an edge into a leaf and counts it in the sets around it, up to but not including `stop`."""
    push(tree.keys, tree.edges, tree.base[leaf], tree.size[leaf], key, edge)
    tree.size[leaf] += 1
    set_top(tree, leaf)
    for d in range(tree.chain.shape[1]):
        c = tree.chain[leaf, d]
        if c < 0 or c == stop:
            break
        tree.room[c] -= 1


@njit(cache=True, nogil=True)
def replace_lowest(tree, worst, leaf, full, key, edge):  # type: ignore[no-untyped-def]
    """Lets an edge into `leaf` in place of the lowest of leaf `worst`, both within the set `full`; who left."""
    b = tree.base[worst]
    gone = tree.edges[b]
    if worst == leaf:
        sift(tree.keys, tree.edges, b, tree.size[leaf], 0, key, edge)
        set_top(tree, leaf)
        return gone
    n = tree.size[worst] - 1
    tree.size[worst] = n
    if n > 0:
        sift(tree.keys, tree.edges, b, n, 0, tree.keys[b + n], tree.edges[b + n])
    set_top(tree, worst)
    for d in range(tree.chain.shape[1]):
        if tree.chain[worst, d] == full:
            break
        tree.room[tree.chain[worst, d]] += 1
    add_to_leaf(tree, leaf, key, edge, full)
    return gone


@njit(cache=True, nogil=True)
def defer(order, start, owner, slot, key, tree, held, stop):  # type: ignore[no-untyped-def]
    """Applicant-proposing deferred acceptance under nested limits. Fills held (N, int32) with edges or -1.

    1. An applicant proposes to her best edge that has not refused her yet.
    2. If no set around it is full she is let in.
    3. Otherwise the innermost full set decides: whoever in it has the lowest key leaves, which may be herself.
       (The members of the innermost full set and she are the one circuit of the laminar matroid.)
    4. Whoever left proposes next; it ends because nobody proposes twice to the same edge.
    Only leaves keep heaps: the lowest member of an outer set is the lowest top among its leaves, which are
    neighbours. The result does not depend on `order`; `stop[0]` set by another thread ends the loop.
    """
    upcoming = start[:-1].copy()
    for first in range(len(order)):
        if first & 4095 == 0 and stop[0]:
            return
        i = order[first]
        while i >= 0 and upcoming[i] < start[i + 1]:
            e = upcoming[i]
            upcoming[i] += 1
            leaf = tree.leaf_of[slot[e]]
            if leaf == DEAD:
                continue
            if leaf == UNBOUND:
                held[i] = e
                break
            full = gate(tree, leaf, key[e])
            if full == REFUSED:
                continue
            if full == FREE:
                add_to_leaf(tree, leaf, key[e], e, -1)
                held[i] = e
                break
            worst = lowest_leaf(tree, tree.low[full], tree.high[full])
            if tree.top[worst] == EMPTY or key[e] < tree.top[worst]:
                tree.bar[full] = key[e]
                continue
            tree.bar[full] = tree.top[worst]
            held[i] = e
            i = owner[replace_lowest(tree, worst, leaf, full, key[e], e)]
            held[i] = -1
