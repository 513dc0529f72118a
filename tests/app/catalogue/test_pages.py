"""What families read before they decide: no sign-in, real pay first, and only what is public."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.core.db import db
from tests.app.counting import statements
from tests.app.make_order_classes import make_class, make_track
from tests.app.make_organisations import make_enterprise
from tests.app.make_positions import make_position
from tests.app.make_rounds import make_round


def leading(school: Any, alliance: Any, firm: Any, position: dict[str, Any] | None = None, **facts: Any) -> Any:
    """A public class that leads to one position."""
    row = make_class(school, alliance, **facts)
    make_track(row, make_position(firm, **(position or {})))
    return row


def test_pay_shift_and_place_stand_on_the_list_and_no_one_has_to_sign_in(
    client: FlaskClient, school: Any, alliance: Any, firm: Any
) -> None:
    row = leading(school, alliance, firm, last_filled=36, last_cutoff=74)
    db.session.commit()
    # Between a class's words and its bracket a line may break.
    page = client.get("/classes").text.replace("<wbr>", "")
    for said in (row.name, firm.name, "4,600–5,200元/月", "中间数4,860元（28人）", "白班8小时，每周休2天", "环翠区",
                 "15–25周岁，失业青年到35周岁等", "上批录取36人，录取线74分。", f"/classes/{row.id}"):  # fmt: skip
        assert said in page


def test_a_class_of_several_positions_shows_the_lowest_and_the_highest(
    client: FlaskClient, school: Any, alliance: Any, firm: Any
) -> None:
    row = leading(school, alliance, firm)
    make_track(row, make_position(firm, name="检验员", wage_low=3900, wage_high=4100, last_pay=4000, district="371082"))
    make_track(row)
    db.session.commit()
    page = client.get("/classes").text
    assert "3,900–5,200元/月" in page and "中间数4,000–4,860元" in page and "环翠区、荣成市" in page
    page = client.get(f"/classes/{row.id}").text
    assert "有3个方向" in page and "3,900–4,100元/月" in page and "先入学、后定岗" in page


def test_what_is_not_public_is_not_there(client: FlaskClient, school: Any, alliance: Any, firm: Any) -> None:
    row = leading(school, alliance, firm, state="submitted", name="还没审核的班")
    db.session.commit()
    assert "还没审核的班" not in client.get("/classes").text
    assert client.get(f"/classes/{row.id}").status_code == 404
    assert client.get("/classes/999999").status_code == 404


def test_while_a_round_is_open_its_classes_come_first_and_all_are_one_tap_away(
    client: FlaskClient, school: Any, alliance: Any, firm: Any
) -> None:
    offered = leading(school, alliance, firm, name="在招的班")
    other = leading(school, alliance, firm, name="不在招的班")
    make_round(alliance, [offered])
    db.session.commit()
    page = client.get("/classes").text
    assert "在招的班" in page and "不在招的班" not in page and "离报名截止" in page
    assert "不在招的班" in client.get("/classes?all=1").text
    assert "去报名，排志愿" in client.get(f"/classes/{offered.id}").text
    assert "现在不在招" in client.get(f"/classes/{other.id}").text


@pytest.mark.parametrize(("question", "hits"), [
    ("q=护理员", {"康养班"}), ("q=仁和", {"康养班"}), ("field=care", {"康养班"}), ("district=371082", {"康养班"}),
    ("level=intermediate", {"康养班"}), ("mode=part_time", {"康养班"}), ("q=装配&field=care", set()),
    ("", {"康养班", "装配班"}), ("q=%25", set()), ("school=abc", {"康养班", "装配班"}),
    ("page=99999999999", {"康养班", "装配班"}),
])  # fmt: skip
def test_people_find_by_what_they_know(
    client: FlaskClient, school: Any, alliance: Any, firm: Any, question: str, hits: set[str]
) -> None:
    leading(school, alliance, firm, name="装配班")
    leading(
        school, alliance, make_enterprise(alliance=alliance, name="仁和康养"), {"name": "护理员", "district": "371082"},
        name="康养班", field="care", level="intermediate", years=3, mode="part_time",
    )  # fmt: skip
    db.session.commit()
    page = client.get(f"/classes?{question}").text
    assert {name for name in ("康养班", "装配班") if name in page} == hits


def test_typed_words_are_shown_as_words(client: FlaskClient, session: Any) -> None:
    assert "<script>alert" not in client.get("/classes?q=<script>alert(1)</script>").text


def test_the_first_page_is_light_and_asks_the_same_for_ten_classes_as_for_one(
    client: FlaskClient, school: Any, alliance: Any, firm: Any
) -> None:
    leading(school, alliance, firm)
    db.session.commit()
    with statements() as few:
        client.get("/classes")
    for _ in range(14):
        leading(school, alliance, make_enterprise(alliance=alliance))
    db.session.commit()
    with statements() as many:
        answer = client.get("/classes")
    assert len(few) == len(many)
    assert len(gzip.compress(answer.data)) < 12_000
    assert "找到15个班" in answer.text and answer.text.count("毕业后去：") == 10
    assert client.get("/classes?page=2").text.count("毕业后去：") == 5


def test_the_page_of_a_class_says_everything_a_family_asks(
    client: FlaskClient, school: Any, alliance: Any, firm: Any
) -> None:
    row = leading(school, alliance, firm, last_filled=36, last_cutoff=74)
    db.session.commit()
    page = client.get(f"/classes/{row.id}").text
    for said in (
        school.name, firm.name, "4,600–5,200元/月", "中间数4,860元（28人）", "上届实领的数来自企业工资表，上一年",
        "白班8小时，每周休2天", "环翠区虚构路1号", "免学费", "助学金", "可住校", "周一到周五白天上课",
        "高级工职业技能等级证书", "学成以后", "精密装配工", "录取36人，这次名额40人", "录取线74分",
        "专业课一共2,000课时",
        "按图装配注射泵机芯", "能看装配图", "恒温洁净车间", "发防静电服和手套", "36个月", "3个月，每月4,200元",
        "养老、医疗", "招到", "300人", "海滨路1号",
    ):  # fmt: skip
        assert said in page, said


def test_every_posting_can_be_reported_and_a_seat_without_one_cannot(
    client: FlaskClient, school: Any, alliance: Any, firm: Any
) -> None:
    row = leading(school, alliance, firm)
    second = make_track(row, make_position(firm, name="检验员"))
    make_track(row)
    db.session.commit()
    page = client.get(f"/classes/{row.id}").text
    assert page.count("举报这个岗位") == 2 and f"/positions/{second.position_id}/report" in page
    assert client.get(f"/positions/{second.position_id}/report").status_code == 200


def test_a_class_that_did_not_open_or_never_ran_says_so(
    client: FlaskClient, school: Any, alliance: Any, firm: Any
) -> None:
    row = leading(school, alliance, firm)
    db.session.commit()
    assert "没有上一批的数" in client.get(f"/classes/{row.id}").text
