"""我的资料: everything on one page and in one file, who looked, and mending what is wrong."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.sealed import identity_of
from app.agreements import endings
from app.agreements import service as agreements
from app.applications.choices import keep_list
from app.core.db import db
from app.core.errors import Conflict, Invalid, WrongState
from app.core.history import history_of
from app.core.outbox import Message, text_message
from app.privacy import service
from app.privacy.dossier import dossier_of
from app.privacy.export import export_of
from app.privacy.models import Correction
from tests.app.make_accounts import make_applicant, next_identity
from tests.app.make_agreements import PASSWORD, Table, make_table, with_password
from tests.app.make_applications import make_application, make_evidence, make_picture, make_score
from tests.app.make_organisations import actor_for, make_coordinator
from tests.app.make_placements import make_review
from tests.app.make_positions import make_report
from tests.app.make_privacy import make_correction
from tests.app.make_rounds import make_round
from tests.app.make_stations import make_batch, make_helper, make_slip, make_station
from tests.app.placements.published_by_hand import published
from tests.app.placements.town import make_town

LogIn, Post = Callable[..., None], Callable[..., Any]


def wish(user: Any, **facts: Any) -> dict[str, Any]:
    """What she says is right: her name with another last character."""
    lawful = {"name": "林小荷", "identity_kind": "resident_id", "identity": identity_of(user)}
    return lawful | facts


def asked(user: Any, **facts: Any) -> Correction:
    return service.ask_correction(actor_for(user), user, **(wish(user, why="打错字", raw=make_picture()) | facts))


# --- seeing -----------------------------------------------------------------------------------------------------------


def test_the_page_tells_of_every_kind_of_data_what_for_on_which_ground_and_how_long(
    client: Any, log_in: LogIn, table: Table
) -> None:
    agreement = table.signed("in_force", age=17)
    application = agreement.placement.application
    make_evidence(application, state="verified")
    make_score(application, table.order_class, 71)
    make_correction(application.user)
    agreements.deny(actor_for(application.user), agreement, "签字那天我不在")
    log_in(client, application.user)
    page = client.get("/account/data")
    assert page.status_code == 200
    for said in (
        application.number, "您是谁", "材料：", "监护人", "三方协议", agreement.number, "您同意过的事",
        "登录和查看的记录", "您提过的事", "打错了一个字", "签字那天我不在",
        "做什么用", "凭什么", "存多久", "第十三条", "71", "虚构路2号",
    ):
        assert said in page.text, said
    assert identity_of(application.user) not in page.text
    assert all(part.purpose and part.ground and part.kept for part in dossier_of(application.user))


def test_the_file_holds_what_the_page_tells_and_the_whole_number_behind_a_proof(
    client: Any, log_in: LogIn, table: Table
) -> None:
    user = table.issued().placement.application.user
    log_in(client, table.school_staff)
    client.get(f"/applications/{user_application(user)}")
    log_in(client, user)
    held = json.loads(client.get("/account/export").data)
    assert held["person"]["identity_number"] == identity_of(user)
    assert held["looked_at_by"][0]["what"] == "application" and held["looked_at_by"][0]["role"] == "school"
    assert {"asked", "kept_until", "consents", "agreements", "messages", "sessions", "access"} <= held.keys()


def test_everything_she_said_or_was_told_is_in_the_file_and_on_the_page(
    client: Any, log_in: LogIn, table: Table
) -> None:
    agreement = table.signed("in_force")
    application, posting = agreement.placement.application, table.track.position
    user = application.user
    make_review(application, agreement.placement.run_id, about="score", says="分数应该是八十八分。")
    make_report(posting, user_id=user.id, reason="pay", text="说好的工资少了五百。")
    make_report(posting, text="别人说的另一件事。")
    station, round_ = make_station(table.alliance, "石岛社区服务站"), make_round(table.alliance, [table.order_class])
    helper = make_helper(station)
    slip = make_slip(make_batch(station, round_, helper), helper, [table.track])
    slip.user_id = user.id
    endings.ask_ending(actor_for(user), agreement, ground="family", why="家里要人照顾")
    text_message("13900000000", "轮到您签", "请签协议", user_id=user.id)
    db.session.flush()
    log_in(client, user)
    page, held = client.get("/account/data").text, json.loads(client.get("/account/export").data)
    asked = {each["what"]: each for each in held["asked"]}
    where = f"{posting.enterprise.name}，{posting.name}"
    assert asked["举报"]["about"] == {"岗位": where, "哪种问题": "工资和写的不一样"}
    assert asked["复核"]["about"]["报名号"] == application.number and asked["复核"]["about"]["哪里不对"] == "分数不对"
    assert asked["代填单"]["about"]["服务站"] == "石岛社区服务站"
    assert table.order_class.name in asked["代填单"]["about"]["志愿"]
    assert asked["解除协议"]["said"] == "家里要人照顾" and asked["解除协议"]["about"]["协议"] == agreement.number
    for said in ("分数应该是八十八分", "说好的工资少了五百", "石岛社区服务站", "家里要人照顾", posting.enterprise.name):
        assert said in page, said
    assert f"给{posting.enterprise.name}" in page, "to whom she consented"
    assert "别人说的另一件事" not in page + json.dumps(held, ensure_ascii=False)
    assert ("sms", "轮到您签") in {(each["by"], each["subject"]) for each in held["messages"]}
    assert held["placements"][0]["class"] == table.order_class.name
    assert held["agreements"][0]["signed"][0]["text_sha256"] and held["applications"][0]["choices"][0]["position"]


def test_the_file_holds_every_list_she_handed_in_and_why_each_choice_came_out_so(session: Any) -> None:
    town = make_town()
    published(town)
    person = town.people[3]
    held = export_of(person.user)["applications"][0]
    assert [line["outcome"] for line in held["results"]] == ["未录取"] and "差20分" in held["results"][0]["why"]
    keep_list(person)
    assert export_of(person.user)["applications"][0]["submitted"][-1]["sha256"] == person.receipt_sha256


def user_application(user: Any) -> int:
    from app.applications.models import Application

    return db.session.scalars(select(Application.id).filter_by(user_id=user.id)).one()


def test_she_reads_who_looked_at_her_record_with_house_role_and_time(
    client: Any, log_in: LogIn, table: Table
) -> None:
    application = table.placed().application
    log_in(client, table.school_staff)
    client.get(f"/applications/{application.id}")
    log_in(client, application.user)
    page = client.get("/account/looks")
    assert table.school.name in page.text and "看了您的报名资料" in page.text
    assert table.school_staff.name not in page.text
    log_in(client, make_applicant("别人"))
    assert "还没有人打开过" in client.get("/account/looks").text


# --- correcting -------------------------------------------------------------------------------------------------------


def test_a_typing_mistake_is_mended_at_once_while_nobody_relies_on_it(client: Any, log_in: LogIn, post: Post) -> None:
    user = with_password(make_applicant("林小禾"))
    number = next_identity(user.birth_date)
    log_in(client, user)
    assert "自己就能改" in client.get("/account/correct").text
    answer = post(client, "/account/correct", wish(user, identity=number, proof=PASSWORD))
    assert answer.status_code == 303
    db.session.expire_all()
    assert user.name == "林小荷" and identity_of(user) == number and user.identity_hint[-1] == number[-1]
    assert [line.detail for line in history_of("user", user.id)] == [{"fields": ["name", "identity"]}]


@pytest.mark.parametrize(
    ("facts", "field"),
    [({"identity": "110101199003070000"}, "identity"), ({"name": " "}, "name"), ({"proof": "错的"}, "proof")],
)
def test_a_wrong_mending_changes_nothing_and_says_where(
    client: Any, log_in: LogIn, post: Post, facts: dict[str, str], field: str
) -> None:
    user = with_password(make_applicant("林小禾"))
    log_in(client, user)
    answer = post(client, "/account/correct", wish(user, proof=PASSWORD) | facts)
    assert answer.status_code == 422 and f'id="{field}-e"' in answer.text
    db.session.expire_all()
    assert user.name == "林小禾"


def test_nobody_takes_a_number_that_belongs_to_another_account(client: Any, log_in: LogIn, post: Post) -> None:
    user, other = with_password(make_applicant("林小禾")), make_applicant("别人")
    log_in(client, user)
    answer = post(client, "/account/correct", wish(user, identity=identity_of(other), proof=PASSWORD))
    assert answer.status_code == 422
    db.session.expire_all()
    assert identity_of(user) != identity_of(other)


@pytest.mark.parametrize("state", ["submitted", "awaiting_guardian", "checked", "in_round"])
def test_after_handing_in_only_a_coordinator_corrects(table: Table, state: str) -> None:
    user = with_password(make_applicant("林小禾"))
    make_application(table.round, user, [table.track], state=state)
    with pytest.raises(WrongState):
        service.correct_directly(actor_for(user), user, **wish(user, proof=PASSWORD))


def test_a_verified_paper_locks_the_identity_even_when_the_application_is_taken_back(table: Table) -> None:
    user = with_password(make_applicant("林小禾"))
    make_evidence(make_application(table.round, user, [table.track], state="draft"), state="verified")
    with pytest.raises(WrongState):
        service.correct_directly(actor_for(user), user, **wish(user, proof=PASSWORD))


def test_a_coordinator_corrects_by_the_paper_and_the_person_is_told(
    client: Any, log_in: LogIn, post: Post, table: Table
) -> None:
    user = table.placed().application.user
    log_in(client, user)
    sent = wish(user, why="打错了一个字") | {"file": (io.BytesIO(make_picture()), "证件.jpg")}
    assert post(client, "/account/corrections", sent, content_type="multipart/form-data").status_code == 303
    row = db.session.scalars(select(Correction)).one()
    log_in(client, table.coordinator)
    assert user.name in client.get("/corrections").text
    page = client.get(f"/corrections/{row.id}").text
    assert "林小荷" in page and identity_of(user) in page
    assert client.get(f"/corrections/{row.id}/paper").mimetype == "image/jpeg"
    assert post(client, f"/corrections/{row.id}", {"decision": "apply"}).status_code == 303
    db.session.expire_all()
    assert user.name == "林小荷" and row.state == "applied" and row.decided_by == table.coordinator.id
    told = db.session.scalars(select(Message).filter_by(user_id=user.id, subject="资料更正好了")).all()
    assert {m.channel for m in told} == {"site", "sms"}
    log_in(client, user)
    assert "看了您的更正申请" in client.get("/account/looks").text


def test_a_refusal_needs_its_reason_and_two_coordinators_cannot_both_decide(table: Table) -> None:
    user = table.placed().application.user
    row = asked(user)
    actor = actor_for(table.coordinator)
    with pytest.raises(Invalid, match="为什么不改"):
        service.decide_correction(actor, row, False)
    service.decide_correction(actor, row, False, "照片看不清", version=1)
    with pytest.raises((Conflict, WrongState)):
        service.decide_correction(actor_for(make_coordinator(table.alliance)), row, True, version=1)
    assert user.name == "林小禾" and row.answer == "照片看不清"


def test_a_person_asks_once_at_a_time_and_may_take_it_back(table: Table) -> None:
    from sqlalchemy.exc import IntegrityError

    user = table.placed().application.user
    row = asked(user)
    with pytest.raises(IntegrityError), db.session.begin_nested():
        asked(user)
    service.withdraw_correction(actor_for(user), row)
    assert asked(user).state == "asked"


def test_a_coordinator_of_another_alliance_sees_no_request(client: Any, log_in: LogIn, table: Table) -> None:
    row = asked(table.placed().application.user)
    log_in(client, make_table().coordinator)
    assert client.get(f"/corrections/{row.id}").status_code == 404
    assert "没有等您核对的" in client.get("/corrections").text
