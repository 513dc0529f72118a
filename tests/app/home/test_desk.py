"""What awaits each role, and what stands around a page."""

from __future__ import annotations

import datetime as dt
import json
import re
from types import SimpleNamespace
from typing import Any

from sqlalchemy import update

from app.accounts import service as accounts
from app.core.actor import SYSTEM
from app.core.clock import at, now
from app.core.db import db
from app.core.outbox import tell
from app.home.awaiting import Awaiting
from app.home.desks import awaiting
from app.organisations import service as organisations
from app.rounds.models import RoundClass
from tests.app.make_accounts import make_admin, make_applicant, make_user
from tests.app.make_applications import make_application
from tests.app.make_order_classes import make_class, make_track
from tests.app.make_organisations import (
    actor_for,
    join,
    make_alliance,
    make_coordinator,
    make_enterprise,
    make_enterprise_staff,
    make_school,
    make_school_staff,
)
from tests.app.make_positions import make_position
from tests.app.make_rounds import make_round


def titles(user: Any) -> list[str]:
    return [line.title for line in awaiting(actor_for(user))]


def a_stage() -> SimpleNamespace:
    """An alliance with a school, an enterprise, its position, a class and its track."""
    alliance = make_alliance()
    school, firm = make_school(alliance=alliance), make_enterprise(alliance=alliance)
    position = make_position(firm)
    cls = make_class(school, alliance)
    track = make_track(cls, position)
    return SimpleNamespace(alliance=alliance, school=school, firm=firm, position=position, cls=cls, track=track)


def test_nothing_awaits_anybody_at_first_and_the_desk_says_so(client: Any, log_in: Any) -> None:
    alliance = make_alliance()
    teacher, clerk = make_school_staff(make_school()), make_enterprise_staff(make_enterprise())
    for user in (make_coordinator(alliance), teacher, clerk):
        assert titles(user) == []
        log_in(client, user)
        page = client.get("/desk")
        assert page.status_code == 200 and "没有等您办的事" in page.text


def test_the_desk_is_for_staff_and_the_start_page_sorts_people(client: Any, log_in: Any) -> None:
    assert client.get("/desk").location.startswith("/log-in")
    log_in(client, make_applicant())
    assert client.get("/desk").status_code == 403
    assert client.get("/start").location == "/my-application"
    log_in(client, make_admin())
    assert client.get("/start").location == "/desk"


def test_a_coordinator_is_called_to_what_waits_in_her_alliance_only(session: Any) -> None:
    here, elsewhere = make_alliance(), make_alliance()
    mine, other = make_coordinator(here), make_coordinator(elsewhere)
    firm = make_enterprise(approved=False)
    join(here, firm, "applied")
    assert titles(mine) == ["企业登记等审核"] and titles(other) == []
    organisations.approve(actor_for(mine), firm)
    assert titles(mine) == ["申请加入联盟"]
    make_position(make_enterprise(alliance=here), approved=False, state="submitted")
    make_class(make_school(alliance=here), here, state="submitted")
    assert set(titles(mine)) == {"申请加入联盟", "岗位等审核", "订单班等审核"} and titles(other) == []


def test_what_was_returned_awaits_those_who_must_mend_it(session: Any) -> None:
    stage = a_stage()
    teacher, clerk = make_school_staff(stage.school), make_enterprise_staff(stage.firm)
    mine = make_coordinator(stage.alliance)
    make_position(stage.firm, approved=False, state="returned")
    make_class(stage.school, stage.alliance, state="returned")
    assert "岗位退回了" in titles(clerk) and "订单班退回了" in titles(teacher)
    assert not {"岗位退回了", "订单班退回了"} & set(titles(mine))
    fresh = make_school(approved=False)
    join(stage.alliance, fresh, "applied")
    organisations.send_back(actor_for(mine), fresh, "执照看不清")
    assert titles(make_school_staff(fresh)) == ["登记退回了"]


