"""A round is set up, opened and frozen by its calendar; its lottery is committed to before anybody applies."""

from __future__ import annotations

import datetime as dt
import hashlib
from typing import Any

import pytest

from app.core.actor import Actor
from app.core.clock import at, now
from app.core.crypto import Unreadable, vault
from app.core.errors import Faults, Invalid, WrongState
from app.order_classes import service as order_classes
from app.rounds import queries, service
from app.rounds.models import Round, RoundClass
from tests.app.make_order_classes import make_class, make_track
from tests.app.make_organisations import actor_for, make_alliance, make_coordinator, make_enterprise, make_school
from tests.app.make_positions import make_position
from tests.app.make_rounds import make_round, round_calendar


@pytest.fixture
def guide(alliance: Any) -> Actor:
    return actor_for(make_coordinator(alliance))


@pytest.fixture
def sound(alliance: Any) -> Any:
    """An approved class that leads to a position."""
    row = make_class(make_school(alliance=alliance), alliance)
    make_track(row, make_position(make_enterprise(alliance=alliance)))
    return row


def created(guide: Actor, alliance: Any, **facts: Any) -> Round:
    usual = {"name": "2027年春季", "code": "27A", "max_choices": 5, "uses_minimum": True, "uses_adjustment": True}
    return service.create(guide, alliance, **(usual | round_calendar(now() + dt.timedelta(days=1)) | facts))


def offered(round_: Round) -> list[RoundClass]:
    return list(queries.offered(round_))


def test_the_seed_is_sealed_and_only_its_fingerprint_is_shown(guide: Actor, alliance: Any) -> None:
    round_ = created(guide, alliance)
    seed = vault().open("round", "seed", round_.code, round_.seed_sealed)
    assert len(seed) == 32 and round_.seed is None
    assert round_.seed_commitment == hashlib.sha256(seed.hex().encode()).hexdigest()
    with pytest.raises(Unreadable):
        vault().open("round", "seed", "27B", round_.seed_sealed)
    assert created(guide, alliance, code="27B").seed_commitment != round_.seed_commitment


ORDER = ("opens_at", "deadline", "guardian_due", "evidence_due", "publish_at", "respond_by", "sign_by")


@pytest.mark.parametrize("place", range(1, 7))
def test_every_date_that_is_out_of_order_is_named(guide: Actor, alliance: Any, place: int) -> None:
    dates = round_calendar()
    dates[ORDER[place]] = dates[ORDER[place - 1]] - dt.timedelta(minutes=1)
    with pytest.raises(Faults) as stop:
        created(guide, alliance, **dates)
    assert ORDER[place] in {fault.field for fault in stop.value.faults}


def test_a_round_opens_with_the_seats_of_its_classes(guide: Actor, alliance: Any, sound: Any) -> None:
    round_ = created(guide, alliance)
    with pytest.raises(Faults, match="还没有选订单班"):
        service.open_round(guide, round_)
    service.offer(guide, round_, [sound])
    service.open_round(guide, round_)
    assert round_.state == "open" and [(c.seats, c.min_open) for c in offered(round_)] == [(40, 20)]
    with pytest.raises(WrongState):
        service.offer(guide, round_, [])
    with pytest.raises(WrongState):
        service.revise(guide, round_, max_choices=3, **round_calendar())


def test_a_class_that_is_not_public_or_not_ours_is_not_offered(guide: Actor, alliance: Any, session: Any) -> None:
    round_ = created(guide, alliance)
    elsewhere = make_alliance()
    draft = make_class(make_school(alliance=alliance), alliance, state="draft")
    foreign = make_class(make_school(alliance=elsewhere), elsewhere)
    with pytest.raises(Faults) as stop:
        service.offer(guide, round_, [draft, foreign])
    assert len(stop.value.faults) == 2 and offered(round_) == []


def test_a_class_that_shrank_since_it_was_chosen_stops_the_opening(guide: Actor, alliance: Any, sound: Any) -> None:
    round_ = created(guide, alliance)
    service.offer(guide, round_, [sound])
    order_classes.send_back(guide, sound, "名额太多")
    with pytest.raises(Faults, match="不是“已公布”"):
        service.open_round(guide, round_)
    order_classes.revise(guide, sound, seats=30)
    order_classes.submit(guide, sound)
    order_classes.approve(guide, sound)
    with pytest.raises(Faults, match="改成了30人"):
        service.open_round(guide, round_)
    service.offer(guide, round_, [sound])
    service.open_round(guide, round_)
    assert offered(round_)[0].seats == 30


