"""From the end of checking to a published result, its answers and one repair."""

from __future__ import annotations

import io
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.applications.models import Application
from app.core import clock, jobs
from app.core.db import db
from app.core.errors import Faults, Invalid, NotPermitted, WrongState
from app.core.outbox import Message
from app.placements import answers, queries, results, service
from app.placements.models import Run, RunClass, RunReason
from app.placements.snapshot import draw
from tests.app.make_accounts import make_applicant
from tests.app.make_applications import make_application, make_evidence, make_minor
from tests.app.make_organisations import actor_for
from tests.app.make_rounds import SEED
from tests.app.placements.published_by_hand import published, solved_by_hand
from tests.app.placements.town import Town, closed, placement_of, solved


def test_an_undecided_paper_or_a_missing_score_keeps_the_round_open_and_is_named(town: Town) -> None:
    make_evidence(town.people[0])
    late = make_application(town.round, make_applicant("戊"), town.tracks[:1])
    with pytest.raises(Faults) as refused:
        service.close(actor_for(town.first), town.round)
    said = "；".join(f.message for f in refused.value.faults)
    assert town.people[0].number in said and late.number in said
    assert town.round.state == "checking" and town.round.seed is None


def test_closing_reveals_the_seed_that_was_committed_to_and_anybody_can_draw_again(town: Town) -> None:
    import hashlib

    closed(town)
    assert town.round.seed == SEED.hex()
    assert hashlib.sha256(town.round.seed.encode()).hexdigest() == town.round.seed_commitment
    assert {a.id: a.lottery for a in town.people} == draw(SEED.hex(), [a.id for a in town.people])
    assert sorted(a.lottery or 0 for a in town.people) == [1, 2, 3, 4]
    assert len(town.round.facts["inputs_root"]) == 64


def test_higher_scores_come_first_and_everybody_reads_why(town: Town) -> None:
    run = solved(closed(town))
    assert (run.state, run.guarantee, run.placed) == ("solved", "stable", 3)
    reasons = {r.application_id: r for r in db.session.scalars(select(RunReason).filter_by(run_id=run.id, rank=1))}
    refused = reasons[town.people[3].id]
    assert (refused.reason, refused.distance) == ("score", 20)
    lines = results.reason_lines(town.people[3], [refused])
    assert lines[0]["why"] == "您的分数60，录取线80，差20分。2个名额给了80分及以上的人。"


def test_the_placed_read_their_score_beside_the_line_or_that_there_was_room(town: Town) -> None:
    run = solved_by_hand(town)
    full = results.reason_lines(town.people[0], list(queries.reasons_of(run, town.people[0].id)))[0]
    assert (full["why"], full["you"], full["line"]) == ("您的分数90，录取线80。", 90, 80)
    last = results.reason_lines(town.people[1], list(queries.reasons_of(run, town.people[1].id)))[0]
    assert (last["why"], last["line"]) == ("您的分数80，录取线80。", None), "two marks on one spot cannot be read"
    third = results.reason_lines(town.people[2], list(queries.reasons_of(run, town.people[2].id)))[1]
    assert third["why"] == "您的分数70。这个班没有录满，够条件就录取。" and third["line"] is None


def test_a_barred_choice_stays_visible_in_the_bundle_with_its_rule(town: Town) -> None:
    town.people[3].start_point = "senior"
    run = solved(closed(town))
    with zipfile.ZipFile(io.BytesIO(run.bundle or b"")) as archive:
        choices = archive.read("choices.csv").decode().splitlines()
    assert any(line.startswith(f"A{town.people[3].id},1,") and line.endswith(",start_point") for line in choices)
    reasons = list(queries.reasons_of(run, town.people[3].id))
    assert results.reason_lines(town.people[3], reasons)[0]["outcome"] == "不够条件"


def test_two_runs_can_be_compared_person_by_person(town: Town) -> None:
    closed(town)
    with_adjustment, without = solved(town), solved(town, uses_adjustment=False)
    comparison = queries.compare(without, with_adjustment)
    assert comparison.tally_a.people == 4
    assert {m.kind for m in comparison.moved} <= {"gained", "lost", "worse", "moved", "better"}
    assert [m.application_id for m in queries.compare(without, without).moved] == []


def test_whoever_proposes_cannot_approve_and_the_reason_is_required(town: Town) -> None:
    run = solved_by_hand(town)
    with pytest.raises(Invalid):
        service.propose(actor_for(town.first), run, "  ")
    service.propose(actor_for(town.first), run, "大家都有着落")
    with pytest.raises(NotPermitted):
        service.approve(actor_for(town.first), run)
    service.reject(actor_for(town.second), run, "再看看")
    assert (town.round.state, run.proposed_by) == ("closed", None)


