"""Each guarantee where it holds, and where claiming it would be wrong: the verifier knows the difference."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from matching import solve, verify
from matching.outcome import Floor
from matching.stable import StableSolver
from tests.matching.make_matching import RoundBuilder, random_round
from tests.matching.test_stable import no_stable_placement


def nested() -> RoundBuilder:
    return RoundBuilder().order_class("K1", seats=1).track("T1", "K1").person("An", ("T1", 5)).person("Bo", ("T1", 9))


def crossing_but_stable() -> RoundBuilder:
    """Class K1 and position P1 share a seat, and neither lies within the other."""
    build = RoundBuilder().position("P1", headcount=1).order_class("K1", seats=1).order_class("K2", seats=1)
    build.track("T1", "K1", "P1").track("T2", "K1").track("T3", "K2", "P1")
    for name, score in (("An", 9), ("Bo", 8), ("Cy", 7)):
        build.person(name, ("T1", score), ("T2", score), ("T3", score))
    return build


HOLDS = [
    (nested, "stable_strategyproof"),
    (crossing_but_stable, "stable"),
    (no_stable_placement, "fair_with_claims"),
    (lambda: random_round(2, 8, rule="maximum"), "optimal"),
]


@pytest.mark.parametrize(("story", "guarantee"), HOLDS)
def test_a_guarantee_is_given_where_it_holds(story, guarantee):
    instance = story().build()
    outcome = solve(instance)
    assert outcome.guarantee == guarantee
    assert verify(instance, outcome) == []


@pytest.mark.parametrize(
    ("story", "claimed"),
    [
        (crossing_but_stable, "stable_strategyproof"),
        (no_stable_placement, "stable"),
        (nested, "optimal"),
        (lambda: random_round(2, 8, rule="maximum"), "stable"),
    ],
)
def test_a_guarantee_that_does_not_hold_is_not_believed(story, claimed):
    instance = story().build()
    assert verify(instance, replace(solve(instance), guarantee=claimed)) != []


def test_claims_without_their_floors_are_not_believed():
    instance = no_stable_placement().build()
    outcome = solve(instance)
    assert any("clears every cutoff" in fault for fault in verify(instance, replace(outcome, floors=[])))
    low = [Floor(floor.limit, 0, 10**6, False) for floor in outcome.floors]
    assert any("clears every cutoff" in fault for fault in verify(instance, replace(outcome, floors=low)))


def test_a_policy_with_minimum_sizes_is_never_called_strategyproof():
    build = RoundBuilder(min_open=True).order_class("K1", seats=2, minimum=1).track("T1", "K1")
    instance = build.person("An", ("T1", 5)).build()
    outcome = solve(instance)
    assert outcome.guarantee == "stable"
    assert verify(instance, replace(outcome, guarantee="stable_strategyproof")) != []


def stable_exists(solver: StableSolver, seconds: float) -> bool | None:
    """Whether any cutoff-stable placement exists, by CP-SAT; None if it did not find out.

    x: sits at an edge. y: the edge clears the cutoffs of all its sets. A set refuses an edge only if it is full of
    better ones.
    """
    from ortools.sat.python import cp_model

    structure = solver.structure
    edges, model = structure.edges, cp_model.CpModel()
    x = [model.new_bool_var("") for _ in range(len(edges))]
    inside: dict[int, list[int]] = {}
    for edge, slot in enumerate(edges.slot.tolist()):
        for number in structure.sets[slot].tolist():
            if number >= 0:
                inside.setdefault(number, []).append(edge)
    refused: dict[int, list] = {edge: [] for edge in range(len(edges))}
    for number, members in inside.items():
        room = int(structure.capacity[number])
        model.add(sum(x[edge] for edge in members) <= room)
        members.sort(key=lambda edge: -edges.key[edge])
        better = []
        for edge in members:
            # The set refuses this edge: it is full, and everybody in it has a higher key (or is the same person).
            refuses = model.new_bool_var("")
            model.add(sum(x[other] for other in better) >= room).only_enforce_if(refuses)
            refused[edge].append(refuses)
            better.append(edge)
    for person in range(len(edges.start) - 1):
        mine = range(edges.start[person], edges.start[person + 1])
        model.add_at_most_one([x[edge] for edge in mine])
        for at, edge in enumerate(mine):
            model.add_bool_or([*(x[other] for other in mine[: at + 1]), *refused[edge]])
    search = cp_model.CpSolver()
    search.parameters.max_time_in_seconds = seconds
    search.parameters.num_workers = 1
    status = search.solve(model)
    return {cp_model.OPTIMAL: True, cp_model.FEASIBLE: True, cp_model.INFEASIBLE: False}.get(status)


def missed_and_found(rounds: int, people: int) -> tuple[int, int, int]:
    """(rounds left with claims though a stable placement exists, rounds placed stably, rounds where none exists)."""
    missed = placed = none = 0
    for seed in range(rounds):
        instance = random_round(seed, people, crossing=True, reserves=seed % 3 == 0).build()
        outcome, solver = solve(instance), StableSolver.of(instance)
        exists = stable_exists(solver, 5.0)
        if outcome.guarantee != "fair_with_claims":
            assert exists is not False, f"round {seed} was called stable and CP-SAT says that none exists"
            placed += 1
        elif exists:
            missed += 1
        else:
            none += 1
    return missed, placed, none


def test_what_is_called_stable_exists_and_few_stable_placements_are_missed():
    missed, placed, _ = missed_and_found(rounds=25, people=14)
    assert placed >= 20 and missed <= 1


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_few_stable_placements_are_missed_among_forty_people():
    missed, placed, none = missed_and_found(rounds=300, people=40)
    print(f"stable {placed}, none exists {none}, missed {missed}")
    assert missed <= 300 / 60


def test_the_existence_model_agrees_with_the_counterexample():
    assert stable_exists(StableSolver.of(no_stable_placement().build()), 10.0) is False
    assert stable_exists(StableSolver.of(crossing_but_stable().build()), 10.0) is True
    assert np.all(StableSolver.of(nested().build()).run(np.ones(1, bool)) == [-1, 1])
