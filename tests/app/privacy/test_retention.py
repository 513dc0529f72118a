"""The retention job: the clock goes on day by day, and what has had its time is gone from every table."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.models import User
from app.accounts.sealed import identity_of, phone_of
from app.agreements.models import Paper, Revision, Signature
from app.applications.models import Application
from app.core import clock, jobs
from app.core.access import AccessLine
from app.core.actor import SYSTEM
from app.core.clock import now
from app.core.db import db
from app.core.history import History, history_of
from app.core.outbox import Message, tell, text_message
from app.core.retention import DUTIES, PORTION, erased, retention_of_today
from app.core.settings import set_value
from app.privacy.holding import holds, kept_until, open_holds
from app.rounds.models import Round
from app.rounds.states import ROUND
from tests.app.make_accounts import make_admin, make_applicant
from tests.app.make_agreements import Table
from tests.app.make_applications import make_application, make_claim, make_evidence, make_guardian
from tests.app.make_organisations import actor_for
from tests.app.make_placements import make_placement
from tests.app.make_rounds import make_round
from tests.app.security.canaries import database_file, everything_stored

DAY = dt.timedelta(days=1)


def run_on(moment: dt.datetime) -> str:
    """The day's job, as a worker does it; what its page says."""
    with clock.at(moment):
        retention_of_today()
        db.session.commit()
        jobs.run_due()
        db.session.expire_all()
        job = db.session.scalars(select(jobs.Job).order_by(jobs.Job.id.desc()).limit(1)).one()
        assert job.state == "done", job.fault
        return job.says


def last_day(round_: Round, months: int) -> dt.datetime:
    """Noon in China of the last day on which what counts from the round's end is kept."""
    from app.law.contracts import add_months

    end = round_.sign_by.astimezone(clock.CHINA).date()
    return clock.china(add_months(end, months), 12)


def unplaced(table: Table, name: str = "龘靐飘", **facts: Any) -> Application:
    """Somebody of 17 who got no seat in a round that was settled, with everything the way leaves behind."""
    application = make_application(table.round, make_applicant(name, age=17), [table.track], state="in_round",
                                   address="雀巷弄七号西户", **facts)
    make_guardian(application, name="龘靐妈")
    make_evidence(application, state="verified")
    make_claim(application, "disabled")
    phone = phone_of(application.user) or ""
    tell(application.user_id, "结果出来了", f"{name}，这一轮没有录取", phone=phone)
    text_message(phone, "验证码", "123456", secret=True)
    table.round.state = "settled"
    db.session.commit()
    return application


def marks(user: User) -> list[bytes]:
    """Every byte string by which she can be found in a stolen copy: names, sealed values, blind indexes."""
    application = db.session.scalars(select(Application).filter_by(user_id=user.id)).one()
    guardian = application.guardian
    assert guardian is not None
    texts = [user.name, user.phone_index, user.identity_index, user.phone_hint, user.identity_hint, guardian.name,
             guardian.phone_index, guardian.phone_hint, application.address]
    files = [paper.file.content for paper in application.evidence]
    sealed = [user.phone_sealed, user.identity_sealed, guardian.phone_sealed, *files]
    for message in db.session.scalars(select(Message).filter_by(user_id=user.id)):
        sealed += [message.address_sealed, message.body_sealed]
    return [*(text.encode() for text in texts if text), *(value for value in sealed if value)]


def left_of(wanted: list[bytes]) -> list[bytes]:
    stolen = everything_stored(db.session) + database_file(db.session)
    return [mark for mark in wanted if mark in stolen]


# --- people -----------------------------------------------------------------------------------------------------------


def test_an_unplaced_person_is_there_on_the_last_day_and_gone_on_the_next(table: Table) -> None:
    application = unplaced(table)
    user, wanted = application.user, marks(application.user)
    assert len(left_of(wanted)) == len(wanted), "the copy is blank"
    last = last_day(table.round, 6)
    with clock.at(last):
        assert kept_until(user) == last.astimezone(clock.CHINA).date() and DUTIES["people"].due() == 0
    run_on(last)
    assert user.state == "active" and identity_of(user)
    with clock.at(last + DAY):
        assert DUTIES["people"].due() == 1
    run_on(last + DAY)
    assert user.state == "erased" and left_of(wanted) == []
    assert (application.number, application.state) and user.birth_date and user.birth_date.month == 1
    assert [line.action for line in history_of("user", user.id)] == ["erase"]
    assert ("没录取的人、很久不用的账号的身份资料", 1) in [(title, count) for _, title, count in erased()]


def test_the_papers_go_first_three_months_after_checking_leaving_who_and_when(table: Table) -> None:
    application = unplaced(table)
    file = application.evidence[0].file
    due = clock.china(_add(table.round.evidence_due, 3), 12)
    run_on(due - DAY)
    assert file.content
    content = file.content
    run_on(due + DAY)
    assert file.content is None and file.deleted_at == due + DAY and left_of([content]) == []
    line = history_of("stored_file", file.id)[-1]
    assert (line.action, line.by_role, line.why) == ("erase", "system", "核对期过了，按期限删除")
    assert application.evidence[0].state == "verified" and application.user.state == "active"


def _add(moment: dt.datetime, months: int) -> dt.date:
    from app.law.contracts import add_months

    return add_months(moment.astimezone(clock.CHINA).date(), months)


