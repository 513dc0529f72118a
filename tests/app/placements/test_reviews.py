"""复核: asked in time, answered with a finding by somebody who did not propose the result, never a silent change."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.sealed import phone_of
from app.core import clock, jobs
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import Conflict, Invalid, NotPermitted, WrongState
from app.core.history import history_of
from app.core.outbox import newest_to_phone
from app.core.settings import set_value
from app.placements import answers, mending, queries, results, review_desk, reviews, service
from app.placements.models import Placement, Review, Run, RunClass, RunPlacement
from tests.app.make_accounts import make_admin
from tests.app.make_applications import make_minor
from tests.app.make_organisations import actor_for, make_alliance, make_coordinator
from tests.app.placements.published_by_hand import CLASSES, OUTCOME, published
from tests.app.placements.town import Town, closed, placement_of, solved


def asked(town: Town, who: int = 3) -> Review:
    """The person without a seat says her score is wrong, an hour after publication."""
    published(town)
    with clock.at(town.round.publish_at + timedelta(hours=1)):
        person = town.people[who]
        return reviews.ask(actor_for(person.user), person, "score", "我的分数应该是85")


def test_the_outcome_that_was_written_by_hand_is_the_engines_own(town: Town) -> None:
    run = solved(closed(town))
    for person, (seat, said) in zip(town.people, OUTCOME, strict=True):
        row = db.session.scalars(select(RunPlacement).filter_by(run_id=run.id, application_id=person.id)).one()
        assert (row.track_id, row.rank) == ((town.tracks[seat[0]].id, seat[1]) if seat else (None, None))
        assert tuple((r.reason, r.distance) for r in queries.reasons_of(run, person.id)) == said
    for cls, (filled, line) in zip(town.classes, CLASSES, strict=True):
        lot = db.session.scalars(select(RunClass).filter_by(run_id=run.id, order_class_id=cls.id)).one()
        assert (lot.open, lot.filled, lot.cutoff_score) == (True, filled, line)


def test_a_review_is_confirmed_with_the_day_of_its_answer_and_the_result_stays(town: Town) -> None:
    review = asked(town)
    assert review.state == "asked" and review.run_id == queries.chosen_runs(town.round)[0].id
    assert review.answer_by > town.round.publish_at + timedelta(days=4)
    told = newest_to_phone(phone_of(town.people[3].user) or "")[0]
    assert told.subject == "复核申请收到了" and "前由人来查" in told.body
    assert queries.my_placement(town.people[3]) is None


def test_the_window_ends_with_its_last_working_day_and_is_a_setting(town: Town) -> None:
    run = published(town)
    person = town.people[3]
    last = reviews.last_day(run)
    with clock.at(clock.china(last, 23, 59)):
        assert reviews.may_ask(person)
    with clock.at(clock.china(last + timedelta(days=1))):
        assert not reviews.may_ask(person)
        with pytest.raises(Invalid, match="已经过了"):
            reviews.ask(actor_for(person.user), person, "score", "不对")
        set_value(actor_for(make_admin()), "review_ask_workdays", run.created_at.date(), "30", "联盟定的")
        assert reviews.may_ask(person)


def test_one_result_is_doubted_once_unless_the_request_was_taken_back(town: Town) -> None:
    review = asked(town)
    person, again = town.people[3], (actor_for(town.people[3].user), town.people[3], "other", "再问一次")
    with clock.at(town.round.publish_at + timedelta(hours=2)):
        from sqlalchemy.exc import IntegrityError

        with pytest.raises(IntegrityError), db.session.begin_nested():
            reviews.ask(*again)
        reviews.withdraw(actor_for(person.user), review)
        assert reviews.ask(*again).state == "asked"


@pytest.mark.parametrize(
    ("about", "says", "field"), [("", "不对", "about"), ("x", "不对", "about"), ("score", " ", "says")]
)
def test_what_is_missing_is_named_beside_its_field(town: Town, about: str, says: str, field: str) -> None:
    published(town)
    with clock.at(town.round.publish_at), pytest.raises(Invalid) as refused:
        reviews.ask(actor_for(town.people[3].user), town.people[3], about, says)
    assert refused.value.field == field


def test_before_publication_there_is_nothing_to_doubt(town: Town) -> None:
    closed(town)
    with pytest.raises(WrongState):
        reviews.ask(actor_for(town.people[0].user), town.people[0], "score", "不对")


def test_whoever_proposed_the_run_neither_takes_nor_answers_nor_mends(town: Town) -> None:
    review = asked(town)
    proposer, other = actor_for(town.first), actor_for(town.second)
    for forbidden in (
        lambda: reviews.take(proposer, review),
        lambda: reviews.answer(proposer, review, False, "没有错"),
    ):
        with pytest.raises(NotPermitted):
            forbidden()
    reviews.take(other, review)
    reviews.answer(other, review, True, "登分时录错了", "mend_score")
    with pytest.raises(NotPermitted):
        mending.mend_score(proposer, review, town.classes[0].id, 85)
    with pytest.raises(NotPermitted):
        reviews.carry_out(proposer, review, "改好了")


def test_an_answer_needs_its_finding_and_an_upheld_one_its_next_step(town: Town) -> None:
    review, other = asked(town), actor_for(town.second)
    with pytest.raises(Invalid) as refused:
        reviews.answer(other, review, False, "  ")
    assert refused.value.field == "finding"
    with pytest.raises(Invalid) as refused:
        reviews.answer(other, review, True, "登错了", "")
    assert refused.value.field == "next_step"
    reviews.answer(other, review, False, "查了登分表，60分没有错")
    assert (review.state, review.next_step, review.handled_by) == ("dismissed", None, town.second.id)
    body = newest_to_phone(phone_of(town.people[3].user) or "")[0].body
    assert "结果没有错" in body and "60分没有错" in body
    assert [line.action for line in history_of("review", review.id)] == ["create", "dismiss"]


def test_an_upheld_review_changes_no_result_by_itself(town: Town) -> None:
    review = asked(town)
    before = _whole_result(review.run)
    reviews.answer(actor_for(town.second), review, True, "登分时录错了", "mend_score")
    mending.mend_score(actor_for(town.second), review, town.classes[0].id, 85)
    assert _whole_result(review.run) == before
    line = next(x for x in history_of("application", review.application_id) if x.action == "mend_score")
    assert (line.detail["before"], line.detail["after"], line.detail["review"]) == (60, 85, review.id)
    told = results.reason_lines(town.people[3], list(queries.reasons_of(review.run, review.application_id)))
    assert "您的分数60，录取线80" in told[0]["why"], "what was decided then is told with the numbers of then"


def _whole_result(run: Run) -> list[tuple[Any, ...]]:
    found = select(RunPlacement.application_id, RunPlacement.track_id, RunPlacement.rank).filter_by(run_id=run.id)
    seats = select(Placement.application_id, Placement.track_id, Placement.state)
    return [*db.session.execute(found).all(), *db.session.execute(seats).all()]


def test_a_mended_score_gets_a_seat_that_is_free_in_the_next_repair_and_takes_nobodys(town: Town) -> None:
    review = asked(town)
    other = actor_for(town.second)
    reviews.answer(other, review, True, "登分时录错了", "mend_score")
    mending.mend_score(other, review, town.classes[0].id, 85)
    with clock.at(town.round.publish_at + timedelta(days=1)):
        answers.answer(actor_for(town.people[0].user), placement_of(town.people[0]), "accept")
        answers.answer(actor_for(town.people[1].user), placement_of(town.people[1]), "decline")
        repair = service.start_repair(actor_for(town.first), town.round)
        db.session.commit()
        jobs.run_due()
        repair = db.session.get_one(Run, repair.id, populate_existing=True)
        service.propose(actor_for(town.first), repair, "有人放弃，有人更正了分数")
        service.approve(other, repair)
        service.publish(actor_for(town.first), repair)
        reviews.carry_out(other, review, "分数已更正，递补录取")
    told = results.reason_lines(town.people[3], list(queries.reasons_of(repair, review.application_id)))
    assert "您的分数85" in told[0]["why"]
    assert placement_of(town.people[3]).track_id == town.tracks[0].id
    assert placement_of(town.people[0]).state == "accepted"
    assert review.state == "done"


def test_a_choice_barred_by_mistake_is_opened_by_an_upheld_review_only(town: Town) -> None:
    town.people[3].start_point = "senior"
    review = asked(town)
    choice, other = town.people[3].choices[0], actor_for(town.second)
    assert choice.barred_by == "start_point"
    with pytest.raises(WrongState):
        mending.lift_bar(other, review, choice.id)
    reviews.answer(other, review, True, "毕业证是初中", "mend_bar")
    with pytest.raises(Invalid):
        mending.lift_bar(other, review, town.people[2].choices[0].id)
    with pytest.raises(WrongState):
        mending.mend_score(other, review, town.classes[0].id, 85)
    mending.lift_bar(other, review, choice.id)
    assert choice.barred_by is None


@pytest.mark.parametrize(("value", "cls", "field"), [(101, 0, "value"), (-1, 0, "value"), (85, 1, "class_id")])
def test_only_a_lawful_score_of_an_own_class_is_written(town: Town, value: int, cls: int, field: str) -> None:
    review = asked(town)
    reviews.answer(actor_for(town.second), review, True, "登错了", "mend_score")
    with pytest.raises(Invalid) as refused:
        mending.mend_score(actor_for(town.second), review, town.classes[cls].id, value)
    assert refused.value.field == field


def test_a_round_is_not_settled_over_an_open_review(town: Town) -> None:
    review = asked(town)
    with clock.at(town.round.respond_by + timedelta(hours=1)):
        answers.lapse_overdue(town.round)
        with pytest.raises(WrongState, match="1件复核没有办完"):
            service.settle(actor_for(town.first), town.round)
        reviews.answer(actor_for(town.second), review, False, "没有错")
        service.settle(actor_for(town.first), town.round)
    assert town.round.state == "settled"


def test_a_guardian_may_ask_for_her_child_and_hears_the_answer_on_her_own_phone(town: Town) -> None:
    from app.applications.guardians import guardian_phone

    child = town.people[3]
    guardian = make_minor(child)
    published(town)
    with clock.at(town.round.publish_at + timedelta(hours=1)):
        review = reviews.ask(Actor(guardian_id=guardian.id), child, "paper", "年龄算错了")
        reviews.answer(actor_for(town.second), review, False, "没有错")
    assert review.by_guardian
    assert [m.subject for m in newest_to_phone(guardian_phone(guardian))[:2]] == ["复核有答复了", "复核申请收到了"]


def test_the_queue_puts_the_overdue_first_and_hides_other_alliances(town: Town) -> None:
    first = asked(town)
    with clock.at(town.round.publish_at + timedelta(hours=3)):
        second = reviews.ask(actor_for(town.people[0].user), town.people[0], "other", "想知道为什么")
    second.answer_by = first.answer_by - timedelta(days=1)
    db.session.flush()
    other = actor_for(town.second)
    assert [r.id for r in db.session.scalars(review_desk.reviews_listed(other))] == [second.id, first.id]
    reviews.answer(other, second, False, "没有错")
    assert [r.id for r in db.session.scalars(review_desk.reviews_listed(other))] == [first.id, second.id]
    with clock.at(first.answer_by + timedelta(minutes=1)):
        assert reviews.overdue(first) and not reviews.overdue(second)
        assert review_desk.count_overdue(other) == 1
    stranger = actor_for(make_coordinator(make_alliance("别的联盟")))
    assert db.session.scalars(review_desk.reviews_listed(stranger)).all() == []
    assert review_desk.review_seen_by(stranger, first.id) is None


def test_the_desk_counts_only_what_this_very_coordinator_may_answer(town: Town) -> None:
    review = asked(town)
    assert review_desk.waiting(actor_for(town.second)) == (1, review.answer_by)
    assert review_desk.waiting(actor_for(town.first)) == (0, None)


def test_two_answers_at_once_leave_one(town: Town) -> None:
    review = asked(town)
    seen = review.version
    reviews.take(actor_for(town.second), review)
    with pytest.raises(Conflict):
        reviews.answer(actor_for(town.second), review, False, "没有错", version=seen)
    assert review.state == "looking"


def test_nobody_is_left_without_advice(town: Town) -> None:
    published(town)
    with clock.at(town.round.publish_at + timedelta(hours=1)):
        facts = results.page_facts(town.people[3])
        assert facts["advice"] is not None and facts["advice"].title
        assert results.page_facts(town.people[0])["advice"] is None