def test_the_longest_wait_gets_the_loudest_colour() -> None:
    start = now()
    line = Awaiting(1, "材料", "", "去看", "/", since=start)
    for days, age, tone in ((0, "刚到", "now"), (1, "等了1天", "wait"), (3, "等了3天", "stop")):
        with at(start + dt.timedelta(days=days, minutes=5)):
            assert (line.age, line.tone) == (age, tone)
    due = Awaiting(1, "签", "", "去签", "/", due=start + dt.timedelta(days=2))
    assert due.tone == "wait" and due.age.startswith("还剩")
    with at(start + dt.timedelta(days=3)):
        assert due.tone == "stop" and due.age == "已过期限"
    assert sorted([line, due], key=lambda each: each.order)[0] is due


def test_a_coordinator_sees_fill_per_class_and_supply_against_demand(client: Any, log_in: Any) -> None:
    stage = a_stage()
    round_ = make_round(stage.alliance, [stage.cls], state="open")
    for _ in range(3):
        make_application(round_, make_applicant(), tracks=[stage.track], submitted=True)
    log_in(client, make_coordinator(stage.alliance))
    page = client.get("/desk").text
    assert stage.cls.name in page and "供需对照" in page and round_.name in page
    assert re.search(rf"{stage.position.headcount} / 3", page)
    log_in(client, make_school_staff(make_school(alliance=stage.alliance)))
    elsewhere = client.get("/desk").text
    assert stage.cls.name not in elsewhere and "供需对照" not in elsewhere and round_.name in elsewhere


def test_the_desk_asks_the_database_no_more_when_there_is_more_to_do(client: Any, log_in: Any, session: Any) -> None:
    from sqlalchemy import event

    stage = a_stage()
    round_ = make_round(stage.alliance, [stage.cls], state="open")
    log_in(client, make_coordinator(stage.alliance))

    def more() -> None:
        join(stage.alliance, make_enterprise(approved=False), "applied")
        make_position(stage.firm, approved=False, state="submitted")
        make_application(round_, make_applicant(), tracks=[stage.track], submitted=True)
        session.commit()

    def statements() -> int:
        seen: list[str] = []

        def note(*arguments: Any) -> None:
            seen.append(arguments[2])

        connection = session.connection()
        event.listen(connection, "before_cursor_execute", note)
        assert client.get("/desk").status_code == 200
        event.remove(connection, "before_cursor_execute", note)
        return len(seen)

    more()
    few = statements()
    for _ in range(10):
        more()
    assert statements() <= few


def test_every_line_of_every_menu_opens(client: Any, log_in: Any) -> None:
    stage = a_stage()
    make_round(stage.alliance, [stage.cls], state="open")
    staff = [make_coordinator(stage.alliance), make_school_staff(stage.school), make_enterprise_staff(stage.firm)]
    for user in [*staff, make_admin(), make_applicant()]:
        log_in(client, user)
        page = client.get("/account").text
        links = set(re.findall(r'<li><a href="(/[^"#]*)"', page))
        assert "/inbox" in links and "/account" in links
        for link in links:
            assert client.get(link).status_code in (200, 302), (user.name, link)


def test_the_line_one_stands_in_is_marked_and_new_messages_are_counted(client: Any, log_in: Any) -> None:
    user = make_applicant()
    tell(user.id, "结果出来了", "请看", link="/my-result")
    log_in(client, user)
    page = client.get("/account").text
    assert re.search(r'href="/account" aria-current="page"', page)
    assert re.search(r'href="/inbox">消息<span class="count">1</span>', page)


