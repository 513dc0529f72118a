"""From a registration to membership in an alliance, and what others may see of it."""

from __future__ import annotations

import io
from typing import Any

import pytest
from PIL import Image
from sqlalchemy import select

from app.core.errors import Conflict, Invalid, WrongState
from app.core.history import history_of
from app.core.outbox import Message
from app.organisations import queries, service
from app.organisations.models import Enterprise, Membership, School
from app.organisations.states import MEMBERSHIP
from tests.app.make_accounts import make_admin, make_user
from tests.app.make_organisations import (
    actor_for,
    join,
    make_alliance,
    make_coordinator,
    make_enterprise,
    make_school,
    make_school_staff,
    next_credit_code,
)  # fmt: skip


def a_photo() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "white").save(out, "PNG")
    return out.getvalue()


def enterprise_facts(**changes: Any) -> dict[str, Any]:
    return {
        "name": "岚泽新能源装备", "credit_code": next_credit_code(), "district": "371002", "address": "海滨路1号",
        "head": "方远", "contact": "程一", "phone": "0631-5550123", "introduction": "做电池检测", "staff": 320,
        **changes,
    }  # fmt: skip


def register_a_firm(client: Any, post: Any, alliance: Any, session: Any) -> Enterprise:
    """Through the page, by whoever is signed in."""
    page = client.get("/organisations/enterprise/new")
    assert page.status_code == 200 and alliance.name in page.text
    form = enterprise_facts(alliance_id=alliance.id, licence=(io.BytesIO(a_photo()), "执照.png"))
    answer = post(client, "/organisations/enterprise/new", form, content_type="multipart/form-data")
    assert answer.status_code == 303, answer.text
    return session.scalar(select(Enterprise))


def test_an_enterprise_registers_is_checked_and_joins(client: Any, post: Any, log_in: Any, session: Any) -> None:
    alliance, user = make_alliance(), make_user("梁夏")
    log_in(client, user)
    before = client.get_cookie("sanfang_login").value
    row = register_a_firm(client, post, alliance, session)
    assert client.get_cookie("sanfang_login").value != before, "new rights, new session"
    assert (row.state, row.staff) == ("submitted", 320) and row.licence_file_id
    assert actor_for(user).enterprises == {row.id}

    coordinator = make_coordinator(alliance)
    log_in(client, coordinator)
    assert row.name in client.get("/organisations").text
    url = f"/organisations/enterprise/{row.id}"
    licence = client.get(f"{url}/licence")
    assert licence.mimetype == "image/jpeg" and "attachment" in licence.headers["Content-Disposition"]
    assert post(client, f"{url}/send-back", {"version": row.version}).status_code == 422
    post(client, f"{url}/send-back", {"version": row.version, "why": "执照照片看不清"})
    assert row.state == "returned" and row.returned_because == "执照照片看不清"

    log_in(client, user)
    assert "执照照片看不清" in client.get(url).text
    assert (
        post(client, f"{url}/edit", {**enterprise_facts(), "version": row.version, "staff": "350"}).status_code == 303
    )
    post(client, f"{url}/resubmit", {"version": row.version})
    assert (row.state, row.staff) == ("submitted", 350)

    log_in(client, coordinator)
    membership = session.scalar(select(Membership))
    early = post(client, f"/memberships/{membership.id}/accept", {"version": membership.version})
    assert early.status_code == 422 and membership.state == "applied"
    assert post(client, f"{url}/approve", {"version": row.version}).status_code == 303
    assert post(client, f"/memberships/{membership.id}/accept", {"version": membership.version}).status_code == 303
    assert (row.state, membership.state) == ("approved", "joined")
    subjects = session.scalars(select(Message.subject).filter_by(user_id=user.id)).all()
    assert len(subjects) == 3 and f"已加入{alliance.name}" in subjects
    assert [h.action for h in history_of("enterprise", row.id)] == ["create", "return", "revise", "resubmit", "approve"]


def test_faults_stand_beside_their_fields_and_a_missing_licence_is_one(
    client: Any, post: Any, log_in: Any, session: Any
) -> None:
    make_alliance()
    log_in(client, make_user())
    bad = enterprise_facts(credit_code="91371000MA0000000Z", staff="许多", alliance_id="999")
    answer = post(client, "/organisations/enterprise/new", bad)
    assert answer.status_code == 422
    assert "在职职工人数要写数字" in answer.text and "做电池检测" in answer.text
    alliance = make_alliance()
    session.commit()
    answer = post(client, "/organisations/enterprise/new", enterprise_facts(alliance_id=alliance.id))
    assert answer.status_code == 422 and "拍一张执照" in answer.text
    form = enterprise_facts(alliance_id=alliance.id, credit_code="91371000MA0000000O", licence=(io.BytesIO(b"x"), "a"))
    answer = post(client, "/organisations/enterprise/new", form, content_type="multipart/form-data")
    assert answer.status_code == 422 and "代码里没有字母" in answer.text


def test_a_code_that_is_taken_shows_beside_the_field(client: Any, post: Any, log_in: Any) -> None:
    alliance, taken = make_alliance(), make_school()
    log_in(client, make_user())
    facts = enterprise_facts(credit_code=taken.credit_code, code="S9", alliance_id=alliance.id)
    form = facts | {"licence": (io.BytesIO(a_photo()), "x.png")}
    answer = post(client, "/organisations/school/new", form, content_type="multipart/form-data")
    assert answer.status_code == 422 and "这个统一社会信用代码的院校已经登记过了" in answer.text


