"""Ties as bands: weakly stable by definition, as large as can be, and told to people as it is."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import Instance, Outcome, explain, solve, verify
from matching.stable import StableSolver
from tests.matching.make_matching import RoundBuilder, random_round, reasons, seats

BANDS = {"ties": "bands", "band": 20}


def in_bands(build: RoundBuilder) -> Instance:
    build.policy |= BANDS
    return build.build()


def the_largest(instance: Instance) -> int:
    """How many people the largest weakly stable placement holds, by trying all placements."""
    solver = StableSolver.of(instance)
    structure, edges = solver.structure, solver.structure.edges
    options = [[-1, *range(edges.start[i], edges.start[i + 1])] for i in range(instance.applicants)]
    sets = [[s for s in row if s >= 0] for row in structure.sets[edges.slot].tolist()]
    level, capacity, most = (edges.key >> 32).tolist(), structure.capacity.tolist(), -1
    for held in itertools.product(*options):
        inside: dict[int, list[int]] = {}
        for edge in held:
            for number in sets[edge] if edge >= 0 else ():
                inside.setdefault(number, []).append(level[edge])
        if any(len(members) > capacity[number] for number, members in inside.items()):
            continue

        def claimed(edge: int, inside: dict[int, list[int]] = inside) -> bool:
            return all(
                capacity[n] > 0 and (len(inside.get(n, ())) < capacity[n] or level[edge] > min(inside[n]))
                for n in sets[edge]
            )

        better = (range(edges.start[i], e if e >= 0 else edges.start[i + 1]) for i, e in enumerate(held))
        if not any(claimed(edge) for edges_above in better for edge in edges_above):
            most = max(most, sum(e >= 0 for e in held))
    return most


def test_among_equals_the_seat_goes_where_more_people_are_placed():
    build = RoundBuilder(**BANDS)
    build.order_class("K1", seats=1).track("T1", "K1").order_class("K2", seats=1).track("T2", "K2")
    build.person("flexible", ("T1", 75), ("T2", 60)).person("only-here", ("T1", 70))
    instance = build.build()
    outcome = solve(instance)
    assert seats(outcome) == {"flexible": "T2", "only-here": "T1"}
    assert verify(instance, outcome) == []
    # 75 and 70 are one band of twenty points; no lottery number is missing, because none decided.
    assert reasons(outcome)["flexible", "T1"] == ("lottery", "class:K1", None)
    assert outcome.guarantee == "stable" and outcome.bound == 2


def test_a_higher_band_still_goes_first():
    build = RoundBuilder(**BANDS)
    build.order_class("K1", seats=1).track("T1", "K1").order_class("K2", seats=1).track("T2", "K2")
    build.person("flexible", ("T1", 80), ("T2", 60)).person("only-here", ("T1", 79))
    outcome = solve(build.build())
    assert seats(outcome) == {"flexible": "T1", "only-here": None}
    assert reasons(outcome)["only-here", "T1"] == ("score", "class:K1", 1)


@settings(max_examples=20)
@given(seed=st.integers(0, 10**6), people=st.integers(1, 6))
def test_the_search_finds_the_largest_placement_and_the_pass_two_thirds_of_it(seed, people):
    build = random_round(seed, people)
    for row in build.tables["schools"]:
        row["plan"] = None
    for row in build.tables["tracks"]:
        row["quota"] = None
    instance = in_bands(build)
    most, found, passed = the_largest(instance), solve(instance), solve(instance, time_limit=0.0)
    assert (found.placed, found.bound) == (most, most)
    assert passed.placed * 3 >= most * 2
    assert verify(instance, found) == verify(instance, passed) == []


@settings(max_examples=12)
@given(seed=st.integers(0, 10**6), people=st.integers(1, 6), reserves=st.booleans())
def test_with_plans_quotas_and_reserved_seats_the_search_still_finds_the_largest(seed, people, reserves):
    instance = in_bands(random_round(seed, people, reserves=reserves))
    outcome = solve(instance)
    assert outcome.placed == the_largest(instance)
    assert verify(instance, outcome) == []


@settings(max_examples=20)
@given(
    seed=st.integers(0, 10**6), crossing=st.booleans(), reserves=st.booleans(), min_open=st.booleans(),
    adjustment=st.booleans(), search=st.booleans(),
)  # fmt: skip
def test_under_any_limits_what_is_claimed_holds(seed, crossing, reserves, min_open, adjustment, search):
    shape = {"crossing": crossing, "reserves": reserves, "min_open": min_open, "adjustment": adjustment}
    instance = in_bands(random_round(seed, 4 + seed % 20, **shape))
    outcome = solve(instance, time_limit=None if search else 0.0)
    assert verify(instance, outcome) == []
    assert outcome.guarantee in ("stable", "fair_with_claims")
    explain(instance, outcome)


def test_bands_are_never_called_strategyproof():
    instance = in_bands(random_round(1, 8))
    outcome: Outcome = solve(instance)
    assert "no policy with ties as bands is strategy-proof" in " ".join(
        verify(instance, replace(outcome, guarantee="stable_strategyproof"))
    )


def test_a_person_of_a_higher_band_who_was_passed_over_is_found_out():
    build = RoundBuilder(**BANDS)
    build.order_class("K1", seats=1).track("T1", "K1").person("high", ("T1", 90)).person("low", ("T1", 30))
    instance = build.build()
    outcome = solve(instance)
    forged = replace(outcome, seats=replace(outcome.seats, **{
        name: getattr(outcome.seats, name)[::-1].copy() for name in ("track", "rank", "by")
    }))  # fmt: skip
    assert any("high" in fault for fault in verify(instance, forged))


@pytest.mark.parametrize("seed", range(5))
def test_renamed_people_with_their_old_lottery_numbers_keep_their_seats(seed):
    build = random_round(seed, 12)
    before = seats(solve(in_bands(build)))
    names = {row["applicant_id"]: f"Z{99 - at:02}" for at, row in enumerate(build.tables["applicants"])}
    for table in ("applicants", "choices"):
        for row in build.tables[table]:
            row["applicant_id"] = names[row["applicant_id"]]
        build.tables[table].sort(key=lambda row: (row["applicant_id"], row.get("rank", 0)))
    assert seats(solve(in_bands(build))) == {names[who]: seat for who, seat in before.items()}


def test_more_people_are_placed_than_by_lottery_alone():
    from matching.generate import City, generate

    instance = generate(City(3_000, minimums=False, one_level=True))
    wide = replace(instance, policy=replace(instance.policy, ties="bands", band=20))
    by_lottery = replace(instance, choice_score=(instance.choice_score // 20).astype(np.int16))
    outcome = solve(wide, time_limit=0.0)
    assert outcome.placed > solve(by_lottery).placed
    assert verify(wide, outcome) == []