def test_a_class_people_rank_stays_until_the_round_is_settled(guide: Actor, alliance: Any, sound: Any) -> None:
    round_ = make_round(alliance, [sound])
    for leave in (lambda: order_classes.close(guide, sound), lambda: order_classes.send_back(guide, sound, "改")):
        with pytest.raises(Invalid, match="正在“2027年春季”里招生"):
            leave()
    round_.state = "settled"
    order_classes.close(guide, sound)
    assert sound.state == "closed"


def test_a_calendar_in_the_past_does_not_open(guide: Actor, alliance: Any, sound: Any) -> None:
    round_ = created(guide, alliance, **round_calendar(now() - dt.timedelta(days=21)))
    service.offer(guide, round_, [sound])
    with pytest.raises(Faults, match="已经过了"):
        service.open_round(guide, round_)


def test_choices_freeze_at_the_deadline_and_not_a_second_before(
    guide: Actor, alliance: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    round_ = make_round(alliance)
    told: list[int] = []
    monkeypatch.setattr(service, "ON_CHECKING", [lambda frozen: told.append(frozen.id)])
    with at(round_.deadline - dt.timedelta(seconds=1)), pytest.raises(WrongState):
        service.begin_checking(guide, round_)
    assert told == []
    with at(round_.deadline):
        service.begin_checking(guide, round_)
    assert round_.state == "checking" and told == [round_.id]


def test_a_cancelled_round_says_why(guide: Actor, alliance: Any) -> None:
    round_ = make_round(alliance)
    with pytest.raises(Invalid) as stop:
        service.cancel(guide, round_, "  ")
    assert stop.value.field == "why"
    service.cancel(guide, round_, "招生计划调整")
    assert round_.state == "cancelled"


def test_whoever_applied_hears_that_the_round_is_cancelled(guide: Actor, alliance: Any, session: Any) -> None:
    from app.core.outbox import Message
    from tests.app.make_accounts import make_applicant
    from tests.app.make_applications import make_application

    round_, person = make_round(alliance), make_applicant()
    make_application(round_, person)
    service.cancel(guide, round_, "招生计划调整")
    told = session.query(Message).filter_by(user_id=person.id, channel="site").all()
    assert [message.subject for message in told] == ["2027年春季取消了"] and "招生计划调整" in told[0].body


def test_limits_are_set_changed_and_lifted(guide: Actor, alliance: Any, sound: Any) -> None:
    round_ = created(guide, alliance)
    firm = sound.tracks[0].position.enterprise
    service.set_plan(guide, round_, sound.school, 30)
    service.set_plan(guide, round_, sound.school, 25)
    service.set_headcount(guide, round_, firm, 0)
    assert queries.plans(round_) == {sound.school_id: 25} and queries.headcounts(round_) == {firm.id: 0}
    service.set_plan(guide, round_, sound.school, None)
    assert queries.plans(round_) == {}


def test_applicants_find_the_round_that_is_open_now(alliance: Any) -> None:
    later = make_round(alliance, opens_at=now() + dt.timedelta(days=3))
    assert queries.open_round_for_applicants() is None
    open_now = make_round(alliance)
    assert queries.open_round_for_applicants() is open_now
    with at(open_now.deadline):
        assert queries.open_round_for_applicants() is later
    assert queries.current_round(alliance.id) is open_now


@pytest.mark.parametrize(("day", "title"), [
    (-1, "还没开始"), (0, "报名、排志愿"), (19.9, "报名、排志愿"), (20, "监护人同意"), (23, "核对材料和分数"),
    (26, "试算、审批"), (30, "公布结果，本人决定"), (35, "签三方协议"), (65, "已办结"),
])  # fmt: skip
def test_the_stage_changes_exactly_at_its_dates(alliance: Any, day: float, title: str) -> None:
    round_ = make_round(alliance)
    moment = round_.opens_at + dt.timedelta(days=day)
    assert queries.stage(round_, moment) == title
    assert sum(line["now"] for line in queries.calendar(round_, moment)) == (0 if day in (-1, 65) else 1)


def test_only_the_coordinators_of_the_alliance_see_a_round(alliance: Any, guide: Actor) -> None:
    round_ = make_round(alliance)
    assert queries.round_seen_by(guide, round_.id) is round_
    assert queries.round_seen_by(actor_for(make_coordinator(make_alliance())), round_.id) is None
