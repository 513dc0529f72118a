"""The coordinator sets a round up on its pages and steers it from its cockpit."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.clock import CHINA, at, now
from app.core.db import db
from app.rounds.models import Round
from tests.app.make_order_classes import make_class, make_track
from tests.app.make_organisations import (
    make_coordinator,
    make_enterprise,
    make_school,
    make_school_staff,
)
from tests.app.make_positions import make_position
from tests.app.make_rounds import make_round, round_calendar


@pytest.fixture
def desk(client: FlaskClient, log_in: Callable[..., None], alliance: Any) -> FlaskClient:
    log_in(client, make_coordinator(alliance))
    return client


@pytest.fixture
def sound(alliance: Any) -> Any:
    row = make_class(make_school(alliance=alliance), alliance)
    make_track(row, make_position(make_enterprise(alliance=alliance)))
    db.session.commit()
    return row


def typed(**dates: dt.datetime) -> dict[str, str]:
    calendar = round_calendar(now() + dt.timedelta(days=1)) | dates
    said = {name: when.astimezone(CHINA).strftime("%Y-%m-%dT%H:%M") for name, when in calendar.items()}
    return said | {"name": "2027年春季", "code": "27A", "max_choices": "5", "uses_minimum": "y"}


def test_a_round_goes_from_nothing_to_open(desk: FlaskClient, post: Callable[..., Any], sound: Any) -> None:
    assert desk.get("/rounds/new").status_code == 200
    answer = post(desk, "/rounds/new", typed())
    row = db.session.scalar(select(Round))
    assert answer.location == f"/rounds/{row.id}" and row.uses_minimum and not row.uses_adjustment
    too_early = post(desk, f"/rounds/{row.id}/open", {"version": row.version})
    assert too_early.status_code == 422 and "还没有选订单班" in too_early.text
    assert post(desk, f"/rounds/{row.id}/classes", {"classes": [str(sound.id)]}).status_code == 303
    limits = {f"plan_{sound.school_id}": "30"}
    assert post(desk, f"/rounds/{row.id}/limits", limits).status_code == 303
    db.session.expire_all()
    assert post(desk, f"/rounds/{row.id}/open", {"version": row.version}).status_code == 303
    page = desk.get(f"/rounds/{row.id}").text
    assert "正在报名" in page and sound.name in page and "开始报名" in page and "协调员" in page
    assert "coordinator" not in page and row.seed_commitment[:16] in page


def test_dates_out_of_order_stand_beside_their_fields_and_stay_as_typed(
    desk: FlaskClient, post: Callable[..., Any]
) -> None:
    answer = post(desk, "/rounds/new", typed(deadline=now() - dt.timedelta(days=1)))
    assert answer.status_code == 422 and 'value="27A"' in answer.text and 'id="deadline-e"' in answer.text


def test_a_code_is_taken_once(desk: FlaskClient, post: Callable[..., Any], alliance: Any) -> None:
    make_round(alliance, code="27A")
    db.session.commit()
    answer = post(desk, "/rounds/new", typed())
    assert answer.status_code == 422 and "这个代码已经用过了" in answer.text


def test_checking_begins_at_the_deadline_only(
    desk: FlaskClient, post: Callable[..., Any], alliance: Any, log_in: Callable[..., None]
) -> None:
    row = make_round(alliance)
    db.session.commit()
    assert post(desk, f"/rounds/{row.id}/begin-checking", {"version": row.version}).status_code == 409
    with at(row.deadline):
        log_in(desk, make_coordinator(alliance))
        assert post(desk, f"/rounds/{row.id}/begin-checking", {"version": row.version}).status_code == 303
    db.session.expire_all()
    assert row.state == "checking"


def test_a_stale_cockpit_steers_nothing(desk: FlaskClient, post: Callable[..., Any], alliance: Any) -> None:
    row = make_round(alliance, state="setup")
    db.session.commit()
    cancelled = {"version": row.version + 1, "why": "计划调整"}
    assert post(desk, f"/rounds/{row.id}/cancel", cancelled).status_code == 409
    assert post(desk, f"/rounds/{row.id}/cancel", {"version": row.version, "why": ""}).status_code == 422
    assert post(desk, f"/rounds/{row.id}/cancel", {"version": row.version, "why": "计划调整"}).status_code == 303


def test_rounds_are_the_coordinators_business(client: FlaskClient, log_in: Callable[..., None], alliance: Any) -> None:
    row = make_round(alliance)
    log_in(client, make_school_staff(make_school(alliance=alliance)))
    assert client.get("/rounds").status_code == 403
    assert client.get(f"/rounds/{row.id}").status_code == 404
