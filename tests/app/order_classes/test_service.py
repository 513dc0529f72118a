"""A school opens a class: hours, tracks, ages and reserves, everything that is wrong said at once."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.core.actor import Actor
from app.core.clock import today
from app.core.errors import Conflict, Faults, Invalid, WrongState
from app.core.history import history_of
from app.core.settings import set_value
from app.order_classes import queries, service
from app.order_classes.models import OrderClass
from app.order_classes.soundness import class_faults, hours_of
from tests.app.make_accounts import make_admin
from tests.app.make_order_classes import EVEN_YEAR, class_facts, make_class, make_track
from tests.app.make_organisations import (
    actor_for,
    make_alliance,
    make_coordinator,
    make_enterprise,
    make_enterprise_staff,
    make_school,
    make_school_staff,
)
from tests.app.make_positions import make_position


def refused(dean: Actor, row: OrderClass) -> dict[str | None, str]:
    with pytest.raises(Faults) as stop:
        service.submit(dean, row)
    return {fault.field: fault.message for fault in stop.value.faults}


def test_a_sound_class_goes_to_the_coordinator_and_becomes_public(dean: Actor, ready: Any) -> None:
    row = ready()
    service.submit(dean, row)
    service.approve(dean, row)
    assert row.state == "approved"
    assert [line.action for line in history_of("order_class", row.id)][-2:] == ["submit", "approve"]


def test_exactly_one_half_in_the_workshop_passes_and_one_hour_less_does_not(dean: Actor, ready: Any) -> None:
    service.submit(dean, ready())
    short = [EVEN_YEAR | {"workshop": 199}, *[EVEN_YEAR] * 4]
    said = refused(dean, ready(hours=short))
    assert list(said) == ["hours"] and "还差1课时" in said["hours"]


def test_exactly_one_and_a_half_of_core_practice_passes_and_one_hour_less_does_not(dean: Actor, ready: Any) -> None:
    short = [EVEN_YEAR | {"core": 299}, *[EVEN_YEAR] * 4]
    assert "还差1课时" in refused(dean, ready(hours=short))["hours"]


def test_the_ratio_in_force_is_the_one_that_judges(dean: Actor, ready: Any) -> None:
    set_value(actor_for(make_admin()), "r1_workshop_share", today(), "60%", "示例")
    assert "还差200课时" in refused(dean, ready())["hours"]


@given(
    years=st.lists(
        st.tuples(st.integers(1, 500), st.integers(0, 500), st.integers(0, 900), st.integers(1, 500)),
        min_size=1,
        max_size=5,
    )
)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_the_meter_says_is_missing_is_exactly_what_is_missing(
    session: Any, alliance: Any, school: Any, years: list[tuple[int, int, int, int]]
) -> None:
    with session.begin_nested() as point:
        rows = [{"professional": p, "workshop": min(p, w), "core": c, "ordinary_core": o} for p, w, c, o in years]
        sums = hours_of(make_class(school, alliance, years=len(rows), hours=rows))
        point.rollback()
    assert 2 * (sums.workshop + sums.r1.missing) >= sums.professional
    assert sums.r1.missing == 0 or 2 * (sums.workshop + sums.r1.missing - 1) < sums.professional
    assert 2 * (sums.core + sums.r2.missing) >= 3 * sums.ordinary_core
    assert bool(sums.r1) == (2 * sums.workshop >= sums.professional)
    assert bool(sums.r2) == (2 * sums.core >= 3 * sums.ordinary_core)


def test_everything_wrong_is_said_at_once(dean: Actor, school: Any, alliance: Any) -> None:
    row = service.draft(
        dean, school, alliance.id,
        **class_facts(years=2, internship_from_year=1, tuition="", score_text="", relaxed={"veteran": 20},
                      enrolment_date=today() - dt.timedelta(days=1)),
    )  # fmt: skip
    said = refused(dean, row)
    assert set(said) == {"hours", "years", "internship_from_year", "tuition", "score_text", "relaxed", "enrolment_date",
                         "tracks"}  # fmt: skip
    assert "第1学年、第2学年" in said["hours"]


@pytest.mark.parametrize(("level", "start", "years", "passes"), [
    ("advanced", "junior", 5, True), ("advanced", "junior", 4, True), ("advanced", "junior", 3, False),
    ("technician", "senior", 4, True), ("intermediate", "intermediate", 2, False),
])  # fmt: skip
def test_the_years_fit_the_level_and_the_start_point(
    ready: Any, level: str, start: str, years: int, passes: bool
) -> None:
    row = ready(level=level, start_point=start, years=years, internship_months=0, internship_from_year=0)
    assert (class_faults(row) == []) is passes


def test_full_time_students_are_not_sent_to_work_in_their_first_year(ready: Any) -> None:
    assert [f.field for f in class_faults(ready(internship_from_year=1))] == ["internship_from_year"]
    assert class_faults(ready(internship_from_year=2)) == []
    assert class_faults(ready(internship_from_year=1, mode="part_time")) == []


def test_an_internship_takes_three_tenths_of_the_years_at_most(ready: Any) -> None:
    assert class_faults(ready(internship_months=18)) == []
    assert [f.field for f in class_faults(ready(internship_months=19))] == ["internship_months"]


def test_hours_of_internship_are_not_hours_in_the_workshop(dean: Actor, ready: Any) -> None:
    with pytest.raises(Faults) as stop:
        service.set_hours(
            dean, ready(), [{"year": 1, "professional": 100, "workshop": 101, "core": 1, "ordinary_core": 1}]
        )
    assert stop.value.faults[0].field == "y1_workshop"


@pytest.mark.parametrize(("facts", "field"), [
    ({"seats": 20, "min_open": 21}, "min_open"), ({"age_min": 13}, "age_min"),
    ({"age_min": 20, "age_max": 19}, "age_max"),
])  # fmt: skip
def test_what_can_never_be_right_is_refused_in_the_draft(
    dean: Actor, school: Any, alliance: Any, facts: dict[str, int], field: str
) -> None:
    with pytest.raises(Faults) as stop:
        service.draft(dean, school, alliance.id, **class_facts(**facts))
    assert [fault.field for fault in stop.value.faults] == [field]


def test_no_more_seats_are_kept_than_there_are(dean: Actor, ready: Any) -> None:
    row = ready(seats=10, min_open=5)
    service.set_reserves(dean, row, {"migrant_worker": 6, "veteran": 4})
    assert {r.category: r.seats for r in row.reserves} == {"migrant_worker": 6, "veteran": 4}
    with pytest.raises(Invalid):
        service.set_reserves(dean, row, {"migrant_worker": 6, "veteran": 5})
    service.set_reserves(dean, row, {"veteran": 0})
    assert row.reserves == []


def test_a_category_without_a_ceiling_is_told_from_one_without_a_relaxation(ready: Any) -> None:
    row = ready(relaxed={"veteran": None})
    assert class_faults(row) == [] and row.relaxed == {"veteran": None}


def test_a_change_of_a_part_is_a_change_of_the_class(dean: Actor, ready: Any) -> None:
    row = ready()
    seen = row.version
    service.set_reserves(dean, row, {"veteran": 2}, seen)
    with pytest.raises(Conflict):
        service.set_hours(dean, row, [{"year": 1, **EVEN_YEAR}], seen)
    with pytest.raises(Conflict):
        service.drop_track(dean, row, row.tracks[0], seen)


def test_a_public_class_keeps_its_parts(dean: Actor, ready: Any) -> None:
    row = ready()
    service.submit(dean, row)
    for change in (
        lambda: service.set_hours(dean, row, []),
        lambda: service.set_reserves(dean, row, {}),
        lambda: service.drop_track(dean, row, row.tracks[0]),
        lambda: service.revise(dean, row, seats=1),
    ):
        with pytest.raises(WrongState):
            change()


def test_ages_follow_the_enrolment_date_when_it_moves(dean: Actor, ready: Any) -> None:
    row = ready()
    later = row.enrolment_date + dt.timedelta(days=10)
    service.revise(dean, row, enrolment_date=later)
    assert row.reference_date == later


def test_a_school_outside_the_alliance_opens_no_class_in_it(session: Any) -> None:
    alliance = make_alliance()
    row = make_class(make_school(), alliance, state="draft")
    make_track(row, make_position(make_enterprise(alliance=alliance)))
    assert "还没有加入" in class_faults(row)[0].message


def test_each_party_sees_the_classes_that_are_its_business(session: Any) -> None:
    alliance, elsewhere = make_alliance(), make_alliance()
    school, firm, other = (
        make_school(alliance=alliance),
        make_enterprise(alliance=alliance),
        make_enterprise(alliance=alliance),
    )
    public, hidden, foreign = (
        make_class(school, alliance), make_class(school, alliance, state="draft"), make_class(make_school(), elsewhere),
    )  # fmt: skip
    make_track(public, make_position(firm))
    make_track(hidden, make_position(firm))

    def seen(user: Any) -> set[int]:
        actor = actor_for(user)
        return {row.id for row in (public, hidden, foreign) if queries.class_seen_by(actor, row.id)}

    assert seen(make_school_staff(school)) == {public.id, hidden.id}
    assert seen(make_coordinator(alliance)) == {public.id, hidden.id}
    assert seen(make_enterprise_staff(firm)) == {public.id}
    assert seen(make_enterprise_staff(other)) == set()
