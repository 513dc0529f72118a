"""Minimum class sizes to proof, by CP-SAT, where class seats are the only limit that binds.

1. A class that reaches its minimum when all are open stays open. Then every person's seat lies between her seat when
   all classes are open (the best she can get) and her seat when only those are (the worst). Where the two agree she
   is fixed, which leaves a small model.
2. For every seat in between: x = sits there; y = clears the class's cutoff there. In falling order of keys y can only
   fall; who clears gets that seat or a better one; a class that refuses somebody is full; a class is closed or has
   its minimum.
3. The plan at hand is the hint. The solver's own answer counts only if it is better and holds when placed again.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from matching.minimum import shortfall
from matching.minimum_improve import Plan, plan_of
from matching.opening_model import OpeningModel
from matching.problem import Instance
from matching.stable import StableSolver
from matching.structure import CLASS

#: Models with more variables than this are left to the greedy plan and its bound.
MOST_VARIABLES = 400_000


@dataclass(frozen=True)
class Proof:
    """The best plan known, a bound on people placed by choice and pin, and whether that bound is met."""

    plan: Plan
    bound: int


def is_one_level(solver: StableSolver) -> bool:
    """Whether the only kept sets are classes."""
    others = np.delete(solver.structure.sets, CLASS, axis=1)
    return solver.structure.edges.width == 1 and bool((others < 0).all())


def prove(
    instance: Instance,
    solver: StableSolver,
    plan: Plan,
    report: Callable[[float, str], None],
    check: Callable[[], None],
    cancelled: Callable[[], bool],
    time_left: Callable[[], float],
) -> Proof:
    """Improves the plan and bounds it. Needs is_one_level and a policy without adjustment at work."""
    model = OpeningModel(instance, solver)
    everybody = model.best_case
    if not model.variables or model.variables > MOST_VARIABLES or time_left() <= 0:
        return Proof(plan, everybody)
    report(0.65, "walking through other openings")
    plan = _better(instance, solver, plan, model.walk(plan, cancelled, time_left))
    check()
    if plan.value[0] == everybody:
        return Proof(plan, everybody)
    report(0.7, f"proving with {model.variables} variables")
    model.build()
    model.hint(plan)
    found, bound, optimal = model.solve(cancelled, time_left, model.people(), None)
    check()
    bound = min(everybody, bound + model.fixed)
    plan = _better(instance, solver, plan, found)
    if optimal and plan.value[0] == bound and time_left() > 0:
        report(0.8, "best ranks among the best plans")
        model.hint(plan)
        found, _, _ = model.solve(cancelled, time_left, model.ranks(), plan.value[0] - model.fixed)
        check()
        plan = _better(instance, solver, plan, found)
    return Proof(plan, max(bound, plan.value[0]))


def _better(instance: Instance, solver: StableSolver, plan: Plan, class_open: np.ndarray | None) -> Plan:
    """The plan with `class_open`, placed again, if it holds and is better."""
    if class_open is None or (class_open == plan.class_open).all():
        return plan
    held = solver.run(class_open)
    if shortfall(instance, solver, held, class_open).any():
        return plan
    other = plan_of(instance, solver, class_open, held)
    return other if other.value > plan.value else plan
