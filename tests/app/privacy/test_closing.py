"""注销: asked for, undoable for fifteen days, refused in plain words, carried out by the job."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.models import LoginSession
from app.accounts.sealed import identity_of, phone_of
from app.core import clock
from app.core.clock import now
from app.core.db import db
from app.core.errors import WrongState
from app.core.outbox import Message
from app.placements.models import Placement
from app.privacy import service
from app.privacy.models import Closure
from tests.app.make_accounts import make_applicant
from tests.app.make_agreements import PASSWORD, Table, with_password
from tests.app.make_applications import make_application, make_evidence
from tests.app.make_organisations import actor_for
from tests.app.make_placements import make_placement
from tests.app.privacy.test_retention import run_on

LogIn, Post = Callable[..., None], Callable[..., Any]
DAYS = dt.timedelta(days=15, minutes=1)


def ask(user: Any) -> Closure:
    return service.ask_closure(actor_for(user), user, PASSWORD)


def applied(table: Table, state: str = "submitted") -> Any:
    user = with_password(make_applicant("龘靐飘"))
    application = make_application(table.round, user, [table.track], state=state)
    make_evidence(application)
    table.round.state = "open"
    db.session.commit()
    return user


def test_nothing_goes_before_the_day_and_one_button_takes_it_back(
    client: Any, log_in: LogIn, post: Post, table: Table
) -> None:
    user = applied(table)
    log_in(client, user)
    page = client.get("/account/close").text
    assert "会删掉的" in page and "会留下的" in page and "等15天" in page
    assert post(client, "/account/close", {"proof": "错的"}).status_code == 422
    assert post(client, "/account/close", {"proof": PASSWORD}).status_code == 303
    row = db.session.scalars(select(Closure)).one()
    assert run_on(row.runs_at - dt.timedelta(hours=1)) and row.state == "asked" and user.state == "active"
    assert "撤回" in client.get("/account/close").text
    assert post(client, f"/account/closures/{row.id}/withdraw").status_code == 303
    run_on(now() + DAYS)
    assert (row.state, user.state) == ("withdrawn", "active") and identity_of(user)


def test_on_its_day_everything_goes_the_application_is_withdrawn_and_the_phone_is_told(table: Table) -> None:
    user = applied(table)
    phone, file = phone_of(user), user_files(user)[0]
    db.session.add(LoginSession(token_hash="x" * 64, user_id=user.id, created_at=now(), seen_at=now(),
                                ends_at=now() + 30 * DAYS))
    row = ask(user)
    run_on(row.runs_at + dt.timedelta(minutes=1))
    assert (row.state, row.kept, user.state, user.name) == ("done", [], "erased", "（已删除）")
    assert identity_of(user) is None and phone_of(user) is None and file.content is None
    assert applications_of(user) == ["withdrawn"] and db.session.scalars(select(LoginSession)).all() == []
    told = db.session.scalars(select(Message)).all()
    assert [m.subject for m in told] == ["账号注销了"] and "能认出您的资料都删了" in told[0].body
    from app.accounts.sealed import phone_index

    assert told[0].address_index == phone_index(phone or "")


def user_files(user: Any) -> list[Any]:
    from app.core.files import StoredFile

    return list(db.session.scalars(select(StoredFile).filter_by(owner_id=user.id)))


def applications_of(user: Any) -> list[str]:
    from app.applications.models import Application

    return list(db.session.scalars(select(Application.state).filter_by(user_id=user.id)))


def test_a_live_agreement_a_held_seat_and_a_round_being_computed_refuse_in_plain_words(
    client: Any, log_in: LogIn, table: Table
) -> None:
    signing = table.issued().placement.application.user
    with pytest.raises(WrongState, match=r"协议.+还没有结束。先撤回、解除"):
        ask(signing)
    offered = with_password(make_applicant("被录取"))
    make_placement(make_application(table.round, offered, [table.track], state="in_round"), table.track, "offered")
    with pytest.raises(WrongState, match="名额还在您手里。先放弃这个名额"):
        ask(offered)
    counted = with_password(make_applicant("在算的"))
    make_application(table.round, counted, [table.track], state="in_round")
    table.round.state = "closed"
    with pytest.raises(WrongState, match="正在算录取。等结果公布以后再申请"):
        ask(counted)
    log_in(client, signing)
    page = client.get("/account/close").text
    assert "现在还不能注销" in page and "先撤回、解除，或者等它履行完" in page and "申请注销账号" not in page


def test_staff_leave_their_house_before_their_account(table: Table) -> None:
    with pytest.raises(WrongState, match="您还在这里工作"):
        ask(table.school_staff)


def test_an_ended_agreement_keeps_the_identity_until_its_day_and_says_so(table: Table) -> None:
    agreement = table.signed("in_force")
    user = agreement.placement.application.user
    agreement.state, agreement.placement.state = "ended", "released"
    row = ask(user)
    run_on(row.runs_at + dt.timedelta(minutes=1))
    assert (row.state, user.state, user.password_hash) == ("done", "disabled", None) and identity_of(user)
    assert row.kept[0]["rule"] == "《劳动合同法》第五十条"
    kept_until = dt.date.fromisoformat(row.kept[0]["until"])
    text = db.session.scalars(select(Message.body).filter_by(subject="账号注销了")).one()
    assert f"依法存到{kept_until.year}年{kept_until.month}月" in text
    run_on(clock.china(kept_until + dt.timedelta(days=2), 12))
    assert user.state == "erased" and identity_of(user) is None


def test_whoever_signs_meanwhile_keeps_the_account_and_is_told(table: Table) -> None:
    user = table.placed().application.user
    placement = db.session.scalars(select(Placement).filter_by(user_id=user.id)).one()
    placement.state = "declined"
    row = ask(user)
    placement.state = "accepted"
    run_on(row.runs_at + dt.timedelta(minutes=1))
    assert (row.state, user.state) == ("stopped", "active")
    assert "账号没有注销" in db.session.scalars(select(Message.subject).filter_by(user_id=user.id, channel="sms")).all()


def test_one_request_at_a_time(table: Table) -> None:
    from sqlalchemy.exc import IntegrityError

    user = with_password(make_applicant())
    ask(user)
    with pytest.raises(IntegrityError), db.session.begin_nested():
        ask(user)
