"""Lost the phone: the paper is checked by one, released by another, and the old phone is asked in between."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from app.accounts import service as accounts
from app.accounts import sessions
from app.core.clock import at, now
from app.core.db import db
from app.core.errors import Conflict, Faults, Invalid, NotPermitted, TooMany, WrongState, refusal
from app.core.history import history_of
from app.core.outbox import body_of, newest_to_phone
from app.ways_back import service, sweeping
from app.ways_back.queries import to_release
from tests.app.make_accounts import make_applicant, make_user, next_identity, next_phone
from tests.app.make_organisations import actor_for, make_school, make_school_staff
from tests.app.ways_back.stage import BORN, Stage, make_stage

LATER = dt.timedelta(hours=24, minutes=1)


@pytest.fixture
def stage(session: Any) -> Stage:
    return make_stage()


def texts_to(phone: str) -> list[str]:
    return [f"{message.subject} {body_of(message)}" for message in newest_to_phone(phone)]


def test_two_people_and_the_old_phones_time_give_an_account_a_new_phone(stage: Stage) -> None:
    token = sessions.begin(user_id=stage.user.id)
    row = stage.checked()
    assert sessions.find(token) is None, "a thief who holds the old phone is out from the check on"
    again = sessions.begin(user_id=stage.user.id)
    with at(now() + LATER):
        service.release(actor_for(stage.first), row)
    assert accounts.phone_of(stage.user) == stage.new and sessions.find(again) is None
    assert stage.user.password_hash is None, "whoever registered with a stolen number keeps no key"
    assert "已经换到" in texts_to(stage.old)[0] and "手机号换好了" in texts_to(stage.new)[0]
    assert [line.action for line in history_of("way_back", row.id)] == ["create", "check", "release"]
    assert (row.phone_sealed, row.identity_index, row.token_hash) == (None, None, None)


def test_the_old_phone_is_told_where_and_when_and_gets_a_link_of_its_own(stage: Stage) -> None:
    row = stage.checked()
    told = texts_to(stage.old)[0]
    assert "/ways-back/objections/" in told and row.place in told and row.phone_hint in told
    assert stage.identity not in told and stage.new not in told


def test_nobody_releases_before_the_old_phones_time_is_over(stage: Stage) -> None:
    row = stage.checked()
    for early in (dt.timedelta(0), dt.timedelta(hours=23, minutes=59)):
        with at(now() + early), pytest.raises(WrongState, match="不是我"):
            service.release(actor_for(stage.first), row)
    assert accounts.phone_of(stage.user) == stage.old


def test_without_an_old_phone_there_is_nobody_to_wait_for(stage: Stage) -> None:
    accounts.give_up_phone(stage.user)
    row = stage.checked()
    service.release(actor_for(stage.first), row)
    assert accounts.phone_of(stage.user) == stage.new


def test_the_checker_never_releases_and_neither_does_the_accounts_own_user(stage: Stage, session: Any) -> None:
    row = stage.checked(by=stage.first)
    with at(now() + LATER):
        with pytest.raises(NotPermitted, match="另一位"):
            service.release(actor_for(stage.first), row)
        service.release(actor_for(stage.second), row)
    with pytest.raises(IntegrityError), session.begin_nested():
        row.decided_by = row.checked_by
        session.flush()


def test_an_objection_stops_everything_until_somebody_has_found_out_why(stage: Stage) -> None:
    row = stage.checked()
    service.object_to(row)
    assert "先查清" in texts_to(stage.new)[0]
    with at(now() + LATER):
        with pytest.raises(Invalid, match="怎么查清"):
            service.release(actor_for(stage.first), row)
        service.release(actor_for(stage.first), row, "打过两个电话，旧手机在拾到的人手里")
    assert accounts.phone_of(stage.user) == stage.new
    assert history_of("way_back", row.id)[-1].action == "release_anyway"


def test_a_refusal_needs_a_reason_and_whoever_asked_reads_it(stage: Stage) -> None:
    row = stage.checked()
    with pytest.raises(Invalid):
        service.refuse(actor_for(stage.first), row, " ")
    service.refuse(actor_for(stage.first), row, "照片不是本人")
    assert "照片不是本人" in texts_to(stage.new)[0] and accounts.phone_of(stage.user) == stage.old
    with at(now() + LATER), pytest.raises(WrongState):
        service.release(actor_for(stage.first), row)


@pytest.mark.parametrize("wrong", [{"reference": "22222222"}, {"name": "周望舒"}, {"identity": "other"}])
def test_what_does_not_match_is_refused_in_one_sentence_whichever_part_it_was(stage: Stage, wrong: Any) -> None:
    if "identity" in wrong:
        wrong = {"identity": next_identity(BORN)}
    with pytest.raises(Invalid) as refused:
        stage.checked(**wrong)
    assert refused.value.message == service.MISMATCH


def test_asking_is_answered_alike_whether_there_is_such_an_account_or_not(stage: Stage) -> None:
    row = stage.asked()
    other = stage.asked(identity=next_identity(BORN), phone=next_phone())
    assert (row.state, row.user_id) == (other.state, other.user_id) == ("asked", None)
    assert texts_to(stage.old) == [], "the old phone hears nothing before a paper was seen"
    with pytest.raises(Invalid, match="没有注册过"):
        service.check(actor_for(stage.school), reference=other.reference, name="林小禾", present=True,
                      identity=next_identity_of(other, stage))


def next_identity_of(row: Any, stage: Stage) -> str:
    """A number whose index the request is made to carry, as if its paper lay on the desk."""
    from app.core.crypto import vault

    number = next_identity(BORN)
    row.identity_index = vault().index("identity", number)
    db.session.flush()
    return number


def test_faults_of_the_paper_are_told_beside_their_fields_and_name_the_digits(stage: Stage) -> None:
    with pytest.raises(Faults) as refused:
        stage.asked(name=" ", identity="371002199913011234")
    assert {fault.field for fault in refused.value.faults} == {"name", "identity"}
    assert "第7到14位" in refused.value.message


def test_a_phone_with_an_account_of_its_own_is_not_given_a_second_one(stage: Stage) -> None:
    with pytest.raises(Invalid, match="已经有一个账号"):
        stage.asked(phone=str(accounts.phone_of(make_applicant())))


def test_a_new_phone_that_was_registered_meanwhile_is_refused_by_the_constraint(stage: Stage, session: Any) -> None:
    row = stage.checked()
    make_user(phone=stage.new)
    with at(now() + LATER), pytest.raises(IntegrityError) as broken, session.begin_nested():
        service.release(actor_for(stage.first), row)
    assert refusal(broken.value).field == "phone"


def test_of_two_requests_for_one_account_one_goes_on(stage: Stage, session: Any) -> None:
    stage.checked()
    with pytest.raises(IntegrityError) as broken, session.begin_nested():
        stage.checked(stage.asked(phone=next_phone()))
    assert "已经有一个申请" in refusal(broken.value).message


def test_a_change_of_phone_at_the_same_moment_makes_the_release_start_over(stage: Stage) -> None:
    row = stage.checked()
    stale = stage.user.version
    stage.user.version += 1
    db.session.flush()
    from sqlalchemy.orm.attributes import set_committed_value

    set_committed_value(stage.user, "version", stale)
    with at(now() + LATER), pytest.raises(Conflict):
        service.release(actor_for(stage.first), row)


def test_somebody_has_to_stand_there_and_the_place_has_to_belong_to_an_alliance(stage: Stage) -> None:
    row = stage.asked()
    with pytest.raises(Invalid, match="到场"):
        stage.checked(row, present=False)
    with pytest.raises(NotPermitted):
        stage.checked(row, by=make_school_staff(make_school(), "没入盟"))


def test_requests_nobody_came_with_expire_and_leave_nothing_that_tells_who(stage: Stage, session: Any) -> None:
    row = stage.asked()
    with at(now() + dt.timedelta(days=7, minutes=1)):
        with pytest.raises(Invalid):
            stage.checked(row)
        sweeping.expire_unchecked()
        assert (row.state, row.name, row.identity_hint, row.phone_sealed) == ("expired", "", "", None)


def test_asking_and_checking_are_throttled(stage: Stage) -> None:
    with pytest.raises(TooMany):
        for _ in range(service.PER_PHONE + 1):
            stage.asked()
    with pytest.raises(TooMany):
        for _ in range(service.PER_CHECKER + 1):
            with pytest.raises(Invalid):
                stage.checked(stage_row(), reference="22222222")


def stage_row() -> Any:
    """Any request: what is typed does not match it."""
    from app.ways_back.models import WayBack

    return db.session.query(WayBack).first()


def test_a_request_waits_for_the_others_desk_only_when_it_may_be_released(stage: Stage) -> None:
    stage.checked(by=stage.first)
    assert to_release(actor_for(stage.second)) == 0
    with at(now() + LATER):
        assert (to_release(actor_for(stage.first)), to_release(actor_for(stage.second))) == (0, 1)
