"""solve(instance) → Outcome: dispatch by policy and structure, progress, cancel and time limit."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from matching.bundle import instance_sha256
from matching.edges import BONUS
from matching.faults import Cancelled
from matching.outcome import Classes, Floor, Outcome, Reasons, Seats
from matching.problem import MAX_LOTTERY, Instance
from matching.structure import limit_name
from matching.watching import never

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Placed:
    """What the policies hand over: seats by choice and pin, open classes, floors, guarantee, bound, certificate."""

    seats: Seats
    class_open: np.ndarray
    floors: dict[int, int]
    guarantee: str
    bound: int
    certificate: dict[str, Any]
    notes: dict[str, Any]


@dataclass(frozen=True)
class Calls:
    """How long work talks to its caller."""

    report: Progress
    cancelled: Callable[[], bool]
    begun: float
    time_limit: float | None

    def check(self) -> None:
        """Raises Cancelled if the caller has given up."""
        if self.cancelled():
            raise Cancelled

    def time_left(self) -> float:
        """Seconds left for improvement and proof; infinite without a limit."""
        return float("inf") if self.time_limit is None else self.time_limit - (time.monotonic() - self.begun)

    def half_time_left(self) -> float:
        """The same, with half of the limit kept for what follows."""
        return self.time_left() - (self.time_limit or 0.0) / 2


def solve(
    instance: Instance,
    progress: Progress = lambda fraction, text: None,
    cancelled: Callable[[], bool] = never,
    time_limit: float | None = None,
) -> Outcome:
    """Solves a round under its own policy.

    progress(fraction, text) is called as work goes on; `cancelled` is asked often and ends the work with
    faults.Cancelled; `time_limit` (seconds) ends improvement and proof, never the placement itself.
    """
    calls = Calls(progress, cancelled, time.monotonic(), time_limit)
    calls.check()
    calls.report(0.0, "structure")
    placed = _place(instance, calls)
    calls.check()
    calls.report(0.9, "reasons")
    placed, reasons, classes = _explained(instance, placed)
    people = int((placed.seats.track >= 0).sum())
    bound = max(people, placed.bound)
    outcome = Outcome(
        instance=instance,
        guarantee=placed.guarantee,
        placed=people,
        bound=bound,
        gap=round((bound - people) / bound, 6) if bound else 0.0,
        seconds=time.monotonic() - calls.begun,
        versions=versions(),
        instance_sha256=instance_sha256(instance),
        seats=placed.seats,
        class_table=classes,
        reason_table=reasons,
        floors=name_floors(instance, placed.floors),
        certificate=placed.certificate,
        notes=placed.notes,
    )
    calls.report(1.0, "done")
    return outcome


def _place(instance: Instance, calls: Calls) -> Placed:
    """The main placement by policy, then adjustment."""
    from matching.policies import place_maximum, place_stable

    return place_maximum(instance, calls) if instance.policy.rule == "maximum" else place_stable(instance, calls)


def _explained(instance: Instance, placed: Placed) -> tuple[Placed, Reasons, Classes]:
    """Reasons and classes; floors that hold no claim back are dropped."""
    from matching.reasons import find_reasons

    reasons, classes = find_reasons(instance, placed.seats, placed.class_open, placed.floors)
    if placed.floors:
        placed = _with_needed_floors(instance, placed, reasons)
        reasons, classes = find_reasons(instance, placed.seats, placed.class_open, placed.floors)
    return placed, reasons, classes


def _with_needed_floors(instance: Instance, placed: Placed, reasons: Reasons) -> Placed:
    """Only the floors that hold a claim back; without a claim the placement is stable after all."""
    from matching.claims import needed_floors

    floors = needed_floors(instance, placed.seats, reasons, placed.floors)
    return replace(placed, floors=floors, guarantee="fair_with_claims" if floors else "stable")


def name_floors(instance: Instance, floors: dict[int, int]) -> list[Floor]:
    """Floors as they are written down: the limit's name, score and lottery number of the key, reserved or not."""
    from matching.structure import all_sets

    width = len(instance.group_order) + 1 if len(instance.reserve_class) else 1
    first = all_sets(instance, width)[2]
    named = []
    for number, key in sorted(floors.items()):
        kind = int(np.searchsorted(first, number, side="right")) - 1
        limit = limit_name(instance, kind, number - int(first[kind]))
        plain = int(key) % int(BONUS)
        score, lottery = plain >> 32, MAX_LOTTERY - (plain & (2**32 - 1))
        score *= instance.policy.band if instance.policy.in_bands else 1
        named.append(Floor(limit, score, lottery, int(key) >= int(BONUS)))
    return named


def versions() -> dict[str, str]:
    """Versions of everything that a result may depend on."""
    import platform

    found = {"python": platform.python_version()}
    for name in ("numpy", "numba", "scipy", "ortools"):
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    return found
