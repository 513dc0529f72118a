"""Minimum class sizes against brute force over all ways of opening classes."""

from __future__ import annotations

import itertools
import threading
import time
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import Cancelled, Instance, solve, verify
from matching.generate import City, generate
from matching.minimum_exact import is_one_level
from matching.stable import StableSolver
from tests.matching.make_matching import RoundBuilder, random_round, seats


def one_level_round(seed: int, people: int) -> RoundBuilder:
    """Only class seats bind, and every class has a minimum of at least two."""
    g = np.random.default_rng(seed)
    build = RoundBuilder(min_open=True)
    for number in range(5):
        room = int(g.integers(2, 5))
        build.order_class(f"K{number}", room, int(g.integers(2, room + 1))).track(f"T{number}", f"K{number}")
    for number in range(people):
        listed = g.permutation(5)[: int(g.integers(1, 5))]
        build.person(f"A{number:02}", *[(f"T{at}", int(g.integers(0, 10))) for at in listed])
    return build


def best_opening(instance: Instance) -> tuple[int, int]:
    """(people, -ranks) of the best plan in which classes that reach their minimum when all are open stay open."""
    solver = StableSolver.of(instance)
    everything = np.ones(len(instance.class_ids), bool)
    viable = solver.class_count(solver.run(everything)) >= instance.class_min
    best = (-1, 0)
    for chosen in itertools.product([False, True], repeat=len(viable)):
        class_open = viable | np.array(chosen)
        held = solver.run(class_open)
        count = solver.class_count(held)
        if (count[class_open] < instance.class_min[class_open]).any():
            continue
        people = held[held >= 0]
        best = max(best, (len(people), -int(instance.choice_rank[solver.structure.edges.choice[people]].sum())))
    return best


def value(outcome) -> tuple[int, int]:
    return outcome.placed, -int(outcome.seats.rank[outcome.seats.track >= 0].sum())


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), people=st.integers(2, 14))
def test_under_class_seats_alone_the_best_opening_is_found_and_proved(seed, people):
    instance = one_level_round(seed, people).build()
    assert is_one_level(StableSolver.of(instance))
    outcome = solve(instance)
    assert verify(instance, outcome) == []
    assert value(outcome) == best_opening(instance)
    assert outcome.gap == 0


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 10**6), crossing=st.booleans(), reserves=st.booleans())
def test_under_any_limits_the_bound_holds_for_every_opening(seed, crossing, reserves):
    instance = random_round(seed, 12, crossing=crossing, reserves=reserves, min_open=True).build()
    outcome = solve(instance)
    assert verify(instance, outcome) == []
    assert outcome.bound >= best_opening(instance)[0]


def test_one_class_opens_because_another_does_not():
    """Two classes of minimum two share three people: either opens, and the one with the better ranks does."""
    build = RoundBuilder(min_open=True)
    for name in ("1", "2"):
        build.order_class(f"K{name}", seats=3, minimum=3).track(f"T{name}", f"K{name}")
    build.person("An", ("T1", 50), ("T2", 50)).person("Bo", ("T2", 50), ("T1", 50)).person("Cy", ("T2", 50), ("T1", 50))
    outcome = solve(build.build())
    assert seats(outcome) == {"An": "T2", "Bo": "T2", "Cy": "T2"}
    assert (outcome.bound, outcome.gap) == (3, 0.0)


def test_the_same_round_gives_the_same_plan_twice():
    instance = generate(City(2000, 1.2, seed=3, one_level=True))
    first, second = solve(instance), solve(instance)
    assert (first.seats.track == second.seats.track).all() and first.bound == second.bound


@pytest.mark.parametrize(
    "city",
    [
        City(3000, 1.2, one_level=True),
        City(20_000, 0.8, crossing=True, reserves=True),
        City(60_000, minimums=False, rule="maximum"),
        City(1500, minimums=False, crossing=True, rule="maximum"),
    ],
)
def test_a_cancelled_solve_ends_within_a_second(city):
    instance = generate(city)
    solve(generate(replace(city, applicants=200)))  # compiled code is loaded
    given_up = threading.Event()
    times: list[float] = []

    def progress(fraction: float, text: str) -> None:
        if fraction >= 0.1 and not given_up.is_set():
            given_up.set()
            times.append(time.monotonic())

    with pytest.raises(Cancelled):
        solve(instance, progress, cancelled=given_up.is_set)
    assert time.monotonic() - times[0] < 1.0


def test_a_time_limit_ends_the_search_but_not_the_placement():
    instance = generate(City(3000, 1.2, seed=2, one_level=True))
    begun = time.monotonic()
    outcome = solve(instance, time_limit=2.0)
    assert time.monotonic() - begun < 6.0
    assert verify(instance, outcome) == []
