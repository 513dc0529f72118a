"""The stable policy for one set of open classes: chooses the path by structure and remembers what can be reused."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from matching.bands import defer_twice
from matching.faults import Cancelled
from matching.laminar import Forest, build_forest, fresh_tree
from matching.problem import EXACT, Instance
from matching.structure import Structure, build_structure
from matching.watching import never, stopping

#: Rounds below this size are placed faster than a thread that watches for cancelling could be started.
WATCHED_EDGES = 200_000


@dataclass
class StableSolver:
    """Solves one instance again and again for different open classes.

    run(open) returns held: N, int32, the edge of every applicant or -1. Under crossing limits `floors` then holds
    set number → key of the floors that settling needed.
    """

    instance: Instance
    structure: Structure
    floors: dict[int, int] = field(default_factory=dict)
    cancelled: Callable[[], bool] = never

    @classmethod
    def of(cls, instance: Instance, cancelled: Callable[[], bool] = never) -> StableSolver:
        """A solver for the instance. `cancelled` is asked while a run goes on; then the run raises Cancelled."""
        return cls(instance, build_structure(instance), cancelled=cancelled)

    @cached_property
    def forest(self) -> Forest:
        return build_forest(self.structure)

    @cached_property
    def owner(self) -> np.ndarray:
        return self.structure.edges.owner

    def dead(self, class_open: np.ndarray) -> np.ndarray:
        """L, bool: slots of closed classes."""
        return ~class_open[self.structure.slot_class]

    def run(self, class_open: np.ndarray) -> np.ndarray:
        """The stable placement when exactly the classes in `class_open` (K, bool) are open."""
        stop = np.zeros(1, np.uint8)

        def halt() -> None:
            stop[0] = 1

        if self.cancelled is never or len(self.structure.edges) < WATCHED_EDGES:
            held = self._run(class_open, stop)
        else:
            with stopping(self.cancelled, halt):
                held = self._run(class_open, stop)
        if stop[0]:
            raise Cancelled
        return held

    def _run(self, class_open: np.ndarray, stop: np.ndarray) -> np.ndarray:
        edges, dead = self.structure.edges, self.dead(class_open)
        if self.structure.laminar:
            from matching.kernels import defer

            if self.instance.policy.in_bands:
                return defer_twice(self.structure, self.forest, self.owner, dead, self.best_order, stop)
            held = np.full(self.instance.applicants, -1, np.int32)
            tree = fresh_tree(self.structure, self.forest, dead)
            defer(self.best_order, edges.start, self.owner, edges.slot, edges.key, tree, held, stop)
            return held
        from matching.crossing import rise_and_settle

        held, self.floors = rise_and_settle(self.structure, self.owner, dead, self.settle_order, stop)
        return held

    @cached_property
    def best_order(self) -> np.ndarray:
        """Applicants by the score of their first edge, the highest first: fewer of them are displaced later."""
        edges = self.structure.edges
        if not len(edges):
            return np.empty(0, np.int32)
        first = edges.key[np.minimum(edges.start[:-1], len(edges) - 1)] >> np.int64(32)
        return np.argsort(-np.minimum(first, 32767).astype(np.int16), kind="stable").astype(np.int32)

    @cached_property
    def settle_order(self) -> np.ndarray:
        """Applicants by lottery number, the lowest first."""
        return np.argsort(self.instance.lottery, kind="stable").astype(np.int32)

    def held_track(self, held: np.ndarray) -> np.ndarray:
        """N, int32: the track of every held edge, -1 for nobody's. Exact pins are not among them."""
        track = self.structure.edges.track(np.maximum(held, 0)) if len(self.structure.edges) else held
        return np.where(held >= 0, track, -1).astype(np.int32)

    def class_count(self, held: np.ndarray) -> np.ndarray:
        """K: people per class by choice and pin, exact pins included."""
        track = self.held_track(held)
        exact = self.instance.pin_track[self.instance.pin_hold == EXACT]
        of_class = self.instance.track_class[np.concatenate([track[track >= 0], exact])]
        return np.bincount(of_class, minlength=len(self.instance.class_ids))
