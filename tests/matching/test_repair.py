"""Repair after refusals: nobody loses what she holds, the rest may move in."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matching import solve, verify
from matching.cutoffs import attribute_pools, seat_keys
from tests.matching.make_matching import RoundBuilder, random_round, reasons, seats


def answered(build: RoundBuilder, seed: int) -> dict[str, str]:
    """Solves the round; some decline and leave it, some accept firmly, some keep but hope. Returns what is held."""
    instance = build.build()
    outcome, g = solve(instance), np.random.default_rng(seed)
    people = np.nonzero(outcome.seats.track >= 0)[0]
    chosen = people[outcome.seats.by[people] == 1]
    pool = np.zeros(instance.applicants, int)
    if len(instance.reserve_class) and len(chosen):
        pool[chosen] = attribute_pools(instance, outcome.seats, chosen, seat_keys(instance, outcome.seats, chosen))
    held = {}
    for who in people.tolist():
        name, answer = instance.applicant_ids[who], g.integers(3)
        if answer == 0:
            build.tables["choices"] = [row for row in build.tables["choices"] if row["applicant_id"] != name]
            build.tables["fallbacks"] = [row for row in build.tables["fallbacks"] if row["applicant_id"] != name]
            continue
        held[name] = instance.track_ids[outcome.seats.track[who]]
        group = instance.groups[pool[who] - 1] if pool[who] else ""
        build.pin(name, held[name], "exact" if answer == 1 else "at_least", group)
    return held


@settings(max_examples=80, deadline=None)
@given(
    seed=st.integers(0, 10**6), crossing=st.booleans(), reserves=st.booleans(), min_open=st.booleans(),
    adjustment=st.booleans(), rule=st.sampled_from(["stable", "maximum"]),
)  # fmt: skip
def test_in_a_repair_nobody_loses_what_she_holds(seed, crossing, reserves, min_open, adjustment, rule):
    build = random_round(
        seed, 9, crossing=crossing, reserves=reserves, min_open=min_open, adjustment=adjustment, rule=rule
    )
    held = answered(build, seed)
    instance = build.build()
    outcome = solve(instance)
    assert verify(instance, outcome) == []
    after = seats(outcome)
    rank = {(row["applicant_id"], row["track_id"]): row["rank"] for row in build.tables["choices"]}
    for pin in build.tables["pins"]:
        name, now = pin["applicant_id"], after[pin["applicant_id"]]
        if pin["hold"] == "exact":
            assert now == held[name]
        else:
            assert now == held[name] or rank[name, now] < rank.get((name, held[name]), 99)


def test_a_declined_seat_goes_to_the_next_in_line_and_the_class_stays_open_for_those_who_hold_it():
    build = RoundBuilder(min_open=True).order_class("K1", seats=2, minimum=2).track("T1", "K1")
    build.person("An", ("T1", 90)).person("Bo").person("Cy", ("T1", 70)).person("Di", ("T1", 80))
    instance = build.pin("An", "T1").build()
    outcome = solve(instance)
    assert verify(instance, outcome) == []
    assert seats(outcome) == {"An": "T1", "Bo": None, "Cy": None, "Di": "T1"}
    alone = RoundBuilder(min_open=True).order_class("K1", seats=2, minimum=2).track("T1", "K1").person("An", ("T1", 9))
    assert seats(solve(alone.pin("An", "T1").build())) == {"An": "T1"}


def test_somebody_adjusted_before_keeps_a_track_she_never_ranked():
    build = RoundBuilder().order_class("K1", seats=1).order_class("K2", seats=1).track("T1", "K1").track("T2", "K2")
    build.person("An", ("T1", 10)).person("Bo", ("T1", 50)).pin("An", "T2", "at_least")
    outcome = solve(build.build())
    assert verify(build.build(), outcome) == []
    assert seats(outcome) == {"An": "T2", "Bo": "T1"}
    assert reasons(outcome)["An", "T2"] == ("pin", "", None)
    assert reasons(outcome)["An", "T1"] == ("score", "class:K1", 40)


@pytest.mark.parametrize("hold", ["exact", "at_least"])
def test_a_verifier_notices_that_somebody_lost_her_place(hold):
    build = (
        RoundBuilder().order_class("K1", seats=1).track("T1", "K1").person("An", ("T1", 10)).person("Bo", ("T1", 99))
    )
    plain = solve(build.build())
    pinned = build.pin("An", "T1", hold).build()
    forged = solve(pinned)
    object.__setattr__(forged, "seats", plain.seats)
    assert any(fault.startswith("An: ") for fault in verify(pinned, forged))
