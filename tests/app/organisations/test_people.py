"""Colleagues, coordinators and the first administrator: who comes by a link, and who goes."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from app.core.errors import NotPermitted
from app.core.outbox import body_of, newest_to_phone
from app.organisations import queries, service
from app.organisations.models import Member
from tests.app.make_accounts import make_admin, make_user, next_phone
from tests.app.make_organisations import (
    actor_for,
    make_enterprise,
    make_enterprise_staff,
    make_school,
    make_school_staff,
)


def test_a_colleague_comes_by_a_link_that_works_once(client: Any, post: Any, log_in: Any, app: Any) -> None:
    school = make_school()
    log_in(client, make_school_staff(school))
    phone = next_phone()
    url = f"/organisations/school/{school.id}/staff"
    assert post(client, url, {"title": "招生办老师", "phone": phone}).status_code == 303
    page = client.get(url).text
    link = page.split("/welcome/")[1].split('"')[0]
    assert "/welcome/" not in client.get(url).text, "shown once"
    assert link in body_of(newest_to_phone(phone, 1)[0])

    guest = app.test_client()
    welcome = guest.get(f"/welcome/{link}")
    assert welcome.status_code == 200 and school.name in welcome.text
    weak = post(guest, f"/welcome/{link}", {"name": "周望", "phone": phone, "password": "12345678"})
    assert weak.status_code == 422 and "太常见" in weak.text
    facts = {"name": "周望", "phone": phone, "password": "海边第三块石头", "is_admin": "y"}
    facts["password"] += "下面"
    assert post(guest, f"/welcome/{link}", facts).status_code == 303
    assert guest.get(url).status_code == 200 and "周望" in guest.get(url).text
    assert guest.get("/users").status_code == 403
    assert app.test_client().get(f"/welcome/{link}").status_code == 404


def test_somebody_with_an_account_joins_with_it(client: Any, post: Any, log_in: Any, session: Any) -> None:
    firm = make_enterprise()
    token = service.invite_member(actor_for(make_enterprise_staff(firm)), firm, "师傅")
    user = make_user("陈岭")
    log_in(client, user)
    assert "陈岭" in client.get(f"/welcome/{token}").text
    assert post(client, f"/welcome/{token}").status_code == 303
    assert actor_for(user).enterprises == {firm.id}
    assert session.scalar(select(Member.title).filter_by(user_id=user.id)) == "师傅"


def test_ending_a_colleague_works_at_once_but_the_last_one_stays(client: Any, post: Any, log_in: Any) -> None:
    school = make_school()
    first, second = make_school_staff(school), make_school_staff(school, "周望")
    log_in(client, first)
    members = queries.members_of(school)
    assert post(client, f"/members/{members[1].id}/end").status_code == 303
    assert not actor_for(second).schools
    with pytest.raises(NotPermitted):
        service.end_member(actor_for(first), members[0])


def test_the_first_administrator_sets_everything_up(client: Any, post: Any, app: Any, session: Any) -> None:
    from app.accounts.service import first_admin_token

    stale, token = first_admin_token(), first_admin_token()
    session.commit()
    assert client.get(f"/welcome/{stale}").status_code == 404, "a newer link puts an older out of use"
    facts = {"name": "苏管理", "phone": next_phone(), "password": "远处有一艘白色的船"}
    assert post(client, f"/welcome/{token}", facts).status_code == 303
    assert first_admin_token() is None
    answer = post(client, "/alliances", {"name": "海湾联盟", "lead": "东澜技师学院", "phone": "0631-5550100"})
    assert answer.status_code == 303
    url = answer.location
    assert "还要再请一位协调员" in client.get(url).text
    post(client, f"{url}/invite", {"title": "协调员"})
    link = client.get(url).text.split("/welcome/")[1].split('"')[0]
    guest = app.test_client()
    facts = {"name": "周婉", "phone": next_phone(), "password": "山上有三棵老松树"}
    assert post(guest, f"/welcome/{link}", facts).status_code == 303
    assert guest.get(url).status_code == 200 and guest.get("/alliances").status_code == 403


def test_the_administrator_finds_closes_and_reopens_an_account(client: Any, post: Any, log_in: Any) -> None:
    user, admin = make_user("钟离%_远"), make_admin()
    make_user("别人")
    log_in(client, admin)
    assert "钟离" in client.get("/users?q=%25_").text and "别人" not in client.get("/users?q=%25_").text
    url = f"/users/{user.id}"
    assert post(client, f"{url}/disable", {"version": user.version}).status_code == 422
    assert post(client, f"{url}/disable", {"version": user.version, "why": "手机丢了"}).status_code == 303
    assert user.state == "disabled" and "手机丢了" in client.get(url).text
    assert post(client, f"{url}/enable", {"version": user.version, "why": "找回来了"}).status_code == 303
    own = post(client, f"/users/{admin.id}/disable", {"version": admin.version, "why": "试试"})
    assert own.status_code == 403 and admin.state == "active"
    log_in(client, user)
    assert client.get("/users").status_code == 403 and client.get(url).status_code == 404
