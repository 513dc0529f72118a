"""A helper enters for people without a phone; only they themselves make it an application."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy.exc import IntegrityError

from app.accounts import service as accounts
from app.accounts.consents import consents_of
from app.accounts.models import User
from app.core.clock import at, now
from app.core.db import db
from app.core.errors import Faults, Invalid, NotPermitted, TooMany, WrongState, refusal
from app.core.history import history_of
from app.core.outbox import body_of, newest_to_phone
from app.stations import confirming, queries, service, sweeping
from app.stations.entering import code_on
from app.stations.models import SlipBatch
from tests.app.applications.stage import make_stage
from tests.app.make_accounts import make_applicant, next_identity, next_phone
from tests.app.make_applications import make_picture
from tests.app.make_organisations import actor_for, make_alliance
from tests.app.make_stations import make_helper, make_station, slip_facts
from tests.app.security.canaries import everything_stored, found_in
from tests.app.stations.village import Village


def test_by_her_phone_a_slip_becomes_her_account_and_her_submitted_application(village: Village) -> None:
    slip = village.slip(categories=["migrant_worker"])
    phone = next_phone()
    user = village.confirm(slip, phone=phone)
    application = slip.application
    assert application is not None and application.user_id == user.id and application.state == "submitted"
    assert (accounts.phone_of(user), user.birth_date is not None) == (phone, True)
    assert [c.track_id for c in application.choices] == [t.id for t in village.stage.tracks]
    assert application.assisted_by == village.helper.id and application.receipt_code
    assert {c.purpose for c in consents_of(user.id)} == set(confirming.CONSENTS)
    marked = next(line for line in history_of("application", application.id) if line.action == "assisted")
    assert marked.by_user == user.id and marked.detail["helper"] == village.helper.id
    assert {line.by_role for line in history_of("application", application.id)} == {"applicant"}


def test_what_identified_her_leaves_the_slip_when_it_has_been_used(village: Village) -> None:
    slip = village.slip()
    code = code_on(slip)
    village.confirm(slip)
    assert (slip.identity_sealed, slip.identity_index, slip.code_index, slip.code_sealed) == (None,) * 4
    assert code_on(slip) == "" and queries.slip_of_code(actor_for(make_applicant()), code) is None


def test_until_she_confirms_there_is_nobody_and_nothing(village: Village, session: Any) -> None:
    before = session.query(User).count()
    slip = village.slip(phone=next_phone())
    assert (session.query(User).count(), slip.application_id, slip.user_id) == (before, None, None)


def test_her_own_phone_gets_a_link_when_she_has_one_and_the_text_names_no_number(village: Village) -> None:
    phone = next_phone()
    slip = village.slip(phone=phone)
    body = body_of(newest_to_phone(phone, 1)[0])
    assert f"/slip/{code_on(slip)}" in body and queries.facts_of(slip)["identity"] not in body


def test_on_paper_a_second_person_who_has_seen_the_signature_hands_it_in(village: Village) -> None:
    slip = village.signed()
    with pytest.raises(Invalid):
        service.confirm_on_paper(actor_for(village.colleague), slip, seen=False)
    service.confirm_on_paper(actor_for(village.colleague), slip, seen=True)
    application = slip.application
    assert application is not None and application.state == "submitted" and slip.how == "paper"
    assert application.user.phone_index is None and application.user.identity_index
    assert all(c.detail.get("on_paper") for c in consents_of(application.user_id) if c.purpose in accounts_purposes())
    submitted = next(line for line in history_of("application", application.id) if line.action == "submit")
    assert (submitted.by_role, submitted.by_user) == ("station", village.colleague.id)
    assert slip.file is not None and slip.file.owner_id == application.user_id, "the signed paper is hers"


def accounts_purposes() -> tuple[str, ...]:
    return confirming.SIGN_UP


def test_a_coordinator_may_be_the_second_person_too(village: Village) -> None:
    slip = village.signed()
    coordinator = village.stage.coordinator()
    assert queries.to_witness(coordinator) == 1 and queries.slip_seen_by(coordinator, slip.id) is slip
    service.confirm_on_paper(coordinator, slip, seen=True)
    assert slip.state == "confirmed"


def test_neither_who_entered_nor_who_photographed_ever_confirms(village: Village, session: Any) -> None:
    slip = village.slip()
    service.upload_signature(actor_for(village.colleague), slip, make_picture())
    for person in (village.helper, village.colleague):
        assert queries.to_witness(actor_for(person)) == 0
        with pytest.raises(NotPermitted):
            service.confirm_on_paper(actor_for(person), slip, seen=True)
    for person in (village.helper, village.colleague):
        with pytest.raises(IntegrityError), session.begin_nested():
            slip.confirmed_by = person.id
            session.flush()


def test_without_a_signature_nobody_confirms_on_paper(village: Village) -> None:
    with pytest.raises(WrongState):
        service.confirm_on_paper(actor_for(village.colleague), village.slip(), seen=True)


def test_a_signature_that_will_not_do_goes_back_with_the_reason_and_a_change_needs_a_new_one(village: Village) -> None:
    slip = village.signed()
    refused = slip.file
    service.send_back(actor_for(village.colleague), slip, "签的不是本人的名字")
    assert (slip.state, slip.file_id, slip.returned_because) == ("draft", None, "签的不是本人的名字")
    service.upload_signature(actor_for(village.helper), slip, make_picture())
    blurred = slip.file
    service.upload_signature(actor_for(village.helper), slip, make_picture())
    outdated = slip.file
    facts = queries.facts_of(slip) | {"name": "曲大妈"}
    service.change(actor_for(village.helper), slip, **facts)
    assert (slip.state, slip.file_id, slip.name) == ("draft", None, "曲大妈")
    papers = [refused, blurred, outdated]
    assert len({paper.id for paper in papers}) == 3 and [paper.content for paper in papers] == [None] * 3


def test_a_helpers_own_phone_is_nobody_elses(village: Village) -> None:
    phone = str(accounts.phone_of(village.helper))
    for wrong in ({"phone": phone}, {"age": 17, "guardian_phone": phone}):
        with pytest.raises(Faults, match="不能填您自己的"):
            village.slip(**wrong)
    slip = village.slip()
    with pytest.raises(Invalid, match="已经有账号"):
        village.confirm(slip, phone=phone)
    assert slip.state == "draft"


def test_a_slip_found_in_the_street_is_worth_nothing_without_the_paper(village: Village) -> None:
    slip = village.slip()
    last = queries.facts_of(slip)["identity"][-4:]
    confirming.check_holder(slip, f" {last.lower()} ")
    wrong = "0000" if last != "0000" else "1111"
    with pytest.raises(TooMany):
        for _ in range(confirming.MOST_TRIES + 1):
            with pytest.raises(Invalid):
                confirming.check_holder(slip, wrong)
    with at(now() + dt.timedelta(days=1, minutes=1)):
        confirming.check_holder(slip, last)


@pytest.mark.parametrize("missing", confirming.CONSENTS)
def test_every_consent_is_asked_one_by_one(village: Village, missing: str) -> None:
    slip = village.slip()
    with pytest.raises(Faults) as refused:
        village.confirm(slip, consents=[p for p in confirming.CONSENTS if p != missing])
    assert [fault.field for fault in refused.value.faults] == [missing] and slip.state == "draft"


def test_somebody_who_has_an_account_applies_with_it_and_the_helper_never_learns_of_it(village: Village) -> None:
    identity = next_identity(dt.date(1990, 1, 1))
    make_applicant("曲大娘", identity=identity)
    slip = village.slip(identity=identity)
    with pytest.raises(Invalid, match="已经有账号"):
        village.confirm(slip)
    service.upload_signature(actor_for(village.helper), slip, make_picture())
    with pytest.raises(Invalid, match="已经有账号"):
        service.confirm_on_paper(actor_for(village.colleague), slip, seen=True)


def test_under_eighteen_the_guardian_is_asked_on_her_own_phone_even_if_the_child_signed_on_paper(
    village: Village,
) -> None:
    with pytest.raises(Faults) as refused:
        village.slip(age=17, guardian_name="", guardian_relation="", guardian_phone="")
    assert {f.field for f in refused.value.faults} == {"guardian_name", "guardian_relation", "guardian_phone"}
    slip = village.signed(age=17)
    service.confirm_on_paper(actor_for(village.colleague), slip, seen=True)
    application = slip.application
    assert application is not None and application.state == "awaiting_guardian" and application.guardian
    assert "/guardian/" in body_of(newest_to_phone("13800007777")[-1])


def test_below_fourteen_nobody_is_entered(village: Village) -> None:
    with pytest.raises(Faults, match="14周岁"):
        village.slip(age=13)


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": " "}, "name"), ({"identity": "371002199913011234"}, "identity"), ({"phone": "139"}, "phone"),
        ({"tracks": []}, "tracks"), ({"tracks": [10**9]}, "tracks"), ({"start_point": "x"}, "start_point"),
        ({"district": "x"}, "district"), ({"categories": ["disabled"]}, "categories"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_told_beside_its_field(village: Village, wrong: dict[str, Any], field: str) -> None:
    with pytest.raises(Faults) as refused:
        village.slip(**wrong)
    assert [fault.field for fault in refused.value.faults] == [field]


def test_the_same_person_stands_once_in_a_batch(village: Village, session: Any) -> None:
    identity = queries.facts_of(village.slip())["identity"]
    with pytest.raises(IntegrityError) as broken, session.begin_nested():
        village.slip(identity=identity)
    assert refusal(broken.value).field == "identity"


def test_after_the_deadline_nothing_is_entered_signed_or_confirmed(village: Village) -> None:
    slip, signed = village.slip(), village.signed()
    with at(village.stage.round.deadline):
        for late in (
            lambda: village.slip(),
            lambda: service.upload_signature(actor_for(village.helper), slip, make_picture()),
            lambda: village.confirm(slip),
            lambda: service.confirm_on_paper(actor_for(village.colleague), signed, seen=True),
        ):
            with pytest.raises(WrongState):
                late()


def test_a_week_after_the_deadline_what_nobody_confirmed_is_gone(village: Village, session: Any) -> None:
    phone = next_phone()
    slip, done = village.signed(phone=phone), village.slip()
    village.confirm(done)
    file = slip.file
    with at(village.stage.round.deadline + dt.timedelta(days=8)):
        sweeping.expire_unconfirmed()
    assert (slip.state, slip.name, slip.identity_sealed, slip.code_sealed) == ("expired", "", None, None)
    assert file is not None and file.content is None and done.state == "confirmed"
    assert newest_to_phone(phone, 1)[0].subject == "代填的报名没有算数"


def test_dropping_erases_and_a_lost_paper_gets_a_new_code(village: Village) -> None:
    slip = village.slip()
    before = code_on(slip)
    service.new_code(actor_for(village.helper), slip)
    assert code_on(slip) != before and queries.slip_of_code(actor_for(make_applicant()), before) is None
    service.drop(actor_for(village.helper), slip, "本人不报了")
    assert (slip.state, slip.identity_sealed, slip.code_index) == ("dropped", None, None)
    assert (slip.name, slip.identity_hint, slip.phone_hint, slip.guardian_name) == ("", "", "", "")
    signed = village.signed()
    paper = signed.file
    service.drop(actor_for(village.helper), signed, "填错了人")
    assert paper is not None and paper.content is None


def test_a_helper_sees_slips_of_her_own_station_only_and_a_closed_station_ends_her_work(village: Village) -> None:
    slip = village.slip()
    other = make_helper(make_station(village.stage.alliance))
    assert queries.slip_seen_by(actor_for(other), slip.id) is None
    far = make_helper(make_station(make_alliance()))
    assert queries.slip_seen_by(actor_for(far), slip.id) is None
    assert queries.slip_seen_by(village.stage.coordinator(), slip.id) is None, "unsigned is nobody's business"
    service.close(village.stage.coordinator(), village.batch.station, "搬走了")
    assert not actor_for(village.helper).is_staff and queries.slip_seen_by(actor_for(village.helper), slip.id) is None


def test_stations_are_set_up_by_name_and_place(village: Village, session: Any) -> None:
    facts = {"alliance_id": village.stage.alliance.id, "district": "371002", "address": "x", "phone": "1"}
    with pytest.raises(Faults):
        service.set_up(village.stage.coordinator(), **{**facts, "name": " ", "district": "other"})
    row = service.set_up(village.stage.coordinator(), name="新站", **facts)
    assert row.state == "open" and [line.action for line in history_of("station", row.id)] == ["create"]
    with pytest.raises(IntegrityError) as broken, session.begin_nested():
        service.set_up(village.stage.coordinator(), name="新站", **facts)
    assert refusal(broken.value).field == "name"


def test_nothing_that_identifies_anybody_stands_in_the_database_in_clear(village: Village, session: Any) -> None:
    phone = next_phone()
    slip = village.slip(age=17, phone=phone)
    facts = queries.facts_of(slip)
    secrets = {word: str(facts[word]).encode() for word in ("identity", "phone", "guardian_phone")}
    secrets["code"] = code_on(slip).encode()
    assert found_in(everything_stored(session), secrets) == []


def test_a_round_of_another_alliance_is_not_offered(village: Village) -> None:
    other = make_stage().round
    with pytest.raises(Invalid):
        service.begin_batch(actor_for(village.helper), village.batch.station, other, "x")
    assert [r.id for r in queries.rounds_for(village.batch.station)] == [village.stage.round.id]
    assert slip_facts([])["tracks"] == [] and db.session.get(SlipBatch, village.batch.id)