def test_the_database_itself_refuses_one_person_in_both_roles(town: Town) -> None:
    from sqlalchemy.exc import IntegrityError

    run = solved_by_hand(town)
    service.propose(actor_for(town.first), run, "大家都有着落")
    with pytest.raises(IntegrityError, match="two_persons"), db.session.begin_nested():
        run.approved_by = run.proposed_by
        db.session.flush()


def test_nothing_is_published_before_its_time_or_without_approval(town: Town) -> None:
    run = solved_by_hand(town)
    service.propose(actor_for(town.first), run, "大家都有着落")
    with pytest.raises(WrongState):
        service.publish(actor_for(town.first), run)
    service.approve(actor_for(town.second), run)
    with pytest.raises(Invalid, match="还没到公布的时间"):
        service.publish(actor_for(town.first), run)


def test_publishing_tells_everybody_and_the_unplaced_first(town: Town) -> None:
    published(town)
    told = db.session.execute(
        select(Message.user_id, Message.subject).where(Message.link == "/my-result").order_by(Message.id)
    ).all()
    assert told[0] == (town.people[3].user_id, "结果出来了")
    assert {user for user, subject in told[1:]} == {a.user_id for a in town.people[:3]}


def test_a_declined_seat_is_filled_by_a_repair_in_which_nobody_loses_what_they_hold(town: Town) -> None:
    published(town)
    with clock.at(town.round.publish_at + timedelta(days=1)):
        for application in town.people[:2]:
            holder = placement_of(application)
            what = "decline" if application is town.people[1] else "accept"
            answers.answer(actor_for(application.user), holder, what)
        answers.answer(actor_for(town.people[2].user), placement_of(town.people[2]), "upgrade")
        repair = service.start_repair(actor_for(town.first), town.round)
        db.session.commit()
        jobs.run_due()
        repair = db.session.get(Run, repair.id, populate_existing=True)  # type: ignore[assignment]
        assert repair.state == "solved", repair.fault
        service.propose(actor_for(town.first), repair, "有人放弃")
        service.approve(actor_for(town.second), repair)
        service.publish(actor_for(town.first), repair)
    now_held = {a.user.name: placement_of(a) for a in town.people[:3]}
    assert now_held["甲"].state == "accepted" and now_held["甲"].run_id != repair.id
    assert now_held["乙"].state == "declined"
    # 丙 asked for anything further up and rises without having to answer again.
    assert (now_held["丙"].state, now_held["丙"].track_id) == ("accepted", town.tracks[0].id)
    assert queries.my_placement(town.people[3]) is None


def test_silence_gives_the_seat_up(town: Town) -> None:
    published(town)
    with clock.at(town.round.respond_by + timedelta(seconds=1)):
        assert answers.lapse_overdue(town.round) == 3
        with pytest.raises(WrongState):
            answers.answer(actor_for(town.people[0].user), placement_of(town.people[0]), "accept")


def test_a_minors_yes_waits_for_her_guardian(town: Town) -> None:
    young = town.people[0]
    guardian = make_minor(young)
    published(town)
    with clock.at(town.round.publish_at + timedelta(hours=1)):
        answers.answer(actor_for(young.user), placement_of(young), "accept")
        assert placement_of(young).state == "accepting"
        from app.applications.guardians import guardian_phone
        from app.core.actor import Actor
        from app.core.outbox import body_of, newest_to_phone

        assert "/guardian/" in body_of(newest_to_phone(guardian_phone(guardian))[0])

        answers.guardian_answer(Actor(guardian_id=guardian.id), placement_of(young), True)
    assert placement_of(young).state == "accepted"


def test_classes_below_their_minimum_do_not_open_and_say_how_many_were_missing(town: Town) -> None:
    for row in db.session.scalars(select(Application)):
        row.adjustable = False
    from app.rounds.models import RoundClass

    spare = db.session.scalars(select(RoundClass).filter_by(order_class_id=town.classes[1].id)).one()
    spare.min_open = 3
    run = solved(closed(town))
    opened = {c.order_class_id: c.open for c in db.session.scalars(select(RunClass).filter_by(run_id=run.id))}
    assert opened == {town.classes[0].id: True, town.classes[1].id: False}
    why = results.reason_lines(town.people[2], list(queries.reasons_of(run, town.people[2].id)))
    assert why[1]["why"] == "满3人才开班，这次只有1人。不是您的分数不够。"
