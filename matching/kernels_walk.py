"""Compiled random walk over ways of opening classes, where class seats are the only limit.

Closing a class only sends its people on down their lists, so a placement is continued, never begun again.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numba import njit

from matching.kernels import push, sift


class Walk(NamedTuple):
    """The people who are not fixed (n), their edges (m), the classes (K), and the state of one placement."""

    start: np.ndarray
    owner: np.ndarray
    college: np.ndarray
    key: np.ndarray
    rank: np.ndarray
    seats: np.ndarray
    least: np.ndarray
    base: np.ndarray
    keys: np.ndarray
    edges: np.ndarray
    size: np.ndarray
    held: np.ndarray
    upcoming: np.ndarray
    opened: np.ndarray


@njit(cache=True, nogil=True)
def go_on(w, person):  # type: ignore[no-untyped-def]
    """Deferred acceptance from an unplaced person on."""
    i = person
    while i >= 0 and w.upcoming[i] < w.start[i + 1]:
        e = w.upcoming[i]
        w.upcoming[i] += 1
        c = w.college[e]
        if not w.opened[c] or w.seats[c] <= 0:
            continue
        b = w.base[c]
        if w.size[c] < w.seats[c]:
            push(w.keys, w.edges, b, w.size[c], w.key[e], e)
            w.size[c] += 1
            w.held[i] = e
            return
        if w.key[e] > w.keys[b]:
            gone = w.owner[w.edges[b]]
            sift(w.keys, w.edges, b, w.size[c], 0, w.key[e], e)
            w.held[gone] = -1
            w.held[i] = e
            i = gone


@njit(cache=True, nogil=True)
def worst_short(w, luck):  # type: ignore[no-untyped-def]
    """The open class with the greatest relative shortfall, or -1."""
    worst, most = -1, 0.0
    for c in range(len(w.seats)):
        if w.opened[c] and w.size[c] < w.least[c]:
            short = luck[c] * (w.least[c] - w.size[c]) / w.least[c]
            if short > most:
                worst, most = c, short
    return worst


@njit(cache=True, nogil=True)
def place(w, luck):  # type: ignore[no-untyped-def]
    """Places everybody anew in the open classes and closes what falls short. Returns (people, ranks)."""
    for c in range(len(w.seats)):
        w.size[c] = 0
    for i in range(len(w.held)):
        w.held[i] = -1
        w.upcoming[i] = w.start[i]
    for i in range(len(w.held)):
        go_on(w, i)
    while True:
        c = worst_short(w, luck)
        if c < 0:
            break
        w.opened[c] = False
        sent = w.edges[w.base[c] : w.base[c] + w.size[c]].copy()
        w.size[c] = 0
        for e in sent:
            w.held[w.owner[e]] = -1
        for e in sent:
            go_on(w, w.owner[e])
    people, ranks = 0, 0
    for i in range(len(w.held)):
        if w.held[i] >= 0:
            people += 1
            ranks += w.rank[w.held[i]]
    return people, ranks


@njit(cache=True, nogil=True)
def wander(w, doubtful, first, steps, heat, seed, stop):  # type: ignore[no-untyped-def]
    """Simulated annealing from the opening `first`; (best opening, its people). stop[0] ends it."""
    np.random.seed(seed)
    luck = np.ones(len(first))
    w.opened[:] = first
    people, ranks = place(w, luck)
    here = w.opened.copy()
    best, best_people, best_ranks = here.copy(), people, ranks
    for step in range(steps):
        if stop[0]:
            break
        w.opened[:] = here
        for c in doubtful:
            luck[c] = np.exp(0.2 * np.random.randn())
        for _ in range(1 + int(np.random.random() < 0.5) + int(np.random.random() < 0.25)):
            c = doubtful[np.random.randint(len(doubtful))]
            w.opened[c] = not w.opened[c]
            if w.opened[c]:
                luck[c] = 1e-6
        found, found_ranks = place(w, luck)
        warmth = heat * (1 - step / steps) + 1e-9
        if (
            found > people
            or (found == people and found_ranks <= ranks)
            or (np.random.random() < np.exp((found - people - 1e-3) / warmth))
        ):
            people, ranks = found, found_ranks
            here[:] = w.opened
            if people > best_people or (people == best_people and ranks < best_ranks):
                best_people, best_ranks = people, ranks
                best[:] = here
    return best, best_people
