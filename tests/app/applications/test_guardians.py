"""A minor's guardian: a phone of her own, a link of her own, an answer of her own."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from app.accounts.sealed import phone_of
from app.applications import service
from app.applications.guardians import guardian_phone
from app.applications.models import Application
from app.applications.queries import token_hash
from app.core.actor import Actor
from app.core.clock import at, china, today
from app.core.errors import Faults, WrongState
from app.core.outbox import body_of, newest_to_phone
from tests.app.applications.stage import Stage, make_stage
from tests.app.make_accounts import make_applicant, next_phone

MOTHER = {"name": "林桂芳", "relation": "mother"}


def _minor(stage: Stage) -> tuple[Actor, Application]:
    actor, application = stage.begin(make_applicant(age=16))
    service.set_choices(actor, application, [stage.tracks[0].id], False)
    return actor, application


def _guardian(application: Application) -> Actor:
    assert application.guardian is not None
    return Actor(guardian_id=application.guardian.id)


def test_a_minors_application_waits_for_her_guardian_and_then_counts(session: Any) -> None:
    stage = make_stage()
    actor, application = _minor(stage)
    service.name_guardian(actor, application, phone=next_phone(), **MOTHER)
    service.submit(actor, application)
    assert application.state == "awaiting_guardian"
    service.guardian_answer(_guardian(application), application.guardian, True)
    assert (application.state, application.guardian.state) == ("submitted", "agreed")


def test_the_link_goes_to_the_guardians_phone_sealed_and_only_its_hash_is_kept(session: Any) -> None:
    stage = make_stage()
    actor, application = _minor(stage)
    phone = next_phone()
    token = service.name_guardian(actor, application, phone=phone, **MOTHER)
    message = newest_to_phone(phone)[0]
    assert message.body == "" and f"/guardian/{token}" in body_of(message)
    assert application.guardian.token_hash == token_hash(token) != token
    assert phone not in str(application.guardian.phone_sealed) and guardian_phone(application.guardian) == phone


def test_the_guardians_phone_must_not_be_the_applicants(session: Any) -> None:
    stage = make_stage()
    actor, application = _minor(stage)
    own = phone_of(application.user)
    for written in (own, f"+86 {own[:3]} {own[3:]}"):
        with pytest.raises(Faults) as refused:
            service.name_guardian(actor, application, phone=written, **MOTHER)
        assert [fault.field for fault in refused.value.faults] == ["phone"]
    assert application.guardian is None


def test_silence_is_no_yes_once_her_last_day_is_over(session: Any) -> None:
    stage = make_stage()
    actor, application = _minor(stage)
    service.name_guardian(actor, application, phone=next_phone(), **MOTHER)
    service.submit(actor, application)
    stage.round.state = "checking"
    with at(stage.round.deadline):
        assert service.leave_out_unsubmitted(stage.round) == 0
    with at(stage.round.guardian_due):
        with pytest.raises(WrongState, match="已经截止"):
            service.guardian_answer(_guardian(application), application.guardian, True)
        assert service.leave_out_unsubmitted(stage.round) == 1
    assert application.state == "left_out"


def test_her_no_gives_the_application_back_and_a_new_list_asks_her_again(session: Any) -> None:
    stage = make_stage()
    actor, application = _minor(stage)
    phone = next_phone()
    first = service.name_guardian(actor, application, phone=phone, **MOTHER)
    service.submit(actor, application)
    service.guardian_answer(_guardian(application), application.guardian, False)
    assert (application.state, application.guardian.state) == ("draft", "refused")
    service.set_choices(actor, application, [stage.tracks[1].id], False)
    service.submit(actor, application)
    assert (application.state, application.guardian.state) == ("awaiting_guardian", "named")
    assert application.guardian.token_hash != token_hash(first)
    assert "再看一次" in body_of(newest_to_phone(phone)[0])


def test_the_same_list_again_needs_no_second_yes_but_another_one_does(session: Any) -> None:
    stage = make_stage()
    actor, application = _minor(stage)
    service.name_guardian(actor, application, phone=next_phone(), **MOTHER)
    service.submit(actor, application)
    service.guardian_answer(_guardian(application), application.guardian, True)
    service.reopen(actor, application)
    service.submit(actor, application)
    assert application.state == "submitted"
    service.reopen(actor, application)
    service.set_choices(actor, application, [stage.tracks[1].id], False)
    service.submit(actor, application)
    assert application.state == "awaiting_guardian"


def test_she_may_change_her_mind_while_she_has_time(session: Any) -> None:
    stage = make_stage()
    actor, application = _minor(stage)
    service.name_guardian(actor, application, phone=next_phone(), **MOTHER)
    service.submit(actor, application)
    service.guardian_answer(_guardian(application), application.guardian, True)
    service.guardian_answer(_guardian(application), application.guardian, False)
    assert application.state == "draft"


def test_before_anything_is_submitted_there_is_nothing_to_agree_to(session: Any) -> None:
    stage = make_stage()
    actor, application = _minor(stage)
    service.name_guardian(actor, application, phone=next_phone(), **MOTHER)
    with pytest.raises(WrongState, match="提交以后"):
        service.guardian_answer(_guardian(application), application.guardian, True)


def test_a_wrong_number_can_be_corrected_while_the_application_waits(session: Any) -> None:
    stage = make_stage()
    actor, application = _minor(stage)
    service.name_guardian(actor, application, phone=next_phone(), **MOTHER)
    service.submit(actor, application)
    right = next_phone()
    stage.round.state = "checking"
    with at(stage.round.deadline + dt.timedelta(hours=1)):
        token = service.name_guardian(actor, application, phone=right, **MOTHER)
    assert application.guardian.token_hash == token_hash(token)
    assert f"/guardian/{token}" in body_of(newest_to_phone(right)[0])


def test_on_the_eighteenth_birthday_a_guardian_is_needed_and_on_the_day_after_not(session: Any) -> None:
    birthday = today()
    stage = make_stage()
    actor, application = stage.begin(make_applicant(birth=birthday.replace(year=birthday.year - 18)))
    service.set_choices(actor, application, [stage.tracks[0].id], False)
    with pytest.raises(Faults) as missing:
        service.submit(actor, application)
    assert [fault.field for fault in missing.value.faults] == ["guardian"]
    with at(china(birthday + dt.timedelta(days=1), 0, 0)):
        service.submit(actor, application)
    assert application.state == "submitted"
