"""按真心排，不会吃亏 is said only where it is true: never under minimum sizes, never beyond the engine."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.db import db
from app.rounds.models import EnterpriseHeadcount, Round, SchoolPlan
from app.rounds.promise import Limits, TrackLimits, promises_truth, truthful
from matching.structure import build_structure
from tests.app.make_order_classes import make_class, make_track
from tests.app.make_organisations import make_alliance, make_coordinator, make_enterprise, make_school
from tests.app.make_positions import make_position
from tests.app.make_rounds import make_round
from tests.matching.make_matching import RoundBuilder


@pytest.fixture
def plain(session: Any) -> Round:
    """One class of two tracks to two positions of one firm; no minimum counts, nothing crosses."""
    alliance = make_alliance()
    school, firm = make_school(alliance=alliance), make_enterprise(alliance=alliance)
    cls = make_class(school, alliance)
    for _ in range(2):
        make_track(cls, make_position(firm))
    return make_round(alliance, [cls], uses_minimum=False)


def test_a_round_without_minimum_and_with_nested_limits_promises_it(plain: Round) -> None:
    assert promises_truth(plain)


def test_a_round_with_minimum_sizes_never_promises_it(plain: Round) -> None:
    plain.uses_minimum = True
    assert not promises_truth(plain)


def test_a_minimum_nobody_set_closes_nothing_and_may_be_promised(session: Any) -> None:
    alliance = make_alliance()
    cls = make_class(make_school(alliance=alliance), alliance, min_open=0)
    make_track(cls, make_position(make_enterprise(alliance=alliance)))
    assert promises_truth(make_round(alliance, [cls], uses_minimum=True))


def test_a_position_shared_by_two_classes_of_several_tracks_takes_the_promise_away(session: Any) -> None:
    alliance = make_alliance()
    school, firm = make_school(alliance=alliance), make_enterprise(alliance=alliance)
    shared = make_position(firm)
    classes = [make_class(school, alliance) for _ in range(2)]
    for cls in classes:
        make_track(cls, shared)
    round_ = make_round(alliance, classes, uses_minimum=False)
    assert promises_truth(round_), "both classes lie wholly within the position"
    make_track(classes[0], make_position(firm))
    db.session.expire_all()
    assert not promises_truth(round_)


def test_plans_and_headcounts_across_one_another_take_the_promise_away(session: Any) -> None:
    alliance = make_alliance()
    firm = make_enterprise(alliance=alliance)
    schools = [make_school(alliance=alliance) for _ in range(2)]
    classes = [make_class(school, alliance) for school in (*schools, schools[0])]
    for cls, whose in zip(classes, (firm, firm, make_enterprise(alliance=alliance)), strict=True):
        make_track(cls, make_position(whose))
    round_ = make_round(alliance, classes, uses_minimum=False)
    db.session.add(EnterpriseHeadcount(round_id=round_.id, enterprise_id=firm.id, headcount=9))
    assert promises_truth(round_)
    db.session.add(SchoolPlan(round_id=round_.id, school_id=schools[0].id, plan=9))
    assert not promises_truth(round_)


def test_reserves_in_a_class_whose_track_quotas_bind_take_the_promise_away() -> None:
    def one(quota: int | None) -> Limits:
        tracks = (TrackLimits(1, 1, 1, None, None, quota), TrackLimits(2, 1, 1, None, None))
        return Limits(tracks, {1: 10}, {1: 1}, {}, {})

    assert truthful(one(None)) and truthful(one(10))
    assert not truthful(one(9))


_whole = st.one_of(st.none(), st.integers(1, 4))


@st.composite
def _rounds(draw: st.DrawFn) -> tuple[Limits, RoundBuilder]:
    """A small round of any shape, as the application and as the engine see it, with people who want anything."""
    build = RoundBuilder()
    schools = {f"S{n}": draw(_whole) for n in (1, 2)}
    enterprises = {f"E{n}": draw(_whole) for n in (1, 2)}
    classes = {f"K{n}": (draw(st.integers(1, 5)), draw(st.sampled_from([*schools]))) for n in (1, 2, 3)}
    pools = {name: draw(st.integers(0, 1)) for name in classes}
    positions = {f"P{n}": (draw(st.integers(1, 4)), draw(st.sampled_from([*enterprises]))) for n in (1, 2, 3)}
    for name, plan in schools.items():
        build.school(name, plan)
    for name, heads in enterprises.items():
        build.enterprise(name, heads)
    for name, (heads, firm) in positions.items():
        build.position(name, heads, firm)
    for name, (seats, school) in classes.items():
        build.order_class(name, seats, None, school, **({"X": 1} if pools[name] else {}))
    tracks = []
    for n in range(1, draw(st.integers(2, 5)) + 1):
        cls, post = draw(st.sampled_from([*classes])), draw(st.one_of(st.none(), st.sampled_from([*positions])))
        quota = draw(_whole)
        build.track(f"T{n}", cls, post, quota)
        firm = positions[post][1] if post else None
        tracks.append(TrackLimits(n, _no(cls), _no(classes[cls][1]), post and _no(post), firm and _no(firm), quota))
    for person in range(draw(st.integers(1, 7))):
        wanted = draw(st.lists(st.integers(1, len(tracks)), unique=True, min_size=1))
        build.person(f"A{person}", *((f"T{n}", 50) for n in wanted), groups=draw(st.sampled_from(["", "X"])))
    limits = Limits(
        tuple(tracks), {_no(k): seats for k, (seats, _) in classes.items()}, {_no(k): n for k, n in pools.items()},
        {_no(k): n for k, n in schools.items() if n}, {_no(k): n for k, n in enterprises.items() if n},
    )  # fmt: skip
    return limits, build


def _no(name: str) -> int:
    return int(name[1:])


@settings(max_examples=300, deadline=None)
@given(_rounds())
def test_whatever_the_round_promises_the_engine_guarantees_whoever_applies(both: tuple[Limits, RoundBuilder]) -> None:
    limits, build = both
    if truthful(limits):
        assert build_structure(build.build()).truthful


@pytest.mark.parametrize("minimum", [True, False])
def test_the_coordinator_reads_what_the_round_tells_people_and_what_follows(
    plain: Round, client: Any, log_in: Any, minimum: bool
) -> None:
    plain.uses_minimum = minimum
    log_in(client, make_coordinator(plain.alliance))
    page = client.get(f"/rounds/{plain.id}").text
    assert ("写了就要做到" in page) is not minimum and ("不写“不会吃亏”" in page) is minimum


def test_a_trial_begins_with_the_rules_the_round_was_announced_with(plain: Round, client: Any, log_in: Any) -> None:
    plain.state = "closed"
    log_in(client, make_coordinator(plain.alliance))
    page = client.get(f"/rounds/{plain.id}/runs").text
    found = re.search(r'<input[^>]*name="uses_minimum"[^>]*>', page)
    assert found is not None and "checked" not in found.group()
    assert "checked" in re.search(r'<input[^>]*name="uses_adjustment"[^>]*>', page).group()  # type: ignore[union-attr]
