"""Largest flows of least cost. OR-Tools holds Python's lock while it works, so large ones run in a child process that
can be ended at once.
"""

from __future__ import annotations

import io
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from matching.faults import Cancelled
from matching.watching import PAUSE, never

#: Arcs up to which a flow is found faster than a process could be started.
SMALL_ARCS = 200_000


@dataclass(frozen=True)
class Network:
    """Arcs (tail, head: int32; room, cost: int64) and what flows at most from the source to the sink."""

    tail: np.ndarray
    head: np.ndarray
    room: np.ndarray
    cost: np.ndarray
    source: int
    sink: int
    supply: int


def flow_of(network: Network, cancelled: Callable[[], bool]) -> np.ndarray:
    """The flow on every arc, int64. Raises ArithmeticError if there is no optimum, Cancelled if the caller gives up."""
    if cancelled is never or len(network.tail) < SMALL_ARCS:
        return solve_here(network)
    packed = io.BytesIO()
    ends = np.array([network.source, network.sink, network.supply], np.int64)
    np.savez(packed, tail=network.tail, head=network.head, room=network.room, cost=network.cost, ends=ends)
    child = subprocess.Popen(
        [sys.executable, "-m", "matching.flows"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=Path(__file__).parents[1],
    )
    first: bytes | None = packed.getvalue()
    while True:
        try:
            answer, complaint = child.communicate(first, timeout=PAUSE)
        except subprocess.TimeoutExpired:
            first = None
            if cancelled():
                child.kill()
                child.communicate()
                raise Cancelled from None
            continue
        if child.returncode:
            raise ArithmeticError(complaint.decode(errors="replace").strip().splitlines()[-1])
        return np.frombuffer(answer, np.int64)


def solve_here(network: Network) -> np.ndarray:
    """The flow, found in this process."""
    from ortools.graph.python import min_cost_flow

    flow = min_cost_flow.SimpleMinCostFlow()
    arcs = flow.add_arcs_with_capacity_and_unit_cost(network.tail, network.head, network.room, network.cost)
    flow.set_node_supply(network.source, network.supply)
    flow.set_node_supply(network.sink, -network.supply)
    if flow.solve_max_flow_with_min_cost() != flow.OPTIMAL:
        raise ArithmeticError("the min-cost flow did not reach an optimum")
    return np.asarray(flow.flows(arcs), np.int64)


def _serve() -> None:
    """The child: a network on standard input, its flow on standard output."""
    with np.load(io.BytesIO(sys.stdin.buffer.read())) as found:
        source, sink, supply = (int(number) for number in found["ends"])
        network = Network(found["tail"], found["head"], found["room"], found["cost"], source, sink, supply)
    sys.stdout.buffer.write(solve_here(network).tobytes())


if __name__ == "__main__":
    _serve()
