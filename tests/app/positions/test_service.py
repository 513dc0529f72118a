"""An enterprise drafts, sends and closes a posting; the law stands at the door."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from app.core.actor import Actor
from app.core.clock import today
from app.core.errors import Conflict, Faults, Invalid, WrongState
from app.core.history import history_of
from app.core.settings import set_value
from app.positions import queries, service
from app.positions.models import Position
from tests.app.make_accounts import make_admin
from tests.app.make_organisations import (
    actor_for,
    make_alliance,
    make_coordinator,
    make_enterprise,
    make_enterprise_staff,
    make_school,
    make_school_staff,
)
from tests.app.make_positions import make_position, position_facts


@pytest.fixture
def hand(firm: Any) -> Actor:
    """Somebody of the enterprise's personnel office."""
    return actor_for(make_enterprise_staff(firm))


def drafted(hand: Actor, firm: Any, **facts: Any) -> Position:
    return service.draft(hand, firm, **position_facts(**facts))


def refused(hand: Actor, position: Position) -> dict[str | None, str]:
    """Field → message of everything that stops the posting."""
    with pytest.raises(Faults) as stop:
        service.submit(hand, position)
    return {fault.field: fault.message for fault in stop.value.faults}


def test_a_lawful_posting_goes_to_the_coordinator_and_becomes_public(hand: Actor, firm: Any) -> None:
    position = drafted(hand, firm)
    service.submit(hand, position)
    service.approve(hand, position)
    assert position.state == "approved"
    assert [line.action for line in history_of("position", position.id)] == ["create", "submit", "approve"]


UNLAWFUL = [
    ("限男", "《就业促进法》第二十七条"),
    ("男士优先", "《就业促进法》第二十七条"),
    ("已婚已育", "第二十七条"),
    ("本地户口", "《就业促进法》"),
    ("无乙肝", "《就业促进法》第三十条"),
    ("限汉族", "《就业促进法》第三条、第二十八条"),
    ("35岁以下", "订单班"),
    ("交押金500元", "《劳动合同法》第九条"),
]


@pytest.mark.parametrize(("phrase", "law"), UNLAWFUL)
def test_an_unlawful_requirement_stops_the_posting_with_the_phrase_and_the_article(
    hand: Actor, firm: Any, phrase: str, law: str
) -> None:
    position = drafted(hand, firm, requirements=f"{phrase}。能看装配图。")
    said = refused(hand, position)
    assert list(said) == ["requirements"]
    assert phrase[:2] in said["requirements"] and law in said["requirements"]
    assert position.state == "draft"


@pytest.mark.parametrize("field", ["name", "duties", "conditions", "safety", "shift", "address", "insurance"])
def test_no_free_text_field_lets_an_unlawful_requirement_through(hand: Actor, firm: Any, field: str) -> None:
    position = drafted(hand, firm, **{field: "装配工（限女）"})
    assert list(refused(hand, position)) == [field]


def test_taking_the_phrases_out_leaves_the_rest_and_sends_nothing(hand: Actor, firm: Any) -> None:
    texts = {"requirements": "限男，35岁以下，无乙肝。能看装配图，手稳心细。"}
    cleaned = service.without_phrases(texts)
    assert cleaned == {"requirements": "能看装配图，手稳心细。"}
    position = drafted(hand, firm, **cleaned)
    assert position.state == "draft"
    service.submit(hand, position)


@pytest.mark.parametrize("field", ["requirements", "duties", "address", "conditions", "safety", "shift", "insurance"])
def test_a_posting_that_does_not_tell_everything_is_stopped(hand: Actor, firm: Any, field: str) -> None:
    assert list(refused(hand, drafted(hand, firm, **{field: ""}))) == [field]


def test_a_posting_whose_date_has_passed_is_stopped_and_on_its_last_day_it_is_not(hand: Actor, firm: Any) -> None:
    late = drafted(hand, firm, valid_until=today() - dt.timedelta(days=1))
    assert list(refused(hand, late)) == ["valid_until"]
    service.submit(hand, drafted(hand, firm, valid_until=today()))


@pytest.mark.parametrize(("contract", "most"), [(2, 0), (3, 1), (11, 1), (12, 2), (35, 2), (36, 6)])
def test_a_probation_is_as_long_as_the_contract_allows_and_not_a_month_longer(
    hand: Actor, firm: Any, contract: int, most: int
) -> None:
    service.submit(hand, drafted(hand, firm, contract_months=contract, probation_months=most))
    longer = drafted(hand, firm, contract_months=contract, probation_months=most + 1)
    assert list(refused(hand, longer)) == ["probation_months"]


