"""Compiled search for the prices that prove a maximum placement under nested limits."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

#: A ground that nothing has raised yet; far from overflow when worths are added to it.
LOWEST = -(np.int64(1) << np.int64(61))


class Market(NamedTuple):
    """The placement as the price search sees it. X nodes: leaves first, then sets. N applicants, M edges."""

    start: np.ndarray
    node: np.ndarray  # M, the leaf of every edge, -1 where no limit binds
    worth: np.ndarray  # M
    held: np.ndarray  # N, edge or -1
    forced: np.ndarray  # N, bool: has to be placed whatever it costs
    around: np.ndarray  # X, the node around every node, -1 at the outermost
    tight: np.ndarray  # X, bool: full, so it may have a price of its own
    inner_start: np.ndarray  # X+1
    inner: np.ndarray  # the nodes directly inside every node
    held_start: np.ndarray  # X+1
    held_by: np.ndarray  # the people held at every leaf
    potential: np.ndarray  # X, sum of the prices of a node and of all around it
    queue: np.ndarray  # X
    queued: np.ndarray  # X, bool
    line: np.ndarray  # 2: head of the queue, how many wait in it


@njit(cache=True, nogil=True)
def lift(m, b, value):  # type: ignore[no-untyped-def]
    """Raises node b to `value` and has it looked at again. False if b is the ground and would have to rise."""
    if b < 0:
        return value <= 0
    if value > m.potential[b]:
        m.potential[b] = value
        if not m.queued[b]:
            m.queued[b] = True
            m.queue[(m.line[0] + m.line[1]) % len(m.queue)] = b
            m.line[1] += 1
    return True


@njit(cache=True, nogil=True)
def lift_envied(m, i, level):  # type: ignore[no-untyped-def]
    """Nobody who gets `level` above the ground where she is may want another seat more."""
    fits = True
    for f in range(m.start[i], m.start[i + 1]):
        fits &= lift(m, m.node[f], m.worth[f] + level)
    return fits


@njit(cache=True, nogil=True)
def look_at(m, a, ground):  # type: ignore[no-untyped-def]
    """Applies every condition that begins at node a; returns (ground, whether all could be met)."""
    value = m.potential[a]
    if not m.tight[a] and not lift(m, m.around[a], value):
        return ground, False
    for k in range(m.inner_start[a], m.inner_start[a + 1]):
        lift(m, m.inner[k], value)
    for k in range(m.held_start[a], m.held_start[a + 1]):
        i = m.held_by[k]
        level = value - m.worth[m.held[i]]
        if not m.forced[i]:
            ground = max(ground, level)
        if not lift_envied(m, i, level):
            return ground, False
    return ground, True


@njit(cache=True, nogil=True)
def raise_prices(m, ground, free, limit):  # type: ignore[no-untyped-def]
    """The least potentials under which nobody would rather sit elsewhere: (ground, ok). Fills m.potential.

    Conditions, each of which only ever raises a number:
    1. a node costs at least as much as the node around it, and no more if it has room;
    2. somebody at node a who could take edge f at node b: potential b ≥ potential a + worth f - worth held;
    3. somebody left out: potential b ≥ worth f + ground; somebody placed: ground ≥ potential a - worth held.
    `ground` is fixed unless `free`. ok is False if there are no such numbers, or not within `limit` looks.
    """
    looked_out = ground - 1
    for i in range(len(m.held)):
        if m.held[i] >= 0 and m.node[m.held[i]] < 0:
            level = -m.worth[m.held[i]]
            if free and not m.forced[i]:
                ground = max(ground, level)
            if not lift_envied(m, i, level):
                return ground, False
    while m.line[1] > 0 or looked_out < ground:
        while m.line[1] > 0:
            a = m.queue[m.line[0]]
            m.line[0] = (m.line[0] + 1) % len(m.queue)
            m.line[1] -= 1
            m.queued[a] = False
            limit -= 1
            reached, ok = look_at(m, a, ground)
            if not ok or limit < 0:
                return ground, False
            if free:
                ground = reached
        looked_out = ground
        for i in range(len(m.held)):
            if m.held[i] < 0 and not lift_envied(m, i, ground):
                return ground, False
    return ground, True
