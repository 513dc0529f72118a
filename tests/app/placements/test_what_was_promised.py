"""What people were told while they ranked, and what they took back: neither is forgotten when a result is published."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm.attributes import set_committed_value

from app.accounts.consents import named_in
from app.agreements.issuing import issue
from app.core import clock
from app.core.db import db
from app.core.errors import Invalid
from app.core.outbox import Message
from app.placements import answers, queries, recipients, service
from tests.app.make_agreements import make_table
from tests.app.make_applications import make_guardian
from tests.app.make_organisations import actor_for, make_enterprise
from tests.app.placements.published_by_hand import published
from tests.app.placements.town import Town, closed, placement_of, solved


def test_a_run_that_cannot_keep_the_promise_made_while_ranking_is_not_proposed(town: Town) -> None:
    town.round.uses_minimum = False
    run = solved(closed(town), uses_minimum=False)
    assert run.guarantee == "stable_strategyproof"
    run.guarantee = "stable"
    db.session.flush()
    with pytest.raises(Invalid, match="按真心排"):
        service.propose(actor_for(town.first), run, "大家都有着落")
    run.guarantee = "stable_strategyproof"
    service.propose(actor_for(town.first), run, "大家都有着落")
    assert town.round.state == "proposed"


def test_whoever_took_back_her_consent_is_offered_nothing(town: Town) -> None:
    from app.accounts.consents import give_consent, withdraw_consent

    gone = town.people[0]
    give_consent(gone.user, "schools_of_choices")
    withdraw_consent(gone.user, "schools_of_choices")
    published(town)
    assert queries.my_placement(gone) is None
    assert db.session.query(Message).filter_by(user_id=gone.user_id, subject="您被录取了").count() == 0
    assert placement_of(town.people[1]).state == "offered"


def test_a_consent_taken_back_declines_an_offer_and_waits_for_an_accepted_seat(town: Town) -> None:
    from app.accounts.service import give_consent, withdraw_consent

    published(town)
    offered, accepted = town.people[0], town.people[1]
    with clock.at(town.round.publish_at + timedelta(hours=1)):
        answers.answer(actor_for(accepted.user), placement_of(accepted), "accept")
        for person in (offered, accepted):
            give_consent(person.user, "schools_of_choices")
        withdraw_consent(actor_for(offered.user), offered.user, "schools_of_choices")
        with pytest.raises(Invalid, match="已经接受了录取"):
            withdraw_consent(actor_for(accepted.user), accepted.user, "schools_of_choices")
    assert placement_of(offered).state == "declined"
    told = db.session.query(Message).filter_by(user_id=offered.user_id, channel="sms").order_by(Message.id.desc())
    assert told.first().subject == "名额让出去了"
    assert placement_of(accepted).state == "accepted"


def test_a_yes_names_the_enterprise_and_one_that_may_rise_names_those_ahead_too(town: Town) -> None:
    other = make_enterprise(alliance=town.round.alliance)
    town.tracks[1].position.enterprise = other
    db.session.flush()
    published(town)
    first, rising = town.people[0], town.people[2]
    with clock.at(town.round.publish_at + timedelta(hours=1)):
        with pytest.raises(Invalid, match="勾选同意"):
            answers.answer(actor_for(first.user), placement_of(first), "accept", consents=False)
        answers.answer(actor_for(first.user), placement_of(first), "accept")
        answers.answer(actor_for(rising.user), placement_of(rising), "upgrade")
    firm = town.tracks[0].position.enterprise
    ahead = named_in(rising.user_id, "enterprise_of_placement", "enterprises", rising.number)
    assert ahead == {firm.id, other.id}
    assert named_in(first.user_id, "enterprise_of_placement", "enterprises", first.number) == {firm.id}
    assert recipients.covered(placement_of(first)).ok


def test_every_choice_is_ahead_of_a_seat_by_adjustment(town: Town) -> None:
    published(town)
    placement = placement_of(town.people[2])
    set_committed_value(placement, "rank", None)
    assert recipients.ahead_of(placement) == [choice.track for choice in town.people[2].choices] != []


def test_a_guardian_reads_where_her_child_may_rise_to_before_she_agrees(client: Any, log_in: Any, town: Town) -> None:
    rising = town.people[2]
    rising.user.birth_date = clock.today() - timedelta(days=365 * 17)
    guardian = make_guardian(rising)
    published(town)
    with clock.at(town.round.publish_at + timedelta(hours=1)):
        answers.answer(actor_for(rising.user), placement_of(rising), "upgrade")
        db.session.commit()
        log_in(client, guardian=guardian)
        page = client.get(f"/guardian/placements/{placement_of(rising).id}").text
    assert "有更靠前的就换" in page and town.classes[0].name in page


def test_no_agreement_goes_to_an_enterprise_she_did_not_consent_to(session: Any) -> None:
    table = make_table()
    placement = table.placed()
    placement.track.position.enterprise = make_enterprise(alliance=table.alliance, name="另一家公司")
    db.session.flush()
    with pytest.raises(Invalid, match="还没有同意把资料给另一家公司"):
        issue(actor_for(table.coordinator), placement)
