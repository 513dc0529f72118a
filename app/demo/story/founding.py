"""Chapter 1: the administrator's link, the alliance and its two coordinators, schools and enterprises join."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import select

from app.accounts.service import accept_invitation, first_admin_token, join_by_invitation
from app.core.db import db
from app.core.identifiers import make_resident_id
from app.core.web import commit
from app.demo.stage import Account, Stage
from app.demo.story.doing import PASSWORD, enter_workbook, sign_up
from app.organisations import service
from app.organisations.models import Enterprise, Membership, School
from app.organisations.queries import actor_of_user

ADMIN, COORDINATORS = "苏若衡", (("coordinator", "周婉"), ("second", "韩立群"))
# How many schools and enterprises have a printed account.
PRINTED = 2


def found(stage: Stage) -> None:
    """The first administrator founds the alliance and invites two coordinators."""
    with stage.at(-80):
        token = first_admin_token()
        assert token is not None, "the demonstration begins with an empty database"
        admin = accept_invitation(token, name=ADMIN, phone="14000009001", password=PASSWORD)
        commit()
        stage.users["admin"] = admin.id
        _print(stage, "平台管理员", ADMIN, admin.id, "14000009001", "改有日期的设置，建联盟，请协调员")
        facts = {"name": "海湾技工教育集团（联盟）", "lead": "东澜技师学院", "phone": "0000-5500100"}
        alliance = service.create_alliance(actor_of_user(admin), facts)
        commit()
        stage.notes["alliance"] = alliance.id
        for number, (role, name) in enumerate(COORDINATORS, start=2):
            phone = f"1400000900{number}"
            token = service.invite_member(actor_of_user(admin), alliance, "协调员", phone)
            user = accept_invitation(token, name=name, phone=phone, password=PASSWORD)
            commit()
            stage.users[role] = user.id
            _print(stage, "协调员", name, user.id, phone, "办批次：提议和批准要两个人")


def join(stage: Stage) -> None:
    """The workbook is read, every entry checked, let in, and its staff invited."""
    with stage.at(-78):
        stage.notes["organisations"] = enter_workbook(stage, stage.actor("coordinator"), "organisations")
    with stage.at(-76, 10):
        checker = stage.actor("second")
        for membership in _waiting(stage):
            organisation = membership.school or membership.enterprise
            assert organisation is not None
            service.approve(checker, organisation, "执照和登记一致，打过电话")
            service.decide(checker, membership, True)
            commit()
    with stage.at(-75, 14):
        _invite(stage, db.session.scalars(select(School).order_by(School.id)).all(), 9100)
        _invite(stage, db.session.scalars(select(Enterprise).order_by(Enterprise.id)).all(), 9200)


def _waiting(stage: Stage) -> Sequence[Membership]:
    found = select(Membership).filter_by(alliance_id=stage.alliance.id, state="applied").order_by(Membership.id)
    return db.session.scalars(found).all()


def _invite(stage: Stage, organisations: Sequence[School | Enterprise], numbers: int) -> None:
    """One of each: the printed ones come by the link with a password, the others with an account of their own."""
    inviter = stage.actor("coordinator")
    for place, organisation in enumerate(organisations):
        is_school = isinstance(organisation, School)
        role, title = ("school", "招生办") if is_school else ("firm", "人事")
        phone = f"1400000{numbers + place}"
        token = service.invite_member(inviter, organisation, title, phone)
        if place < PRINTED:
            user = accept_invitation(token, name=organisation.contact, phone=phone, password=PASSWORD)
            why = "审材料，登分，签协议" if is_school else "发岗位，看录取的人，签协议"
            _print(stage, "院校" if is_school else "企业", f"{organisation.name} {user.name}", user.id, phone, why)
        else:
            birth = dt.date(1978 + place % 20, 1 + place % 12, 3 + place % 25)
            user = sign_up(organisation.contact, phone, make_resident_id("371002", birth, numbers // 100 + place))
            join_by_invitation(actor_of_user(user), user, token)
        commit()
        stage.users[f"{role}:{organisation.id}"] = user.id


def _print(stage: Stage, role: str, label: str, user_id: int, phone: str, why: str) -> None:
    stage.accounts.append(Account(role, label, str(user_id), phone, PASSWORD, why))


