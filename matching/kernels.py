"""Compiled loops over edges. Numba compiles them once and keeps the result beside this file.

Importing this module costs half a second; only solving code does it, inside functions.
"""

from __future__ import annotations

import numpy as np
from numba import njit

EMPTY = np.iinfo(np.int64).max


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


@njit(cache=True, nogil=True)
def lowest_leaf(top, low, high):  # type: ignore[no-untyped-def]
    """The leaf with the lowest last-admitted key among leaves low to high-1."""
    best = low
    for leaf in range(low + 1, high):
        if top[leaf] < top[best]:
            best = leaf
    return best


@njit(cache=True, nogil=True)
def defer(start, owner, slot, key, dead, leaf_of, chain, capacity, low, high, base, held):  # type: ignore[no-untyped-def]
    """Applicant-proposing deferred acceptance under nested limits. Fills held (N, int32) with edges or -1.

    1. An applicant proposes to her best edge that has not refused her yet.
    2. If no set around it is full she is let in.
    3. Otherwise the innermost full set decides: whoever in it has the lowest key leaves, which may be herself.
       (The members of the innermost full set and she are the one circuit of the laminar matroid.)
    4. Whoever left proposes next; it ends because nobody proposes twice to the same edge.
    Only the leaves keep heaps: the lowest member of an outer set is the lowest top among its leaves, which
    stand next to one another.
    """
    leaves = len(base) - 1
    count = np.zeros(len(capacity), np.int64)
    keys = np.empty(base[leaves], np.int64)
    edges = np.empty(base[leaves], np.int32)
    size = np.zeros(leaves, np.int64)
    top = np.full(leaves, EMPTY, np.int64)
    upcoming = start[:-1].copy()
    depth = chain.shape[1]
    for first in range(len(start) - 1):
        i = first
        while i >= 0:
            if upcoming[i] >= start[i + 1]:
                break
            e = upcoming[i]
            upcoming[i] += 1
            if dead[slot[e]]:
                continue
            leaf = leaf_of[slot[e]]
            if leaf < 0:
                held[i] = e
                break
            full = -1
            for d in range(depth):
                c = chain[leaf, d]
                if c < 0:
                    break
                if count[c] >= capacity[c]:
                    full = c
                    break
            if full < 0:
                push(keys, edges, base[leaf], size[leaf], key[e], e)
                size[leaf] += 1
                top[leaf] = keys[base[leaf]]
                for d in range(depth):
                    if chain[leaf, d] < 0:
                        break
                    count[chain[leaf, d]] += 1
                held[i] = e
                break
            worst = lowest_leaf(top, low[full], high[full])
            if top[worst] == EMPTY or key[e] < top[worst]:
                continue
            b = base[worst]
            j = owner[edges[b]]
            if worst == leaf:
                sift(keys, edges, b, size[leaf], 0, key[e], e)
                top[leaf] = keys[b]
            else:
                n = size[worst] - 1
                size[worst] = n
                if n > 0:
                    sift(keys, edges, b, n, 0, keys[b + n], edges[b + n])
                    top[worst] = keys[b]
                else:
                    top[worst] = EMPTY
                for d in range(depth):
                    if chain[worst, d] == full:
                        break
                    count[chain[worst, d]] -= 1
                push(keys, edges, base[leaf], size[leaf], key[e], e)
                size[leaf] += 1
                top[leaf] = keys[base[leaf]]
                for d in range(depth):
                    if chain[leaf, d] == full:
                        break
                    count[chain[leaf, d]] += 1
            held[j] = -1
            held[i] = e
            i = j
