"""The self-check is judged by the very rules of the form: property by property, and at the edges of a birth month."""

from __future__ import annotations

import datetime as dt
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from app.accounts.models import User
from app.applications.eligibility import verdicts
from app.applications.models import Application, CategoryClaim, Evidence
from app.catalogue.fits import AGE_RULES, Fit, class_fit, fit, rule_of
from app.catalogue.visitor import Answers, of_age, of_answers, of_application, read_answers
from app.core.clock import china, now, today
from app.core.labels import CATEGORIES, START_POINTS
from app.law.age import full_age
from app.law.eligibility import Dates
from app.order_classes.models import OrderClass, Track
from app.positions.models import Position
from app.rounds.models import Round
from tests.app.make_order_classes import class_facts

RESULT = today() + dt.timedelta(days=30)
ON = Dates(RESULT, today())


def track_of(position: dict[str, Any] | None = None, **facts: Any) -> Track:
    """A track that no database knows; ``position`` None: seat-only."""
    order_class = OrderClass(id=1, school_id=7, **class_facts(**facts))
    post = None if position is None else Position(enterprise_id=9, **({"hazards": []} | position))
    return Track(id=1, order_class=order_class, position=post)


def answers(age: int = 20, start_point: str = "junior", *categories: str, **more: Any) -> Answers:
    born = today() - dt.timedelta(days=age * 365 + 187)
    return Answers(born.year, born.month, start_point, categories, **more)


CATEGORY_SETS = st.frozensets(st.sampled_from(list(CATEGORIES)), max_size=3)
TRACKS = st.builds(
    track_of,
    st.one_of(st.none(), st.fixed_dictionaries({"hazards": st.sampled_from([[], ["noise"]])})),
    start_point=st.sampled_from(list(START_POINTS)),
    age_min=st.sampled_from([14, 16, 18]),
    age_max=st.sampled_from([18, 25, 40]),
    relaxed=st.dictionaries(st.sampled_from(list(CATEGORIES)), st.sampled_from([None, 35, 50]), max_size=3),
    audience=st.sampled_from(["open", "own_students", "employees"]),
    on_post_date=st.sampled_from([today() + dt.timedelta(days=d) for d in (95, 700, 1500)]),
)


@given(
    track=TRACKS, birth=st.dates(today() - dt.timedelta(days=60 * 365), today() - dt.timedelta(days=13 * 365)),
    start_point=st.sampled_from(list(START_POINTS)), said=CATEGORY_SETS, school=st.sampled_from([None, 7, 8]),
    enterprise=st.sampled_from([None, 9, 10]), verified=st.booleans(),
)
def test_it_says_what_the_form_and_the_close_would_say(
    track: Track, birth: dt.date, start_point: str, said: frozenset[str], school: int | None,
    enterprise: int | None, verified: bool,
) -> None:  # fmt: skip
    def applied(level: str, papers: str) -> Application:
        return Application(
            user=User(birth_date=birth), round=Round(publish_at=china(RESULT, 9)), created_at=now(),
            start_point=start_point, school_id=school, enterprise_id=enterprise, district="371002",
            claims=[CategoryClaim(category=code, level=level) for code in said],
            evidence=[Evidence(kind=kind, state=papers) for kind in ("enrolment_proof", "employment_proof")],
        )  # fmt: skip

    unread, read = applied("stated", "uploaded"), applied("verified", "verified")
    now_open = verdicts(read if verified else unread, [track])[1].eligible
    once_verified = verdicts(read, [track])[1].eligible
    found = fit(of_application(read if verified else unread, running=True), track, ON)
    assert found.way == ("now" if now_open else "paper" if once_verified else "closed")
    if found.way != "now":
        assert found.faults and all(rule.article for rule in found.rules)
    if found.way == "paper":
        assert found.papers


@given(track=TRACKS, year=st.integers(1960, 2013), month=st.integers(1, 12), said=CATEGORY_SETS, data=st.data())
def test_whatever_the_day_of_the_birth_the_answer_holds(
    track: Track, year: int, month: int, said: frozenset[str], data: st.DataObject
) -> None:
    """Only somebody whose birthday decides is told so."""
    said_so = Answers(year, month, "junior", tuple(said), school_id=7)
    general = fit(of_answers(said_so), track, ON)
    days = [person.birth_date for person in of_answers(said_so).persons]
    birth = data.draw(st.dates(days[0], days[-1]))
    application = Application(
        user=User(birth_date=birth), round=Round(publish_at=china(RESULT, 9)), created_at=now(), start_point="junior",
        school_id=7, claims=[CategoryClaim(category=code, level="stated") for code in said],
        evidence=[], district="371002",
    )  # fmt: skip
    own = fit(of_application(application, running=True), track, ON)
    if general.way == "birthday":
        ends = {fit(of_answers_on(said_so, day), track, ON).way for day in days}
        assert len(ends) > 1
    else:
        assert own.way == general.way