def test_messages_are_read_one_by_one_and_lead_on(client: Any, post: Any, log_in: Any) -> None:
    user, stranger = make_applicant(), make_applicant()
    tell(user.id, "结果出来了", "请看", link="/my-result")
    tell(user.id, "材料通过了", "都齐了")
    log_in(client, user)
    page = client.get("/inbox").text
    assert "2条没看" in page and "结果出来了" in page
    first, second = re.findall(r"/inbox/(\d+)/open", page)
    assert post(client, f"/inbox/{second}/open").location == "/my-result"
    assert "1条没看" in client.get("/inbox").text
    log_in(client, stranger)
    assert "结果出来了" not in client.get("/inbox").text
    assert post(client, f"/inbox/{first}/open").status_code == 404
    log_in(client, user)
    post(client, "/inbox/read-all")
    assert "都看过了" in client.get("/inbox").text


def test_the_front_page_works_with_and_without_a_round(client: Any, log_in: Any) -> None:
    assert "现在没有正在报名的批次" in client.get("/").text
    stage = a_stage()
    round_ = make_round(stage.alliance, [stage.cls], state="open")
    page = client.get("/")
    assert page.status_code == 200 and round_.name in page.text and "我要报名" in page.text
    assert "/sign-up?next=/my-application" in page.text
    log_in(client, make_coordinator(stage.alliance))
    assert "去工作台" in client.get("/").text


def test_a_person_takes_everything_about_her_with_her_after_proving_who_she_is(client: Any, log_in: Any) -> None:
    stage = a_stage()
    user, other = make_applicant("林小禾"), make_applicant("别人")
    make_application(make_round(stage.alliance, [stage.cls], state="open"), user, tracks=[stage.track], submitted=True)
    log_in(client, user)
    answer = client.get("/account/export")
    assert "attachment" in answer.headers["Content-Disposition"]
    found = json.loads(answer.text)
    assert found["person"]["identity_number"] == accounts.identity_of(user)
    assert found["applications"][0]["choices"][0]["class"] == stage.cls.name
    assert str(accounts.identity_of(other)) not in answer.text
    with at(now() + dt.timedelta(minutes=11)):
        assert client.get("/account/export").location.startswith("/account/confirm")


def test_a_new_value_of_a_setting_holds_from_its_day_on(client: Any, post: Any, log_in: Any) -> None:
    from app.core.settings import setting

    log_in(client, make_admin())
    assert client.get("/settings").status_code == 200
    url = "/settings/minimum_wage.371002"
    day = (now() + dt.timedelta(days=10)).date()
    form = {"valid_from": day.isoformat(), "value": "2,400", "source": "省政府通知"}
    assert post(client, url, {**form, "value": "很多"}).status_code == 422
    assert post(client, url, form).status_code == 303
    assert setting("minimum_wage.371002") == 2200 and setting("minimum_wage.371002", day) == 2400
    again = post(client, url, form)
    assert again.status_code == 422 and "这一天已经有一个值了" in again.text
    assert client.get("/settings/nonsense").status_code == 404
    log_in(client, make_user())
    assert client.get("/settings").status_code == 403


def test_an_administrator_is_led_to_the_first_steps(session: Any) -> None:
    admin = make_admin()
    assert "建一个联盟" in titles(admin)
    alliance = organisations.create_alliance(SYSTEM, {"name": "海湾联盟", "lead": "东澜", "phone": "0631-5550100"})
    assert "联盟的协调员不够两位" in titles(admin)
    make_coordinator(alliance), make_coordinator(alliance)
    assert "联盟的协调员不够两位" not in titles(admin)


def test_a_supplementary_round_weighs_the_seats_left_and_not_what_its_positions_once_asked_for(
    client: Any, log_in: Any
) -> None:
    stage = a_stage()
    stage.cls.seats = 30
    log_in(client, make_coordinator(stage.alliance))
    first = make_round(stage.alliance, [stage.cls], state="open")
    assert f"岗位人数{stage.position.headcount}" in client.get("/desk").text
    first.state = "settled"
    second = make_round(stage.alliance, [stage.cls], state="open", follows_id=first.id)
    db.session.execute(update(RoundClass).where(RoundClass.round_id == second.id).values(seats=7, min_open=0))
    assert "还剩名额7" in client.get("/desk").text
