"""The two policies from structure to seats: which classes open, who sits where, what is guaranteed."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from matching.adjustment import assign, find_openings
from matching.maximum_policy import choose_open
from matching.minimum import close_greedily, lacking_by_choice
from matching.outcome import Seats
from matching.problem import Instance
from matching.seating import add_adjusted, seats_from_edges
from matching.solving import Placed, Progress
from matching.stable import StableSolver

Check = Callable[[], None]


def place_stable(instance: Instance, progress: Progress, check: Check, time_left: Callable[[], float]) -> Placed:
    """The stable policy: choose the classes that open, place stably in them, then adjust."""
    solver = StableSolver.of(instance)
    progress(0.1, "placing")
    minimums = instance.policy.min_open and bool(instance.class_min.any())
    if minimums:
        class_open, held = close_greedily(instance, solver, progress, check)
    else:
        class_open = np.ones(len(instance.class_ids), bool)
        held = solver.run(class_open)
    check()
    seats = adjusted(instance, solver, held, class_open)
    guarantee = "stable"
    if solver.floors:
        guarantee = "fair_with_claims"
    elif solver.structure.truthful and not minimums:
        guarantee = "stable_strategyproof"
    bound = int((seats.track >= 0).sum()) if not minimums else upper_bound(instance, seats)
    notes = {"structure": "laminar" if solver.structure.laminar else "crossing"}
    return Placed(seats, class_open, dict(solver.floors), guarantee, bound, {}, notes)


def place_maximum(instance: Instance, progress: Progress, check: Check, time_left: Callable[[], float]) -> Placed:
    """The maximum policy: choose the classes that open, place the most people in them, then adjust."""
    solver = StableSolver.of(instance)
    progress(0.1, "placing")
    class_open, best, bound, proof = choose_open(instance, solver, progress, check, time_left)
    seats = adjusted(instance, solver, best.held, class_open)
    beside = int((seats.track >= 0).sum()) - int((best.held >= 0).sum())  # exact pins and adjusted people
    notes = {"structure": "laminar" if solver.structure.laminar else "crossing"}
    return Placed(seats, class_open, {}, "optimal", bound + beside, proof, notes)


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


def upper_bound(instance: Instance, seats: Seats) -> int:
    """Nobody without an eligible choice or fallback can be placed, and no more people than all seats."""
    chance = np.zeros(instance.applicants, bool)
    chance[instance.choice_owner[instance.choice_rule < 0]] = True
    if instance.policy.adjustment:
        chance |= instance.adjustable & (np.diff(instance.fallback_start) > 0)
    chance[instance.pin_applicant] = True
    seats_in_all = int(np.minimum(instance.class_seats, instance.applicants).sum())
    return min(int(chance.sum()), seats_in_all)
