"""The posting on the page: what was typed stays, what is unlawful is named beside its field, one button removes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.db import db
from app.positions.models import Position
from tests.app.counting import statements
from tests.app.make_organisations import (
    make_coordinator,
    make_enterprise_staff,
    make_school,
    make_school_staff,
)
from tests.app.make_positions import make_position, position_facts


@pytest.fixture
def desk(client: FlaskClient, log_in: Callable[..., None], firm: Any) -> FlaskClient:
    log_in(client, make_enterprise_staff(firm))
    return client


def typed(then: str, **facts: Any) -> dict[str, Any]:
    texts = {k: "" if v is None else v for k, v in position_facts(**facts).items()}
    return texts | {"valid_until": texts["valid_until"].isoformat(), "then": then}


def test_a_posting_is_drafted_and_sent_from_one_page(desk: FlaskClient, post: Callable[..., Any]) -> None:
    assert "最低工资2,200元/月" in desk.get("/positions/new").text
    answer = post(desk, "/positions/new", typed("submit", hazards=["noise"]))
    row = db.session.scalar(select(Position))
    assert answer.status_code == 303 and answer.location == f"/positions/{row.id}"
    assert (row.state, row.hazards) == ("submitted", ["noise"])
    assert "等审核" in desk.get(answer.location).text


def test_an_unlawful_posting_is_not_stored_and_everything_typed_is_still_there(
    desk: FlaskClient, post: Callable[..., Any]
) -> None:
    answer = post(desk, "/positions/new", typed("submit", requirements="限男，无乙肝。能看装配图。"))
    assert answer.status_code == 422
    assert "<mark>限男</mark>" in answer.text and "<mark>无乙肝</mark>" in answer.text
    assert "《就业促进法》第三十条" in answer.text and "去掉这2个说法" in answer.text
    assert "限男，无乙肝。能看装配图。</textarea>" in answer.text and 'value="精密装配工"' in answer.text
    assert db.session.scalar(select(Position)) is None


def test_the_button_takes_the_phrases_out_and_leaves_the_sending_to_the_person(
    desk: FlaskClient, post: Callable[..., Any]
) -> None:
    answer = post(desk, "/positions/new", typed("clean", requirements="限男，无乙肝。能看装配图。"))
    row = db.session.scalar(select(Position))
    assert answer.status_code == 303 and row.state == "draft" and row.requirements == "能看装配图。"


def test_a_draft_may_have_gaps_and_a_sent_posting_may_not(desk: FlaskClient, post: Callable[..., Any]) -> None:
    assert post(desk, "/positions/new", typed("save", duties="", insurance="")).status_code == 303
    answer = post(desk, "/positions/new", typed("submit", duties=""))
    assert answer.status_code == 422 and "请填做什么" in answer.text


def test_a_wrong_number_is_said_beside_its_field(desk: FlaskClient, post: Callable[..., Any]) -> None:
    answer = post(desk, "/positions/new", typed("save", wage_low="五千"))
    assert answer.status_code == 422 and "要写数字" in answer.text and 'value="五千"' in answer.text
    upside_down = post(desk, "/positions/new", typed("save", wage_low=5000, wage_high=4000))
    assert upside_down.status_code == 422 and "高限不能比低限少" in upside_down.text


def test_a_stale_page_answers_409_and_changes_nothing(desk: FlaskClient, firm: Any, post: Callable[..., Any]) -> None:
    row = make_position(firm, approved=False)
    seen = {"version": row.version}
    assert post(desk, f"/positions/{row.id}/edit", typed("save", headcount=10) | seen).status_code == 303
    assert post(desk, f"/positions/{row.id}/edit", typed("save", headcount=20) | seen).status_code == 409
    db.session.refresh(row)
    assert row.headcount == 10


def test_a_refused_step_leaves_the_page_usable(desk: FlaskClient, firm: Any, post: Callable[..., Any]) -> None:
    row = make_position(firm, approved=False, requirements="限男")
    answer = post(desk, f"/positions/{row.id}/submit", {"version": row.version})
    assert answer.status_code == 422 and "“限男”" in answer.text
    assert f'name="version" value="{row.version}"' in answer.text


def test_the_coordinator_checks_and_the_enterprise_reads_why_it_came_back(
    client: FlaskClient, log_in: Callable[..., None], post: Callable[..., Any], alliance: Any, firm: Any
) -> None:
    row = make_position(firm, state="submitted")
    log_in(client, make_coordinator(alliance))
    assert "通过并公布" in client.get(f"/positions/{row.id}").text
    without = post(client, f"/positions/{row.id}/send-back", {"version": row.version})
    assert without.status_code == 422 and "写清楚哪里要改" in without.text
    said = {"version": row.version, "why": "地址写到门牌"}
    assert post(client, f"/positions/{row.id}/send-back", said).status_code == 303
    log_in(client, make_enterprise_staff(firm))
    assert "地址写到门牌" in client.get(f"/positions/{row.id}").text


def test_a_school_reads_public_postings_and_changes_none(
    client: FlaskClient, log_in: Callable[..., None], post: Callable[..., Any], alliance: Any, firm: Any
) -> None:
    public, hidden = make_position(firm), make_position(firm, approved=False)
    log_in(client, make_school_staff(make_school(alliance=alliance)))
    assert client.get(f"/positions/{public.id}").status_code == 200
    assert client.get(f"/positions/{hidden.id}").status_code == 404
    assert post(client, f"/positions/{public.id}/close", {"version": 1}).status_code == 403


def test_the_preview_is_drawn_from_the_address_and_shows_typed_text_as_text(desk: FlaskClient) -> None:
    answer = desk.get(
        "/positions/preview",
        query_string={
            "name": "<b>装配</b>",
            "wage_low": "4600",
            "wage_high": "5200",
            "hazards": "noise",
            "district": "371002",
        },
    )
    assert "4,600–5,200元/月" in answer.text and "满18周岁" in answer.text and "<b>装配" not in answer.text


def test_the_list_asks_as_many_questions_for_thirty_rows_as_for_three(desk: FlaskClient, firm: Any) -> None:
    for _ in range(3):
        make_position(firm)
    desk.get("/positions")
    with statements() as few:
        assert desk.get("/positions").status_code == 200
    for _ in range(27):
        make_position(firm)
    with statements() as many:
        assert "共30个" in desk.get("/positions").text
    assert len(few) == len(many) > 0


def test_search_and_filters_find_and_keep_each_other(desk: FlaskClient, firm: Any) -> None:
    make_position(firm, name="缝纫工", field="textiles")
    make_position(firm, name="护理员", field="care", approved=False)
    text = desk.get("/positions?q=护理").text
    assert "护理员" in text and "缝纫工" not in text and "q=%E6%8A%A4%E7%90%86" in text
    assert "缝纫工" not in desk.get("/positions?state=draft").text
    assert "护理员" in desk.get("/positions?field=care").text
    assert "没有找到岗位" in desk.get("/positions?q=%25").text
