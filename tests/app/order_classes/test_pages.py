"""The class on the page: meters, the hours table, tracks, ages; every fault stands where it can be mended."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.db import db
from app.order_classes.models import OrderClass
from tests.app.counting import statements
from tests.app.make_order_classes import EVEN_YEAR, class_facts, make_class, make_track
from tests.app.make_organisations import (
    make_coordinator,
    make_enterprise,
    make_enterprise_staff,
    make_school,
    make_school_staff,
)
from tests.app.make_positions import make_position


@pytest.fixture
def desk(client: FlaskClient, log_in: Callable[..., None], school: Any) -> FlaskClient:
    log_in(client, make_school_staff(school))
    return client


def typed(alliance: Any, **facts: Any) -> dict[str, Any]:
    said = class_facts(**facts)
    for name in ("relaxed", "reference_date"):
        said.pop(name)
    dates = {name: said[name].isoformat() for name in ("enrolment_date", "on_post_date")}
    return said | dates | {"alliance_id": str(alliance.id)}


def hours(row: OrderClass, **first: int) -> dict[str, Any]:
    years = {f"y{year}_{name}": n for year in range(1, row.years + 1) for name, n in EVEN_YEAR.items()}
    return {"version": row.version} | years | {f"y1_{name}": n for name, n in first.items()}


def test_a_class_is_opened_step_by_step_until_it_can_be_sent(
    desk: FlaskClient, post: Callable[..., Any], alliance: Any
) -> None:
    position = make_position(make_enterprise(alliance=alliance))
    assert desk.get("/order-classes/new").status_code == 200
    answer = post(desk, "/order-classes/new", typed(alliance))
    row = db.session.scalar(select(OrderClass))
    page = desk.get(answer.location).text
    assert "课时表还没填" in page and "还没有岗位" in page
    short = post(desk, f"/order-classes/{row.id}/hours", hours(row, workshop=150), follow_redirects=True).text
    assert "还差50课时" in short and "差50课时" in short
    db.session.refresh(row)
    post(desk, f"/order-classes/{row.id}/hours", hours(row))
    db.session.refresh(row)
    added = {"version": row.version, "position": str(position.id), "quota": "30"}
    assert post(desk, f"/order-classes/{row.id}/tracks", added).status_code == 303
    db.session.refresh(row)
    ages = {"version": row.version, "max_migrant_worker": "45", "open_veteran": "y", "seats_migrant_worker": "4"}
    assert post(desk, f"/order-classes/{row.id}/ages", ages).status_code == 303
    db.session.refresh(row)
    page = desk.get(f"/order-classes/{row.id}").text
    assert "农民工到45周岁，退役军人不设上限" in page and "农民工4个" in page and page.count("够了</span>") == 2
    assert post(desk, f"/order-classes/{row.id}/submit", {"version": row.version}).status_code == 303
    db.session.refresh(row)
    assert row.state == "submitted" and row.relaxed == {"migrant_worker": 45, "veteran": None}


def test_sending_too_early_names_every_fault(
    desk: FlaskClient, post: Callable[..., Any], school: Any, alliance: Any
) -> None:
    row = make_class(school, alliance, state="draft", hours=[], years=3)
    answer = post(desk, f"/order-classes/{row.id}/submit", {"version": row.version})
    assert answer.status_code == 422
    for said in ("课时表还没填：第1学年、第2学年、第3学年", "学制是5或4年", "还没有岗位"):
        assert said in answer.text


def test_more_hours_in_the_workshop_than_there_are_is_said_beside_the_year(
    desk: FlaskClient, post: Callable[..., Any], school: Any, alliance: Any
) -> None:
    row = make_class(school, alliance, state="draft")
    answer = post(desk, f"/order-classes/{row.id}/hours", hours(row, workshop=401))
    assert answer.status_code == 422 and "第1学年在车间401课时" in answer.text and 'value="401"' in answer.text


def test_a_stale_hours_page_answers_409(
    desk: FlaskClient, post: Callable[..., Any], school: Any, alliance: Any
) -> None:
    row = make_class(school, alliance, state="draft")
    seen = hours(row)
    assert post(desk, f"/order-classes/{row.id}/hours", seen).status_code == 303
    assert post(desk, f"/order-classes/{row.id}/hours", seen).status_code == 409


def test_a_share_just_below_one_half_never_reads_as_one_half(desk: FlaskClient, school: Any, alliance: Any) -> None:
    row = make_class(school, alliance, hours=[EVEN_YEAR | {"professional": 2001, "workshop": 1000}] * 5)
    page = desk.get(f"/order-classes/{row.id}").text
    assert "49.9%" in page and "50.0%</span>" not in page and 'aria-valuenow="49.9"' in page


def test_a_track_is_taken_out_again_and_another_class_s_track_is_not(
    desk: FlaskClient, post: Callable[..., Any], school: Any, alliance: Any
) -> None:
    row, other = (make_class(school, alliance, state="draft") for _ in range(2))
    track = make_track(row, make_position(make_enterprise(alliance=alliance)))
    db.session.commit()
    drop = f"tracks/drop/{track.id}"
    assert post(desk, f"/order-classes/{other.id}/{drop}", {"version": other.version}).status_code == 404
    assert post(desk, f"/order-classes/{row.id}/{drop}", {"version": row.version}).status_code == 303
    db.session.expire_all()
    assert row.tracks == []


def test_the_coordinator_returns_and_another_school_sees_nothing(
    client: FlaskClient, log_in: Callable[..., None], post: Callable[..., Any], school: Any, alliance: Any
) -> None:
    row = make_class(school, alliance, state="submitted")
    make_track(row, make_position(make_enterprise(alliance=alliance)))
    log_in(client, make_coordinator(alliance))
    assert "通过并公布" in client.get(f"/order-classes/{row.id}").text
    answer = {"version": row.version, "why": "写清楚面试怎么打分"}
    assert post(client, f"/order-classes/{row.id}/send-back", answer).status_code == 303
    log_in(client, make_school_staff(make_school(alliance=alliance)))
    assert client.get(f"/order-classes/{row.id}").status_code == 404
    log_in(client, make_school_staff(school))
    assert "写清楚面试怎么打分" in client.get(f"/order-classes/{row.id}").text


def test_an_enterprise_reads_a_public_class_that_leads_to_it(
    client: FlaskClient, log_in: Callable[..., None], post: Callable[..., Any], school: Any, alliance: Any
) -> None:
    firm = make_enterprise(alliance=alliance)
    row = make_class(school, alliance)
    make_track(row, make_position(firm))
    log_in(client, make_enterprise_staff(firm))
    assert client.get(f"/order-classes/{row.id}").status_code == 200
    assert row.name in client.get("/order-classes").text
    assert post(client, f"/order-classes/{row.id}/close", {"version": 1}).status_code == 403


def test_the_list_asks_no_more_for_thirty_classes_than_for_three(desk: FlaskClient, school: Any, alliance: Any) -> None:
    for _ in range(3):
        make_class(school, alliance)
    desk.get("/order-classes")
    with statements() as few:
        desk.get("/order-classes")
    for _ in range(27):
        make_class(school, alliance)
    with statements() as many:
        assert "共30个" in desk.get("/order-classes").text
    assert len(few) == len(many)
