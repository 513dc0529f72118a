"""The maximum policy as a linear program, for limits that cross and for classes that may close.

1. The relaxation is solved by the simplex method (HiGHS); its duals are the prices of the certificate.
2. People whose share in the relaxation is whole keep it; the few others are placed by a small integer program over
   the room that is left.
3. If that loses somebody or some worth, the whole integer program is tried for the time that is left.
With classes that may close, the integer program has one more variable per class that could fall short.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from matching.edges import PIN_KEY
from matching.problem import Instance
from matching.stable import StableSolver

#: Nodes an integer program may open: a limit that gives the same answer on every machine.
NODES = 5000


@dataclass(frozen=True)
class Program:
    """maximise worth · x where rows(x) ≤ room; one row per person, then one per limit, then what is added."""

    matrix: object  # scipy CSC, rows × (edges + classes that may close)
    low: np.ndarray
    high: np.ndarray
    edges: np.ndarray  # columns that are edges, as edge numbers


@dataclass(frozen=True)
class Answer:
    """x per column, the best value any solution can have, and the prices of the rows (≥ 0), if it was no MIP.

    by_prices: the best value that these prices allow, above `bound` where an integer program knew better.
    """

    x: np.ndarray | None
    bound: float
    prices: np.ndarray | None
    by_prices: float = np.inf


def build_program(instance: Instance, solver: StableSolver, alive: np.ndarray) -> Program:
    """The placement of the edges `alive` (edge numbers) under all limits. People with pins have to be placed."""
    from scipy.sparse import csc_matrix

    structure = solver.structure
    edges, people, count = structure.edges, instance.applicants, len(structure.capacity)
    owner = solver.owner[alive]
    rows, columns = [owner], [np.arange(len(alive))]
    for kind in range(structure.sets.shape[1]):
        around = structure.sets[edges.slot[alive], kind]
        rows.append(people + around[around >= 0])
        columns.append(np.nonzero(around >= 0)[0])
    row, column = np.concatenate(rows), np.concatenate(columns)
    matrix = csc_matrix((np.ones(len(row)), (row, column)), shape=(people + count, len(alive)))
    low = np.full(people + count, -np.inf)
    low[solver.owner[edges.key >= PIN_KEY]] = 1
    high = np.concatenate([np.ones(people), np.minimum(structure.capacity, people + 1)]).astype(float)
    return Program(matrix, low, high, alive)


def with_total(program: Program, total: int) -> Program:
    """The same program for placements of at least `total` people."""
    from scipy.sparse import csr_matrix, vstack

    counted = np.zeros(program.matrix.shape[1])  # type: ignore[attr-defined]
    counted[: len(program.edges)] = 1
    matrix = vstack([program.matrix, csr_matrix(counted)]).tocsc()
    return Program(matrix, np.append(program.low, total), np.append(program.high, np.inf), program.edges)


def with_minimums(instance: Instance, solver: StableSolver, program: Program, classes: np.ndarray) -> Program:
    """The same program where the classes (class numbers) hold at least their minimum; one more row for each."""
    from scipy.sparse import vstack

    seated = _seated(instance, solver, program, classes)
    least = instance.class_min[classes].astype(float)
    none = np.full(len(classes), np.inf)
    matrix = vstack([program.matrix, seated]).tocsc()
    return Program(matrix, np.append(program.low, least), np.append(program.high, none), program.edges)


def _seated(instance: Instance, solver: StableSolver, program: Program, classes: np.ndarray) -> object:
    """One row per class: 1 for every column that is an edge to it."""
    from scipy.sparse import csc_matrix

    of_class = solver.structure.slot_class[solver.structure.edges.slot[program.edges]]
    place = np.full(len(instance.class_ids), -1)
    place[classes] = np.arange(len(classes))
    inside = np.nonzero(place[of_class] >= 0)[0]
    shape = (len(classes), program.matrix.shape[1])  # type: ignore[attr-defined]
    return csc_matrix((np.ones(len(inside)), (place[of_class[inside]], inside)), shape=shape)


def with_openings(instance: Instance, solver: StableSolver, program: Program, lacking: np.ndarray) -> Program:
    """The same program where the classes in `lacking` (class numbers) may close: one 0-1 variable for each.

    In such a class sit no people, or at least its minimum and at most its seats. None of them has pins.
    """
    from scipy.sparse import csc_matrix, diags, hstack, vstack

    rows = program.matrix.shape[0]  # type: ignore[attr-defined]
    seated = _seated(instance, solver, program, lacking)
    least = instance.class_min[lacking].astype(float)
    most = np.minimum(instance.class_seats[lacking], instance.applicants).astype(float)
    open_high, open_low = (diags(-value, format="csc") for value in (most, least))
    matrix = vstack(
        [
            hstack([program.matrix, csc_matrix((rows, len(lacking)))]),
            hstack([seated, open_high]),
            hstack([seated, open_low]),
        ]
    ).tocsc()
    none = np.full(len(lacking), np.inf)
    low = np.concatenate([program.low, -none, np.zeros(len(lacking))])
    return Program(matrix, low, np.concatenate([program.high, np.zeros(len(lacking)), none]), program.edges)


def relax(program: Program, worth: np.ndarray, seconds: float) -> Answer:
    """The linear relaxation by the dual simplex method. x is None if the time ran out."""
    from scipy.optimize import linprog
    from scipy.sparse import vstack

    if not len(worth):
        return Answer(np.empty(0), 0.0, np.zeros(len(program.high)))
    low, high = np.isfinite(program.low), np.isfinite(program.high)
    matrix = program.matrix.tocsr()  # type: ignore[attr-defined]
    stacked = vstack([matrix[high], -matrix[low]]).tocsc()
    limits = np.concatenate([program.high[high], -program.low[low]])
    options = {"time_limit": seconds} if np.isfinite(seconds) else {}
    found = linprog(-worth, A_ub=stacked, b_ub=limits, bounds=(0, 1), method="highs-ds", options=options)
    if found.x is None or found.status != 0:
        return Answer(None, np.inf, None)
    prices = np.zeros(len(program.high))
    marginal = np.maximum(0, -found.ineqlin.marginals)
    prices[high] = marginal[: int(high.sum())]
    prices[low] -= marginal[int(high.sum()) :]
    return Answer(found.x, -found.fun, prices)


def round_off(program: Program, worth: np.ndarray, seconds: float) -> Answer:
    """The integer program."""
    from scipy.optimize import Bounds, LinearConstraint, milp

    columns = program.matrix.shape[1]  # type: ignore[attr-defined]
    if not columns:
        return Answer(np.empty(0), 0.0, None)
    options: dict[str, float] = {"mip_rel_gap": 0.0, "node_limit": NODES}
    if np.isfinite(seconds):
        options["time_limit"] = max(0.1, seconds)
    found = milp(
        -worth,
        integrality=np.ones(columns),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(program.matrix, program.low, program.high),
        options=options,
    )
    bound = np.inf if found.mip_dual_bound is None else -found.mip_dual_bound
    return Answer(None if found.x is None else np.round(found.x), bound, None)


def finish_whole(program: Program, answer: Answer, worth: np.ndarray, owner: np.ndarray, seconds: float) -> np.ndarray:
    """x, whole: what the relaxation placed whole stays, the others are placed in the room that is left."""
    x = answer.x
    assert x is not None
    broken = np.unique(owner[(x > 1e-6) & (x < 1 - 1e-6)])
    if not len(broken):
        return np.round(x)
    free = np.isin(owner, broken)
    fixed = np.where(free, 0.0, np.round(x))
    used = program.matrix @ fixed  # type: ignore[operator]
    part = Program(
        program.matrix[:, np.nonzero(free)[0]],  # type: ignore[index]
        np.maximum(program.low - used, -np.inf),
        program.high - used,
        program.edges[free],
    )
    small = round_off(part, worth[free], seconds)
    if small.x is not None:
        fixed[free] = small.x
    return fixed


def best_whole(
    program: Program, worth: np.ndarray, owner: np.ndarray, time_left: Callable[[], float], whole_first: bool = False
) -> Answer:
    """The best whole solution found, with a bound: relaxation, repair, and the integer program if that lost worth."""
    relaxed = relax(program, worth, time_left())
    if relaxed.x is None:
        return Answer(None, np.inf, None)
    x = None if whole_first else finish_whole(program, relaxed, worth, owner, time_left())
    feasible = x is not None and bool((program.matrix @ x >= program.low - 1e-6).all())  # type: ignore[operator]
    if feasible and worth @ x > relaxed.bound - 0.5:
        return Answer(x, relaxed.bound, relaxed.prices, relaxed.bound)
    exact = round_off(program, worth, time_left())
    if exact.x is None or (feasible and worth @ x >= worth @ exact.x):
        return Answer(x if feasible else None, min(relaxed.bound, exact.bound), relaxed.prices, relaxed.bound)
    return Answer(exact.x, min(relaxed.bound, exact.bound), relaxed.prices, relaxed.bound)
