"""What people were told while they ranked, and what they took back: neither is forgotten when a result is published."""

from __future__ import annotations

from datetime import timedelta

import pytest

from app.core import clock
from app.core.db import db
from app.core.errors import Invalid
from app.core.outbox import Message
from app.placements import answers, queries, service
from tests.app.make_organisations import actor_for
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
    assert placement_of(accepted).state == "accepted"
