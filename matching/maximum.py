"""The maximum policy: most people placed, then reserved seats, then the best ranks, then the best scores.

Where the limits nest, this is a network: applicant → innermost limit → … → outermost limit → sink. A person weighs
more than all reserved seats, one of those more than all ranks, one rank more than all scores together. Lighter
weights give the same placement almost always and far sooner; so they are tried first, and the prices of the exact
weights decide whether the answer stands.
"""

from __future__ import annotations

import numpy as np

from matching.certificate import Prices, Weights, edge_ranks_and_scores, find_prices
from matching.edges import PIN_KEY
from matching.flows import Network, flow_of
from matching.laminar import Forest
from matching.problem import Instance
from matching.stable import StableSolver


def best_flow(
    instance: Instance, solver: StableSolver, class_open: np.ndarray, weights: Weights
) -> tuple[np.ndarray, Prices | None]:
    """(held, prices): the maximum placement in the open classes under nested limits, and what proves it.

    held: N, int32. `weights` are exact; prices are None only if the exact weights did not fit the flow's numbers.
    """
    worth = weights.worth(instance, solver)
    rank, score = edge_ranks_and_scores(instance, solver)
    light = 10 * (int(score.max(initial=0)) + 1)
    heavy = light * 2 * (int(rank.max(initial=1)) + 1)
    for attempt in (Weights(heavy if weights.reserved else 0, light), weights):
        held = largest_flow(instance, solver, class_open, attempt)
        prices = find_prices(instance, solver, class_open, held, worth, free=True)
        if prices is not None:
            return held, prices
    return held, None


def largest_flow(instance: Instance, solver: StableSolver, class_open: np.ndarray, weights: Weights) -> np.ndarray:
    """held: N, int32. The largest flow of least cost. Raises ArithmeticError if the weights are too large for it.

    Applicants enter the network by lottery number, so equal optima do not depend on rows or identifiers.
    """
    edges, forest, people = solver.structure.edges, solver.forest, instance.applicants
    alive = np.nonzero(~solver.dead(class_open)[edges.slot])[0]
    place = np.empty(people, np.int64)
    place[solver.settle_order] = np.arange(people)
    person = place[solver.owner[alive]]
    order = np.argsort(person, kind="stable")
    alive, person = alive[order], person[order]
    tails, heads, room, sink = _limit_arcs(forest, solver.structure.capacity, people)
    leaf = forest.leaf_of[edges.slot[alive]]
    source, everybody = sink + 1, np.arange(people)
    worth = weights.worth(instance, solver)[alive]
    cost = worth.max(initial=0) - worth
    entering = np.zeros(people, np.int64)
    entering[place[solver.owner[edges.key >= PIN_KEY]]] = -2 * int(cost.max(initial=0)) * min(people, len(room) + 1)
    network = Network(
        np.concatenate([person, tails, np.full(people, source)]).astype(np.int32),
        np.concatenate([np.where(leaf >= 0, people + leaf, sink), heads, everybody]).astype(np.int32),
        np.concatenate([np.ones(len(person), np.int64), room, np.ones(people, np.int64)]),
        np.concatenate([cost, np.zeros(len(tails), np.int64), entering]),
        source,
        sink,
        people,
    )
    used = alive[flow_of(network, solver.cancelled)[: len(person)] > 0]
    held = np.full(people, -1, np.int32)
    held[solver.owner[used]] = used
    return held


def _limit_arcs(
    forest: Forest, capacity: np.ndarray, applicants: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray, int]:
    """Arcs from every leaf and limit to the limit around it: tails, heads, capacities, and the sink's number."""
    leaves, depth = forest.chain.shape
    sets = applicants + leaves
    sink = sets + len(capacity)
    number = np.arange(leaves)
    tails, heads, room = [applicants + number], [sets + forest.chain[:, 0]], [np.full(leaves, applicants + 1)]
    for level in range(depth):
        known = np.nonzero(forest.chain[:, level] >= 0)[0]
        inner, at = np.unique(forest.chain[known, level], return_index=True)
        outer = forest.chain[known[at], level + 1] if level + 1 < depth else np.full(len(inner), -1)
        tails.append(sets + inner)
        heads.append(np.where(outer >= 0, sets + outer, sink))
        room.append(capacity[inner])
    tail, head, rooms = np.concatenate(tails), np.concatenate(heads), np.concatenate(room).astype(np.int64)
    _, once = np.unique(tail, return_index=True)  # a set may stand at different depths of different chains
    return tail[once], head[once], rooms[once], sink
