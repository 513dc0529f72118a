"""看我能报哪些班: six questions without an account, kept nowhere but in the browser, answered with rule and paper."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.core.clock import today
from app.core.db import db
from tests.app.counting import statements
from tests.app.make_accounts import make_applicant
from tests.app.make_applications import make_application, make_claim
from tests.app.make_order_classes import make_class, make_track
from tests.app.make_organisations import make_alliance, make_enterprise, make_school
from tests.app.make_positions import make_position
from tests.app.make_rounds import make_round

BORN = today() - dt.timedelta(days=38 * 365 + 187)
SAID = {"year": BORN.year, "month": BORN.month, "start_point": "junior", "district": "371003"}


@pytest.fixture
def offered(alliance: Any, school: Any) -> Any:
    """Four classes of one open round: open to 38, to a migrant worker of 38, to the school's own, to the young."""
    firm = make_enterprise(alliance=alliance)
    facts: list[dict[str, Any]] = [
        {"name": "大年龄班", "age_max": 50, "relaxed": {}},
        {"name": "放宽班", "age_max": 25, "relaxed": {"migrant_worker": 45, "hardship": None}},
        {"name": "本校班", "age_max": 50, "audience": "own_students"},
        {"name": "年轻班", "age_max": 25, "relaxed": {}},
    ]
    rows = [make_class(school, alliance, **each) for each in facts]
    for row in rows:
        make_track(row, make_position(firm))
    found = make_round(alliance, rows)
    db.session.commit()
    return found


def answer(client: FlaskClient, post: Callable[..., Any], **more: Any) -> Any:
    return post(client, "/classes/check", SAID | more)


def test_the_questions_are_six_and_ask_for_nobodys_name(client: FlaskClient, offered: Any) -> None:
    firm = make_enterprise()
    row = make_class(make_school(), make_alliance(), audience="employees")
    make_track(row, make_position(firm))
    db.session.commit()
    page = client.get("/classes/check").text
    assert "6个问题" in page and "不问姓名和证件号" in page
    for asked in ("哪年哪月出生", "您的学历", "您属于哪几类", "在读的学校", "上班的企业", "住在哪里"):
        assert asked in page
    assert firm.name in page and "name=\"phone\"" not in page
    assert "value=\"disabled\"" not in page and "value=\"hardship\"" not in page


def test_what_no_class_asks_is_not_asked(client: FlaskClient, alliance: Any, school: Any) -> None:
    make_class(school, alliance)
    db.session.commit()
    page = client.get("/classes/check").text
    assert "4个问题" in page and "在读的学校" not in page and "上班的企业" not in page


def test_the_answer_says_what_is_open_what_a_paper_opens_and_what_is_closed(
    client: FlaskClient, offered: Any, post: Callable[..., Any]
) -> None:
    assert answer(client, post, categories=["migrant_worker"]).location == "/classes/check/result"
    page = client.get("/classes/check/result").text
    assert "现在就能报1个班" in page and "大年龄班" in page and "放宽班" not in page and "上学约" in page
    paper = client.get("/classes/check/result?way=paper").text
    assert "放宽班" in paper and "农民工：户口簿和劳动合同、参保或工资记录" in paper and "十条措施第二条" in paper
    closed = client.get("/classes/check/result?way=closed").text
    assert "年轻班" in closed and "这个班到25周岁为止，入学那天您38周岁" in closed
    assert "本校班" in closed and "这个班只收本校在读学生" in closed and "大年龄班" not in closed


def test_what_paper_would_open_more_is_counted(client: FlaskClient, offered: Any, post: Callable[..., Any]) -> None:
    answer(client, post)
    page = client.get("/classes/check/result?way=closed").text
    assert "要是您属于农民工" in page and "要是您属于就业困难人员" in page and "能多报1个班" in page
    assert "农民工（户口簿和劳动合同、参保或工资记录）；就业困难人员（就业困难人员认定证明）" in page


def test_an_own_student_needs_the_proof_of_her_school(
    client: FlaskClient, offered: Any, school: Any, post: Callable[..., Any]
) -> None:
    answer(client, post, school_id=school.id)
    page = client.get("/classes/check/result?way=paper").text
    assert "本校班" in page and "本校的学籍证明" in page


def test_nothing_of_it_is_stored_sent_in_an_address_or_logged(
    client: FlaskClient, offered: Any, post: Callable[..., Any], caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG), statements() as sent:
        done = answer(client, post, categories=["veteran"])
        page = client.get(done.location)
    written = [s for s in sent if not s.startswith("SELECT")]
    assert all("request_key" in s for s in written), written
    assert "?" not in done.location and page.headers["Cache-Control"] == "no-store"
    logged = " ".join(record.getMessage() for record in caplog.records)
    assert "veteran" not in logged and "371003" not in logged
    with statements() as sent:
        client.get("/classes?mine=1")
    assert all(s.startswith("SELECT") for s in sent)


