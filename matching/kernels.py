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


@njit(cache=True, nogil=True, inline="always")
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


@njit(cache=True, nogil=True, inline="always")
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
    """What the laminar loop reads (forest, capacities) and what it keeps per leaf and per set.

    Helpers get single arrays and are inlined: every call would count references to all that it is handed, which
    costs more than the work itself.
    """

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
    block: np.ndarray  # lowest top of every BLOCK leaves; empty where no set is large


@njit(cache=True, nogil=True, inline="always")
def set_top(top, block, leaf, new):  # type: ignore[no-untyped-def]
    """Renews the lowest key of a leaf and of its block."""
    old = top[leaf]
    top[leaf] = new
    if len(block) == 0:
        return
    b = leaf // BLOCK
    if new <= block[b]:
        block[b] = new
    elif old == block[b]:
        lowest = EMPTY
        for k in range(b * BLOCK, min((b + 1) * BLOCK, len(top))):
            lowest = min(lowest, top[k])
        block[b] = lowest


@njit(cache=True, nogil=True, inline="always")
def lowest_leaf(top, block, low, high):  # type: ignore[no-untyped-def]
    """The leaf with the lowest last-admitted key among leaves low to high-1."""
    best = low
    leaf = low + 1
    while leaf < high:
        if len(block) > 0 and leaf % BLOCK == 0 and leaf + BLOCK <= high and block[leaf // BLOCK] >= top[best]:
            leaf += BLOCK
            continue
        if top[leaf] < top[best]:
            best = leaf
        leaf += 1
    return best


#: Answers of `gate`: let in, refused.
FREE, REFUSED = -1, -2


@njit(cache=True, nogil=True, inline="always")
def gate(chain, room, bar, leaf, key):  # type: ignore[no-untyped-def]
    """REFUSED if a set around the leaf has refused a higher key; else the innermost full set, or FREE."""
    full = FREE
    for d in range(chain.shape[1]):
        c = chain[leaf, d]
        if c < 0:
            break
        if key <= bar[c]:
            return REFUSED
        if full < 0 and room[c] <= 0:
            full = c
    return full


@njit(cache=True, nogil=True, inline="always")
def count_in(chain, room, leaf, change, stop):  # type: ignore[no-untyped-def]
    """Changes the room of the sets around a leaf, up to but not including `stop`."""
    for d in range(chain.shape[1]):
        c = chain[leaf, d]
        if c < 0 or c == stop:
            break
        room[c] += change


@njit(cache=True, nogil=True, inline="always")
def drop_lowest(keys, edges, begin, left):  # type: ignore[no-untyped-def]
    """Takes the lowest entry off a heap that then has `left` entries; the new lowest key."""
    if left == 0:
        return EMPTY
    sift(keys, edges, begin, left, 0, keys[begin + left], edges[begin + left])
    return keys[begin]


@njit(cache=True, nogil=True, inline="always")
def make_room(chain, low, high, base, room, bar, keys, edges, size, top, block, leaf, full, key):  # type: ignore[no-untyped-def]
    """Lets the lowest of a full set go if `key` is higher; returns that edge, or REFUSED."""
    worst = lowest_leaf(top, block, low[full], high[full])
    if top[worst] == EMPTY or key < top[worst]:
        bar[full] = key
        return REFUSED
    bar[full] = top[worst]
    gone = edges[base[worst]]
    size[worst] -= 1
    set_top(top, block, worst, drop_lowest(keys, edges, base[worst], size[worst]))
    count_in(chain, room, worst, 1, full)
    return gone


@njit(cache=True, nogil=True)
def defer(order, start, owner, slot, key, tree, held, stop):  # type: ignore[no-untyped-def]
    """Applicant-proposing deferred acceptance under nested limits. Fills held (N, int32) with edges or -1; the
    same whatever the `order`. stop[0], set by another thread, ends it.

    1. An applicant proposes to her best edge that has not refused her yet.
    2. If no set around it is full she is let in.
    3. Otherwise the innermost full set decides: whoever in it has the lowest key leaves, which may be herself.
       (The members of the innermost full set and she are the one circuit of the laminar matroid.)
    4. Whoever left proposes next; it ends because nobody proposes twice to the same edge.
    Only leaves keep heaps: the lowest of an outer set is the lowest top among its leaves, which are neighbours.
    """
    leaf_of, chain, low, high, base, room, bar, keys, edges, size, top, block = tree
    upcoming = start[:-1].copy()
    for first in range(len(order)):
        if first & 4095 == 0 and stop[0]:
            return
        i = order[first]
        while i >= 0 and upcoming[i] < start[i + 1]:
            e = upcoming[i]
            upcoming[i] += 1
            leaf = leaf_of[slot[e]]
            if leaf == DEAD:
                continue
            full = FREE if leaf == UNBOUND else gate(chain, room, bar, leaf, key[e])
            if full == REFUSED:
                continue
            gone = FREE
            if full != FREE:
                gone = make_room(chain, low, high, base, room, bar, keys, edges, size, top, block, leaf, full, key[e])
            if gone == REFUSED:
                continue
            if leaf != UNBOUND:
                push(keys, edges, base[leaf], size[leaf], key[e], e)
                size[leaf] += 1
                set_top(top, block, leaf, keys[base[leaf]])
                count_in(chain, room, leaf, -1, full)
            held[i] = e
            i = owner[gone] if gone >= 0 else -1
            if i >= 0:
                held[i] = -1
