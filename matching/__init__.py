"""The matching engine: pure, replayable, explained. Arrays in, arrays out. See docs/MATCHING.md.

Importing this package is light: solvers and compiled code are loaded when something is solved.
"""

from matching.bundle import instance_sha256, read_bundle, write_bundle
from matching.faults import BundleFaults, Cancelled, Fault
from matching.notes import Explanation, explain
from matching.outcome import Outcome
from matching.outcome_files import read_outcome, write_outcome
from matching.problem import Instance, Policy
from matching.solving import solve
from matching.tables import instance_from_tables

__all__ = [
    "BundleFaults",
    "Cancelled",
    "Explanation",
    "Fault",
    "Instance",
    "Outcome",
    "Policy",
    "explain",
    "instance_from_tables",
    "instance_sha256",
    "read_bundle",
    "read_outcome",
    "solve",
    "verify",
    "write_bundle",
    "write_outcome",
]


def verify(instance: Instance, outcome: Outcome) -> list[str]:
    """Everything about the outcome that does not hold; an empty list if all does. See matching.verifier."""
    from matching.verifier import verify as check

    return check(instance, outcome)
