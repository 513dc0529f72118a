"""solve(instance) → Outcome: dispatch by policy and structure, progress, cancel and time limit."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import numpy as np

from matching.bundle import instance_sha256
from matching.edges import BONUS
from matching.faults import Cancelled
from matching.outcome import Floor, Outcome, Seats
from matching.problem import MAX_LOTTERY, Instance
from matching.structure import limit_name

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


def solve(
    instance: Instance,
    progress: Progress = lambda fraction, text: None,
    cancelled: Callable[[], bool] = lambda: False,
    time_limit: float | None = None,
) -> Outcome:
    """Solves a round under its own policy.

    progress(fraction, text) is called as work goes on; `cancelled` is asked often and ends the work with
    faults.Cancelled; `time_limit` (seconds) ends improvement and proof, never the placement itself.
    """
    begun = time.monotonic()

    def check() -> None:
        if cancelled():
            raise Cancelled

    def time_left() -> float:
        return float("inf") if time_limit is None else time_limit - (time.monotonic() - begun)

    check()
    progress(0.0, "structure")
    placed = _place(instance, progress, check, time_left)
    check()
    progress(0.9, "reasons")
    from matching.reasons import find_reasons

    reasons, classes = find_reasons(instance, placed.seats, placed.class_open, placed.floors)
    people = int((placed.seats.track >= 0).sum())
    bound = max(people, placed.bound)
    outcome = Outcome(
        instance=instance,
        guarantee=placed.guarantee,
        placed=people,
        bound=bound,
        gap=round((bound - people) / bound, 6) if bound else 0.0,
        seconds=time.monotonic() - begun,
        versions=versions(),
        instance_sha256=instance_sha256(instance),
        seats=placed.seats,
        class_table=classes,
        reason_table=reasons,
        floors=name_floors(instance, placed.floors),
        certificate=placed.certificate,
        notes=placed.notes,
    )
    progress(1.0, "done")
    return outcome


def _place(instance: Instance, progress: Progress, check: Callable[[], None], time_left: Callable[[], float]) -> Placed:
    """The main placement by policy, then adjustment."""
    from matching.policies import place_maximum, place_stable

    if instance.policy.rule == "maximum":
        return place_maximum(instance, progress, check, time_left)
    return place_stable(instance, progress, check, time_left)


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
