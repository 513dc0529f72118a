"""Whole workbooks: bad rows named, good rows waiting, everything or nothing at the confirmation."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import func, select

from app.core import imports
from app.core.actor import Actor
from app.core.clock import today
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotPermitted, WrongState
from app.core.history import History
from app.core.imports import PendingImport, RowsRefused
from app.core.workbooks import read, write
from app.order_classes.models import OrderClass
from app.order_classes.workbook import CATEGORY_SHEET, CLASSES, HOURS, TRACKS
from app.order_classes.workbook import IMPORTER as CLASS_IMPORTER
from app.organisations.models import Enterprise, Member, Membership, School
from app.organisations.workbook import IMPORTER as ORGANISATION_IMPORTER
from app.positions.models import Position
from app.positions.workbook import IMPORTER as POSITION_IMPORTER
from tests.app.make_order_classes import EVEN_YEAR, class_facts
from tests.app.make_organisations import (
    actor_for,
    make_alliance,
    make_coordinator,
    make_enterprise,
    make_enterprise_staff,
    make_school,
    make_school_staff,
    next_credit_code,
)
from tests.app.make_positions import make_position, position_facts


@pytest.fixture
def hand(firm: Any) -> Actor:
    return actor_for(make_enterprise_staff(firm))


def positions_file(*rows: dict[str, Any]) -> bytes:
    return write(POSITION_IMPORTER.spec, {"岗位": [position_facts(**row) for row in rows]})


def how_many(model: Any) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def places(pending: PendingImport) -> list[tuple[str, int, str]]:
    return [(fault["sheet"], fault["row"], fault["column"]) for fault in pending.faults]


def test_good_rows_wait_and_bad_rows_are_named_before_anything_is_written(hand: Actor) -> None:
    raw = positions_file({"code": "A1"}, {"code": "A2", "headcount": ""}, {"code": "A3", "wage_high": 100})
    pending = imports.begin(hand, POSITION_IMPORTER, raw, "岗位.xlsx")
    assert places(pending) == [("岗位", 3, "人数"), ("岗位", 4, "工资最高")]
    assert pending.row_count == 1 and how_many(Position) == 0
    assert imports.confirm(hand, pending) == 1
    assert db.session.scalars(select(Position.code)).all() == ["A1"]


@pytest.mark.parametrize("together", [1, 2, 3, 200])
def test_however_many_rows_are_tried_together_each_bad_one_is_named_and_no_other(
    hand: Actor, monkeypatch: pytest.MonkeyPatch, together: int
) -> None:
    """The database finds some of these only when it is asked (a code twice), the service the others."""
    monkeypatch.setattr(imports, "AT_ONCE", together)
    raw = positions_file(
        {"code": "A1"}, {"code": "A2", "wage_high": 100}, {"code": "A3"}, {"code": "A4"},
        {"code": "A5", "requirements": "限男", "afterwards": "submit"}, {"code": "A6"}, {"code": "A7"},
    )  # fmt: skip
    pending = imports.begin(hand, POSITION_IMPORTER, raw, "岗位.xlsx")
    assert places(pending) == [("岗位", 3, "工资最高"), ("岗位", 6, "录用要求")]
    assert how_many(Position) == 0
    assert imports.confirm(hand, pending) == 5
    assert db.session.scalars(select(Position.code).order_by(Position.code)).all() == ["A1", "A3", "A4", "A6", "A7"]


def test_a_forbidden_requirement_in_a_row_is_stopped_with_its_article(hand: Actor) -> None:
    raw = positions_file({"requirements": "限男，能看图", "afterwards": "submit"}, {"afterwards": "submit"})
    pending = imports.begin(hand, POSITION_IMPORTER, raw, "岗位.xlsx")
    assert places(pending) == [("岗位", 2, "录用要求")]
    assert "“限男”" in pending.faults[0]["reason"] and "《就业促进法》第二十七条" in pending.faults[0]["reason"]
    imports.confirm(hand, pending)
    assert db.session.scalars(select(Position.state)).all() == ["submitted"]


def test_one_row_that_fails_at_the_confirmation_takes_all_of_them_back(hand: Actor, firm: Any) -> None:
    pending = imports.begin(hand, POSITION_IMPORTER, positions_file({"code": "A1"}, {"code": "A2"}), "岗位.xlsx")
    make_position(firm, code="A2")
    before = how_many(History)
    point = db.session.begin_nested()
    with pytest.raises(RowsRefused) as stop:
        imports.confirm(hand, pending)
    point.rollback()
    db.session.expire_all()
    assert [(fault.row, fault.column) for fault in stop.value.cells] == [(3, "岗位代码")]
    assert db.session.scalars(select(Position.code)).all() == ["A2"]
    assert pending.state == "waiting" and how_many(History) == before


def test_an_import_is_confirmed_once_and_its_rows_are_erased(hand: Actor) -> None:
    pending = imports.begin(hand, POSITION_IMPORTER, positions_file({}), "岗位.xlsx")
    seen = pending.version
    imports.confirm(hand, pending, seen)
    assert pending.rows_sealed is None
    with pytest.raises(WrongState):
        imports.confirm(hand, pending)
    other = imports.begin(hand, POSITION_IMPORTER, positions_file({}), "岗位.xlsx")
    imports.discard(hand, other)
    assert other.rows_sealed is None and how_many(Position) == 1
    third = imports.begin(hand, POSITION_IMPORTER, positions_file({}), "岗位.xlsx")
    with pytest.raises(Conflict):
        imports.confirm(hand, third, seen + 5)


def test_a_draft_with_the_same_code_is_changed_and_a_public_posting_is_not(hand: Actor, firm: Any) -> None:
    draft, public = make_position(firm, approved=False, code="A1"), make_position(firm, code="A2")
    raw = positions_file({"code": "A1", "headcount": 7}, {"code": "A2", "headcount": 7})
    pending = imports.begin(hand, POSITION_IMPORTER, raw, "岗位.xlsx")
    assert places(pending) == [("岗位", 3, "岗位代码")]
    imports.confirm(hand, pending)
    assert (draft.headcount, public.headcount) == (7, 40)


def test_an_enterprise_imports_for_itself_only_and_a_coordinator_for_members_only(
    hand: Actor, firm: Any, alliance: Any
) -> None:
    stranger = make_enterprise(alliance=make_alliance())
    raw = positions_file({"credit_code": stranger.credit_code}, {"credit_code": firm.credit_code}, {})
    mine = imports.begin(hand, POSITION_IMPORTER, raw, "岗位.xlsx")
    assert places(mine) == [("岗位", 2, "企业信用代码")]
    theirs = imports.begin(actor_for(make_coordinator(alliance)), POSITION_IMPORTER, raw, "岗位.xlsx")
    assert places(theirs) == [("岗位", 2, "企业信用代码"), ("岗位", 4, "企业信用代码")]


def test_positions_go_out_and_come_in_again_unchanged(hand: Actor, firm: Any) -> None:
    row = make_position(firm, approved=False, hazards=["noise", "height"], name="=装配工")
    facts = {name: getattr(row, name) for name in ("name", "hazards", "wage_low", "valid_until", "last_pay")}
    raw = write(POSITION_IMPORTER.spec, POSITION_IMPORTER.export(hand))
    pending = imports.begin(hand, POSITION_IMPORTER, raw, "岗位.xlsx")
    assert pending.faults == []
    imports.confirm(hand, pending)
    assert {name: getattr(row, name) for name in facts} | {"hazards": sorted(row.hazards)} == facts | {
        "hazards": sorted(facts["hazards"])
    }


def classes_file(position: Position, **changes: Any) -> dict[str, list[dict[str, Any]]]:
    """One sound class C1 over four sheets."""
    code = {"class_code": "C1"}
    hours = [code | {"year": year} | EVEN_YEAR for year in range(1, 6)]
    sheets = {
        CLASSES: [class_facts(code="C1", afterwards="submit")],
        HOURS: hours,
        TRACKS: [
            code | {"credit_code": position.enterprise.credit_code, "position_code": position.code, "quota": 30},
            code | {"quota": 5},
        ],
        CATEGORY_SHEET: [
            code | {"category": "migrant_worker", "ceiling": 45, "seats": 4},
            code | {"category": "veteran", "ceiling": "不设上限"},
        ],
    }
    return sheets | changes


@pytest.fixture
def dean(alliance: Any) -> Actor:
    return actor_for(make_school_staff(make_school(alliance=alliance)))


def begun(actor: Actor, sheets: dict[str, list[dict[str, Any]]]) -> PendingImport:
    return imports.begin(actor, CLASS_IMPORTER, write(CLASS_IMPORTER.spec, sheets), "订单班.xlsx")


def test_a_class_comes_in_with_hours_tracks_ages_and_reserves_and_goes_out_again(dean: Actor, firm: Any) -> None:
    sheets = classes_file(make_position(firm))
    pending = begun(dean, sheets)
    assert pending.faults == [] and pending.row_count == 10
    imports.confirm(dean, pending)
    row = db.session.scalar(select(OrderClass))
    assert row.state == "submitted" and row.relaxed == {"migrant_worker": 45, "veteran": None}
    assert len(row.hours) == 5 and [t.quota for t in row.tracks] == [30, 5] and row.reserves[0].seats == 4
    again = read(write(CLASS_IMPORTER.spec, CLASS_IMPORTER.export(dean)), CLASS_IMPORTER.spec)
    assert [len(again.of(sheet)) for sheet in (CLASSES, HOURS, TRACKS, CATEGORY_SHEET)] == [1, 5, 2, 2]
    assert again.of(CATEGORY_SHEET)[1].values["ceiling"] == "不设上限"


def test_one_hour_too_few_keeps_the_class_out_and_says_so(dean: Actor, firm: Any) -> None:
    sheets = classes_file(make_position(firm))
    sheets[HOURS][0] |= {"workshop": 199}
    pending = begun(dean, sheets)
    assert places(pending) == [(CLASSES, 2, "")] and "还差1课时" in pending.faults[0]["reason"]
    assert pending.row_count == 0


def test_a_wrong_row_of_one_sheet_holds_its_class_back_and_no_other(dean: Actor, firm: Any) -> None:
    post = make_position(firm)
    sheets = classes_file(post)
    sheets[CLASSES].append(class_facts(code="C2"))
    sheets[HOURS].append({"class_code": "C1", "year": "六"} | EVEN_YEAR)
    pending = begun(dean, sheets)
    assert places(pending) == [(CLASSES, 2, ""), (HOURS, 7, "学年")]
    assert "“课时”第7行" in pending.faults[0]["reason"]
    imports.confirm(dean, pending)
    assert db.session.scalars(select(OrderClass.code)).all() == ["C2"]


def test_faults_between_sheets_point_at_their_own_row(dean: Actor, firm: Any) -> None:
    sheets = classes_file(make_position(firm))
    sheets[TRACKS][0] |= {"position_code": "NIX"}
    assert places(begun(dean, sheets)) == [(TRACKS, 2, "岗位代码")]
    sheets = classes_file(make_position(firm, approved=False))
    assert places(begun(dean, sheets)) == [(TRACKS, 2, "岗位代码")]
    sheets = classes_file(make_position(firm))
    sheets[CLASSES].append(sheets[CLASSES][0])
    sheets[TRACKS].append({"class_code": "C9"})
    assert places(begun(dean, sheets)) == [(CLASSES, 3, "订单班代码"), (TRACKS, 4, "订单班代码")]


def test_a_coordinator_registers_organisations_without_working_for_them(alliance: Any) -> None:
    shared = {"district": "371002", "address": "海滨路1号", "head": "方远", "contact": "程一", "phone": "06315550100"}
    known = make_school()
    sheets = {
        "院校": [
            shared | {"name": "望潮技校", "credit_code": next_credit_code(), "code": "S900"},
            shared | {"name": "新名", "credit_code": known.credit_code, "code": "S901"},
        ],
        "企业": [shared | {"name": "岚泽新能源", "credit_code": next_credit_code(), "staff": 120}],
    }
    actor = actor_for(make_coordinator(alliance))
    members = how_many(Member)
    raw = write(ORGANISATION_IMPORTER.spec, sheets)
    pending = imports.begin(actor, ORGANISATION_IMPORTER, raw, "院校和企业.xlsx")
    assert places(pending) == [("院校", 3, "统一社会信用代码")]
    imports.confirm(actor, pending)
    assert db.session.scalar(select(School.state).filter_by(name="望潮技校")) == "submitted"
    assert db.session.scalar(select(Enterprise.staff).filter_by(name="岚泽新能源")) == 120
    assert how_many(Member) == members and how_many(Membership) == 2


def test_who_changed_employers_meanwhile_confirms_nothing(hand: Actor, alliance: Any) -> None:
    pending = imports.begin(hand, POSITION_IMPORTER, positions_file({}), "岗位.xlsx")
    elsewhere = replace(hand, enterprises=frozenset({make_enterprise(alliance=alliance).id}))
    with pytest.raises(NotPermitted):
        imports.confirm(elsewhere, pending)


def test_a_row_that_was_taken_back_leaves_nothing_for_the_next_row_to_build_on(hand: Actor, firm: Any) -> None:
    draft = make_position(firm, approved=False, code="A1", headcount=40)
    raw = positions_file({"code": "A1", "headcount": 9, "requirements": "限男", "afterwards": "submit"},
                         {"code": "A1", "headcount": 8})  # fmt: skip
    pending = imports.begin(hand, POSITION_IMPORTER, raw, "岗位.xlsx")
    assert places(pending) == [("岗位", 2, "录用要求")] and draft.headcount == 40
    imports.confirm(hand, pending)
    assert (draft.headcount, draft.state) == (8, "draft")


def test_rows_at_rest_are_sealed(hand: Actor) -> None:
    pending = imports.begin(hand, POSITION_IMPORTER, positions_file({"name": "独一无二的岗位"}), "岗位.xlsx")
    assert "独一无二".encode() not in pending.rows_sealed


def test_the_date_of_a_posting_survives_the_way_through_a_file(hand: Actor) -> None:
    pending = imports.begin(hand, POSITION_IMPORTER, positions_file({"valid_until": today()}), "岗位.xlsx")
    imports.confirm(hand, pending)
    assert db.session.scalar(select(Position.valid_until)) == today()
    with pytest.raises(Invalid):
        imports.begin(hand, POSITION_IMPORTER, b"", "leer.xlsx")
