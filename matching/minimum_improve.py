"""Better ways of opening classes than the greedy one: reopen a closed class, close what then falls short, compare.

A plan is better if it places more people, and of equally many if the sum of their ranks is lower. The number of
trials depends on the round's size alone, so that the same round gives the same plan on every machine; only a caller
who sets a time limit gets as many trials as fit into it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from matching.adjustment import find_openings, most_adjusted
from matching.minimum import close_worst, shortfall
from matching.problem import Instance
from matching.seating import seats_from_edges
from matching.stable import StableSolver

#: Edges that the trials of one round may go through in all, if no time limit is set.
TRIAL_EDGES = 500_000
MOST_TRIALS = 200


@dataclass(frozen=True)
class Plan:
    """Which classes open, who sits where, and how good that is: people placed, then less the sum of ranks."""

    class_open: np.ndarray
    held: np.ndarray
    value: tuple[int, int]


def plan_of(instance: Instance, solver: StableSolver, class_open: np.ndarray, held: np.ndarray) -> Plan:
    """The plan with its value; people whom adjustment will bring count as placed, at no rank."""
    people = np.nonzero(held >= 0)[0]
    choice = solver.structure.edges.choice[held[people]]
    ranks = int(instance.choice_rank[choice[choice >= 0]].sum()) if instance.choices else 0
    placed = len(people)
    if instance.policy.adjustment and instance.adjustable.any():
        placed += most_adjusted(
            instance, find_openings(instance, seats_from_edges(instance, solver.structure, held), class_open)
        )
    return Plan(class_open, held, (placed, -ranks))


def improve(
    instance: Instance,
    solver: StableSolver,
    plan: Plan,
    report: Callable[[float, str], None],
    check: Callable[[], None],
    time_left: Callable[[], float],
) -> Plan:
    """The best plan found by reopening closed classes one at a time, the most wanted first."""
    limited = np.isfinite(time_left())
    trials = 10**9 if limited else min(MOST_TRIALS, TRIAL_EDGES // max(1, len(solver.structure.edges)))
    tried: set[bytes] = {plan.class_open.tobytes()}
    waiting = _by_interest(instance, solver, plan)
    while waiting and trials > 0 and time_left() > 0:
        check()
        trials -= 1
        number = waiting.pop()
        report(0.6, f"trying to reopen {instance.class_ids[number]}")
        other = _reopened(instance, solver, plan, number)
        if other is None or other.class_open.tobytes() in tried:
            continue
        tried.add(other.class_open.tobytes())
        if other.value > plan.value:
            plan = other
            waiting = _by_interest(instance, solver, plan)
    return plan


def _by_interest(instance: Instance, solver: StableSolver, plan: Plan) -> list[int]:
    """Closed classes, those with the most people per minimum who would rather be there last (they are tried first)."""
    edges = solver.structure.edges
    end = np.where(plan.held >= 0, plan.held, edges.start[1:])
    wished = np.arange(len(edges)) < np.repeat(end, np.diff(edges.start))
    wanting = np.bincount(solver.structure.slot_class[edges.slot[wished]], minlength=len(plan.class_open))
    closed = np.nonzero(~plan.class_open)[0]
    share = wanting[closed] / np.maximum(instance.class_min[closed], 1)
    return closed[np.argsort(share, kind="stable")].tolist()


def _reopened(instance: Instance, solver: StableSolver, plan: Plan, number: int) -> Plan | None:
    """The plan after reopening one class and closing others that then fall short; None if it cannot stay open."""
    class_open = plan.class_open.copy()
    class_open[number] = True
    held = solver.run(class_open)
    while True:
        lacking = shortfall(instance, solver, held, class_open)
        if not lacking.any():
            return plan_of(instance, solver, class_open, held)
        if lacking[number] and not np.delete(lacking, number).any():
            return None
        lacking[number] = 0
        close_worst(instance, class_open, lacking)
        held = solver.run(class_open)
