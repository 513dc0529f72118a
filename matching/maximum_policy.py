"""The maximum policy from structure to seats: by flow where limits nest, by linear programs where they cross."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from matching import maximum_lp as lp
from matching.certificate import Prices, Weights, exact_weights, find_prices, written
from matching.maximum import best_flow
from matching.minimum import close_worst, shortfall
from matching.problem import Instance
from matching.stable import StableSolver
from matching.watching import waiting

Check = Callable[[], None]
#: Edges up to which the choice of open classes is also tried as an integer program.
WHOLE_PROGRAM_EDGES = 20_000


@dataclass(frozen=True)
class Best:
    """held: N, edges or -1; bound: people who could be placed by choice and at-least pins; what proves both.

    value_gap: how much more than the placement is worth the prices would allow. Where limits cross, whole people
    may not reach what shares of people do. Nothing is stated where the time ended before there were prices.
    """

    held: np.ndarray
    bound: int
    people_prices: dict[int, float]
    value_prices: dict[int, float]
    ground: float
    minimum_prices: dict[int, float] = field(default_factory=dict)  # by class number
    value_gap: float = 0.0


def place_in_open(
    instance: Instance, solver: StableSolver, class_open: np.ndarray, time_left: Callable[[], float]
) -> Best:
    """The maximum placement when exactly these classes are open."""
    weights = exact_weights(instance, solver)
    if solver.structure.laminar:
        held, value = best_flow(instance, solver, class_open, weights)
        one = np.ones(len(solver.structure.edges), np.int64)
        people = find_prices(instance, solver, class_open, held, one, free=False)
        assert people is not None, "the largest flow has no cut"
        value = value or Prices({}, 0)
        return Best(held, int((held >= 0).sum()), dict(people.of_set), dict(value.of_set), value.ground)
    return _place_by_program(instance, solver, class_open, weights, time_left)


def _place_by_program(
    instance: Instance,
    solver: StableSolver,
    class_open: np.ndarray,
    weights: Weights,
    time_left: Callable[[], float],
    minimums: bool = False,
) -> Best:
    """The most people; then, of so many, the most worth. minimums: open classes without pins have to reach theirs."""
    alive = _edges_into(class_open, instance, solver)
    owner, people = solver.owner[alive], instance.applicants
    program = lp.build_program(instance, solver, alive)
    held_to = np.nonzero(class_open & (instance.class_min > 0) & ~instance.class_pinned)[0]
    if minimums:
        program = lp.with_minimums(instance, solver, program, held_to)
    whole = weights.worth(instance, solver)
    worth = whole[alive].astype(float)
    first = waiting(lambda: lp.best_whole(program, np.ones(len(alive)), owner, time_left), solver.cancelled)
    held = solver.run(class_open) if first.x is None else _held(people, owner, alive, first.x)
    if first.prices is None:
        return Best(held, people, {}, {}, 0.0)
    most = int((held >= 0).sum())
    ranked = lp.with_total(program, most)
    second = waiting(lambda: lp.best_whole(ranked, worth, owner, time_left), solver.cancelled)
    if second.x is not None and second.x.sum() >= most:
        held = _held(people, owner, alive, second.x)
    prices = np.zeros(len(program.high) + 1) if second.prices is None else second.prices
    sets = slice(people, people + len(solver.structure.capacity))
    least = -prices[sets.stop : -1] if minimums else np.empty(0)
    return Best(
        held,
        int(np.floor(first.bound + 1e-6)),
        _named(first.prices[sets]),
        _named(prices[sets]),
        float(-prices[-1]),
        {int(number): float(price) for number, price in zip(held_to, least) if price > 1e-12},
        0.0 if second.prices is None else second.by_prices - float(whole[held[held >= 0]].sum()),
    )


def _edges_into(class_open: np.ndarray, instance: Instance, solver: StableSolver) -> np.ndarray:
    """The edges into open classes, in the order of the lottery, so that no order of rows decides anything."""
    alive = np.nonzero(~solver.dead(class_open)[solver.structure.edges.slot])[0]
    return alive[np.lexsort((alive, instance.lottery[solver.owner[alive]]))]


def _held(people: int, owner: np.ndarray, alive: np.ndarray, x: np.ndarray) -> np.ndarray:
    held = np.full(people, -1, np.int32)
    chosen = np.nonzero(x[: len(alive)] > 0.5)[0]
    held[owner[chosen]] = alive[chosen]
    return held


def _named(prices: np.ndarray) -> dict[int, float]:
    return {int(number): float(prices[number]) for number in np.nonzero(prices > 1e-12)[0]}


def choose_open(
    instance: Instance, solver: StableSolver, report: Callable[[float, str], None], check: Check,
    time_left: Callable[[], float],
) -> tuple[np.ndarray, Best, int, dict[str, Any]]:  # fmt: skip
    """(class_open, placement, bound, certificate): which classes open so that most people are placed.

    Greedy first; on small rounds without adjustment also exactly, as an integer program.
    """
    class_open = np.ones(len(instance.class_ids), bool)
    best = everything = place_in_open(instance, solver, class_open, time_left)
    bound = best.bound
    while instance.policy.min_open:
        check()
        lacking = shortfall(instance, solver, best.held, class_open)
        if not lacking.any():
            break
        report(0.5, f"{int((lacking > 0).sum())} classes short of their minimum")
        close_worst(instance, class_open, lacking)
        best = place_in_open(instance, solver, class_open, time_left)
    adjusting = instance.policy.adjustment and instance.adjustable.any()
    if not class_open.all() and not adjusting and len(solver.structure.edges) <= WHOLE_PROGRAM_EDGES:
        report(0.6, "choosing classes by integer program")
        exact, limit = exact_openings(instance, solver, best, time_left)
        bound = min(bound, limit)  # by its own proof, not by prices
        if exact is not None:
            other = _place_by_program(
                instance, solver, exact, exact_weights(instance, solver), time_left, minimums=True
            )
            if not shortfall(instance, solver, other.held, exact).any():
                better = is_better(instance, solver, other.held, best.held)
                class_open, best = (exact, other) if better else (class_open, best)
    proof = certificate(instance, solver, everything.people_prices, best)
    if bound < everything.bound:
        proof["openings"] = True
    return class_open, best, bound, proof


def is_better(instance: Instance, solver: StableSolver, one: np.ndarray, other: np.ndarray) -> bool:
    """Whether placement `one` holds more people than `other`, or as many and is worth more."""
    worth = exact_weights(instance, solver).worth(instance, solver).astype(object)
    first, second = ((int((h >= 0).sum()), int(worth[h[h >= 0]].sum())) for h in (one, other))
    return first > second


def exact_openings(
    instance: Instance, solver: StableSolver, best: Best, time_left: Callable[[], float]
) -> tuple[np.ndarray | None, int]:
    """(class_open or None, bound) by integer program: most people, then the greatest worth."""
    edges = solver.structure.edges
    alive = np.arange(len(edges))
    may_close = np.nonzero((instance.class_min > 0) & ~instance.class_pinned)[0]
    program = lp.with_openings(instance, solver, lp.build_program(instance, solver, alive), may_close)
    more = np.zeros(len(may_close))
    goal = np.concatenate([np.ones(len(alive)), more])
    first = waiting(lambda: lp.round_off(program, goal, time_left()), solver.cancelled)
    if first.x is None:
        return None, instance.applicants
    most = int(first.x[: len(alive)].sum())
    worth = exact_weights(instance, solver).worth(instance, solver).astype(float)
    ranked, goal = lp.with_total(program, most), np.concatenate([worth, more])
    second = waiting(lambda: lp.round_off(ranked, goal, time_left()), solver.cancelled)
    x = first.x if second.x is None else second.x
    class_open = np.ones(len(instance.class_ids), bool)
    class_open[may_close] = x[len(alive) :] > 0.5
    return class_open, int(np.floor(first.bound + 1e-6))


def certificate(
    instance: Instance, solver: StableSolver, people_prices: dict[int, float], best: Best
) -> dict[str, Any]:
    """Prices for the number of people with all classes open, and for the value of the final placement."""
    people = Prices(people_prices, 0)  # type: ignore[arg-type]
    value = Prices(best.value_prices, best.ground)  # type: ignore[arg-type]
    proof = written(instance, solver, people, value, exact_weights(instance, solver))
    for number, price in best.minimum_prices.items():
        proof["value"]["prices"][f"minimum:{instance.class_ids[number]}"] = price
    if best.value_gap > 0.01:  # prices are fractions of few parts; what is less is rounding
        proof["value"]["gap"] = best.value_gap
    return proof
