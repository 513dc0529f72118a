"""The invented applicants: the same at every run, of every kind, and some born around each limit."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.identifiers import birth_date_of, check_mobile, check_resident_id
from app.demo import tables
from app.demo.calendar import ANCHOR, REFERENCE, RESULT, Calendar, birthday_on
from app.demo.names import RARE_NAMES
from app.demo.people import EDGES, KINDS, TURNED_16, Edge, Person, edge_birth, people
from app.demo.wishes import choose, score, scored
from app.law.age import birthday, full_age

CALENDAR = Calendar(ANCHOR)
EVERYBODY = people(900, CALENDAR)
LIMITS = {"result": RESULT, "reference": REFERENCE, "today": 0}


def named(edge: Edge) -> str:
    when = {-1: "the day before", 0: "on", 1: "the day after"}[edge.offset] if edge.offset >= -1 else "earlier than"
    return f"born so that the {edge.age}th birthday is {when} the {edge.day} day"


@pytest.mark.parametrize("edge", EDGES, ids=named)
def test_somebody_is_born_around_every_limit(edge: Edge) -> None:
    person = next(p for p in EVERYBODY if p.edge is edge)
    day = CALENDAR.day(LIMITS[edge.day])
    assert birthday(person.birth, edge.age) == day + dt.timedelta(days=edge.offset)
    # 周岁 counts from the day after the birthday: only the first of the three is old enough on the day itself.
    assert full_age(person.birth, day) == (edge.age if edge.offset == -1 else edge.age - 1)
    assert person.way == "applies" and {person.papers[c] for c in person.categories} == {"verified"}


def test_every_limit_of_the_classes_and_of_the_law_has_its_three_people() -> None:
    limits = {(edge.day, edge.age) for edge in EDGES}
    ages = {(shape["age_min"], shape["age_max"] + 1) for shape in tables.classes()}
    wanted = {("result", 16), ("result", 18), *(("reference", age) for pair in ages for age in pair)}
    assert limits >= wanted
    assert all(sum((e.day, e.age) == limit for e in EDGES) == 3 for limit in limits)


def test_some_were_under_16_on_the_result_date_and_are_16_today() -> None:
    for edge in TURNED_16:
        birth = edge_birth(edge, CALENDAR)
        assert full_age(birth, CALENDAR.day(RESULT)) == 15
        assert full_age(birth, CALENDAR.today) == 16


@given(st.dates(dt.date(2025, 1, 1), dt.date(2040, 12, 31)), st.integers(14, 60), st.integers(-3, 3))
@settings(max_examples=200)
def test_a_birthday_can_be_put_on_any_day(day: dt.date, age: int, offset: int) -> None:
    wanted = day + dt.timedelta(days=offset)
    found = birthday(birthday_on(day, age, offset), age)
    # Nobody has her birthday on 29 February of a common year, so there it is the day before.
    assert found == wanted or (wanted.month, wanted.day, found.day) == (2, 29, 28)


def test_a_person_is_the_same_however_many_others_there_are() -> None:
    assert people(60, CALENDAR) == EVERYBODY[:60]


def test_numbers_are_well_formed_and_nobody_shares_one() -> None:
    assert len({p.identity for p in EVERYBODY}) == len({p.phone for p in EVERYBODY}) == 900
    for person in EVERYBODY:
        assert birth_date_of(check_resident_id(person.identity, CALENDAR.today)) == person.birth
        assert check_mobile(person.phone).startswith("1400000")
        assert person.guardian is None or person.guardian.phone != person.phone


def test_everybody_under_18_when_the_round_opens_has_a_guardian_and_nobody_else_has() -> None:
    opens = CALENDAR.day(-65)
    assert all((full_age(p.birth, opens) < 18) == (p.guardian is not None) for p in EVERYBODY)


def test_every_category_is_there_with_papers_that_hold_and_papers_that_do_not() -> None:
    wanted = {category for kind in KINDS for category in kind.categories}
    assert {c for p in EVERYBODY for c in p.categories} == wanted
    relaxed = [p.papers[c] for p in EVERYBODY for c in p.categories if c in ("migrant_worker", "unemployed_youth")]
    assert set(relaxed) == {"verified", "returned", "missing"}


def test_people_from_wendeng_and_people_with_rare_characters_are_among_them() -> None:
    assert sum(p.identity.startswith("371003") for p in EVERYBODY) > 30
    characters = set("".join(p.name for p in EVERYBODY))
    assert set("㛃䶮𬭎𫖯㼆𠅤") <= characters and set(RARE_NAMES) <= {p.name for p in EVERYBODY}


def test_migrant_workers_reach_up_to_45_and_a_few_beyond() -> None:
    day = CALENDAR.day(REFERENCE)
    ages = [full_age(p.birth, day) for p in EVERYBODY if "migrant_worker" in p.categories]
    assert max(ages) > 45 and sum(36 <= age <= 45 for age in ages) > 15


def test_choices_are_few_distinct_and_mostly_open_to_the_person() -> None:
    offers = tables.offers()
    for person in EVERYBODY[:200]:
        chosen = choose(person, offers, CALENDAR.day(RESULT), 5)
        assert 1 <= len(chosen) <= 5 and len({offer.key for offer in chosen}) == len(chosen)


def test_able_people_score_higher_and_every_score_fits_its_bounds() -> None:
    offers = tables.offers()

    def mean(some: list[Person]) -> float:
        values = [score(p, o) for p in some for o in scored(choose(p, offers, CALENDAR.day(RESULT), 5))]
        assert all(0 <= value <= 100 for value in values)
        return sum(values) / len(values)

    ranked = sorted(EVERYBODY[:200], key=lambda p: p.ability)
    assert mean(ranked[-60:]) > mean(ranked[:60]) + 8
