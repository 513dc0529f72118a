"""Compiled loops for limits that cut across each other: rise, claims, settle.

Every slot keeps a heap of the people it holds. Every set keeps a tournament tree over the lowest keys of its slots,
whose root is the key of the last one admitted to the set.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from matching.kernels import EMPTY, push, sift


class State(NamedTuple):
    """The problem (first rows) and the placement as it stands. S sets, L slots, N applicants, M edges."""

    start: np.ndarray
    owner: np.ndarray
    slot: np.ndarray
    key: np.ndarray
    dead: np.ndarray
    sets: np.ndarray  # L × D
    capacity: np.ndarray
    place: np.ndarray  # L × D, the slot's place among the slots of its set
    tree_base: np.ndarray  # S+1, where the set's tree begins; it has twice as many nodes as slots
    base: np.ndarray  # L+1, heaps
    members: np.ndarray  # S, how many people every set holds
    floor: np.ndarray
    tree: np.ndarray
    slot_at: np.ndarray  # per tree node / 2: the slot at every place of every set
    keys: np.ndarray
    edges: np.ndarray
    size: np.ndarray
    held: np.ndarray
    upcoming: np.ndarray
    displaced: np.ndarray
    stack: np.ndarray


@njit(cache=True, nogil=True)
def set_slot_top(s, slot):  # type: ignore[no-untyped-def]
    """Carries the lowest key of a slot up the trees of all its sets."""
    low = s.keys[s.base[slot]] if s.size[slot] > 0 else EMPTY
    for d in range(s.sets.shape[1]):
        c = s.sets[slot, d]
        if c < 0:
            continue
        b = s.tree_base[c]
        n = s.place[slot, d] + ((s.tree_base[c + 1] - b) >> 1)
        s.tree[b + n] = low
        while n > 1:
            n >>= 1
            lower = min(s.tree[b + 2 * n], s.tree[b + 2 * n + 1])
            if s.tree[b + n] == lower:
                break
            s.tree[b + n] = lower


@njit(cache=True, nogil=True)
def last_admitted(s, c):  # type: ignore[no-untyped-def]
    """The slot that holds the person with the lowest key in a set."""
    b = s.tree_base[c]
    m = (s.tree_base[c + 1] - b) >> 1
    n = 1
    while n < m:
        n = 2 * n if s.tree[b + 2 * n] == s.tree[b + n] else 2 * n + 1
    return s.slot_at[(b >> 1) + n - m]


@njit(cache=True, nogil=True)
def clears(s, e):  # type: ignore[no-untyped-def]
    """Whether the edge's key clears the floor and the cutoff of all its sets."""
    slot = s.slot[e]
    if s.dead[slot]:
        return False
    key = s.key[e]
    for d in range(s.sets.shape[1]):
        c = s.sets[slot, d]
        if c < 0:
            continue
        if key < s.floor[c] or s.capacity[c] <= 0:
            return False
        if s.members[c] >= s.capacity[c] and key < s.tree[s.tree_base[c] + 1]:
            return False
    return True


@njit(cache=True, nogil=True)
def count_sets(s, slot, change):  # type: ignore[no-untyped-def]
    for d in range(s.sets.shape[1]):
        if s.sets[slot, d] >= 0:
            s.members[s.sets[slot, d]] += change


@njit(cache=True, nogil=True)
def leave(s, e):  # type: ignore[no-untyped-def]
    """Takes a held edge out of its slot's heap and its sets."""
    slot = s.slot[e]
    b = s.base[slot]
    if s.base[slot + 1] > b:
        at = 0
        while s.edges[b + at] != e:
            at += 1
        n = s.size[slot] - 1
        s.size[slot] = n
        if at < n:
            key, edge = s.keys[b + n], s.edges[b + n]
            if at > 0 and key < s.keys[b + ((at - 1) >> 1)]:
                push(s.keys, s.edges, b, at, key, edge)
            else:
                sift(s.keys, s.edges, b, n, at, key, edge)
        if at == 0:
            set_slot_top(s, slot)
        count_sets(s, slot, -1)
    s.held[s.owner[e]] = -1


@njit(cache=True, nogil=True)
def enter(s, e):  # type: ignore[no-untyped-def]
    """Puts an edge into its slot's heap and its sets."""
    slot = s.slot[e]
    b = s.base[slot]
    if s.base[slot + 1] > b:
        push(s.keys, s.edges, b, s.size[slot], s.key[e], e)
        s.size[slot] += 1
        if s.edges[b] == e:
            set_slot_top(s, slot)
        count_sets(s, slot, 1)
    s.held[s.owner[e]] = e


@njit(cache=True, nogil=True)
def take(s, e, waiting, limit):  # type: ignore[no-untyped-def]
    """Seats the owner of a clearing edge. Overfull sets let their last one go, who is stacked; returns the stack's
    height. With `limit` > 0, an edge displaced `limit` times puts a floor just above itself on that set.
    """
    old = s.held[s.owner[e]]
    if old >= 0:
        leave(s, old)
    enter(s, e)
    slot = s.slot[e]
    for d in range(s.sets.shape[1]):
        c = s.sets[slot, d]
        if c >= 0 and s.members[c] > s.capacity[c]:
            gone = s.edges[s.base[last_admitted(s, c)]]
            leave(s, gone)
            s.stack[waiting] = s.owner[gone]
            waiting += 1
            if limit > 0:
                s.displaced[gone] += 1
                if s.displaced[gone] >= limit and s.floor[c] <= s.key[gone]:
                    s.floor[c] = s.key[gone] + 1
    return waiting


@njit(cache=True, nogil=True)
def rise(s, order, stop):  # type: ignore[no-untyped-def]
    """Generalised deferred acceptance: everybody goes down her list once, whoever is displaced goes on at once."""
    for a in range(len(order)):
        if a & 4095 == 0 and stop[0]:
            return
        s.stack[0] = order[a]
        waiting = 1
        while waiting > 0:
            waiting -= 1
            i = s.stack[waiting]
            while s.upcoming[i] < s.start[i + 1]:
                e = s.upcoming[i]
                s.upcoming[i] += 1
                if clears(s, e):
                    waiting = take(s, e, waiting, 0)
                    break


@njit(cache=True, nogil=True)
def claimants(s):  # type: ignore[no-untyped-def]
    """N, bool: who clears every cutoff of an edge that she prefers to what she holds."""
    found = np.zeros(len(s.held), np.bool_)
    for i in range(len(s.held)):
        end = s.held[i] if s.held[i] >= 0 else s.start[i + 1]
        for e in range(s.start[i], end):
            if clears(s, e):
                found[i] = True
                break
    return found


@njit(cache=True, nogil=True)
def settle(s, order, limit, stop):  # type: ignore[no-untyped-def]
    """Grants the claims of the people in `order`, and those of whom they displace, once through; moves made."""
    moves = 0
    for a in range(len(order)):
        if a & 255 == 0 and stop[0]:
            return moves
        s.stack[0] = order[a]
        waiting = 1
        while waiting > 0:
            waiting -= 1
            i = s.stack[waiting]
            end = s.held[i] if s.held[i] >= 0 else s.start[i + 1]
            for e in range(s.start[i], end):
                if clears(s, e):
                    waiting = take(s, e, waiting, limit)
                    moves += 1
                    break
    return moves