def test_a_paper_that_a_later_round_uses_as_well_waits_for_that_round(table: Table) -> None:
    application = unplaced(table)
    later = make_round(table.alliance, [table.order_class], opens_at=now() + 60 * DAY)
    again = make_application(later, application.user, [table.track], state="submitted")
    shared = make_evidence(again)
    shared.file = application.evidence[0].file
    db.session.commit()
    run_on(clock.china(_add(table.round.evidence_due, 3), 12) + DAY)
    assert shared.file.content
    run_on(clock.china(_add(later.evidence_due, 3), 12) + DAY)
    assert shared.file.content is None


@pytest.mark.parametrize("state", ["awaiting_applicant", "in_force"])
def test_a_live_agreement_keeps_its_people_however_long(table: Table, state: str) -> None:
    agreement = table.signed(state)
    user = agreement.placement.application.user
    table.round.state = "settled"
    db.session.commit()
    run_on(last_day(table.round, 120))
    assert user.state == "active" and identity_of(user) and open_holds(user)


def test_an_ended_agreement_is_kept_three_years_and_then_emptied_with_its_people(table: Table) -> None:
    agreement = table.signed("in_force")
    user, revision = agreement.placement.application.user, agreement.revisions[0]
    agreement.state, agreement.turn_since = "ended", table.round.sign_by
    agreement.placement.state, table.round.state = "released", "settled"
    db.session.commit()
    sealed, hashed = revision.terms_sealed, revision.text_sha256
    last = last_day(table.round, 36)
    run_on(last)
    assert user.state == "active" and revision.terms_sealed == sealed
    run_on(last + 2 * DAY)
    assert user.state == "erased" and left_of([sealed]) == []
    signatures = db.session.scalars(select(Signature).order_by(Signature.id)).all()
    assert revision.text_sha256 == hashed and [s.party for s in signatures] == ["student", "enterprise", "school"]
    assert [bool(s.signer_name) for s in signatures] == [False, True, True]
    assert db.session.scalars(select(Paper).filter_by(agreement_id=agreement.id)).all() == []


def test_what_was_never_signed_by_all_goes_with_the_unplaced(table: Table) -> None:
    agreement = table.issued()
    agreement.state, agreement.turn_since = "refused", table.round.sign_by
    agreement.placement.state, table.round.state = "released", "settled"
    db.session.commit()
    run_on(last_day(table.round, 6) + 2 * DAY)
    assert agreement.placement.application.user.state == "erased"
    assert db.session.scalars(select(Revision.terms_sealed).filter_by(agreement_id=agreement.id)).all() == [b""]


def test_who_holds_a_seat_or_applies_again_is_not_erased(table: Table) -> None:
    placed = make_placement(unplaced(table), table.track)
    table.round.state = "responding"
    waiting = unplaced(table)
    later = make_round(table.alliance, [table.order_class], opens_at=last_day(table.round, 6) - 10 * DAY)
    make_application(later, waiting.user, [table.track])
    table.round.state = "settled"
    db.session.commit()
    run_on(last_day(table.round, 6) + DAY)
    assert (placed.application.user.state, waiting.user.state) == ("active", "active")


def test_staff_administrators_and_new_accounts_stay_and_idle_ones_go_after_a_year(table: Table) -> None:
    admin, idle, back = make_admin(), make_applicant("没报过名"), make_applicant("又来了")
    later = now() + dt.timedelta(days=370)
    db.session.add(AccessLine(at=later - 30 * DAY, user_id=back.id, by_role="applicant", action="log_in", detail={}))
    db.session.commit()
    run_on(now() + dt.timedelta(days=360))
    assert idle.state == "active"
    run_on(later)
    states = [user.state for user in (admin, table.coordinator, table.school_staff, back, idle)]
    assert states == ["active"] * 4 + ["erased"]


def test_erasing_goes_on_portion_by_portion_and_every_portion_is_counted(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.core.retention.PORTION", 2)
    assert PORTION == 100
    people = [unplaced(table, f"甲{n}").user for n in range(5)]
    moment = last_day(table.round, 6) + DAY
    assert "删除了" in run_on(moment)
    assert {user.state for user in people} == {"erased"}
    lines = db.session.scalars(select(History).filter_by(thing="retention", action="people").order_by(History.id))
    assert [line.detail["count"] for line in lines] == [2, 2, 1]
    with clock.at(moment):
        assert sum(count for _, title, count in erased() if "没录取" in title) == 5


def test_the_people_of_a_round_that_ended_lately_are_not_asked_one_by_one_every_night(
    table: Table, monkeypatch: pytest.MonkeyPatch
) -> None:
    application = unplaced(table)
    table.round.state = "responding"
    db.session.flush()
    end = table.round.sign_by + 30 * DAY
    with clock.at(end):
        ROUND.move(table.round, "settle", SYSTEM)
        db.session.commit()
    asked: list[int] = []
    monkeypatch.setattr("app.privacy.duties.holds", lambda user: asked.append(user.id) or holds(user))
    run_on(end + 150 * DAY)
    assert asked == [] and application.user.state == "active"
    run_on(end + 190 * DAY)
    assert application.user_id in asked and application.user.state == "erased"


def test_a_setting_changed_by_the_administrator_moves_the_day(table: Table) -> None:
    application = unplaced(table)
    set_value(actor_for(make_admin()), "retention_unplaced_months", clock.today(), "12", "联盟决定")
    db.session.commit()
    run_on(last_day(table.round, 6) + DAY)
    assert application.user.state == "active"
    run_on(last_day(table.round, 12) + DAY)
    assert application.user.state == "erased"
