"""Who gets an agreement, and from which day: never before the 16th birthday has passed, no minor without guardian."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.agreements import service
from app.agreements.issuing import obstacle
from app.core.clock import at, china, today
from app.core.errors import Invalid, WrongState
from app.law.age import age_reached_on
from tests.app.make_agreements import Table, make_table, sign_turn
from tests.app.make_order_classes import make_track
from tests.app.make_organisations import actor_for
from tests.app.make_positions import make_position


def test_nobody_under_16_gets_an_agreement_and_the_day_after_the_birthday_she_does(table: Table) -> None:
    birth = today().replace(year=today().year - 16) + dt.timedelta(days=10)
    placement = table.placed("许幼", birth=birth)
    birthday = birth.replace(year=birth.year + 16)
    coordinator = actor_for(table.coordinator)
    with at(china(birthday, 23, 59)), pytest.raises(Invalid, match="满16周岁"):
        service.issue(coordinator, placement)
    with at(china(birthday + dt.timedelta(days=1))):
        assert service.issue(coordinator, placement).state == "awaiting_applicant"


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(days=st.integers(-400, 1200))
def test_an_agreement_can_be_issued_exactly_from_the_day_she_is_16(table: Table, days: int) -> None:
    birth = dt.date(2011, 3, 1)
    placement = table.placed("许幼", birth=birth)
    on = age_reached_on(birth, 16) + dt.timedelta(days=days)
    with at(china(on, 12)):
        assert (obstacle(placement) == "") is (days >= 0)


def test_signing_asks_for_the_age_again(table: Table) -> None:
    agreement = table.issued(age=16)
    user = agreement.placement.application.user
    user.birth_date = today() - dt.timedelta(days=365 * 15)
    with pytest.raises(Invalid, match="满16周岁"):
        sign_turn(table, agreement)


@pytest.mark.parametrize(("guardian", "says"), [("", "监护人"), ("named", "监护人"), ("refused", "监护人")])
def test_a_minor_needs_a_guardian_who_agreed(table: Table, guardian: str, says: str) -> None:
    assert says in obstacle(table.placed(age=17, guardian=guardian))


def test_a_seat_without_a_position_waits(table: Table) -> None:
    seat_only = make_track(table.order_class, None)
    assert "定岗" in obstacle(table.placed(age=17, track=seat_only))
    placement = table.placed("定岗的", age=17, track=seat_only, position=table.track.position)
    assert obstacle(placement) == ""
    agreement = service.issue(actor_for(table.coordinator), placement)
    assert agreement.enterprise_id == table.enterprise.id


def test_a_hazardous_position_waits_for_18_on_the_post(session: Any) -> None:
    table = make_table(enrolment_date=today(), on_post_date=today() + dt.timedelta(days=60))
    risky = make_track(table.order_class, make_position(table.enterprise, hazards=["noise"]))
    assert "18周岁" in obstacle(table.placed(age=16, track=risky))
    assert obstacle(table.placed(age=20, track=risky)) == ""


def test_a_seat_that_may_still_change_in_a_repair_waits(table: Table) -> None:
    placement = table.placed(upgrade=True, rank=2)
    assert "有更靠前的就换" in obstacle(placement)
    placement.round.state = "settled"
    assert obstacle(placement) == ""


def test_only_an_accepted_seat_gets_one(table: Table) -> None:
    with pytest.raises(WrongState, match="接受录取以后"):
        service.issue(actor_for(table.coordinator), table.placed(state="offered"))


def test_issuing_many_issues_what_it_can_and_names_the_rest(table: Table) -> None:
    ready, young = table.placed("林小禾"), table.placed("许幼", age=15)
    twice = table.placed("孙双")
    service.issue(actor_for(table.coordinator), twice)
    issued, refused = service.issue_many(actor_for(table.coordinator), [ready, young, twice])
    assert issued == 1
    assert refused[0].startswith(f"{young.application.number}：满16周岁") and "已经有一份" in refused[1]


def test_numbers_count_up_within_class_and_year_and_codes_are_random(table: Table) -> None:
    first, second = table.issued("甲一"), table.issued("乙二")
    assert first.number.split("-")[2] == "0001" and second.number.split("-")[2] == "0002"
    assert len({first.check_code, second.check_code}) == 2 and len(first.check_code.replace("-", "")) == 16


def test_terms_are_frozen_with_what_stood_in_the_rows(table: Table) -> None:
    agreement = table.issued("林小禾", age=16)
    position = table.track.position
    assert position is not None
    position.wage_low = 1
    terms = service.terms_in(service.current(agreement))
    assert terms.employment.wage_min == 4600 and terms.guardian is not None and terms.guardian.name == "林桂芳"
    assert terms.student.id_number.startswith("37") and "移民" not in repr(terms)


def test_the_sealed_terms_show_nobody_an_identity_number(table: Table, session: Any) -> None:
    agreement = table.issued("林小禾")
    revision = service.current(agreement)
    number = service.terms_in(revision).student.id_number
    assert number.encode() not in revision.terms_sealed and number.encode() not in bytes(revision.text_sha256, "ascii")


def test_a_revision_gives_the_parties_their_days_again(table: Table) -> None:
    agreement = table.issued()
    service.send_back(table.actor("student", agreement), agreement, "改电话")
    agreement.placement.round.sign_by = agreement.placement.round.respond_by
    with at(agreement.sign_by - dt.timedelta(days=1)):
        service.revise(actor_for(table.coordinator), agreement)
        assert service.deadline_of(agreement) - agreement.turn_since == dt.timedelta(days=30)
        assert service.terms_in(service.current(agreement)).validity.sign_by >= today() + dt.timedelta(days=29)


def test_withdrawn_it_can_be_issued_again(table: Table) -> None:
    agreement = table.signed("awaiting_school")
    service.withdraw(actor_for(table.coordinator), agreement, "发错了班")
    assert agreement.placement.state == "accepted"
    again = service.issue(actor_for(table.coordinator), agreement.placement)
    assert again.number != agreement.number


def test_an_enterprise_refuses_only_on_a_listed_ground_that_a_coordinator_confirms(table: Table) -> None:
    agreement, firm = table.signed("awaiting_enterprise"), actor_for(table.enterprise_staff)
    coordinator = actor_for(table.coordinator)
    with pytest.raises(Invalid) as refusal:
        service.ask_refusal(firm, agreement, "too_old", "不想要了")
    assert refusal.value.field == "ground"
    service.ask_refusal(firm, agreement, "false_papers", "毕业证查无此号")
    assert (agreement.state, agreement.placement.state) == ("returned", "accepted")
    service.confirm_refusal(coordinator, agreement, "学信档案核过，属实")
    assert (agreement.state, agreement.placement.state) == ("refused", "released")


def test_a_coordinator_cannot_refuse_what_no_enterprise_asked_to(table: Table) -> None:
    agreement = table.signed("awaiting_enterprise")
    service.send_back(actor_for(table.enterprise_staff), agreement, "地点写错")
    with pytest.raises(WrongState, match="没有提出"):
        service.confirm_refusal(actor_for(table.coordinator), agreement, "随便")
