"""The benchmark: every policy at growing sizes, as seconds and as multiples of plain deferred acceptance.

Seconds depend on the machine; the ratios are taken within one run. Every outcome is verified. The table and the plot
are written to a folder of choice.
"""

from __future__ import annotations

import resource
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np

from matching.generate import City, generate
from matching.outcome import Outcome
from matching.problem import Instance

#: A whole round in a process of its own, from the files and back; prints faults, processor seconds, and the most
#: memory held until it is solved and in all, in megabytes.
WHOLE = """
import sys, time
from matching import explain, read_bundle, solve, verify, write_outcome
from matching.bench import peak_memory
instance = read_bundle(sys.argv[1])
outcome = solve(instance)
solved = peak_memory()
write_outcome(outcome, sys.argv[2])
faults = verify(instance, outcome)
explain(instance, outcome)
print(len(faults), time.process_time(), solved, peak_memory())
"""


@dataclass
class Case:
    """One line of the table: what was measured at which size, what came of it, and what was to be met."""

    name: str
    applicants: int
    wall: float
    cpu: float
    ratio: float = 0.0
    target: float | None = None  # seconds
    facts: dict[str, Any] = field(default_factory=dict)
    most: dict[str, float] = field(default_factory=dict)  # fact or "ratio" → the most it may be

    def missed(self) -> list[str]:
        """What was to be met and was not, each as a phrase."""
        late = [f"{self.wall:.3f} s instead of {self.target:g} s"] if self.target and self.wall > self.target else []
        found = {"ratio": self.ratio, **self.facts}
        return late + [f"{name} {found[name]} above {top:g}" for name, top in self.most.items() if found[name] > top]


@dataclass(frozen=True)
class Kind:
    """Something measured at every size that has a target: how its round is made, and what is to be met there."""

    name: str
    seconds: Mapping[int, float | None]
    shape: dict[str, Any]
    time_limit: Mapping[int, float] = field(default_factory=dict)  # of improvement and proof, seconds
    most: dict[int, dict[str, float]] = field(default_factory=dict)


KINDS = (
    Kind(
        "stable, nested limits",
        {10_000: 0.02, 100_000: 0.15, 1_000_000: 2.0},
        {"minimums": False},
        most={100_000: {"ratio": 4}},
    ),
    Kind(
        "stable, crossing limits and reserves",
        {10_000: 0.05, 100_000: 0.5, 1_000_000: 8.0},
        {"minimums": False, "crossing": True, "reserves": True},
    ),
    Kind(
        "minimum sizes, greedy and improved",
        {10_000: 0.3, 100_000: 2.0, 1_000_000: 30.0},
        {"seats_ratio": 1.2},
    ),
    Kind(
        "minimum sizes, proof (one level)",
        {10_000: 15.0, 100_000: 60.0},
        {"seats_ratio": 1.2, "one_level": True},
        {10_000: 14.5, 100_000: 59.0},
        {10_000: {"gap": 0.0}, 100_000: {"gap": 0.005}},
    ),
    Kind(
        "maximum, network",
        {10_000: 0.4, 100_000: 4.0, 1_000_000: 40.0},
        {"minimums": False, "rule": "maximum"},
        most={size: {"gap": 0.0} for size in (10_000, 100_000, 1_000_000)},
    ),
    Kind(
        "ties as bands of 20, linear pass",
        dict.fromkeys((10_000, 100_000, 1_000_000)),
        {"minimums": False, "one_level": True, "band": 20},
        dict.fromkeys((10_000, 100_000, 1_000_000), 0.0),
    ),
    Kind(
        "ties as bands of 20, searched",
        {10_000: None},
        {"minimums": False, "one_level": True, "band": 20},
        {10_000: 30.0},
    ),
)
CHECKING = {10_000: 0.05, 100_000: 0.4, 1_000_000: 4.0}
FOLDERS = {10_000: 0.3, 100_000: 2.0, 1_000_000: 20.0}
#: Whole rounds, measured from outside: applicants → (seconds, most megabytes).
WHOLE_ROUNDS: dict[int, tuple[float | None, dict[str, float]]] = {
    1_000_000: (None, {"MB until solved": 1024.0}),
    2_000_000: (60.0, {"MB in all": 3072.0}),
}


