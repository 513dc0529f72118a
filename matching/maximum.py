"""The maximum policy: most people placed, then the best ranks, then the best scores, by min-cost flow.

Where the limits nest, this is a network: applicant → innermost limit → … → outermost limit → sink. One rank
weighs more than all scores together; a person more than all ranks (the flow is maximal first).
"""

from __future__ import annotations

import numpy as np

from matching.edges import PIN_KEY
from matching.laminar import Forest
from matching.problem import Instance
from matching.stable import StableSolver


def edge_costs(instance: Instance, solver: StableSolver) -> np.ndarray:
    """M, int64: rank · W + (top score - score), W above what all scores together can differ by."""
    edges = solver.structure.edges
    choice = np.maximum(edges.choice, 0)
    listed = edges.choice >= 0
    score = np.where(listed, instance.choice_score[choice] if instance.choices else 0, 0).astype(np.int64)
    lengths = np.diff(instance.choice_start)
    outside = np.repeat(lengths, np.diff(edges.start)) + 1
    rank = np.where(listed, instance.choice_rank[choice] if instance.choices else 0, outside).astype(np.int64)
    top = int(score.max(initial=0))
    weight = np.int64((top + 1) * max(1, instance.applicants))
    return rank * weight + (top - score)


def largest_flow(instance: Instance, solver: StableSolver, class_open: np.ndarray) -> np.ndarray:
    """held: N, int32. The maximum placement in the open classes, under nested limits.

    Applicants enter the network by lottery number, so equal optima do not depend on rows or identifiers.
    """
    from ortools.graph.python import min_cost_flow

    edges, forest = solver.structure.edges, solver.forest
    alive = np.nonzero(~solver.dead(class_open)[edges.slot])[0]
    place = np.empty(instance.applicants, np.int64)
    place[solver.settle_order] = np.arange(instance.applicants)
    person = place[solver.owner[alive]]
    order = np.argsort(person, kind="stable")
    alive, person = alive[order], person[order]
    tails, heads, room, sink = _limit_arcs(forest, solver.structure.capacity, instance.applicants)
    leaf = forest.leaf_of[edges.slot[alive]]
    head = np.where(leaf >= 0, instance.applicants + leaf, sink)
    source = sink + 1
    forced = np.zeros(instance.applicants, np.int64)
    cost = edge_costs(instance, solver)[alive]
    kept = place[solver.owner[edges.key >= PIN_KEY]]
    forced[kept] = -int(cost.max(initial=0)) * 64
    flow = min_cost_flow.SimpleMinCostFlow()
    everybody = np.arange(instance.applicants)
    all_tails = np.concatenate([person, tails, np.full(instance.applicants, source)]).astype(np.int32)
    all_heads = np.concatenate([head, heads, everybody]).astype(np.int32)
    rooms = np.concatenate([np.ones(len(person), np.int64), room, np.ones(instance.applicants, np.int64)])
    costs = np.concatenate([cost, np.zeros(len(tails), np.int64), forced])
    arcs = flow.add_arcs_with_capacity_and_unit_cost(all_tails, all_heads, rooms, costs)
    flow.set_node_supply(source, instance.applicants)
    flow.set_node_supply(sink, -instance.applicants)
    if flow.solve_max_flow_with_min_cost() != flow.OPTIMAL:
        raise ArithmeticError("the min-cost flow did not reach an optimum")
    used = alive[np.asarray(flow.flows(arcs))[: len(person)] > 0]
    held = np.full(instance.applicants, -1, np.int32)
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
    tail = np.concatenate(tails)
    _, once = np.unique(tail, return_index=True)
    return tail[once], np.concatenate(heads)[once], np.concatenate(room)[once].astype(np.int64), sink
