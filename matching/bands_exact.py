"""The largest weakly stable placement, by CP-SAT to proof or gap.

1. x(edge): its owner sits there. y(limit, level): the limit is full of people who stand at that level or higher.
2. Everybody sits at most once and every limit holds. Who does not get an edge, nor one she prefers, must meet a limit
   around it that is full at her level: that is weak stability, one clause for every edge.
3. The linear pass is the hint. Without a time limit the search ends by the solver's own deterministic clock.
People enter the model by lottery number, so that equal optima do not depend on their identifiers.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from matching.edges import PIN_KEY
from matching.stable import StableSolver
from matching.watching import stopping

#: Rounds with more people are left to the linear pass and its bound.
MOST_PEOPLE = 10_000
#: Work of the solver when no time limit is set, in its own deterministic seconds.
DETERMINISTIC_SECONDS = 30.0
SCORE_BITS = 32


class BandsModel:
    """Variables and constraints over the structure's edges in open classes."""

    def __init__(self, solver: StableSolver, class_open: np.ndarray) -> None:
        from ortools.sat.python import cp_model

        self.cp: Any = cp_model.CpModel()
        self.edges = solver.structure.edges
        self.sets, self.capacity = solver.structure.sets, solver.structure.capacity
        self.alive = ~solver.dead(class_open)[self.edges.slot]
        self.people = solver.settle_order
        self.level = self.edges.key >> SCORE_BITS
        self.x: dict[int, Any] = {}
        for e in self._edges_by_person():
            self.x[e] = self.cp.new_bool_var("")
        self.y = self._limits()
        self._everybody()
        self.cp.maximize(sum(self.x.values()))

    def _edges_by_person(self) -> list[int]:
        """Living edges, by their owners' lottery numbers and preference."""
        start = self.edges.start
        return [e for i in self.people.tolist() for e in range(start[i], start[i + 1]) if self.alive[e]]

    def _limits(self) -> dict[tuple[int, int], Any]:
        """Capacity of every limit that may bind; y(limit, level) for its levels."""
        inside: dict[int, list[int]] = {}
        for e in self.x:
            for number in self.sets[self.edges.slot[e]].tolist():
                if number >= 0:
                    inside.setdefault(number, []).append(e)
        full = {}
        for number, members in inside.items():
            room = int(self.capacity[number])
            if len(members) <= room:
                continue
            members.sort(key=lambda e: -self.level[e])
            self.cp.add(sum(self.x[e] for e in members) <= room)
            levels, ends = np.unique(-self.level[members], return_counts=True)
            for level, end in zip((-levels).tolist(), np.cumsum(ends).tolist()):
                full[number, level] = self.cp.new_bool_var("")
                self.cp.add(sum(self.x[e] for e in members[:end]) >= room * full[number, level])
        return full

    def _everybody(self) -> None:
        """One seat at most; every edge is had, or bettered, or refused by a limit that is full at its level."""
        for i in self.people.tolist():
            mine = [e for e in range(self.edges.start[i], self.edges.start[i + 1]) if self.alive[e]]
            self.cp.add_at_most_one([self.x[e] for e in mine])
            for at, e in enumerate(mine):
                around = self.sets[self.edges.slot[e]].tolist()
                refusing = [self.y[n, int(self.level[e])] for n in around if (n, int(self.level[e])) in self.y]
                self.cp.add_bool_or([*(self.x[better] for better in mine[: at + 1]), *refusing])
            if any(self.edges.key[e] >= PIN_KEY for e in mine):
                self.cp.add_bool_or([self.x[e] for e in mine])

    def hint(self, held: np.ndarray) -> None:
        """Starts the search from a weakly stable placement."""
        sits = set(held[held >= 0].tolist())
        for e, variable in self.x.items():
            self.cp.add_hint(variable, e in sits)

    def solve(self, cancelled: Callable[[], bool], time_left: float) -> tuple[np.ndarray | None, int]:
        """(held or None if nothing was found, bound)."""
        from ortools.sat.python import cp_model

        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        if np.isfinite(time_left):
            solver.parameters.max_time_in_seconds = max(0.1, time_left)
        else:
            solver.parameters.max_deterministic_time = DETERMINISTIC_SECONDS
        with stopping(cancelled, solver.stop_search):
            status = solver.solve(self.cp)
        bound = int(np.floor(solver.best_objective_bound + 1e-6))
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None, bound
        held = np.full(len(self.people), -1, np.int32)
        owner = self.edges.owner
        for e, variable in self.x.items():
            if solver.boolean_value(variable):
                held[owner[e]] = e
        return held, bound


def largest_weakly_stable(
    solver: StableSolver,
    held: np.ndarray,
    class_open: np.ndarray,
    cancelled: Callable[[], bool],
    time_left: Callable[[], float],
) -> tuple[np.ndarray, int | None]:
    """(held, bound on people placed by choice and at-least pin): the better of `held` and what the search finds.

    bound is None for rounds too large to search.
    """
    if len(held) > MOST_PEOPLE or time_left() <= 0:
        return held, None
    model = BandsModel(solver, class_open)
    model.hint(held)
    found, bound = model.solve(cancelled, time_left())
    if found is not None and (found >= 0).sum() > (held >= 0).sum():
        held = found
    return held, bound if bound > 0 else None
