"""What else the retention job erases, and what is left when it has been there: lines, messages, emptied agreements."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from app.accounts.models import User
from app.agreements.models import Agreement
from app.core import clock, jobs
from app.core.access import AccessLine
from app.core.clock import now
from app.core.db import db
from app.core.outbox import Message, tell
from app.core.retention import DUTIES, retention_of_today
from app.placements.models import Placement
from app.privacy import duties
from tests.app.make_accounts import make_admin, make_applicant
from tests.app.make_agreements import Table
from tests.app.privacy.test_retention import DAY, last_day, run_on, unplaced
from tests.app.stuck import stuck


def test_lines_messages_numbers_and_finished_work_go_in_their_time(table: Table) -> None:
    user = make_applicant()
    tell(user.id, "消息", "站内", phone="13900001111")
    db.session.add(AccessLine(at=now(), user_id=user.id, by_role="applicant", action="log_in", detail={}))
    db.session.flush()
    sms = db.session.scalars(select(Message).filter_by(channel="sms", user_id=user.id)).one()
    job = jobs.enqueue("deliver_messages")
    job.state, job.ended_at = "done", now()
    db.session.commit()
    start, key = now(), job.id
    run_on(start + 29 * DAY)
    assert sms.address_sealed and sms.body
    run_on(start + 31 * DAY)
    assert (sms.address_sealed, sms.address_index, sms.body, sms.state) == (None, None, "", "failed")
    run_on(start + 91 * DAY)
    assert db.session.get(jobs.Job, key) is None
    run_on(start + 360 * DAY)
    assert _count_of(user) == (1, 2)
    run_on(start + 367 * DAY)
    assert _count_of(user) == (0, 0)


def _count_of(user: User) -> tuple[int, int]:
    lines = db.session.scalars(select(AccessLine).filter_by(user_id=user.id)).all()
    messages = db.session.scalars(select(Message).filter_by(user_id=user.id)).all()
    return len(lines), len(messages)


def test_the_day_has_one_job_and_asking_what_is_due_erases_nothing(
    client: Any, log_in: Callable[..., None], table: Table
) -> None:
    application = unplaced(table)
    with clock.at(last_day(table.round, 6) + DAY):
        retention_of_today()
        retention_of_today()
        assert len(db.session.scalars(select(jobs.Job).filter_by(task="retention")).all()) == 1
        log_in(client, make_admin())
        page = client.get("/retention")
        assert page.status_code == 200 and all(duty.title in page.text for duty in DUTIES.values())
    assert application.user.state == "active"


def test_after_an_erasure_the_staffs_pages_still_open_and_name_nobody(
    client: Any, log_in: Callable[..., None], table: Table
) -> None:
    application = unplaced(table)
    run_on(last_day(table.round, 6) + DAY)
    log_in(client, table.coordinator)
    for path in (f"/applications/{application.id}", "/applications", "/placements"):
        page = client.get(path)
        assert page.status_code == 200 and "龘靐飘" not in page.text, path
    assert db.session.scalars(select(Placement)).all() == [] and db.session.scalars(select(Agreement)).all() == []


def test_an_emptied_agreement_opens_no_page_stands_in_no_list_and_still_checks_by_its_code(
    client: Any, log_in: Callable[..., None], table: Table
) -> None:
    agreement = table.signed("in_force", "龘靐飘")
    agreement.state, agreement.turn_since = "ended", table.round.sign_by
    agreement.placement.state, table.round.state = "released", "settled"
    db.session.commit()
    log_in(client, table.coordinator)
    assert agreement.number in client.get("/agreements").text
    run_on(last_day(table.round, 36) + 2 * DAY)
    assert client.get("/agreements").status_code == 200 and agreement.number not in client.get("/agreements").text
    for path in ("", "/text", "/paper.pdf"):
        assert client.get(f"/agreements/{agreement.id}{path}").status_code == 404
    checked = client.get("/check", query_string={"code": agreement.check_code})
    assert checked.status_code == 200 and agreement.number in checked.text and "龘" not in checked.text


@pytest.mark.parametrize(
    "change",
    ["UPDATE revision SET terms_sealed = 'x'", "UPDATE revision SET why = 'x', terms_sealed = {empty}",
     "UPDATE signature SET signer_name = 'x', address = ''", "UPDATE signature SET how = 'x', signer_name = ''",
     "DELETE FROM signature", "DELETE FROM revision"],
)  # fmt: skip
def test_the_database_lets_words_be_emptied_and_refuses_every_other_change(table: Table, change: str) -> None:
    table.signed("in_force")
    empty = "''::bytea" if db.engine.dialect.name == "postgresql" else "x''"
    with pytest.raises(DBAPIError), db.session.begin_nested():
        db.session.execute(text("UPDATE signature SET address = '10.0.0.1'"))
    with pytest.raises(DBAPIError), db.session.begin_nested():
        db.session.execute(text(change.replace("{empty}", empty)))


def test_one_person_who_cannot_be_erased_today_does_not_hold_up_the_others(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    held, other = unplaced(table, "甲").user, unplaced(table, "乙").user
    stuck(monkeypatch, duties, "erase_person", held)
    moment = last_day(table.round, 6) + DAY
    run_on(moment)
    assert (held.state, other.state) == ("active", "erased")
    monkeypatch.undo()
    run_on(moment + DAY)
    assert held.state == "erased"
