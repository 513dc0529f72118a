"""Prices that prove a maximum placement: anybody can add them up and see that nothing better is possible.

Let every limit S have a price y(S) ≥ 0 and every person get, for an edge, its worth less the prices of its limits.
1. Number of people: with worth 1 for every edge, no placement holds more people than
   Σ capacity(S)·y(S) + Σ over people of max(0, best edge).
2. Value: among placements of exactly P people, none is worth more than
   Σ capacity(S)·y(S) + Σ over people of max(0, best edge + ground) - ground·P.
People who have to be placed may get less than nothing. This is linear programming duality; checking it takes one
pass over the edges, and any non-negative prices give a true bound.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from matching.edges import PIN_KEY
from matching.laminar import Forest
from matching.problem import Instance
from matching.stable import StableSolver


@dataclass(frozen=True)
class Weights:
    """Worth of an edge: reserved · (takes a reserved seat) - rank · rank + score. See `exact_weights`."""

    reserved: int
    rank: int

    def worth(self, instance: Instance, solver: StableSolver) -> np.ndarray:
        """M, int64."""
        edges = solver.structure.edges
        rank, score = edge_ranks_and_scores(instance, solver)
        return self.reserved * (edges.slot % edges.width > 0) - self.rank * rank + score


def edge_ranks_and_scores(instance: Instance, solver: StableSolver) -> tuple[np.ndarray, np.ndarray]:
    """(rank, score) of every edge, int64. A pin outside the choices counts as the rank after the last, score 0."""
    edges = solver.structure.edges
    if not instance.choices:
        return np.ones(len(edges), np.int64), np.zeros(len(edges), np.int64)
    listed, row = edges.choice >= 0, np.maximum(edges.choice, 0)
    score = np.where(listed, instance.choice_score[row], 0).astype(np.int64)
    after = np.diff(instance.choice_start)[solver.owner] + 1
    return np.where(listed, instance.choice_rank[row], after).astype(np.int64), score


def exact_weights(instance: Instance, solver: StableSolver) -> Weights:
    """Weights under which a rank counts more than all scores together, a reserved seat more than all ranks."""
    people = max(1, instance.applicants)
    longest = int(np.diff(instance.choice_start).max(initial=0)) + 1
    one_rank = (int(instance.choice_score.max(initial=0)) + 1) * people
    reserved = (longest + 1) * one_rank * people if solver.structure.edges.width > 1 else 0
    return Weights(reserved, one_rank)


@dataclass(frozen=True)
class Prices:
    """y of every set with a price (by set number), and the ground."""

    of_set: dict[int, int]
    ground: int


def find_prices(
    instance: Instance, solver: StableSolver, class_open: np.ndarray, held: np.ndarray, worth: np.ndarray, free: bool
) -> Prices | None:
    """The prices that prove `held` (N, edges or -1) best for `worth` (M) in the open classes, or None if it is not.

    free: whether only placements of the same number of people are compared (a ground for all), or any.
    """
    from matching.kernels_prices import LOWEST, raise_prices

    market = _market(instance, solver, class_open, held, worth)
    nodes = len(market.around)
    ground, ok = raise_prices(market, LOWEST if free else np.int64(0), free, 200 * nodes + 10**6)
    if not ok:
        return None
    if ground <= LOWEST:  # nobody's seat depends on it: low enough that nobody left out would pay for a seat
        ground = -int(worth.max(initial=0))
    leaves = len(solver.forest.chain)
    outer = market.around[leaves:]
    price = market.potential[leaves:] - np.where(outer >= 0, market.potential[np.maximum(outer, 0)], 0)
    return Prices({int(number): int(price[number]) for number in np.nonzero(price)[0]}, int(ground))


def _market(instance: Instance, solver: StableSolver, class_open: np.ndarray, held: np.ndarray, worth: np.ndarray):  # type: ignore[no-untyped-def]
    """The placement as nodes and edges; edges of closed classes are worth nothing to anybody."""
    from matching.kernels_prices import Market

    structure, forest = solver.structure, solver.forest
    edges, capacity = structure.edges, structure.capacity
    leaves = len(forest.chain)
    around = _nodes_around(forest, len(capacity))
    nodes = len(around)
    node = forest.leaf_of[edges.slot]
    people = np.nonzero(held >= 0)[0]
    leaf = node[held[people]]
    people, leaf = people[leaf >= 0], leaf[leaf >= 0]
    people = people[np.argsort(leaf, kind="stable")]
    used = np.bincount(structure.sets[edges.slot[held[held >= 0]]].ravel() + 1, minlength=len(capacity) + 1)[1:]
    tight = np.zeros(nodes, bool)
    tight[leaves:] = used >= capacity
    dead = ~class_open[structure.slot_class[edges.slot]]
    forced = np.zeros(len(held), bool)
    forced[solver.owner[edges.key >= PIN_KEY]] = True
    inside = np.nonzero(around >= 0)[0]
    inside = inside[np.argsort(around[inside], kind="stable")]
    return Market(
        edges.start,
        node,
        np.where(dead, -(np.int64(1) << np.int64(60)), worth),
        held,
        forced,
        around,
        tight,
        _starts(around[inside], nodes),
        inside,
        _starts(np.sort(leaf), nodes),
        people,
        np.zeros(nodes, np.int64),
        np.arange(nodes),
        np.ones(nodes, bool),
        np.array([0, nodes]),
    )


def _nodes_around(forest: Forest, sets: int) -> np.ndarray:
    """The node around every node, leaves first and then sets; -1 at the outermost."""
    leaves, depth = forest.chain.shape
    around = np.full(leaves + sets, -1, np.int64)
    around[:leaves] = leaves + forest.chain[:, 0] if leaves else 0
    for level in range(depth - 1):
        has = forest.chain[:, level + 1] >= 0
        around[leaves + forest.chain[has, level]] = leaves + forest.chain[has, level + 1]
    return around


def _starts(sorted_rows: np.ndarray, count: int) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(np.bincount(sorted_rows, minlength=count))]).astype(np.int64)


def written(
    instance: Instance, solver: StableSolver, people: Prices, value: Prices, weights: Weights
) -> dict[str, Any]:
    """The certificate as outcome.json holds it: prices by the names of the limits."""

    def named(prices: Prices) -> dict[str, int]:
        return {solver.structure.limit_name(instance, number): price for number, price in prices.of_set.items()}

    return {
        "people": {"prices": named(people)},
        "value": {
            "weights": {"reserved": weights.reserved, "rank": weights.rank, "score": 1},
            "ground": value.ground,
            "prices": named(value),
        },
    }