def of_answers_on(said: Answers, birth: dt.date) -> Any:
    """The same answers of somebody born on that very day."""
    from dataclasses import replace

    general = of_answers(said)
    return replace(
        general, persons=(replace(general.persons[0], birth_date=birth),),
        hoped=(replace(general.hoped[0], birth_date=birth),),
    )  # fmt: skip


@given(day=st.dates(dt.date(2024, 1, 1), dt.date(2030, 12, 31)), age=st.integers(14, 70))
def test_an_age_covers_exactly_those_who_are_of_it(day: dt.date, age: int) -> None:
    from app.core import clock

    with clock.at(china(day, 12)):
        oldest, youngest = (person.birth_date for person in of_age(age).persons)
    one = dt.timedelta(days=1)
    assert full_age(oldest, day) == full_age(youngest, day) == age
    assert full_age(oldest - one, day) > age or day.month == 2
    assert full_age(youngest + one, day) < age


def test_a_paper_is_named_with_its_category_and_its_rule() -> None:
    track = track_of({}, age_max=25, relaxed={"migrant_worker": 45, "veteran": 50})
    found = fit(of_answers(answers(38, "junior", "migrant_worker")), track, ON)
    assert found.way == "paper"
    assert found.papers == ("农民工：户口簿和劳动合同、参保或工资记录",)
    assert [rule.id for rule in found.rules] == ["class_age"] and "十条措施第二条" in found.rules[0].article


def test_of_several_categories_any_one_paper_does() -> None:
    track = track_of({}, age_max=25, relaxed={"migrant_worker": 45, "veteran": 50})
    found = fit(of_answers(answers(38, "junior", "veteran", "migrant_worker")), track, ON)
    assert found.papers == ("农民工：户口簿和劳动合同、参保或工资记录，或者退役军人：退役证或优待证",)


def test_an_own_school_opens_its_class_once_its_paper_is_read() -> None:
    track = track_of({}, audience="own_students")
    assert fit(of_answers(answers(20, school_id=7)), track, ON).way == "paper"
    assert fit(of_answers(answers(20, school_id=8)), track, ON).way == "closed"


def test_categories_that_are_not_asked_are_still_named_where_they_would_open_a_class() -> None:
    track = track_of({}, age_max=25, relaxed={"hardship": None, "unemployed_youth": 30})
    found = fit(of_answers(answers(38)), track, ON)
    assert (found.way, found.others) == ("closed", ("hardship",))
    wrong_schooling = fit(of_answers(answers(38, "senior")), track, ON)
    assert (wrong_schooling.way, wrong_schooling.others) == ("closed", ())


def test_a_class_is_what_the_best_of_its_tracks_is() -> None:
    order_class = track_of({"hazards": ["noise"]}, on_post_date=today() + dt.timedelta(days=95)).order_class
    Track(id=2, order_class=order_class, position=Position(enterprise_id=9, hazards=[]))
    found = class_fit(of_answers(answers(16)), order_class, ON)
    assert (found.way, found.tracks_open) == ("now", 1)
    assert class_fit(of_answers(answers(30)), order_class, ON).way == "closed"
    assert class_fit(of_answers(answers(20)), OrderClass(**class_facts()), ON) == Fit("closed")


def test_under_fourteen_is_told_when_she_may_come() -> None:
    born = today() - dt.timedelta(days=13 * 365)
    found = fit(of_answers(Answers(born.year, born.month, "junior")), track_of(None, age_min=14), ON)
    assert found.way == "closed" and found.faults[0].rule == "age_14" and "起可以" in found.faults[0].message


def test_what_another_round_verified_is_only_said_until_it_is_brought_over() -> None:
    application = Application(
        user=User(birth_date=today() - dt.timedelta(days=38 * 365)), start_point="junior", evidence=[],
        claims=[CategoryClaim(category="veteran", level="verified")], created_at=now(),
    )  # fmt: skip
    track = track_of({}, age_max=25, relaxed={"veteran": 45})
    assert fit(of_application(application, running=True), track, ON).way == "now"
    assert fit(of_application(application, running=False), track, ON).way == "paper"


def test_every_fault_belongs_to_a_rule_with_an_article() -> None:
    from app.law.verdict import Fault

    for name in (*AGE_RULES, "class_age_min", "class_age_max", "class_age_unverified", "start_point", "audience"):
        assert rule_of(Fault(name, "")).article


def test_a_browser_that_kept_something_else_has_kept_nothing() -> None:
    kept = answers(20, "junior", "veteran", school_id=3).kept()
    assert read_answers(kept) == answers(20, "junior", "veteran", school_id=3)
    for broken in (None, {}, [], "x", {**kept, "month": 13}, {**kept, "more": 1}, {**kept, "categories": 5}):
        assert read_answers(broken) is None
