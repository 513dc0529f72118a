"""The stable policy against its definition: two implementations, brute force, an exact model, misreports."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import solve, verify
from matching.crossing import DISPLACEMENTS
from matching.crossing_spec import rise_and_settle_by_hand
from matching.seating import seats_from_edges
from matching.stable import StableSolver
from matching.stable_spec import stable_by_rounds
from tests.matching.make_matching import RoundBuilder, random_round, seats


def compare_implementations(seed: int) -> bool:
    """Whether both implementations agree on one random round; crossing rounds compare floors as well."""
    shape = np.random.default_rng(seed + 10**6)
    crossing, reserves = bool(shape.random() < 0.5), bool(shape.random() < 0.4)
    solver = StableSolver.of(random_round(seed, 4 + seed % 13, crossing=crossing, reserves=reserves).build())
    class_open = shape.random(len(solver.instance.class_ids)) < 0.85
    fast, dead = solver.run(class_open), solver.dead(class_open)
    if solver.structure.laminar:
        return bool((fast == stable_by_rounds(solver.structure, dead)).all())
    slow, floors = rise_and_settle_by_hand(solver.structure, dead, solver.settle_order, DISPLACEMENTS)
    return bool((fast == slow).all()) and floors == solver.floors


def test_both_implementations_agree_on_three_hundred_rounds():
    assert [seed for seed in range(300) if not compare_implementations(seed)] == []


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_both_implementations_agree_on_ten_thousand_rounds():
    assert [seed for seed in range(300, 10_300) if not compare_implementations(seed)] == []


def all_stable_placements(solver: StableSolver) -> list[tuple[int, ...]]:
    """Every cutoff-stable placement (edges or -1 per person), by trying all of them."""
    structure = solver.structure
    edges = structure.edges
    options = [[-1, *range(edges.start[i], edges.start[i + 1])] for i in range(len(edges.start) - 1)]
    sets = [[s for s in row if s >= 0] for row in structure.sets[edges.slot].tolist()]
    key = edges.key.tolist()
    capacity = structure.capacity.tolist()
    found = []
    for held in itertools.product(*options):
        inside: dict[int, list[int]] = {}
        for edge in held:
            for number in sets[edge] if edge >= 0 else ():
                inside.setdefault(number, []).append(key[edge])
        if any(len(members) > capacity[number] for number, members in inside.items()):
            continue

        def clears(edge: int, inside: dict[int, list[int]] = inside) -> bool:
            return all(
                capacity[n] > 0 and (len(inside.get(n, ())) < capacity[n] or key[edge] >= min(inside[n]))
                for n in sets[edge]
            )

        claims = (
            any(clears(edge) for edge in range(edges.start[i], held[i] if held[i] >= 0 else edges.start[i + 1]))
            for i in range(len(held))
        )
        if not any(claims):
            found.append(held)
    return found


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), people=st.integers(1, 6), reserves=st.booleans())
def test_under_nested_limits_nobody_does_better_in_any_stable_placement(seed, people, reserves):
    solver = StableSolver.of(random_round(seed, people, reserves=reserves).build())
    held = solver.run(np.ones(4, bool))
    rank = [np.inf if edge < 0 else edge for edge in held.tolist()]
    stable = all_stable_placements(solver)
    assert tuple(held.tolist()) in stable
    for other in stable:
        assert all(mine <= (np.inf if edge < 0 else edge) for mine, edge in zip(rank, other))


@settings(max_examples=40, deadline=None)
@given(seed=st.integers(0, 10**6), people=st.integers(1, 6), reserves=st.booleans())
def test_under_crossing_limits_what_is_called_stable_is_so_by_brute_force(seed, people, reserves):
    instance = random_round(seed, people, crossing=True, reserves=reserves).build()
    solver = StableSolver.of(instance)
    held = tuple(solver.run(np.ones(4, bool)).tolist())
    if not solver.floors:
        assert held in all_stable_placements(solver)
    assert verify(instance, solve(instance)) == []


def no_stable_placement() -> RoundBuilder:
    """Three people, five tracks, all capacities one, and every placement leaves a claim (after Biró and others)."""
    build = RoundBuilder()
    for name in ("K1", "K2", "K3"):
        build.order_class(name, seats=1)
    for name in ("P1", "P2", "P3", "P4"):
        build.position(name, headcount=1)
    for track, of_class, position in (
        ("o1", "K1", "P1"), ("o2", "K1", "P2"), ("o3", "K2", "P2"), ("o5", "K3", "P3"), ("o6", "K3", "P4")
    ):  # fmt: skip
        build.track(track, of_class, position)
    build.person("a", ("o6", 1), ("o1", 10)).person("b", ("o2", 9)).person("c", ("o3", 8), ("o5", 5))
    return build


def test_where_no_stable_placement_exists_the_claim_that_remains_is_listed_under_a_floor():
    instance = no_stable_placement().build()
    assert all_stable_placements(StableSolver.of(instance)) == []
    outcome = solve(instance)
    assert outcome.guarantee == "fair_with_claims" and outcome.floors
    assert any(row.reason == "claim" for row in outcome.reasons)
    assert verify(instance, outcome) == []


def misreport(build: RoundBuilder, g: np.random.Generator) -> tuple[str, list[str]]:
    """Gives one person another order and length of her list; returns her name and her true list."""
    name = f"A{g.integers(len(build.tables['applicants'])):03}"
    mine = [row for row in build.tables["choices"] if row["applicant_id"] == name]
    lie = [dict(mine[at]) for at in g.permutation(len(mine))[: int(g.integers(1, len(mine) + 1))]]
    for rank, row in enumerate(lie, 1):
        row["rank"] = rank
    build.tables["choices"] = [row for row in build.tables["choices"] if row["applicant_id"] != name] + lie
    return name, [row["track_id"] for row in sorted(mine, key=lambda row: row["rank"])]


def gains(tries: int, rounds: int) -> tuple[int, int]:
    """(lies that paid, lies told) in rounds that claim to be strategy-proof."""
    paid = told = 0
    for seed in range(rounds):
        build = random_round(seed, 16, reserves=seed % 2 == 0)
        truth, honest = solve(build.build()), [dict(row) for row in build.tables["choices"]]
        if truth.guarantee != "stable_strategyproof":
            continue
        before, g = seats(truth), np.random.default_rng(seed)
        for _ in range(tries):
            build.tables["choices"] = [dict(row) for row in honest]
            name, true_list = misreport(build, g)
            after = seats(solve(build.build()))[name]
            order = {track: place for place, track in enumerate(true_list)}
            told += 1
            paid += order.get(after, 99) < order.get(before[name], 99)
    return paid, told


def test_no_lie_pays_where_the_placement_is_called_strategyproof():
    paid, told = gains(tries=10, rounds=16)
    assert paid == 0 and told >= 100


@pytest.mark.long
@pytest.mark.timeout(1800)
def test_no_lie_of_three_thousand_pays_where_the_placement_is_called_strategyproof():
    paid, told = gains(tries=150, rounds=24)
    assert paid == 0 and told >= 3000


def test_renamed_people_with_their_old_lottery_numbers_keep_their_seats():
    for seed in range(20):
        build = random_round(seed, 12, crossing=seed % 2 == 0, reserves=True)
        before = seats(solve(build.build()))
        renamed = {row["applicant_id"]: f"Z{99 - number:03}" for number, row in enumerate(build.tables["applicants"])}
        for table in ("applicants", "choices"):
            for row in build.tables[table]:
                row["applicant_id"] = renamed[row["applicant_id"]]
        after = seats(solve(build.build()))
        assert {renamed[who]: track for who, track in before.items()} == after


def test_seats_of_an_empty_round_are_empty():
    instance = RoundBuilder().order_class("K1", seats=1).track("T1", "K1").build()
    solver = StableSolver.of(instance)
    assert len(seats_from_edges(instance, solver.structure, solver.run(np.ones(1, bool))).track) == 0
    assert verify(instance, solve(instance)) == []