def test_the_wage_of_a_probation_is_four_fifths_or_more(hand: Actor, firm: Any) -> None:
    service.submit(hand, drafted(hand, firm, wage_low=5000, wage_high=6000, probation_wage=4000))
    less = drafted(hand, firm, wage_low=5000, wage_high=6000, probation_wage=3999)
    assert "4000" in refused(hand, less)["probation_wage"]


def test_the_wage_reaches_the_minimum_of_the_district_on_that_day(hand: Actor, firm: Any) -> None:
    set_value(actor_for(make_admin()), "minimum_wage.371082", today(), "2500", "示例")
    facts = {"district": "371082", "wage_high": 3000, "probation_months": 0}
    service.submit(hand, drafted(hand, firm, wage_low=2500, **facts))
    assert "2500" in refused(hand, drafted(hand, firm, wage_low=2499, **facts))["wage_low"]
    service.submit(hand, drafted(hand, firm, wage_low=2499, **(facts | {"district": "371083"})))


def test_real_pay_needs_its_people_and_its_source(hand: Actor, firm: Any) -> None:
    assert list(refused(hand, drafted(hand, firm, last_pay_source=""))) == ["last_pay_source"]
    service.submit(hand, drafted(hand, firm, last_pay=None, last_pay_people=None, last_pay_source=""))


def test_an_unchecked_enterprise_drafts_but_does_not_post(session: Any) -> None:
    firm = make_enterprise(approved=False)
    hand = actor_for(make_enterprise_staff(firm))
    assert "审核通过" in refused(hand, drafted(hand, firm))[None]


def test_a_sent_posting_is_taken_back_before_it_is_changed(hand: Actor, firm: Any) -> None:
    position = drafted(hand, firm)
    service.submit(hand, position)
    with pytest.raises(WrongState):
        service.revise(hand, position, headcount=3)
    service.withdraw(hand, position)
    service.revise(hand, position, headcount=3)
    assert position.headcount == 3


def test_whoever_saw_an_older_version_changes_nothing(hand: Actor, firm: Any) -> None:
    position = drafted(hand, firm)
    seen = position.version
    service.revise(hand, position, seen, headcount=10)
    with pytest.raises(Conflict):
        service.revise(hand, position, seen, headcount=20)
    assert position.headcount == 10


def test_a_return_names_its_reason_and_the_enterprise_sends_again(hand: Actor, firm: Any) -> None:
    position = drafted(hand, firm)
    service.submit(hand, position)
    with pytest.raises(Invalid) as stop:
        service.send_back(hand, position, " ")
    assert stop.value.field == "why"
    service.send_back(hand, position, "地址写到门牌")
    assert position.returned_because == "地址写到门牌"
    service.submit(hand, position)
    assert position.returned_because == ""


def test_a_copy_is_a_draft_with_a_code_of_its_own(hand: Actor, firm: Any) -> None:
    position = drafted(hand, firm, code="")
    copy = service.clone(hand, position)
    assert (copy.state, copy.name, copy.hazards) == ("draft", position.name, position.hazards)
    assert position.code == "P01" and copy.code == "P02"


def test_each_party_sees_the_postings_that_are_its_business(session: Any) -> None:
    alliance, elsewhere = make_alliance(), make_alliance()
    firm, stranger = make_enterprise(alliance=alliance), make_enterprise(alliance=elsewhere)
    public, hidden = make_position(firm), make_position(firm, approved=False)
    foreign = make_position(stranger)

    def seen(user: Any) -> set[int]:
        actor = actor_for(user)
        rows = {p.id for p in session.scalars(queries.listed(actor))}
        assert rows == {p.id for p in (public, hidden, foreign) if queries.position_seen_by(actor, p.id)}
        return rows

    assert seen(make_enterprise_staff(firm)) == {public.id, hidden.id}
    assert seen(make_coordinator(alliance)) == {public.id, hidden.id}
    assert seen(make_school_staff(make_school(alliance=alliance))) == {public.id}
    assert seen(make_school_staff(make_school(alliance=elsewhere))) == {foreign.id}
    assert [p.id for p in queries.offered_in(alliance.id)] == [public.id]
