"""The model behind the proof of an opening: who can still change, the CP-SAT model over them, and the random walk."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from matching.minimum_improve import Plan
from matching.problem import EXACT, Instance
from matching.stable import StableSolver
from matching.watching import stopping

#: Work of the solver when no time limit is set, in its own deterministic seconds.
DETERMINISTIC_SECONDS = 30.0
#: Edges that the random walk may go through in all, and the loss of people that it forgives at first.
WALK_EDGES, MOST_STEPS, WALK_HEAT = 80_000_000, 20_000, 2.0


class OpeningModel:
    """The reduced model. Edges are numbered as in the structure; `x` and `y` hold variables per edge.

    A class whom too few people could come to in any opening cannot open; without it the others' best case is worse,
    which may leave more classes hopeless, and so on. Only `doubtful` classes may both open and stay closed.
    """

    def __init__(self, instance: Instance, solver: StableSolver) -> None:
        self.instance, self.solver = instance, solver
        edges = solver.structure.edges
        self.of_class = solver.structure.slot_class[edges.slot]
        exact = instance.track_class[instance.pin_track[instance.pin_hold == EXACT]]
        taken = np.bincount(exact, minlength=len(instance.class_ids))
        self.least = instance.class_min - taken
        self.seats = instance.class_seats - taken
        self.possible = np.ones(len(instance.class_ids), bool)
        best = solver.run(self.possible)
        self.viable = (self._count(best) >= self.least) | instance.class_pinned
        worst = solver.run(self.viable)
        while True:
            self.relevant = self._between(best, worst)
            coming = np.bincount(self.of_class[self.relevant], minlength=len(self.viable))
            hopeless = self.possible & ~self.viable & (coming < self.least)
            if not hopeless.any():
                break
            self.possible &= ~hopeless
            best = solver.run(self.possible)
        self.best_case = int((best >= 0).sum())
        same = (best >= 0) & (best == worst)
        self.fixed_edge = np.zeros(len(edges), bool)
        self.fixed_edge[best[same]] = True
        self.fixed = int(same.sum())
        self.open_edges = np.nonzero(self.relevant & ~self.fixed_edge)[0]
        self.doubtful = np.nonzero(self.possible & ~self.viable)[0]
        self.variables = 2 * len(self.open_edges) + len(self.doubtful)

    def _count(self, held: np.ndarray) -> np.ndarray:
        """K: people per class."""
        return np.bincount(self.of_class[held[held >= 0]], minlength=len(self.instance.class_ids))

    def _between(self, best: np.ndarray, worst: np.ndarray) -> np.ndarray:
        """M, bool: edges from everybody's best seat to her worst, in classes that can open."""
        edges, owner = self.solver.structure.edges, self.solver.owner
        start = np.where(best >= 0, best, edges.start[1:])
        end = np.where(worst >= 0, worst, edges.start[1:] - 1)
        number = np.arange(len(edges))
        return (number >= start[owner]) & (number <= end[owner]) & self.possible[self.of_class]

    def walk(self, plan: Plan, cancelled: Callable[[], bool], time_left: Callable[[], float]) -> np.ndarray:
        """The best opening met on a random walk from the plan's, over the people who are not fixed."""
        from matching.kernels_walk import Walk, wander

        edges, instance = self.solver.structure.edges, self.instance
        people, owner = np.unique(self.solver.owner[self.open_edges], return_inverse=True)
        college = self.of_class[self.open_edges]
        inside = np.bincount(self.of_class[self.fixed_edge], minlength=len(self.viable))
        seats = np.clip(self.seats - inside, 0, np.bincount(college, minlength=len(self.viable)))
        base = np.concatenate([[0], np.cumsum(seats)])
        start = np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=len(people)))])
        rank = np.where(edges.choice >= 0, instance.choice_rank[np.maximum(edges.choice, 0)], 0)[self.open_edges]
        state = Walk(
            start, owner, college, edges.key[self.open_edges], rank.astype(np.int64), seats,
            np.where(self.viable, 0, self.least), base, np.empty(base[-1], np.int64), np.empty(base[-1], np.int64),
            np.zeros(len(seats), np.int64), np.full(len(people), -1), start[:-1].copy(), np.ones(len(seats), bool),
        )  # fmt: skip
        stop = np.zeros(1, np.uint8)
        steps = min(MOST_STEPS, WALK_EDGES // max(1, len(self.open_edges)))
        until = time_left() * 0.7 if np.isfinite(time_left()) else -1.0

        def halt() -> None:
            stop[0] = 1

        with stopping(lambda: cancelled() or time_left() < until, halt):
            best, _ = wander(state, self.doubtful, plan.class_open & self.possible, steps, WALK_HEAT, 1, stop)
        return best

    def build(self) -> None:
        """All variables and constraints."""
        from ortools.sat.python import cp_model

        self.cp = cp_model.CpModel()
        self.x = {e: self.cp.new_bool_var("") for e in self.open_edges.tolist()}
        self.y = {e: self.cp.new_bool_var("") for e in self.open_edges.tolist()}
        self.opens = {k: self.cp.new_bool_var("") for k in self.doubtful.tolist()}
        rows = np.nonzero(self.relevant)[0]
        key = self.solver.structure.edges.key
        rows = rows[np.lexsort((-key[rows], self.of_class[rows]))]
        bounds = np.searchsorted(self.of_class[rows], np.arange(len(self.viable) + 1))
        for k in range(len(self.viable)):
            edges = rows[bounds[k] : bounds[k + 1]].tolist()
            if self.viable[k]:
                self._open_class(k, edges)
            elif self.possible[k]:
                self._doubtful_class(k, edges)
        self._people()

    def _open_class(self, k: int, edges: list[int]) -> None:
        """A class that stays open: its first seats clear, and if it refuses anybody it is full."""
        cp, fixed = self.cp, [bool(self.fixed_edge[e]) for e in edges]
        mine = [e for e in edges if not self.fixed_edge[e]]
        if not mine:
            return
        room = int(min(self.seats[k], len(edges)))
        left = room - sum(fixed)
        sure = max(room, max((at + 1 for at, is_fixed in enumerate(fixed) if is_fixed), default=0))
        previous: Any = None
        for at, e in enumerate(edges):
            if fixed[at]:
                continue
            if at < sure:
                cp.add(self.y[e] == 1)
            elif previous is not None:
                cp.add_implication(self.y[e], previous)
            previous = self.y[e]
            cp.add_implication(self.x[e], self.y[e])
        cp.add(sum(self.x[e] for e in mine) <= left)
        if len(edges) > room:
            cp.add(sum(self.x[e] for e in mine) + left * self.y[mine[-1]] >= left)

    def _doubtful_class(self, k: int, edges: list[int]) -> None:
        """A class that may close: nobody, or between minimum and seats; its first seats clear if it opens."""
        cp, opens = self.cp, self.opens[k]
        least = int(self.least[k])
        if len(edges) < least:
            cp.add(opens == 0)
        room = int(min(self.seats[k], len(edges)))
        total = sum(self.x[e] for e in edges)
        cp.add(total <= room * opens)
        cp.add(total >= min(least, len(edges)) * opens)
        for at, e in enumerate(edges):
            if at < room:
                cp.add(self.y[e] == opens)
            else:
                cp.add_implication(self.y[e], self.y[edges[at - 1]])
            cp.add_implication(self.x[e], self.y[e])
        if len(edges) > room:
            cp.add(total + room * self.y[edges[-1]] >= room * opens)

    def _people(self) -> None:
        """Everybody sits at most once; who clears a seat gets it or a better one."""
        owner = self.solver.owner[self.open_edges]
        for group in np.split(self.open_edges, np.nonzero(np.diff(owner))[0] + 1):
            edges = group.tolist()
            self.cp.add_at_most_one([self.x[e] for e in edges])
            for at, e in enumerate(edges):
                self.cp.add_bool_or([*(self.x[other] for other in edges[: at + 1]), self.y[e].negated()])

    def people(self) -> Any:
        return sum(self.x.values())

    def ranks(self) -> Any:
        """Less the sum of ranks of those who are not fixed."""
        edges = self.solver.structure.edges
        rank = self.instance.choice_rank[np.maximum(edges.choice, 0)]
        return sum(-int(rank[e]) * x for e, x in self.x.items())

    def hint(self, plan: Plan) -> None:
        """Starts the search from a plan."""
        self.cp.clear_hints()
        key, held = self.solver.structure.edges.key, plan.held
        people = np.nonzero(held >= 0)[0]
        lowest = np.full(len(plan.class_open), np.iinfo(np.int64).max)
        np.minimum.at(lowest, self.of_class[held[people]], key[held[people]])
        count = np.bincount(self.of_class[held[people]], minlength=len(lowest))
        cutoff = np.where(count >= self.seats, lowest, -1)
        for e in self.x:
            k = self.of_class[e]
            self.cp.add_hint(self.x[e], int(held[self.solver.owner[e]] == e))
            self.cp.add_hint(self.y[e], int(plan.class_open[k] and key[e] >= cutoff[k]))
        for k, variable in self.opens.items():
            self.cp.add_hint(variable, int(plan.class_open[k]))

    def solve(
        self, cancelled: Callable[[], bool], time_left: Callable[[], float], goal: Any, at_least: int | None
    ) -> tuple[np.ndarray | None, int, bool]:
        """(class_open or None, bound of the goal, whether it is met)."""
        from ortools.sat.python import cp_model

        if at_least is not None:
            self.cp.add(self.people() >= at_least)
        self.cp.maximize(goal)
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 1
        solver.parameters.linearization_level = 2  # the relaxation is what bounds this model
        solver.parameters.optimize_with_lb_tree_search = True  # the walk has found the plan; the bound is wanted
        limit = time_left()
        if np.isfinite(limit):
            solver.parameters.max_time_in_seconds = max(0.1, limit)
        else:
            solver.parameters.max_deterministic_time = DETERMINISTIC_SECONDS
        with stopping(cancelled, solver.stop_search):
            status = solver.solve(self.cp)
        bound = int(np.floor(solver.best_objective_bound + 1e-6))
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None, bound if solver.best_objective_bound > 0 else 2**31, False
        class_open = self.viable.copy()
        for k, variable in self.opens.items():
            class_open[k] = solver.boolean_value(variable)
        return class_open, bound, status == cp_model.OPTIMAL
