"""The floor of the benchmark: plain deferred acceptance with class seats alone, the least any stable solver must do."""

from __future__ import annotations

import numpy as np
from numba import njit

from matching.kernels import push, sift


@njit(cache=True, nogil=True)
def plain_deferred_acceptance(start, owner, college, key, capacity):  # type: ignore[no-untyped-def]
    """held: N, int32, edge or -1. college: M, the one limit of every edge. (Gale and Shapley 1962.)"""
    base = np.zeros(len(capacity) + 1, np.int64)
    base[1:] = np.cumsum(capacity)
    keys, edges = np.empty(base[-1], np.int64), np.empty(base[-1], np.int32)
    size = np.zeros(len(capacity), np.int32)
    held = np.full(len(start) - 1, -1, np.int32)
    upcoming = start[:-1].copy()
    for first in range(len(start) - 1):
        i = first
        while i >= 0 and upcoming[i] < start[i + 1]:
            e = upcoming[i]
            upcoming[i] += 1
            c = college[e]
            if size[c] < capacity[c]:
                push(keys, edges, base[c], size[c], key[e], e)
                size[c] += 1
                held[i] = e
                break
            if capacity[c] > 0 and key[e] > keys[base[c]]:
                j = owner[edges[base[c]]]
                sift(keys, edges, base[c], size[c], 0, key[e], e)
                held[j] = -1
                held[i] = e
                i = j
    return held
