"""Outcome files that somebody has changed: always a list of faults, never a crash, never believed."""

from __future__ import annotations

import json
import random

from matching import BundleFaults, read_outcome, solve, verify
from matching.bundle import write_files
from matching.outcome_files import outcome_files
from tests.matching.make_matching import random_round

WORDS = [
    "",
    "1",
    "2",
    "999",
    "-3",
    "T00",
    "T10",
    "K1",
    "choice",
    "pin",
    "adjustment",
    "placed",
    "claim",
    "class:K1",
    "0",
]
VALUES = [None, 1, -5, "x", [], {}, [1], {"people": 3}, "stable", "optimal", {"people": {"prices": {"class:K1": "x"}}}]
#: What nobody relies on: how long it took, with which versions, and notes; and proofs of what is not claimed.
UNCHECKED = {"seconds", "versions", "notes", "certificate"}


def forge(files: dict[str, bytes], r: random.Random) -> str:
    """Changes one cell or one key; returns what was changed."""
    name = r.choice(sorted(files))
    if name == "outcome.json":
        head = json.loads(files[name])
        key = r.choice(sorted(head))
        head[key] = r.choice(VALUES)
        files[name] = json.dumps(head).encode()
        return key
    lines = files[name].decode().splitlines()
    at = r.randrange(1, len(lines))
    cells = lines[at].split(",")
    cells[r.randrange(len(cells))] = r.choice(WORDS)
    lines[at] = ",".join(cells)
    files[name] = ("\n".join(lines) + "\n").encode()
    return name


def test_a_forged_outcome_is_refused_or_found_out(tmp_path):
    for seed in range(150):
        r = random.Random(seed)
        rule = "maximum" if seed % 4 == 3 else "stable"
        instance = random_round(
            seed, 8, crossing=seed % 2 == 0, min_open=seed % 3 == 0, adjustment=seed % 2 == 1, reserves=seed % 5 < 2,
            rule=rule,
        ).build()  # fmt: skip
        outcome = solve(instance)
        files = outcome_files(outcome)
        changed = forge(files, r)
        write_files(tmp_path / str(seed), files)
        try:
            read = read_outcome(tmp_path / str(seed), instance)
        except BundleFaults:
            continue
        if outcome_files(read) != outcome_files(outcome) and changed not in UNCHECKED:
            assert verify(instance, read) != [], f"seed {seed}: {changed}"
        else:
            verify(instance, read)
