"""暂停: what a report found wrong stops at once, although a class builds on it; everybody concerned hears."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from app.agreements.issuing import obstacle
from app.applications import eligibility
from app.catalogue.queries import Wanted, classes
from app.core.db import db
from app.core.errors import Conflict, Invalid, WrongState
from app.core.outbox import Message
from app.law.eligibility import posting_stands
from app.placements.models import Run
from app.placements.snapshot import tables_of
from app.positions import pausing, service
from tests.app.applications.stage import Stage, make_stage
from tests.app.make_accounts import make_applicant
from tests.app.make_agreements import make_table
from tests.app.make_applications import make_application
from tests.app.make_organisations import actor_for, make_coordinator, make_enterprise_staff, make_school_staff
from tests.app.make_placements import make_placement, make_run
from tests.app.make_positions import make_report

LogIn, Post = Callable[..., None], Callable[..., Any]


@pytest.fixture
def stage(session: Any) -> Stage:
    return make_stage()


def told(user: Any) -> list[str]:
    found = select(Message.subject).filter_by(user_id=user.id, channel="site").order_by(Message.id)
    return list(db.session.scalars(found))


def test_a_posting_that_a_class_builds_on_is_paused_and_everybody_concerned_hears(stage: Stage) -> None:
    posting, other = (track.position for track in stage.tracks)
    firm, school = make_enterprise_staff(stage.enterprise), make_school_staff(stage.school)
    ranked = make_application(stage.round, make_applicant("甲"), stage.tracks)
    elsewhere = make_application(stage.round, make_applicant("乙"), stage.tracks[1:])
    gone = make_application(stage.round, make_applicant("丙"), stage.tracks, state="withdrawn")
    by = stage.coordinator()
    with pytest.raises(Invalid, match="还在订单班"):
        service.send_back(by, posting, "收押金")
    with pytest.raises(Invalid) as refused:
        pausing.pause(by, posting, "  ")
    assert refused.value.field == "why"
    with pytest.raises(Conflict):
        pausing.pause(by, posting, "收押金", version=posting.version + 1)
    pausing.pause(by, posting, "查实收了押金")
    assert (posting.state, posting.returned_because, other.state) == ("paused", "查实收了押金", "approved")
    assert told(firm) == ["岗位暂停了"] and told(school) == ["班里有岗位暂停了"]
    assert told(ranked.user) == ["您排的岗位暂停了"] and told(elsewhere.user) == told(gone.user) == []
    with pytest.raises(WrongState):
        pausing.pause(by, posting, "再停一次")
    pausing.resume(by, posting, "押金退了，看过收据")
    assert (posting.state, posting.returned_because) == ("approved", "")
    assert told(ranked.user)[-1] == "您排的岗位恢复了" and told(firm)[-1] == "岗位恢复了"


def test_a_paused_posting_is_still_held_by_its_class_and_let_go_when_the_class_is(stage: Stage) -> None:
    posting, by = stage.tracks[0].position, stage.coordinator()
    pausing.pause(by, posting, "收押金")
    for leave in (lambda: service.send_back(by, posting, "收押金"), lambda: service.close(by, posting)):
        with pytest.raises(Invalid, match="还在订单班"):
            leave()
    stage.order_class.state = "closed"
    db.session.flush()
    service.send_back(by, posting, "收押金")
    assert posting.state == "returned"


def test_a_choice_of_it_keeps_its_rank_and_takes_no_part(stage: Stage) -> None:
    application = make_application(stage.round, make_applicant(), stage.tracks, state="in_round")
    first, second = stage.tracks
    assert eligibility.verdict(application, first).eligible
    pausing.pause(stage.coordinator(), first.position, "收押金")
    found = eligibility.verdict(application, first)
    assert (found.rule, found.message) == ("posting_paused", "这个岗位查实有问题，暂停招人")
    assert eligibility.verdict(application, second).eligible
    eligibility.freeze(application)
    assert [(c.rank, c.barred_by) for c in application.choices] == [(1, "posting_paused"), (2, None)]


def test_paused_after_the_close_it_takes_nobody_new_and_nobody_loses_her_seat(stage: Stage) -> None:
    sits = make_application(stage.round, make_applicant("甲"), stage.tracks, state="in_round")
    hopes = make_application(stage.round, make_applicant("乙"), stage.tracks, state="in_round")
    make_placement(sits, stage.tracks[0])
    pausing.pause(stage.coordinator(), stage.tracks[0].position, "收押金")
    rules = {(row["applicant_id"], row["rank"]): row["rule"] for row in tables_of(repair_of(stage))["choices"]}
    assert rules[f"A{hopes.id}", 1] == "posting_paused" and rules[f"A{hopes.id}", 2] is None
    assert rules[f"A{sits.id}", 1] is None
    assert "您录取的岗位暂停了" in told(sits.user) and "您录取的岗位暂停了" not in told(hopes.user)


def repair_of(stage: Stage) -> Run:
    return make_run(stage.round, state="queued", purpose="repair")


def test_no_agreement_is_issued_or_signed_on_it(session: Any) -> None:
    table = make_table()
    placement = table.placed()
    assert obstacle(placement) == ""
    pausing.pause(actor_for(table.coordinator), placement.track.position, "收押金")
    assert "暂停招人。恢复以后才能发协议" in obstacle(placement)
    assert told(placement.application.user)[-1] == "您录取的岗位暂停了"


def test_it_is_not_offered_to_visitors(client: FlaskClient, stage: Stage) -> None:
    posting = stage.tracks[0].position
    posting.name, posting.wage_low, posting.wage_high = "押金岗位", 9100, 9900
    db.session.flush()
    rich = replace(Wanted(), wage=9000)
    assert db.session.scalars(classes(rich)).unique().all() == [stage.order_class]
    pausing.pause(stage.coordinator(), posting, "收押金")
    db.session.commit()
    assert db.session.scalars(classes(rich)).unique().all() == []
    assert "9,100" not in client.get("/classes").text
    page = client.get(f"/classes/{stage.order_class.id}").text
    assert "暂停招人，正在处理" in page and "9,100" not in page
    assert f"/positions/{posting.id}/report" not in page


def test_from_the_upheld_report_the_coordinator_reaches_what_builds_on_it_and_pauses(
    client: FlaskClient, log_in: LogIn, post: Post, stage: Stage
) -> None:
    posting = stage.tracks[0].position
    for _ in range(2):
        make_application(stage.round, make_applicant(), stage.tracks)
    row = make_report(posting, state="looking")
    log_in(client, make_coordinator(stage.alliance))
    said = {"version": row.version, "decision": "uphold", "answer": "问过三个人，都交了押金。"}
    answer = post(client, f"/positions/reports/{row.id}/decide", said)
    assert answer.location == f"/positions/reports/{row.id}"
    page = client.get(answer.location).text
    assert "这个岗位怎么办" in page and stage.order_class.name in page
    assert f"正在“{stage.round.name}”里招，2人排了它" in page
    stop, seen = f"/positions/{posting.id}/pause", {"version": posting.version}
    assert post(client, stop, seen | {"why": ""}).status_code == 422
    assert post(client, stop, seen | {"why": "收押金"}).status_code == 303
    assert "岗位暂停着" in client.get("/desk").text
    assert "去恢复或者退回" in client.get(answer.location).text
    page = client.get(f"/positions/{posting.id}").text
    assert "恢复招人" in page and "2人排了它" in page
    log_in(client, make_enterprise_staff(stage.enterprise))
    page = client.get(f"/positions/{posting.id}").text
    assert "收押金" in page and "2人排了它" not in page and "岗位被暂停了" in client.get("/desk").text
    assert post(client, f"/positions/{posting.id}/resume", {"version": 2, "why": "没事"}).status_code == 403


def test_who_is_placed_there_reads_it_beside_her_seat(client: FlaskClient, log_in: LogIn, session: Any) -> None:
    table = make_table()
    placement = table.placed(state="offered", answered_at=None)
    pausing.pause(actor_for(table.coordinator), placement.track.position, "收押金")
    log_in(client, placement.application.user)
    assert "这个岗位暂停了" in client.get("/my-result").text


def test_the_rule_bars_while_it_is_paused_and_only_then() -> None:
    assert posting_stands(False).ok
    assert posting_stands(True).rule == "posting_paused"
