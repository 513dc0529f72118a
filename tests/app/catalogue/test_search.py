"""What people look for beyond words: enough pay, a shift they can work, near home, open at their age."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import literal, select

from app.catalogue.shifts import shift_is
from app.core.clock import today
from app.core.db import db
from tests.app.counting import statements
from tests.app.make_accounts import make_applicant
from tests.app.make_applications import make_application, make_claim
from tests.app.make_order_classes import make_class, make_track
from tests.app.make_organisations import make_enterprise, make_school
from tests.app.make_positions import make_position
from tests.app.make_rounds import make_round

NAMES = ("近班", "中班", "远班")


def open_class(alliance: Any, firm: Any, name: str, at: str, *positions: dict[str, Any], **facts: Any) -> Any:
    """A public class of a school in district ``at``, with a position for each of ``positions``."""
    row = make_class(make_school(alliance=alliance, district=at), alliance, name=name, **facts)
    for position in positions:
        make_track(row, make_position(firm, **position))
    return row


@pytest.fixture
def three(alliance: Any, firm: Any) -> None:
    open_class(alliance, firm, "近班", "371003", {"district": "371003", "wage_low": 4000, "wage_high": 4400})
    open_class(alliance, firm, "中班", "371071", {"district": "371002", "wage_low": 5000, "wage_high": 5600,
                                                "shift": "两班倒，每班8小时，每周休1天半"})  # fmt: skip
    open_class(alliance, firm, "远班", "371003", {"district": "371083", "wage_low": 3600, "wage_high": 6000,
                                                "shift": "弹性排班，每周40小时"})  # fmt: skip
    db.session.commit()


def found(client: FlaskClient, question: str, names: tuple[str, ...] = NAMES) -> list[str]:
    """The names on the page, in their order."""
    page = client.get(f"/classes?{question}").text
    return sorted((name for name in names if f">{name}<" in page), key=lambda name: page.index(f">{name}<"))


@pytest.mark.parametrize(("question", "hits"), [
    ("wage=4000", {"近班", "中班"}), ("wage=4500", {"中班"}), ("wage=6000", set()), ("wage=1", set(NAMES)),
    ("wage=-5", set(NAMES)), ("shift=day", {"近班"}), ("shift=two_shift", {"中班"}), ("shift=flexible", {"远班"}),
    ("shift=night", set()), ("shift=made_up", set(NAMES)), ("shift=day&wage=4500", set()),
])  # fmt: skip
def test_pay_and_shift_narrow_the_list(client: FlaskClient, three: None, question: str, hits: set[str]) -> None:
    assert set(found(client, question)) == hits


def test_the_lowest_wage_has_to_reach_it_not_the_highest(client: FlaskClient, three: None) -> None:
    assert "远班" not in found(client, "wage=5500")


def test_one_and_the_same_position_has_to_meet_everything_that_is_asked(
    client: FlaskClient, alliance: Any, firm: Any
) -> None:
    rich_and_far = {"district": "371083", "wage_low": 5000, "wage_high": 5600, "name": "焊工"}
    poor_and_near = {"district": "371002", "wage_low": 3000, "wage_high": 3500, "name": "库工"}
    open_class(alliance, firm, "两头班", "371002", rich_and_far, poor_and_near)
    db.session.commit()
    names = ("两头班",)
    assert found(client, "wage=5000", names) and found(client, "district=371002", names)
    assert not found(client, "wage=5000&district=371002", names)
    assert found(client, "wage=5000&q=焊工", names) and not found(client, "wage=5000&q=库工", names)
    assert found(client, "home=371002&within=0", names) and not found(client, "home=371002&within=0&wage=5000", names)


@pytest.mark.parametrize(("words", "kinds"), [
    ("白班8小时，每周休2天", {"day"}), ("长白班，不上夜班", {"day"}), ("常白班，不倒班", {"day"}),
    ("两班倒，每班8小时", {"two_shift"}), ("四班三运转", {"three_shift"}), ("三班倒，有夜班", {"three_shift", "night"}),
    ("夜班12小时", {"night"}), ("弹性排班", {"flexible"}), ("白班夜班轮着上", {"night"}),
    ("按生产安排", set()), ("", set()),
])  # fmt: skip
def test_a_shift_is_read_out_of_the_words_and_never_out_of_a_denial(
    session: Any, words: str, kinds: set[str]
) -> None:
    every = ("day", "two_shift", "three_shift", "night", "flexible")
    assert {kind for kind in every if db.session.scalar(select(shift_is(kind, literal(words))))} == kinds


def test_the_nearest_stands_first_by_the_farther_of_school_and_work(client: FlaskClient, three: None) -> None:
    assert found(client, "home=371003") == ["近班", "中班", "远班"]
    assert found(client, "home=371083") == ["近班", "远班", "中班"]
    page = client.get("/classes?home=371003").text
    assert "上学就在文登区，上班就在文登区" in page and "上学就在文登区，上班约" in page
    assert "远近是直线距离，路上会更远" in page


@pytest.mark.parametrize(("question", "hits"), [
    ("home=371003&within=0", {"近班"}), ("home=371003&within=40", {"近班", "中班"}),
    ("home=371003&within=7", set(NAMES)), ("within=0", set(NAMES)),
    ("home=other&within=0", set(NAMES)), ("home=371000", set(NAMES)),
])  # fmt: skip
def test_within_counts_the_way_to_school_and_to_work(
    client: FlaskClient, three: None, question: str, hits: set[str]
) -> None:
    assert set(found(client, question)) == hits


def test_a_place_nobody_can_tell_stands_last_and_is_never_near(client: FlaskClient, alliance: Any, firm: Any) -> None:
    open_class(alliance, firm, "说不清班", "371003", {"district": "371000"})
    open_class(alliance, firm, "很远班", "371003", {"district": "371083"})
    open_class(alliance, firm, "只学班", "371003")
    db.session.commit()
    names = ("说不清班", "很远班", "只学班")
    assert found(client, "home=371003", names) == ["只学班", "很远班", "说不清班"]
    assert found(client, "home=371003&within=40", names) == ["只学班"]
    assert "上班算不出" in client.get("/classes?home=371003").text


def test_at_an_age_one_sees_what_is_open_and_what_a_paper_opens(
    client: FlaskClient, alliance: Any, firm: Any
) -> None:
    plain: dict[str, Any] = {"age_min": 16, "age_max": 25, "relaxed": {}}
    open_class(alliance, firm, "年轻班", "371002", {}, **plain)
    open_class(alliance, firm, "放宽班", "371002", {}, **(plain | {"relaxed": {"migrant_worker": 45, "veteran": None}}))
    open_class(alliance, firm, "中年班", "371002", {}, **(plain | {"age_max": 50}))
    soon = today() + dt.timedelta(days=120)
    open_class(alliance, firm, "危险班", "371002", {"hazards": ["noise"]}, **plain, on_post_date=soon)
    db.session.commit()
    names = ("年轻班", "放宽班", "中年班", "危险班")
    assert set(found(client, "age=20", names)) == set(names)
    assert found(client, "age=16", names) == ["年轻班", "放宽班", "中年班"]
    assert set(found(client, "age=40", names)) == {"放宽班", "中年班"}
    assert found(client, "age=60", names) == ["放宽班"]
    assert "农民工、退役军人材料核验后能报" in client.get("/classes?age=40").text
    assert "退役军人材料核验后能报" in client.get("/classes?age=60").text


def test_whoever_has_a_birthday_before_the_day_that_counts_is_told_so(
    client: FlaskClient, alliance: Any, firm: Any
) -> None:
    make_round(alliance, [open_class(alliance, firm, "卡边班", "371002", {}, age_min=16, age_max=25, relaxed={})])
    db.session.commit()
    for age in (15, 25):
        assert "看生日是哪天" in client.get(f"/classes?age={age}").text
    assert found(client, "age=26", ("卡边班",)) == []


@pytest.mark.parametrize("age", ["", "13", "71", "abc", "²", "99999999999999999999"])
def test_an_age_nobody_applies_at_asks_for_nothing(client: FlaskClient, three: None, age: str) -> None:
    assert set(found(client, f"age={age}")) == set(NAMES)
    assert "您能报吗" not in client.get(f"/classes?age={age}").text


def test_who_is_signed_in_finds_her_own_home_and_her_own_classes(
    client: FlaskClient, alliance: Any, firm: Any, log_in: Callable[..., None]
) -> None:
    relaxed = open_class(alliance, firm, "放宽班", "371082", {}, relaxed={"migrant_worker": 45})
    strict = open_class(alliance, firm, "不放宽班", "371082", {}, relaxed={})
    round_ = make_round(alliance, [relaxed, strict])
    application = make_application(round_, make_applicant(age=38), [], state="draft", district="371083")
    claim = make_claim(application, "migrant_worker", "stated")
    log_in(client, application.user)
    page = client.get("/classes")
    assert "离乳山市近的在前" in page.text and "我能报的" in page.text and page.headers["Cache-Control"] == "no-store"
    names = ("放宽班", "不放宽班")
    assert found(client, "mine=1", names) == ["放宽班"]
    assert "材料核验后能报" in client.get("/classes?mine=1").text
    claim.level = "verified"
    db.session.commit()
    assert ">能报<" in client.get("/classes?mine=1").text
    assert "离乳山市近的在前" not in client.get("/classes?home=").text


def test_no_filter_asks_once_per_class(client: FlaskClient, alliance: Any, firm: Any) -> None:
    question = "/classes?home=371003&within=40&wage=4000&age=40&q=装&shift=day"
    open_class(alliance, firm, "装配班", "371003", {})
    db.session.commit()
    with statements() as few:
        client.get(question)
    for _ in range(8):
        open_class(alliance, make_enterprise(alliance=alliance), "装配班", "371003", {}, {"name": "装箱工"})
    db.session.commit()
    with statements() as many:
        assert "找到9个班" in client.get(question).text
    assert len(few) == len(many)
