"""Compiles the kernels ahead, into numba's cache, so that no round and no measurement waits for the compiler."""

from __future__ import annotations

from typing import Any

from matching import explain, solve, verify
from matching.generate import City, generate

#: One tiny round for every way through the kernels, first the ways of rounds whose limits nest.
NESTED: tuple[dict[str, Any], ...] = (
    {"minimums": False},
    {"seats_ratio": 1.2, "adjustable": 0.8},
    {"rule": "maximum", "minimums": False},
    {"rule": "maximum", "adjustable": 0.8},
)
CROSSING: tuple[dict[str, Any], ...] = (
    {"minimums": False, "crossing": True, "reserves": True},
    {"crossing": True, "adjustable": 0.8},
    {"minimums": False, "one_level": True, "band": 20},
)


def warm(nested: bool = False) -> None:
    """Solves, verifies and explains a round of each shape. Takes some seconds once, and hardly one afterwards."""
    for shape in NESTED if nested else NESTED + CROSSING:
        instance = generate(City(300, **shape))
        outcome = solve(instance, time_limit=0.2)
        verify(instance, outcome)
        explain(instance, outcome)
