"""The import pages: look first, confirm once, and see what changed meanwhile."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.core.db import db
from app.core.workbooks import read, write
from app.positions.models import Position
from app.positions.workbook import IMPORTER as POSITION_IMPORTER
from tests.app.make_organisations import make_enterprise_staff
from tests.app.make_positions import make_position, position_facts


def positions_file(*rows: dict[str, Any]) -> bytes:
    return write(POSITION_IMPORTER.spec, {"岗位": [position_facts(**row) for row in rows]})


@pytest.fixture
def desk(client: FlaskClient, log_in: Callable[..., None], firm: Any) -> FlaskClient:
    log_in(client, make_enterprise_staff(firm))
    return client


def sent(raw: bytes, name: str = "岗位.xlsx") -> dict[str, Any]:
    return {"file": (io.BytesIO(raw), name)}


def test_an_upload_is_looked_at_and_then_confirmed_on_the_page(desk: FlaskClient, post: Callable[..., Any]) -> None:
    raw = positions_file({"code": "A1"}, {"code": "A2", "headcount": 0})
    answer = post(desk, "/imports/positions", sent(raw), content_type="multipart/form-data")
    assert answer.status_code == 303
    page = desk.get(answer.location).text
    assert "1行可以导入，另有1行要改" in page and "人数" in page and "要在1到2000之间，现在是0" in page
    confirmed = post(desk, f"{answer.location}/confirm", {"version": 1})
    assert confirmed.status_code == 303 and confirmed.location == "/positions"
    assert "已导入1行" in desk.get("/positions").text
    assert post(desk, f"{answer.location}/confirm", {"version": 1}).status_code == 409


def test_rows_that_changed_meanwhile_are_shown_and_nothing_is_written(
    desk: FlaskClient, post: Callable[..., Any], firm: Any
) -> None:
    raw = positions_file({"code": "A1"}, {"code": "A2"})
    answer = post(desk, "/imports/positions", sent(raw), content_type="multipart/form-data")
    make_position(firm, code="A2")
    db.session.commit()
    refused = post(desk, f"{answer.location}/confirm", {"version": 1})
    assert refused.status_code == 422 and "一行也没有导入" in refused.text and "公布了" in refused.text
    assert db.session.scalars(select(Position.code)).all() == ["A2"]


def test_a_file_that_cannot_be_read_is_said_beside_the_field(desk: FlaskClient, post: Callable[..., Any]) -> None:
    answer = post(desk, "/imports/positions", sent(b"hello"), content_type="multipart/form-data")
    assert answer.status_code == 422 and "另存为" in answer.text
    empty = post(desk, "/imports/positions", {}, content_type="multipart/form-data")
    assert empty.status_code == 422 and "请先选一个Excel文件" in empty.text


def test_imports_are_for_those_who_may_and_seen_by_their_maker_only(
    desk: FlaskClient, post: Callable[..., Any], log_in: Callable[..., None], firm: Any
) -> None:
    assert desk.get("/imports/order_classes").status_code == 403
    assert desk.get("/imports/nothing").status_code == 404
    assert "导入岗位" in desk.get("/imports").text and "导入订单班" not in desk.get("/imports").text
    answer = post(desk, "/imports/positions", sent(positions_file({})), content_type="multipart/form-data")
    log_in(desk, make_enterprise_staff(firm, name="别人"))
    assert desk.get(answer.location).status_code == 404


def test_template_and_export_come_as_files(desk: FlaskClient, firm: Any) -> None:
    make_position(firm, code="A1")
    for name in ("template", "export"):
        answer = desk.get(f"/imports/positions/{name}.xlsx")
        assert answer.status_code == 200 and answer.data[:2] == b"PK"
        assert "attachment" in answer.headers["Content-Disposition"]
    assert read(desk.get("/imports/positions/export.xlsx").data, POSITION_IMPORTER.spec).rows[0].values["code"] == "A1"