def run(sizes: list[int], folder: Path, peers: bool) -> list[Case]:
    """Measures all kinds at all sizes, writes BENCHMARK.md and benchmark.svg into the folder, returns the lines."""
    from matching.bench_report import write_report
    from matching.warming import warm

    # Compiled code and solvers are loaded first, so that no measured run pays for it.
    warm()
    _floor(300)
    cases: list[Case] = []
    for size in sizes:
        kinds = [kind for kind in KINDS if size in kind.seconds or size < 10_000]
        floor = _floor(size) if kinds else Case("", size, 1.0, 1.0)
        cases += [floor] if kinds else []
        for kind in kinds:
            cases += _solved(kind, size, floor.wall)
            write_report(cases, folder)
        if size in FOLDERS:
            cases.append(_bundle(size, floor.wall))
        if size in WHOLE_ROUNDS:
            cases.append(_whole_round(size))
        write_report(cases, folder)
    if peers:
        from matching.bench_peers import measure_peers

        cases += measure_peers([size for size in sizes if size <= 100_000])
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


def _solved(kind: Kind, size: int, floor: float) -> list[Case]:
    """The placement alone where it is a kernel, the whole solve, and verifying with explaining."""
    from matching import solve

    instance = generate(City(**{"applicants": size, **kind.shape}))
    limit = kind.time_limit.get(size)
    repeats = 3 if size <= 100_000 and limit is None else 1
    target, most, cases = kind.seconds.get(size), kind.most.get(size, {}), []
    if kind.name.startswith("stable"):
        cases = _placing(instance, kind, size, floor, repeats)
        target, most = None, {}
    outcome, wall, cpu = timed(lambda: solve(instance, time_limit=limit), repeats)
    facts = _facts(instance, outcome)
    cases.append(Case(f"{kind.name}: solved and explained", size, wall, cpu, wall / floor, target, facts, most))
    faults, wall, cpu = timed(lambda: _check_and_explain(instance, outcome), repeats)
    facts, most = {"faults": len(faults)}, {"faults": 0.0}
    checking = CHECKING.get(size) if kind.name.startswith("stable") else None
    cases.append(Case(f"{kind.name}: verified and explained", size, wall, cpu, wall / floor, checking, facts, most))
    for case in cases:
        _say(case)
    return cases


def _placing(instance: Instance, kind: Kind, size: int, floor: float, repeats: int) -> list[Case]:
    """The structure, and the kernel that places: what the targets of the stable policy mean."""
    from matching.stable import StableSolver

    solver = StableSolver.of(instance)
    everything = np.ones(len(instance.class_ids), bool)
    solver.run(everything)
    _, wall, cpu = timed(lambda: solver.run(everything), repeats)
    most = kind.most.get(size, {})
    placing = Case(f"{kind.name}: placing", size, wall, cpu, wall / floor, kind.seconds.get(size), most=most)
    _, wall, cpu = timed(lambda: StableSolver.of(instance), repeats)
    return [placing, Case(f"{kind.name}: structure", size, wall, cpu, wall / floor)]


def _check_and_explain(instance: Instance, outcome: Outcome) -> list[str]:
    """Verifies everything, finds the reason for every choice anew, and the notes on classes and free places."""
    from matching import explain, verify
    from matching.reasons import find_reasons

    faults = verify(instance, outcome)
    find_reasons(instance, outcome.seats, outcome.class_table.open)
    explain(instance, outcome)
    return faults


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
    """Most memory this process has held, in megabytes. Linux' own count, unlike getrusage, begins with the program."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(status.read_text().split("VmHWM:")[1].split()[0]) // 1024
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
    case = Case("bundle folder written and read", size, wall, cpu, wall / floor, FOLDERS[size], {"same": same})
    _say(case)
    return case


def _whole_round(size: int) -> Case:
    """From outside, with the loading of all code: read, placed, explained, written, verified."""
    from matching import write_bundle

    with TemporaryDirectory() as folder:
        instance = generate(City(size, minimums=False))
        choices = instance.choices
        write_bundle(instance, f"{folder}/round")
        del instance
        command = [sys.executable, "-c", WHOLE, f"{folder}/round", f"{folder}/outcome"]
        begun = time.perf_counter()
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        wall = time.perf_counter() - begun
    faults, cpu, solved, peak = done.stdout.split()
    seconds, most = WHOLE_ROUNDS[size]
    facts = {"choices": choices, "faults": int(faults), "MB until solved": int(solved), "MB in all": int(peak)}
    case = Case("the whole round, from files to files", size, wall, float(cpu), 0.0, seconds, facts, most)
    _say(case)
    return case