def test_what_the_licence_vouches_for_changes_only_after_a_return(session: Any) -> None:
    school = make_school(approved=True)
    actor = actor_for(make_school_staff(school))
    service.edit(actor, school, school.version, contact="程二", phone="0631-5550999")
    assert school.contact == "程二"
    for name, value in {"name": "另一个名字", "head": "别人", "code": "X", "credit_code": next_credit_code()}.items():
        with pytest.raises(Invalid) as refused:
            service.edit(actor, school, school.version, **{name: value})
        assert refused.value.field == name


def test_a_stale_page_changes_nothing(client: Any, post: Any, log_in: Any) -> None:
    alliance = make_alliance()
    school = make_school(approved=False)
    join(alliance, school, "applied")
    log_in(client, make_coordinator(alliance))
    seen = school.version
    service.edit(actor_for(make_school_staff(school)), school, None, contact="程二")
    answer = post(client, f"/organisations/school/{school.id}/approve", {"version": seen})
    assert answer.status_code == 409 and school.state == "submitted"


def test_two_decisions_at_the_same_moment_end_in_one(session: Any) -> None:
    alliance = make_alliance()
    school = make_school()
    membership = join(alliance, school, "applied")
    actor = actor_for(make_coordinator(alliance))
    service.decide(actor, membership, True)
    with pytest.raises((WrongState, Conflict)):
        service.decide(actor, membership, False, "晚了一步")


def test_whoever_was_refused_may_ask_again_but_not_twice(session: Any) -> None:
    alliance, school = make_alliance(), make_school()
    actor = actor_for(make_school_staff(school))
    membership = service.apply_to_join(actor, alliance, school)
    with pytest.raises(WrongState):
        service.apply_to_join(actor, alliance, school)
    with pytest.raises(Invalid):
        service.decide(actor_for(make_coordinator(alliance)), membership, False)
    service.decide(actor_for(make_coordinator(alliance)), membership, False, "材料不全")
    assert service.apply_to_join(actor, alliance, school) is membership
    assert membership.state == MEMBERSHIP.initial


def test_two_organisations_cannot_see_each_other(client: Any, post: Any, log_in: Any) -> None:
    alliance = make_alliance()
    mine, theirs = make_school(alliance=alliance), make_school(alliance=alliance)
    firm, other = make_enterprise(alliance=alliance), make_school_staff(theirs)
    log_in(client, make_school_staff(mine))
    for path in ("", "/edit", "/staff", "/licence"):
        assert client.get(f"/organisations/school/{theirs.id}{path}").status_code == 404
        assert client.get(f"/organisations/enterprise/{firm.id}{path}").status_code == 404
    assert post(client, f"/organisations/school/{theirs.id}/staff", {"title": "老师"}).status_code == 404
    member_id = queries.members_of(theirs)[0].id
    assert post(client, f"/members/{member_id}/end").status_code == 404
    assert actor_for(other).schools == {theirs.id}
    assert client.get(f"/organisations/school/{mine.id}/staff").status_code == 200
    assert client.get("/organisations").status_code == 403


def test_a_coordinator_sees_what_has_come_to_her_alliance_and_nothing_else(client: Any, log_in: Any) -> None:
    here, elsewhere = make_alliance(), make_alliance()
    known, unknown = make_enterprise(alliance=here), make_enterprise(alliance=elsewhere)
    applying = make_school(approved=False)
    join(here, applying, "applied")
    log_in(client, make_coordinator(here))
    listed = client.get("/organisations?kind=enterprise").text
    assert known.name in listed and unknown.name not in listed
    assert applying.name in client.get("/organisations?kind=school&state=submitted").text
    assert client.get(f"/organisations/enterprise/{unknown.id}").status_code == 404
    assert client.get(f"/alliances/{elsewhere.id}").status_code == 404


def test_lists_do_not_ask_more_of_the_database_when_they_grow(client: Any, log_in: Any, session: Any) -> None:
    from sqlalchemy import event

    alliance = make_alliance()
    log_in(client, make_coordinator(alliance))

    def statements() -> int:
        seen: list[str] = []
        connection = session.connection()
        note = lambda *a: seen.append(a[2])  # noqa: E731
        event.listen(connection, "before_cursor_execute", note)
        assert client.get("/organisations?kind=school").status_code == 200
        event.remove(connection, "before_cursor_execute", note)
        return len(seen)

    for _ in range(2):
        join(alliance, make_school(), "applied")
    few = statements()
    for _ in range(20):
        join(alliance, make_school(), "applied")
    assert statements() == few


def test_a_school_is_no_enterprise_of_the_same_number(client: Any, log_in: Any) -> None:
    school = make_school()
    log_in(client, make_school_staff(school))
    assert client.get(f"/organisations/enterprise/{school.id}").status_code == 404
    assert client.get(f"/organisations/alliance/{school.id}").status_code == 404
    assert isinstance(queries.organisation_seen_by(actor_for(make_admin()), "school", school.id), School)
