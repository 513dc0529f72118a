"""From starting to the receipt: what is asked for, what is kept, what the clock decides."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.models import Consent
from app.accounts.sealed import phone_of
from app.applications import service
from app.applications.choices import canonical
from app.applications.models import ChoiceList
from app.core.clock import at, now
from app.core.db import db
from app.core.errors import Conflict, Faults, Invalid, WrongState, refusal
from app.core.history import history_of
from app.core.outbox import newest_to_phone
from app.rounds.models import RoundClass
from tests.app.applications.stage import make_stage
from tests.app.make_accounts import make_applicant
from tests.app.make_order_classes import make_class, make_track
from tests.app.make_organisations import make_school
from tests.app.make_positions import make_position


def test_somebody_applies_and_gets_a_receipt_whose_hash_anybody_can_compute_again(session: Any) -> None:
    stage = make_stage()
    actor, application = stage.begin()
    service.set_choices(actor, application, [stage.tracks[1].id, stage.tracks[0].id], True)
    service.submit(actor, application)

    assert application.state == "submitted"
    assert application.receipt_code and len(application.receipt_code) == 10
    tracks = [stage.tracks[1].id, stage.tracks[0].id]
    text = canonical(application.number, tracks, True, application.submitted_at)
    assert application.receipt_sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert "已提交" in newest_to_phone(phone_of(application.user))[0].subject


def test_numbers_count_up_within_a_round(session: Any) -> None:
    stage = make_stage({"code": "27C"})
    _, first = stage.begin()
    _, second = stage.begin()
    assert (first.number, second.number) == ("27C-0001", "27C-0002")


def test_one_application_per_person_and_round(session: Any) -> None:
    from sqlalchemy.exc import IntegrityError

    stage = make_stage()
    actor, _ = stage.begin()
    with pytest.raises(IntegrityError) as broken, db.session.begin_nested():
        service.start(actor, stage.round)
        db.session.flush()
    assert refusal(broken.value).message == "这个批次您已经报过名了"


def test_everything_missing_is_said_at_once(session: Any) -> None:
    stage = make_stage()
    from tests.app.make_organisations import actor_for

    actor = actor_for(make_applicant(age=16))
    application = service.start(actor, stage.round)
    with pytest.raises(Faults) as missing:
        service.submit(actor, application, consents=False)
    assert [fault.field for fault in missing.value.faults] == [
        "start_point", "district", "guardian", "choices", "consent",
    ]
    assert application.state == "draft"


def test_the_consent_given_at_submission_names_the_schools_of_the_choices(session: Any) -> None:
    stage = make_stage()
    actor, application = stage.begin()
    service.set_choices(actor, application, [stage.tracks[0].id], False)
    service.submit(actor, application)
    consent = db.session.scalar(select(Consent).filter_by(user_id=application.user_id, purpose="schools_of_choices"))
    assert consent.detail["schools"] == [{"id": stage.school.id, "name": stage.school.name}]


def test_submitting_one_second_before_the_deadline_is_in_time_and_at_the_deadline_is_not(session: Any) -> None:
    stage = make_stage()
    actor, application = stage.begin()
    other, late = stage.begin()
    for who, what in ((actor, application), (other, late)):
        service.set_choices(who, what, [stage.tracks[0].id], False)
    with at(stage.round.deadline - dt.timedelta(seconds=1)):
        service.submit(actor, application)
    with at(stage.round.deadline), pytest.raises(WrongState, match="已经截止"):
        service.submit(other, late)
    assert (application.state, late.state) == ("submitted", "draft")


def test_nothing_can_be_started_or_chosen_after_the_deadline(session: Any) -> None:
    stage = make_stage()
    actor, application = stage.begin()
    from tests.app.make_organisations import actor_for

    newcomer = actor_for(make_applicant())
    with at(stage.round.deadline):
        with pytest.raises(WrongState):
            service.start(newcomer, stage.round)
        with pytest.raises(WrongState):
            service.set_choices(actor, application, [stage.tracks[0].id], False)
        with pytest.raises(WrongState):
            service.fill_profile(actor, application, start_point="senior")


def test_a_submitted_list_changes_only_after_reopening_and_each_version_is_kept(session: Any) -> None:
    stage = make_stage()
    actor, application = stage.begin()
    first, second = (track.id for track in stage.tracks)
    service.set_choices(actor, application, [first], False)
    service.submit(actor, application)
    code, sha = application.receipt_code, application.receipt_sha256
    with pytest.raises(WrongState, match="改志愿"):
        service.set_choices(actor, application, [second], False)
    service.reopen(actor, application)
    service.set_choices(actor, application, [second, first], False)
    service.submit(actor, application)

    lists = db.session.scalars(select(ChoiceList).filter_by(application_id=application.id).order_by(ChoiceList.number))
    assert [kept.tracks for kept in lists] == [[first], [second, first]]
    assert application.receipt_code == code and application.receipt_sha256 != sha


def test_withdrawing_and_coming_back_keeps_everything(session: Any) -> None:
    stage = make_stage()
    actor, application = stage.begin()
    service.set_choices(actor, application, [stage.tracks[0].id], True)
    service.submit(actor, application)
    service.withdraw(actor, application, "家里有事")
    assert application.state == "withdrawn"
    service.restore(actor, application)
    assert application.state == "draft" and len(application.choices) == 1
    actions = [line.action for line in history_of("application", application.id)]
    assert actions[-3:] == ["submit", "withdraw", "restore"]


def test_withdrawing_is_possible_while_checking_but_coming_back_is_not(session: Any) -> None:
    stage = make_stage({"state": "checking"})
    from tests.app.make_applications import make_application
    from tests.app.make_organisations import actor_for

    user = make_applicant()
    application = make_application(stage.round, user, stage.tracks)
    with at(stage.round.deadline + dt.timedelta(hours=1)):
        service.withdraw(actor_for(user), application)
        with pytest.raises(WrongState):
            service.restore(actor_for(user), application)


def test_two_tabs_with_the_same_page_end_in_a_conflict_for_the_second(session: Any) -> None:
    stage = make_stage()
    actor, application = stage.begin()
    seen = application.version
    service.set_choices(actor, application, [stage.tracks[0].id], False, version=seen)
    with pytest.raises(Conflict):
        service.set_choices(actor, application, [stage.tracks[1].id], False, version=seen)
    assert [choice.track_id for choice in application.choices] == [stage.tracks[0].id]


@pytest.mark.parametrize(("pick", "says"), [("twice", "只能填一次"), ("six", "最多填5个"), ("foreign", "不在这个批次")])
def test_a_list_that_breaks_a_rule_is_refused_and_the_old_one_stays(session: Any, pick: str, says: str) -> None:
    stage = make_stage()
    elsewhere = make_stage()
    actor, application = stage.begin()
    service.set_choices(actor, application, [stage.tracks[0].id], False)
    wanted = {
        "twice": [stage.tracks[0].id, stage.tracks[0].id],
        "six": [track.id for track in [*stage.tracks, *stage.more_tracks(4)]],
        "foreign": [elsewhere.tracks[0].id],
    }[pick]
    with pytest.raises(Faults, match=says):
        service.set_choices(actor, application, wanted, False)
    assert [choice.track_id for choice in application.choices] == [stage.tracks[0].id]


def test_a_new_application_starts_with_the_profile_of_the_last_one(session: Any) -> None:
    from tests.app.make_rounds import make_round

    stage = make_stage()
    actor, _ = stage.begin()
    again = service.start(actor, make_round(stage.alliance, [stage.order_class]))
    assert (again.start_point, again.district, again.address) == ("junior", "371003", "虚构路9号")


def test_a_returned_list_takes_no_school_that_she_did_not_consent_to(session: Any) -> None:
    """Schools see a returned application: one that is added to its choices would see it unasked."""
    stage = make_stage()
    other = make_class(make_school(alliance=stage.alliance, name="望潮高级技工学校"), stage.alliance)
    strange = make_track(other, make_position(stage.enterprise))
    db.session.add(RoundClass(round_id=stage.round.id, order_class_id=other.id, seats=3, min_open=1))
    actor, application = stage.begin()
    first, second = (track.id for track in stage.tracks)
    service.set_choices(actor, application, [first], False)
    service.submit(actor, application)
    service.send_back(stage.coordinator(), application, "毕业证看不清")
    service.set_choices(actor, application, [second, first], False)
    with pytest.raises(Faults) as refused:
        service.set_choices(actor, application, [strange.id, first], False)
    assert "还没有同意把资料给望潮高级技工学校" in str([fault.message for fault in refused.value.faults])
    service.submit(actor, application)
    service.reopen(actor, application)
    service.set_choices(actor, application, [strange.id, first], False)


def test_a_returned_application_is_handed_in_again_after_the_deadline_but_its_choices_stay(session: Any) -> None:
    stage = make_stage()
    actor, application = stage.begin()
    service.set_choices(actor, application, [stage.tracks[0].id], False)
    service.submit(actor, application)
    service.send_back(stage.coordinator(), application, "毕业证看不清")
    assert application.returned_because == "毕业证看不清"
    stage.round.state = "checking"
    with at(stage.round.deadline + dt.timedelta(days=1)):
        with pytest.raises(WrongState):
            service.set_choices(actor, application, [stage.tracks[1].id], False)
        service.submit(actor, application)
    assert application.state == "submitted" and application.returned_because == ""
    with at(stage.round.evidence_due):
        service.send_back(stage.coordinator(), application, "还是看不清")
        with pytest.raises(WrongState, match="交材料"):
            service.submit(actor, application)


def test_an_application_with_undecided_papers_is_not_called_checked(session: Any) -> None:
    from tests.app.make_applications import make_application, make_evidence

    stage = make_stage()
    application = make_application(stage.round, make_applicant(), stage.tracks)
    make_evidence(application)
    with pytest.raises(Invalid, match="1份"):
        service.check(stage.coordinator(), application)
    application.evidence[0].state = "verified"
    service.check(stage.coordinator(), application)
    assert application.state == "checked"


def test_wrong_profile_facts_are_each_named(session: Any) -> None:
    stage = make_stage()
    actor, application = stage.begin()
    with pytest.raises(Faults) as faults:
        service.fill_profile(actor, application, start_point="phd", district="110000", school_id=999999)
    assert [fault.field for fault in faults.value.faults] == ["start_point", "district", "school_id"]
    assert application.start_point == "junior" and now()


def test_a_supplementary_round_keeps_the_papers_as_they_were_decided(session: Any) -> None:
    from tests.app.make_applications import make_application, make_claim, make_evidence
    from tests.app.make_organisations import actor_for
    from tests.app.make_rounds import make_round

    stage = make_stage()
    user = make_applicant()
    first = make_application(stage.round, user, stage.tracks)
    make_claim(first, "veteran", "verified")
    make_evidence(first, "veteran_card", "veteran", state="verified")
    make_evidence(first, "graduation", state="returned")
    again = service.start(actor_for(user), make_round(stage.alliance, [stage.order_class], follows_id=stage.round.id))
    assert [(paper.kind, paper.state) for paper in again.evidence] == [("veteran_card", "verified")]
    assert [(claim.category, claim.level) for claim in again.claims] == [("veteran", "verified")]
    elsewhere = service.start(actor_for(user), make_round(stage.alliance, [stage.order_class]))
    assert elsewhere.evidence == [] and elsewhere.claims == []
