"""The two policies from structure to seats: which classes open, who sits where, what is guaranteed."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from matching.adjustment import assign, find_openings
from matching.bands_exact import largest_weakly_stable
from matching.bounds import cheap_bound, flow_bound
from matching.maximum_policy import choose_open
from matching.minimum import close_greedily, lacking_by_choice
from matching.minimum_exact import is_one_level, prove
from matching.minimum_improve import improve, plan_of
from matching.outcome import Seats
from matching.problem import EXACT, NO_LIMIT, Instance
from matching.seating import add_adjusted, seats_from_edges
from matching.solving import Calls, Placed
from matching.stable import StableSolver


def place_stable(instance: Instance, calls: Calls) -> Placed:
    """The stable policy: choose the classes that open, place stably in them, then adjust."""
    solver = StableSolver.of(instance, calls.cancelled)
    calls.report(0.1, "placing")
    minimums = instance.policy.min_open and bool(instance.class_min.any())
    if minimums:
        class_open, held, bound = _choose_open(instance, solver, calls)
    else:
        class_open = np.ones(len(instance.class_ids), bool)
        held = solver.run(class_open)
        bound = 0 if solver.structure.laminar else cheap_bound(instance)
        if instance.policy.in_bands:
            held, bound = _in_bands(instance, solver, held, class_open, calls)
    calls.check()
    seats = adjusted(instance, solver, held, class_open)
    guarantee = "stable"
    if solver.floors:
        guarantee = "fair_with_claims"
    elif solver.structure.truthful and not minimums and not instance.policy.in_bands:
        guarantee = "stable_strategyproof"
    notes = {"structure": "laminar" if solver.structure.laminar else "crossing"}
    return Placed(seats, class_open, dict(solver.floors), guarantee, bound, {}, notes)


def _choose_open(instance: Instance, solver: StableSolver, calls: Calls) -> tuple[np.ndarray, np.ndarray, int]:
    """(class_open, held, bound): greedy, then improved, then proved where that can be done."""
    class_open, held = close_greedily(instance, solver, calls.report, calls.check)
    plan = plan_of(instance, solver, class_open, held)
    firm = int((instance.pin_hold == EXACT).sum())
    adjusting = instance.policy.adjustment and bool(instance.adjustable.any())
    strict = not instance.policy.in_bands
    one_level = is_one_level(solver) and not adjusting and strict
    if class_open.all() and solver.structure.laminar and not adjusting and strict:
        return class_open, held, plan.value[0] + firm
    plan = improve(instance, solver, plan, calls.report, calls.check, calls.half_time_left)
    if one_level:
        proof = prove(instance, solver, plan, calls.report, calls.check, calls.cancelled, calls.time_left)
        plan, bound = proof.plan, proof.bound + firm
    else:
        calls.report(0.8, "bounding")
        nested = solver.structure.laminar and not adjusting and strict
        bound = planless_bound(instance) + firm if nested else flow_bound(instance)
    held = solver.run(plan.class_open)  # once more, so that the floors are those of the plan
    return plan.class_open, held, bound


def _in_bands(
    instance: Instance, solver: StableSolver, held: np.ndarray, class_open: np.ndarray, calls: Calls
) -> tuple[np.ndarray, int]:
    """(held, bound): the largest weakly stable placement that can be found, and a bound on people placed in all."""
    calls.report(0.5, "searching for the largest placement")
    bound = None
    if not solver.floors:
        held, bound = largest_weakly_stable(solver, held, class_open, calls.cancelled, calls.time_left)
    calls.check()
    most = flow_bound(instance)
    if bound is None or (instance.policy.adjustment and instance.adjustable.any()):
        return held, most
    return held, min(most, bound + int((instance.pin_hold == EXACT).sum()))


def place_maximum(instance: Instance, calls: Calls) -> Placed:
    """The maximum policy: choose the classes that open, place the most people in them, then adjust."""
    solver = StableSolver.of(instance, calls.cancelled)
    calls.report(0.1, "placing")
    class_open, best, bound, proof = choose_open(instance, solver, calls.report, calls.check, calls.time_left)
    seats = adjusted(instance, solver, best.held, class_open)
    beside = int((seats.track >= 0).sum()) - int((best.held >= 0).sum())  # exact pins and adjusted people
    notes = {"structure": "laminar" if solver.structure.laminar else "crossing"}
    return Placed(seats, class_open, {}, "optimal", bound + beside, proof, notes)


def planless_bound(instance: Instance) -> int:
    """People placed by choice and at-least pins if all classes open and no school has a plan, under nested limits.

    Without outermost limits nobody is worse off, and closing a class makes nobody better off then. So no opening
    places more people. (With plans it could: a closed class leaves its seats to others of its school.)
    """
    free = replace(instance, school_plan=np.full(len(instance.school_ids), NO_LIMIT))
    return int((StableSolver.of(free).run(np.ones(len(instance.class_ids), bool)) >= 0).sum())


def adjusted(instance: Instance, solver: StableSolver, held: np.ndarray, class_open: np.ndarray) -> Seats:
    """Seats by choice and pin, and then by adjustment if the policy asks for it."""
    seats = seats_from_edges(instance, solver.structure, held)
    if not instance.policy.adjustment or not instance.adjustable.any():
        return seats
    lacking = np.zeros(len(instance.class_ids), np.int64)
    if instance.policy.min_open:
        lacking = lacking_by_choice(instance, solver, held, class_open)
    people, tracks = assign(instance, find_openings(instance, seats, class_open), lacking)
    return add_adjusted(instance, seats, people, tracks)