def test_a_reload_shows_the_same_and_one_button_forgets(
    client: FlaskClient, offered: Any, post: Callable[..., Any]
) -> None:
    answer(client, post)
    first, again = (client.get("/classes/check/result").text for _ in range(2))
    assert "大年龄班" in first and "大年龄班" in again
    assert f'value="{BORN.year}"' in client.get("/classes/check").text
    post(client, "/classes/check/forget")
    assert client.get("/classes/check/result").location == "/classes/check"
    assert f'value="{BORN.year}"' not in client.get("/classes/check").text


@pytest.mark.parametrize(("typed", "says"), [
    ({"year": ""}, "请填哪一年出生"), ({"year": 1890}, "哪一年出生要在1940到"), ({"month": ""}, "请选几月出生"),
    ({"year": today().year, "month": 12}, "这个月还没到"), ({"start_point": ""}, "请选您的学历"),
    ({"year": "19xx"}, "要写数字"), ({"district": "999999"}, "请选住在哪里"),
])  # fmt: skip
def test_a_wrong_answer_is_said_beside_its_question(
    client: FlaskClient, offered: Any, post: Callable[..., Any], typed: dict[str, Any], says: str
) -> None:
    if typed.get("month") == 12 and today().month == 12:
        pytest.skip("this December has come")
    page = answer(client, post, **typed)
    assert page.status_code == 422 and says in page.text


def test_somebody_signed_in_is_not_asked_twice(
    client: FlaskClient, offered: Any, log_in: Callable[..., None], post: Callable[..., Any]
) -> None:
    user = make_applicant(birth=BORN)
    log_in(client, user)
    assert f'value="{BORN.year}"' in client.get("/classes/check").text
    assert client.get("/classes/check/result").location == "/classes/check"
    application = make_application(offered, user, [], state="draft", start_point="junior", district="371082")
    make_claim(application, "migrant_worker")
    db.session.commit()
    page = client.get("/classes/check/result").text
    assert "现在就能报2个班" in page and "按您报名表里填的算" in page and "清掉我的回答" not in page
    answer(client, post)
    assert "现在就能报1个班" in client.get("/classes/check/result").text


def test_a_minor_is_told_of_her_guardian(client: FlaskClient, offered: Any, post: Callable[..., Any]) -> None:
    young = today() - dt.timedelta(days=17 * 365)
    answer(client, post, year=young.year, month=young.month)
    assert "没满18周岁，提交和接受都要监护人同意" in client.get("/classes/check/result").text


def test_the_same_answers_mark_the_catalogue_and_the_class(
    client: FlaskClient, offered: Any, post: Callable[..., Any]
) -> None:
    assert "我能报的" not in client.get("/classes").text
    answer(client, post, categories=["migrant_worker"])
    page = client.get("/classes?mine=1").text
    assert "大年龄班" in page and "放宽班" in page and "年轻班" not in page and "离文登区近的在前" in page
    link = page[: page.index("放宽班")].rpartition('href="')[2].partition('"')[0]
    own = client.get(link)
    assert "按您填的：材料核验后能报" in own.text and own.headers["Cache-Control"] == "no-store"


def test_without_a_round_every_public_class_is_judged(
    client: FlaskClient, alliance: Any, school: Any, post: Callable[..., Any]
) -> None:
    make_track(make_class(school, alliance, name="以后再招的班", age_max=50), make_position(make_enterprise()))
    db.session.commit()
    answer(client, post)
    assert "公布的一共1个班" in client.get("/classes/check/result").text


def test_the_answer_asks_the_same_for_many_classes_and_pages(
    client: FlaskClient, alliance: Any, school: Any, offered: Any, post: Callable[..., Any]
) -> None:
    answer(client, post)
    with statements() as few:
        client.get("/classes/check/result")
    rows = [make_class(school, alliance, age_max=50) for _ in range(14)]
    for row in rows:
        make_track(row, make_position(make_enterprise(alliance=alliance)))
    make_round(alliance, rows)
    db.session.commit()
    with statements() as many:
        page = client.get("/classes/check/result").text
    assert len(few) == len(many) and "现在就能报15个班" in page and page.count("毕业后去：") == 10
    assert client.get("/classes/check/result?page=2").text.count("毕业后去：") == 5
    assert client.get("/classes/check/result?page=99&way=made_up").status_code == 200
