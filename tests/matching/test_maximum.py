"""The maximum policy against brute force, and its certificate against forgery."""

from __future__ import annotations

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from matching import Instance, solve, verify
from matching.verifier_bound import reserved_in_use
from tests.matching.make_matching import RoundBuilder, random_round, seats


def fits(instance: Instance, track: np.ndarray) -> bool:
    """Whether the tracks, -1 for nobody's, keep every limit and every minimum."""
    held = track[track >= 0]
    of_class, position = instance.track_class[held], instance.track_position[held]
    position = position[position >= 0]
    for capacity, used in (
        (instance.track_quota, held),
        (instance.class_seats, of_class),
        (instance.school_plan, instance.class_school[of_class]),
        (instance.position_headcount, position),
        (instance.enterprise_headcount, instance.position_enterprise[position]),
    ):
        if (np.bincount(used, minlength=len(capacity)) > capacity).any():
            return False
    count = np.bincount(of_class, minlength=len(instance.class_ids))
    return not instance.policy.min_open or bool(((count == 0) | (count >= instance.class_min)).all())


def best_value(instance: Instance) -> tuple[int, int, int, int]:
    """(people, reserved seats, -ranks, scores) of the best placement, by trying all of them."""
    options = [
        [
            None,
            *[e for e in range(instance.choice_start[i], instance.choice_start[i + 1]) if instance.choice_rule[e] < 0],
        ]
        for i in range(instance.applicants)
    ]
    return max(value_of(instance, edges) for edges in itertools.product(*options) if feasible(instance, edges))


def feasible(instance: Instance, edges: tuple[int | None, ...]) -> bool:
    return fits(instance, np.array([-1 if e is None else instance.choice_track[e] for e in edges]))


def value_of(instance: Instance, edges: tuple[int | None, ...]) -> tuple[int, int, int, int]:
    chosen = [e for e in edges if e is not None]
    people = np.array([i for i, e in enumerate(edges) if e is not None], int)
    reserved = reserved_in_use(instance, people, instance.choice_track[chosen], np.zeros(len(people), bool))
    ranks = int(instance.choice_rank[chosen].sum()) if chosen else 0
    scores = int(instance.choice_score[chosen].astype(int).sum()) if chosen else 0
    return len(chosen), reserved, -ranks, scores


@settings(max_examples=80, deadline=None)
@given(
    seed=st.integers(0, 10**6), people=st.integers(1, 5), crossing=st.booleans(), reserves=st.booleans(),
    min_open=st.booleans(),
)  # fmt: skip
@example(seed=186260, people=4, crossing=True, reserves=True, min_open=False)  # shares of people are worth more
@example(seed=448404, people=5, crossing=True, reserves=True, min_open=False)  # by half a point
def test_the_maximum_placement_equals_brute_force(seed, people, crossing, reserves, min_open):
    instance = random_round(
        seed, people, crossing=crossing, reserves=reserves, min_open=min_open, rule="maximum"
    ).build()
    outcome = solve(instance)
    assert verify(instance, outcome) == []
    rank = outcome.seats.rank
    edges = tuple(int(instance.choice_start[i] + rank[i] - 1) if rank[i] else None for i in range(people))
    assert value_of(instance, edges) == best_value(instance)
    assert outcome.gap == 0


def test_where_limits_cross_the_certificate_names_what_its_prices_leave_open():
    instance = random_round(186260, 4, crossing=True, reserves=True, min_open=False, rule="maximum").build()
    outcome = solve(instance)
    assert outcome.certificate["value"]["gap"] == 164  # one rank, which half a person each would gain
    silent = {**outcome.certificate, "value": {**outcome.certificate["value"], "gap": 163}}
    assert verify(instance, replace(outcome, certificate=silent)) == [
        "the prices prove a value of 12718, the placement has 12554"
    ]


def test_a_placement_with_one_person_fewer_is_not_accepted_as_optimal():
    instance = random_round(4, 12, rule="maximum").build()
    outcome = solve(instance)
    seats_now = outcome.seats
    who = int(np.nonzero(seats_now.track >= 0)[0][0])
    track, rank, by = seats_now.track.copy(), seats_now.rank.copy(), seats_now.by.copy()
    track[who], rank[who], by[who] = -1, 0, 0
    forged = replace(outcome, seats=replace(seats_now, track=track, rank=rank, by=by), placed=outcome.placed - 1)
    forged = replace(forged, bound=outcome.bound - 1)
    assert any("prove a bound" in fault for fault in verify(instance, forged))


def test_a_placement_with_worse_ranks_is_not_accepted_as_optimal():
    build = RoundBuilder("maximum").order_class("K1", seats=1).order_class("K2", seats=1)
    build.track("T1", "K1").track("T2", "K2").person("An", ("T1", 50), ("T2", 50))
    instance = build.build()
    outcome = solve(instance)
    assert seats(outcome) == {"An": "T1"}
    worse = replace(outcome.seats, track=np.array([1], np.int32), rank=np.array([2], np.int16))
    assert any("prove a value" in fault for fault in verify(instance, replace(outcome, seats=worse)))


def test_a_negative_price_proves_nothing():
    instance = random_round(4, 12, rule="maximum").build()
    outcome = solve(instance)
    prices = {"class:K1": -1}
    forged = replace(outcome, certificate={**outcome.certificate, "people": {"prices": prices}})
    assert any("cannot be read" in fault for fault in verify(instance, forged))


def test_nobody_loses_what_she_holds_for_the_sake_of_the_maximum():
    """Placing An higher would seat two others; she keeps her place all the same."""
    build = RoundBuilder("maximum").order_class("K1", seats=1).track("T1", "K1")
    build.person("An", ("T1", 10)).person("Bo", ("T1", 99)).pin("An", "T1", "at_least")
    outcome = solve(build.build())
    assert seats(outcome) == {"An": "T1", "Bo": None}
    assert verify(build.build(), outcome) == []


@pytest.mark.parametrize("seed", range(6))
def test_the_value_is_the_same_under_other_names(seed):
    build = random_round(seed, 14, rule="maximum", reserves=True)

    def value() -> tuple[int, int]:
        rows = solve(build.build()).placements
        return sum(1 for row in rows if row.track_id), sum(row.rank or 0 for row in rows)

    before = value()
    renamed = {row["applicant_id"]: f"Z{99 - number:03}" for number, row in enumerate(build.tables["applicants"])}
    for table in ("applicants", "choices"):
        for row in build.tables[table]:
            row["applicant_id"] = renamed[row["applicant_id"]]
    assert value() == before
