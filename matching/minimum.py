"""Minimum class sizes: which classes open, so that most people are placed, and stably in the open ones.

The rule that can be defended: a class that reaches its minimum when all classes are open stays open. Greedy: close
the quarter of the short classes with the greatest relative shortfall, place again, repeat. Adjustment may carry a
class over its minimum, so a class counts as short only for what adjustment could not bring.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from matching.adjustment import carry, find_openings
from matching.problem import Instance
from matching.seating import seats_from_edges
from matching.stable import StableSolver

#: Share of the short classes that one round of closing closes.
CLOSING_SHARE = 0.25


def shortfall(instance: Instance, solver: StableSolver, held: np.ndarray, class_open: np.ndarray) -> np.ndarray:
    """K: what every open class without pins lacks to its minimum after adjustment has brought what it can."""
    lacking = lacking_by_choice(instance, solver, held, class_open)
    if lacking.any() and instance.policy.adjustment and instance.adjustable.any():
        seats = seats_from_edges(instance, solver.structure, held)
        openings = find_openings(instance, seats, class_open)
        lacking = lacking - carry(instance, openings, lacking)
    return lacking


def lacking_by_choice(instance: Instance, solver: StableSolver, held: np.ndarray, class_open: np.ndarray) -> np.ndarray:
    """K: what every open class lacks to its minimum by choices alone. A class with pins lacks nothing."""
    lacking = np.maximum(instance.class_min - solver.class_count(held), 0)
    lacking[~class_open | instance.class_pinned] = 0
    return lacking


def close_greedily(
    instance: Instance, solver: StableSolver, report: Callable[[float, str], None], check: Callable[[], None]
) -> tuple[np.ndarray, np.ndarray]:
    """(class_open, held): every open class reaches its minimum, by choice or with adjusted people."""
    class_open = np.ones(len(instance.class_ids), bool)
    held = solver.run(class_open)
    while True:
        check()
        lacking = shortfall(instance, solver, held, class_open)
        short = np.nonzero(lacking)[0]
        if not len(short):
            return class_open, held
        report(0.5, f"{len(short)} classes short of their minimum")
        close_worst(instance, class_open, lacking)
        held = solver.run(class_open)


def close_worst(instance: Instance, class_open: np.ndarray, lacking: np.ndarray) -> None:
    """Closes the quarter of the short classes with the greatest relative shortfall; in a country of tens of thousands
    of classes never fewer than one in two thousand, which spares a dozen rounds for the last few.
    """
    short = np.nonzero(lacking)[0]
    worst = short[np.argsort(-(lacking[short] / instance.class_min[short]), kind="stable")]
    class_open[worst[: max(1, int(CLOSING_SHARE * len(short)), len(class_open) // 2000)]] = False
