"""A review opens a choice after the yes: who may rise there, or has risen, is asked for the consent her yes could not
name, and nothing goes to that enterprise before."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.accounts.consents import named_in
from app.accounts.sealed import phone_of
from app.accounts.service import withdraw_consent
from app.agreements.issuing import issue, obstacles
from app.agreements.models import Agreement
from app.applications.guardians import guardian_phone
from app.applications.models import Application
from app.core import clock, jobs
from app.core.db import db
from app.core.errors import Conflict, Invalid, WrongState
from app.core.history import history_of
from app.core.outbox import Message, body_of, newest_to_phone
from app.organisations.models import Enterprise
from app.placements import answers, consenting, mending, queries, recipients, reviews, service
from app.placements.models import Placement, Run, RunPlacement
from tests.app.counting import statements
from tests.app.make_agreements import Table
from tests.app.make_applications import make_guardian
from tests.app.make_organisations import actor_for, make_enterprise, make_enterprise_staff
from tests.app.make_placements import make_run
from tests.app.placements.published_by_hand import published
from tests.app.placements.town import Town, placement_of

ASKED, PURPOSE = "还差您点同意", "enterprise_of_placement"


@pytest.fixture
def barred(town: Town) -> Town:
    """丙's first choice, another enterprise's, is barred by her age; she is offered a seat in the second."""
    rising, position = town.people[2], town.tracks[0].position
    assert position is not None
    position.enterprise = make_enterprise(alliance=town.round.alliance, name="东岬精工")
    town.classes[0].age_max = 40
    rising.user.birth_date = clock.today() - timedelta(days=365 * 45)
    published(town)
    assert rising.choices[0].barred_by == "class_age_max" and placement_of(rising).rank == 2
    return town


def told(person: Application) -> list[Message]:
    """What was written to her phone about a consent that is wanting."""
    return [line for line in newest_to_phone(phone_of(person.user) or "", 20) if line.subject == ASKED]


def firms(town: Town) -> tuple[Enterprise, Enterprise]:
    """The enterprise her review may lead to, and the one of her seat."""
    one, two = town.tracks[0].position, town.tracks[1].position
    assert one is not None and two is not None
    return one.enterprise, two.enterprise


def lift(town: Town) -> None:
    """A coordinator who did not propose finds that she is young enough after all."""
    person, other = town.people[2], actor_for(town.second)
    review = reviews.ask(actor_for(person.user), person, "paper", "我的年龄算错了")
    reviews.answer(other, review, True, "证件看过，年龄够", "mend_bar")
    mending.lift_bar(other, review, person.choices[0].id)


def risen_by_hand(town: Town) -> Placement:
    """What a published repair that moves her to her first choice does."""
    run = make_run(town.round, "solved", purpose="repair", proposed_by=town.first.id, approved_by=town.second.id)
    for person in town.people[:3]:
        db.session.add(RunPlacement(run_id=run.id, application_id=person.id, track_id=town.tracks[0].id, rank=1,
                                    by="choice"))  # fmt: skip
    service.publish(actor_for(town.first), run)
    return placement_of(town.people[2])


def risen_by_the_engine(town: Town) -> Placement:
    """A seat becomes free ahead of her, and a repair computes who gets it."""
    answers.answer(actor_for(town.people[1].user), placement_of(town.people[1]), "decline")
    repair = service.start_repair(actor_for(town.first), town.round)
    db.session.commit()
    jobs.run_due()
    repair = db.session.get_one(Run, repair.id, populate_existing=True)
    service.propose(actor_for(town.first), repair, "有人放弃，有人更正了年龄")
    service.approve(actor_for(town.second), repair)
    service.publish(actor_for(town.first), repair)
    return placement_of(town.people[2])


def test_who_rises_after_a_review_is_told_consents_on_her_page_and_gets_her_agreement(
    client: FlaskClient, log_in: Any, post: Any, barred: Town
) -> None:
    person, (new, old) = barred.people[2], firms(barred)
    coordinator, staff = actor_for(barred.first), make_enterprise_staff(new)
    with clock.at(barred.round.publish_at + timedelta(hours=1)):
        answers.answer(actor_for(person.user), placement_of(person), "upgrade")
        assert named_in(person.user_id, PURPOSE, "enterprises", person.number) == {old.id} and not told(person)
        lift(barred)
        assert "第1志愿更正了" in told(person)[0].body and new.name in told(person)[0].body
        placement = risen_by_the_engine(barred)
        assert (placement.state, placement.rank) == ("accepted", 1)
        assert "换到了更靠前的志愿" in told(person)[0].body and len(told(person)) == 2
        with pytest.raises(Invalid, match="还没有同意把资料给东岬精工"):
            issue(coordinator, placement)
        log_in(client, staff)
        assert person.number not in client.get("/placements").text
        assert client.get(f"/placements/{placement.id}").status_code == 404
        log_in(client, barred.first)
        assert "等本人点同意：还没有同意把资料给东岬精工" in client.get("/agreements/to-issue").text
        log_in(client, person.user)
        url = consenting.page_of(placement)
        assert url in client.get("/my-result").text and url in client.get("/my-application").text
        assert new.name in client.get(url).text
        assert post(client, url).status_code == 422
        assert post(client, url, {"enterprises": [new.id]}).location == "/my-result"
        assert url not in client.get("/my-result").text and url not in client.get("/my-application").text
        assert "不用再点了" in client.get(url).text
        log_in(client, staff)
        assert person.number in client.get("/placements").text
        log_in(client, barred.first)
        assert "等本人点同意" not in client.get("/agreements/to-issue").text
        answer = post(client, "/agreements/to-issue", {"chosen": [placement.id]})
        assert "发出了1份协议" in answer.text
    assert db.session.query(Agreement).one().enterprise_id == new.id
    assert [line.action for line in history_of("placement", placement.id)][-1] == "consent"


def test_who_consents_when_the_bar_is_lifted_is_not_asked_again_when_she_rises(barred: Town) -> None:
    person, (new, _) = barred.people[2], firms(barred)
    with clock.at(barred.round.publish_at + timedelta(hours=1)):
        answers.answer(actor_for(person.user), placement_of(person), "upgrade")
        lift(barred)
        assert recipients.unnamed(placement_of(person)) == {new.id: new.name}
        consenting.consent(actor_for(person.user), placement_of(person), [new.id])
        assert recipients.covered(placement_of(person)).ok, "what she said at the yes stands"
        placement = risen_by_hand(barred)
        assert len(told(person)) == 1 and obstacles([placement]) == {placement.id: ""}
        assert issue(actor_for(barred.first), placement).enterprise_id == new.id


def test_who_said_just_here_is_asked_for_nothing_when_a_bar_is_lifted(barred: Town) -> None:
    person = barred.people[2]
    with clock.at(barred.round.publish_at + timedelta(hours=1)):
        answers.answer(actor_for(person.user), placement_of(person), "accept")
        lift(barred)
        assert not told(person) and recipients.unnamed(placement_of(person)) == {}


def test_a_page_from_before_the_bar_was_lifted_is_out_of_date_for_the_yes(barred: Town) -> None:
    person = barred.people[2]
    with clock.at(barred.round.publish_at + timedelta(hours=1)):
        offer = placement_of(person)
        seen = offer.version
        lift(barred)
        with pytest.raises(Conflict):
            answers.answer(actor_for(person.user), offer, "upgrade", version=seen)
        answers.answer(actor_for(person.user), offer, "upgrade", version=offer.version)
        assert not told(person) and recipients.unnamed(offer) == {}


def test_only_what_is_asked_for_can_be_consented_to_and_only_while_the_seat_is_hers(barred: Town) -> None:
    person, (new, old) = barred.people[2], firms(barred)
    with clock.at(barred.round.publish_at + timedelta(hours=1)):
        her, before = actor_for(person.user), placement_of(person)
        with pytest.raises(WrongState, match="名额变了"):
            consenting.consent(her, before, [new.id])
        answers.answer(her, before, "upgrade")
        with pytest.raises(WrongState, match="没有要您点同意的"):
            consenting.consent(her, before, [old.id])
        lift(barred)
        for chosen, says in (([], "请勾选"), ([old.id], "名单变了"), ([new.id, 10**9], "名单变了")):
            with pytest.raises(Invalid, match=says) as refused:
                consenting.consent(her, before, chosen)
            assert refused.value.field == "enterprises"
        risen_by_hand(barred)
        with pytest.raises(WrongState, match="名额变了"):
            consenting.consent(her, before, [new.id])
    assert named_in(person.user_id, PURPOSE, "enterprises", person.number) == {old.id}


def test_a_consent_taken_back_before_the_guardians_yes_is_asked_for_again(
    client: FlaskClient, log_in: Any, town: Town
) -> None:
    child = town.people[0]
    child.user.birth_date = clock.today() - timedelta(days=365 * 17)
    guardian = make_guardian(child)
    published(town)
    with clock.at(town.round.publish_at + timedelta(hours=1)):
        placement = placement_of(child)
        answers.answer(actor_for(child.user), placement, "accept")
        withdraw_consent(actor_for(child.user), child.user, PURPOSE)
        assert not told(child), "nothing is wanting before the seat is hers"
        answers.guardian_answer(actor_for(town.first), placement, True)
        assert "的名额定下来了" in told(child)[0].body and "等本人点同意" in obstacles([placement])[placement.id]
        consenting.consent(actor_for(child.user), placement, list(recipients.unnamed(placement)))
        assert recipients.covered(placement).ok
        db.session.commit()
        log_in(client, guardian=guardian)
        assert "您的答复已经收到" in client.get(f"/guardian/placements/{placement.id}").text


def test_a_minors_guardian_hears_where_her_child_rises_and_reads_what_is_waited_for(
    client: FlaskClient, log_in: Any, barred: Town
) -> None:
    child, (new, _) = barred.people[2], firms(barred)
    with clock.at(barred.round.publish_at + timedelta(hours=1)):
        answers.answer(actor_for(child.user), placement_of(child), "upgrade")
        child.user.birth_date = clock.today() - timedelta(days=365 * 17)
        guardian = make_guardian(child)
        lift(barred)
        newest = newest_to_phone(guardian_phone(guardian))[0]
        assert "第1志愿更正了" in body_of(newest) and new.name in body_of(newest) and "/guardian/" in body_of(newest)
        placement = risen_by_hand(barred)
        db.session.commit()
        log_in(client, guardian=guardian)
        assert f"/guardian/placements/{placement.id}" in client.get("/guardian").text
        page = client.get(f"/guardian/placements/{placement.id}").text
        assert "等孩子自己点同意" in page and new.name in page


def test_nobody_else_consents_for_her(client: FlaskClient, log_in: Any, post: Any, barred: Town) -> None:
    person, (new, _) = barred.people[2], firms(barred)
    with clock.at(barred.round.publish_at + timedelta(hours=1)):
        answers.answer(actor_for(person.user), placement_of(person), "upgrade")
        lift(barred)
        url = consenting.page_of(placement_of(person))
        for user in (barred.people[0].user, barred.first):
            log_in(client, user)
            assert post(client, url, {"enterprises": [new.id]}).status_code == 404
    assert recipients.unnamed(placement_of(person))


def test_lists_ask_for_everybodys_consents_at_once(table: Table) -> None:
    actor = actor_for(table.enterprise_staff)

    def asked() -> int:
        with statements() as seen:
            listed = db.session.scalars(queries.placements_listed(actor)).unique().all()
            obstacles(listed)
        return len(seen)

    table.placed("甲一")
    asked()
    before = asked()
    for name in ("乙二", "丙三"):
        table.placed(name)
    assert asked() == before
