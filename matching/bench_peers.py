"""Other packages on the same rounds, each in an environment of its own outside the project's.

They know class seats only, so they get the one-level round. What cannot be installed or does not answer in time is
reported as such.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from dataclasses import replace
from pathlib import Path

from matching.bench import Case, timed
from matching.edges import base_keys
from matching.generate import City, generate
from matching.problem import Instance
from matching.solving import solve

#: Time for installing, and again for an answer.
SECONDS = 180
HEAD = """
import json, sys, time
sys.setrecursionlimit(10**6)
round_ = json.load(open(sys.argv[1]))
people, classes, seats = round_["people"], round_["classes"], round_["seats"]
"""
#: name → (what pip installs, the policy of ours that answers the same question, program). The program reads the round
#: from argv[1] and prints seconds and people placed.
PEERS = {
    "matching 1.4.3 (hospital-resident)": (
        "matching==1.4.3",
        "stable",
        """
from matching.games import HospitalResident
begun = time.perf_counter()
wants = {f"r{i}": [f"h{c}" for c in choice] for i, choice in enumerate(people) if choice}
ranks = {f"h{c}": [f"r{i}" for i in line] for c, line in enumerate(classes) if line}
rooms = {f"h{c}": seats[c] for c in range(len(seats)) if classes[c]}
game = HospitalResident.create_from_dictionaries(wants, ranks, rooms)
found = game.solve(optimal="resident")
print(time.perf_counter() - begun, sum(len(v) for v in found.values()))
""",
    ),
    "algmatch (HR)": (
        "algmatch",
        "stable",
        """
from algmatch import HospitalResidentsProblem
begun = time.perf_counter()
data = {
    "residents": {i + 1: [c + 1 for c in choice] for i, choice in enumerate(people) if choice},
    "hospitals": {
        c + 1: {"capacity": seats[c], "preferences": [i + 1 for i in line]} for c, line in enumerate(classes)
    },
}
found = HospitalResidentsProblem(dictionary=data, optimised_side="residents").get_stable_matching()
print(time.perf_counter() - begun, sum(1 for v in found["resident_sided"].values() if v))
""",
    ),
    "networkx (min-cost flow)": (
        "networkx",
        "maximum",
        """
import networkx
begun = time.perf_counter()
graph = networkx.DiGraph()
for i, choice in enumerate(people):
    graph.add_edge("s", f"r{i}", capacity=1)
    for rank, c in enumerate(choice):
        graph.add_edge(f"r{i}", f"h{c}", capacity=1, weight=rank)
for c, room in enumerate(seats):
    graph.add_edge(f"h{c}", "t", capacity=room)
flow = networkx.max_flow_min_cost(graph, "s", "t")
print(time.perf_counter() - begun, sum(flow["s"].values()))
""",
    ),
    "scipy (HiGHS, LP)": (
        "scipy",
        "maximum",
        """
import numpy, scipy.optimize, scipy.sparse
begun = time.perf_counter()
row = [i for i, choice in enumerate(people) for _ in choice]
col = [c for choice in people for c in choice]
rank = numpy.array([r for choice in people for r in range(len(choice))], float)
n, m = len(people), len(row)
matrix = scipy.sparse.csc_matrix((numpy.ones(2 * m), (row + [n + c for c in col], list(range(m)) * 2)))
limits = numpy.concatenate([numpy.ones(n), seats[: matrix.shape[0] - n]])
found = scipy.optimize.linprog(rank - 100, A_ub=matrix, b_ub=limits, bounds=(0, 1), method="highs")
print(time.perf_counter() - begun, round(found.x.sum()))
""",
    ),
}


#: The largest round that a peer bears in the time it is given; 10,000 where nothing is said.
BEARS = {"scipy (HiGHS, LP)": 100_000}


def measure_peers(sizes: list[int]) -> list[Case]:
    """One line per peer and size it can bear: ratio = its seconds over ours on the same round, in this run.

    Ours is the whole solve with reasons: the stable policy against those that place stably, maximum against the rest.
    """
    cases = []
    with tempfile.TemporaryDirectory() as folder:
        for size in sizes:
            instance = generate(City(size, minimums=False, one_level=True))
            ours = {rule: _ours(instance, rule) for rule in ("stable", "maximum")}
            path = Path(folder) / f"round{size}.json"
            path.write_text(json.dumps(_lists(instance)))
            for name, (package, rule, program) in PEERS.items():
                if size > BEARS.get(name, 10_000):
                    continue
                case = _measure(name, package, program, size, Path(folder), path)
                case.ratio = case.wall / ours[rule].wall
                case.facts |= {f"ours ({rule}) s": round(ours[rule].wall, 3)} | ours[rule].facts
                print(f"{size:>9,} {name:<36} {case.wall:9.3f} s  {case.ratio:7.1f} × ours  {case.facts}", flush=True)
                cases.append(case)
    return cases


def _ours(instance: Instance, rule: str) -> Case:
    own = replace(instance, policy=replace(instance.policy, rule=rule))
    outcome, wall, cpu = timed(lambda: solve(own), 3)
    return Case(rule, instance.applicants, wall, cpu, facts={"ours placed": outcome.placed})


def _lists(instance: Instance) -> dict[str, list[object]]:
    """The first choice of every class, per person, and per class everybody by priority."""
    size = instance.applicants
    key, of_class = base_keys(instance).tolist(), instance.track_class[instance.choice_track].tolist()
    people: list[list[int]] = []
    lines: list[list[tuple[int, int]]] = [[] for _ in instance.class_ids]
    for who in range(size):
        mine: list[int] = []
        for row in range(instance.choice_start[who], instance.choice_start[who + 1]):
            if of_class[row] not in mine:
                mine.append(of_class[row])
                lines[of_class[row]].append((-key[row], who))
        people.append(mine)
    classes = [[who for _, who in sorted(line)] for line in lines]
    return {"people": list(people), "classes": list(classes), "seats": instance.class_seats.tolist()}


def _measure(name: str, package: str, program: str, size: int, folder: Path, path: Path) -> Case:
    """Installs the peer into a fresh environment and runs its program on the round."""
    home = folder / package.split("=")[0]
    case = Case(f"peer: {name}", size, 0.0, 0.0)
    try:
        python = str(home / "bin" / "python")
        if not home.exists():
            subprocess.run([sys.executable, "-m", "venv", str(home)], check=True, capture_output=True, timeout=SECONDS)
            install = [python, "-m", "pip", "install", "--quiet", package]
            subprocess.run(install, check=True, capture_output=True, timeout=SECONDS)
        command = [python, "-c", HEAD + program, str(path)]
        done = subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, cwd=folder)
        if done.returncode:
            case.facts = {"failed": (done.stderr.strip().splitlines() or ["?"])[-1][:120]}
        else:
            seconds, placed = done.stdout.split()
            case.wall = case.cpu = float(seconds)
            case.facts = {"placed": int(placed)}
    except subprocess.TimeoutExpired:
        case.facts = {"no answer after": f"{SECONDS} s"}
    except (subprocess.CalledProcessError, OSError, ValueError) as error:
        case.facts = {"not available": type(error).__name__}
    return case
