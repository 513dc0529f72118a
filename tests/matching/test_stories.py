"""Rounds small enough to follow on paper."""

from __future__ import annotations

from matching import solve, verify
from tests.matching.make_matching import RoundBuilder, reasons, seats


def solved(build: RoundBuilder):
    instance = build.build()
    outcome = solve(instance)
    assert verify(instance, outcome) == []
    return outcome


def test_the_higher_score_gets_the_only_seat_and_the_other_reads_how_far_she_was():
    outcome = solved(
        RoundBuilder().order_class("K1", seats=1).track("T1", "K1").person("An", ("T1", 71)).person("Bo", ("T1", 74))
    )
    assert seats(outcome) == {"An": None, "Bo": "T1"}
    assert reasons(outcome)["An", "T1"] == ("score", "class:K1", 3)
    assert outcome.guarantee == "stable_strategyproof"
    assert (outcome.classes[0].cutoff_score, outcome.classes[0].cutoff_lottery) == (74, 2)


def test_equal_scores_are_decided_by_the_lottery():
    outcome = solved(
        RoundBuilder().order_class("K1", seats=1).track("T1", "K1").person("An", ("T1", 70)).person("Bo", ("T1", 70))
    )
    assert seats(outcome) == {"An": "T1", "Bo": None}
    assert reasons(outcome)["Bo", "T1"] == ("lottery", "class:K1", 1)


def test_a_school_plan_limits_its_classes_together():
    outcome = solved(
        RoundBuilder()
        .school("S1", plan=2)
        .order_class("K1", seats=2)
        .order_class("K2", seats=2)
        .track("T1", "K1")
        .track("T2", "K2")
        .person("An", ("T1", 90))
        .person("Bo", ("T2", 50))
        .person("Cy", ("T1", 60))
    )
    assert seats(outcome) == {"An": "T1", "Bo": None, "Cy": "T1"}
    assert reasons(outcome)["Bo", "T2"] == ("score", "school:S1", 10)


def test_a_member_takes_a_reserved_seat_and_an_unfilled_one_is_open_to_all():
    build = RoundBuilder().order_class("K1", seats=2, X=1).track("T1", "K1")
    build.person("An", ("T1", 90)).person("Bo", ("T1", 80)).person("Cy", ("T1", 10), groups="X")
    outcome = solved(build)
    assert seats(outcome) == {"An": "T1", "Bo": None, "Cy": "T1"}
    assert reasons(outcome)["Bo", "T1"] == ("score", "class:K1", 10)
    build = RoundBuilder().order_class("K1", seats=2, X=1).track("T1", "K1")
    outcome = solved(build.person("An", ("T1", 90)).person("Bo", ("T1", 80)))
    assert seats(outcome) == {"An": "T1", "Bo": "T1"}


def test_a_member_with_the_better_score_leaves_no_open_seat_to_waste():
    """The best member takes the reserved seat, so the open seat goes to the best of the others."""
    build = RoundBuilder().order_class("K1", seats=2, X=1).track("T1", "K1")
    build.person("An", ("T1", 95), groups="X").person("Bo", ("T1", 60), groups="X").person("Cy", ("T1", 70))
    assert seats(solved(build)) == {"An": "T1", "Bo": None, "Cy": "T1"}


def test_a_class_short_of_its_minimum_does_not_open_and_says_how_many_were_missing():
    build = RoundBuilder(min_open=True).order_class("K1", seats=5, minimum=3).order_class("K2", seats=5)
    build.track("T1", "K1").track("T2", "K2").person("An", ("T1", 50), ("T2", 50)).person("Bo", ("T1", 50))
    outcome = solved(build)
    assert seats(outcome) == {"An": "T2", "Bo": None}
    assert reasons(outcome)["An", "T1"] == ("not_open", "class:K1", 1)
    assert outcome.guarantee == "stable"


def test_adjustment_carries_a_class_over_its_minimum():
    build = RoundBuilder(min_open=True, adjustment=True).order_class("K1", seats=5, minimum=3)
    build.order_class("K2", seats=1).track("T1", "K1").track("T2", "K2")
    build.person("An", ("T1", 50)).person("Bo", ("T1", 50)).person("Cy", ("T2", 90))
    build.person("Di", ("T2", 50), adjustable=True).fallback("Di", "T1", 2)
    outcome = solved(build)
    assert seats(outcome) == {"An": "T1", "Bo": "T1", "Cy": "T2", "Di": "T1"}
    assert outcome.placements[3].by == "adjustment"
    assert reasons(outcome)["Di", "T1"] == ("adjustment", "", None)


def test_a_barred_choice_keeps_its_rank_and_names_its_rule():
    build = RoundBuilder().order_class("K1", seats=1).track("T1", "K1").track("T2", "K1")
    outcome = solved(build.person("An", ("T1", 99, "age"), ("T2", 40)))
    assert outcome.placements[0].rank == 2
    assert reasons(outcome)["An", "T1"] == ("not_eligible", "rule:age", None)


def test_a_firm_acceptance_stays_and_a_hopeful_one_moves_up():
    build = RoundBuilder().order_class("K1", seats=1).order_class("K2", seats=1).track("T1", "K1").track("T2", "K2")
    build.person("An", ("T1", 10), ("T2", 10)).person("Bo", ("T2", 99)).pin("An", "T2", "at_least")
    assert seats(solved(build)) == {"An": "T1", "Bo": "T2"}
    build.tables["pins"][0]["hold"] = "exact"
    outcome = solved(build)
    assert seats(outcome) == {"An": "T2", "Bo": None}
    assert reasons(outcome)["An", "T1"] == ("pin", "track:T2", None)
    assert reasons(outcome)["Bo", "T2"] == ("full", "class:K2", None)


def test_nobody_loses_what_she_holds_to_a_better_score():
    build = RoundBuilder().order_class("K1", seats=1).order_class("K2", seats=1).track("T1", "K1").track("T2", "K2")
    build.person("An", ("T1", 10), ("T2", 10)).person("Bo", ("T1", 99)).person("Cy", ("T2", 99))
    assert seats(solved(build.pin("An", "T2", "at_least"))) == {"An": "T2", "Bo": "T1", "Cy": None}


def test_the_maximum_policy_places_more_people_than_fairness_would():
    def build(rule: str) -> RoundBuilder:
        story = RoundBuilder(rule).order_class("K1", seats=1).order_class("K2", seats=1)
        story.track("T1", "K1").track("T2", "K2")
        return story.person("An", ("T1", 90), ("T2", 90)).person("Bo", ("T1", 50))

    assert seats(solved(build("stable"))) == {"An": "T1", "Bo": None}
    outcome = solved(build("maximum"))
    assert seats(outcome) == {"An": "T2", "Bo": "T1"}
    assert outcome.guarantee == "optimal" and outcome.gap == 0
    assert reasons(outcome)["An", "T1"] == ("claim", "class:K1", None)


def test_a_seat_only_track_is_bound_by_no_position():
    build = RoundBuilder().order_class("K1", seats=2).position("P1", headcount=0)
    build.track("T1", "K1", "P1").track("T2", "K1").person("An", ("T1", 50), ("T2", 50))
    outcome = solved(build)
    assert seats(outcome) == {"An": "T2"}
    assert reasons(outcome)["An", "T1"] == ("full", "position:P1", None)
