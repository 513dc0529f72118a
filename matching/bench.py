"""The benchmark: every policy at growing sizes, as seconds and as multiples of plain deferred acceptance.

Seconds depend on the machine; the ratios are taken within one run. Every outcome is verified. The table and the plot
are written to a folder of choice.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from matching.generate import City, generate
from matching.outcome import Outcome
from matching.problem import Instance


@dataclass
class Case:
    """One line of the table: what was measured at which size, and what came of it."""

    name: str
    applicants: int
    wall: float
    cpu: float
    ratio: float = 0.0
    target: float | None = None
    facts: dict[str, Any] = field(default_factory=dict)


#: (name, target seconds per size, how the round is made, seconds for improvement and proof).
CITIES: tuple[tuple[str, dict[int, float], dict[str, Any], float | None], ...] = (
    ("stable, nested limits", {10_000: 0.02, 100_000: 0.15, 1_000_000: 2.0}, {"minimums": False}, None),
    (
        "stable, crossing limits and reserves",
        {10_000: 0.05, 100_000: 0.5, 1_000_000: 8.0},
        {"minimums": False, "crossing": True, "reserves": True},
        None,
    ),
    (
        "minimum sizes, greedy and improved",
        {10_000: 0.3, 100_000: 2.0, 1_000_000: 30.0},
        {"seats_ratio": 1.2},
        None,
    ),
    ("minimum sizes, proof (one level)", {10_000: 15.0}, {"seats_ratio": 1.2, "one_level": True}, 60.0),
    (
        "maximum, network",
        {10_000: 0.4, 100_000: 4.0, 1_000_000: 40.0},
        {"minimums": False, "rule": "maximum"},
        None,
    ),
)


def run(sizes: list[int], folder: Path, peers: bool) -> list[Case]:
    """Measures all cases at all sizes, writes BENCHMARK.md and benchmark.svg into the folder, returns the lines."""
    from matching.bench_report import write_report

    _warm_up()
    cases: list[Case] = []
    for size in sizes:
        floor = _floor(size)
        cases.append(floor)
        for name, targets, shape, limit in CITIES:
            if targets.get(size) or size < 100_000:
                cases += _solved(name, size, shape, limit, targets.get(size), floor.wall)
                write_report(cases, folder)
        cases.append(_bundle(size, floor.wall))
    if peers:
        from matching.bench_peers import measure_peers

        cases += measure_peers(min(size for size in sizes))
    write_report(cases, folder)
    return cases


def timed(work: Callable[[], Any], repeats: int = 1) -> tuple[Any, float, float]:
    """(result, wall, cpu) of the fastest of some repeats."""
    best: tuple[Any, float, float] | None = None
    for _ in range(repeats):
        wall, cpu = time.perf_counter(), time.process_time()
        result = work()
        wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
        if best is None or wall < best[1]:
            best = result, wall, cpu
    assert best is not None
    return best


def _say(case: Case) -> None:
    print(f"{case.applicants:>9,} {case.name:<42} {case.wall:9.3f} s  {case.cpu:9.3f} cpu-s  {case.facts}", flush=True)


def _warm_up() -> None:
    """Loads compiled code and solvers on tiny rounds, so that no measured run pays for it."""
    from matching import explain, solve, verify

    for _, _, shape, _ in CITIES:
        instance = generate(City(**{"applicants": 300, **shape}))
        outcome = solve(instance)
        verify(instance, outcome)
        explain(instance, outcome)
    _floor(300)


def _floor(size: int) -> Case:
    """Plain deferred acceptance under class seats alone: the floor for everything stable."""
    from matching.edges import base_keys
    from matching.kernels_floor import plain_deferred_acceptance

    i = generate(City(size, minimums=False, one_level=True))
    owner, college, key = i.choice_owner, i.track_class[i.choice_track], base_keys(i)
    repeats = 5 if size <= 100_000 else 2
    held, wall, cpu = timed(
        lambda: plain_deferred_acceptance(i.choice_start, owner, college, key, i.class_seats), repeats
    )
    case = Case("floor: plain deferred acceptance", size, wall, cpu, 1.0, None, {"placed": int((held >= 0).sum())})
    if size > 300:
        _say(case)
    return case


def _solved(
    name: str, size: int, shape: dict[str, Any], limit: float | None, target: float | None, floor: float
) -> list[Case]:
    """The placement alone where it is a kernel, the whole solve, and verifying with explaining."""
    from matching import explain, solve, verify
    from matching.stable import StableSolver

    instance = generate(City(**{"applicants": size, **shape}))
    repeats = 3 if size <= 100_000 and limit is None else 1
    cases = []
    if name.startswith("stable"):
        solver = StableSolver.of(instance)
        everything = np.ones(len(instance.class_ids), bool)
        solver.run(everything)
        _, wall, cpu = timed(lambda: solver.run(everything), repeats)
        cases.append(Case(f"{name}: placing", size, wall, cpu, wall / floor, target))
        _, wall, cpu = timed(lambda: StableSolver.of(instance), repeats)
        cases.append(Case(f"{name}: structure", size, wall, cpu, wall / floor))
    outcome, wall, cpu = timed(lambda: solve(instance, time_limit=limit), repeats)
    facts = _facts(instance, outcome)
    cases.append(Case(f"{name}: solved and explained", size, wall, cpu, wall / floor, None, facts))
    if not name.startswith("stable"):
        cases[-1].target = target
    faults, wall, cpu = timed(lambda: verify(instance, outcome), 1)
    facts = {"faults": len(faults)}
    cases.append(Case(f"{name}: verified", size, wall, cpu, wall / floor, None, facts))
    _, wall, cpu = timed(lambda: explain(instance, outcome), 1)
    cases.append(Case(f"{name}: notes", size, wall, cpu, wall / floor))
    for case in cases:
        _say(case)
    return cases


def _facts(instance: Instance, outcome: Outcome) -> dict[str, Any]:
    return {
        "placed": outcome.placed,
        "bound": outcome.bound,
        "gap": outcome.gap,
        "guarantee": outcome.guarantee,
        "open": f"{int(outcome.class_table.open.sum())} of {len(instance.class_ids)}",
        "peak MB": peak_memory(),
    }


def peak_memory() -> int:
    """Most memory this process has held, in megabytes."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak // (1024 * 1024 if sys.platform == "darwin" else 1024)


def _bundle(size: int, floor: float) -> Case:
    """A bundle folder written and read again."""
    from matching import instance_sha256, read_bundle, write_bundle

    instance = generate(City(size, minimums=False))
    with TemporaryDirectory() as folder:

        def there_and_back() -> Instance:
            write_bundle(instance, folder)
            return read_bundle(folder)

        again, wall, cpu = timed(there_and_back)
        same = instance_sha256(again) == instance_sha256(folder)
    target = {10_000: 0.3, 100_000: 2.0, 1_000_000: 20.0}.get(size)
    case = Case("bundle folder written and read", size, wall, cpu, wall / floor, target, {"same": same})
    _say(case)
    return case
