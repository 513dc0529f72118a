"""Categories and papers: what is only said opens nothing, what is verified does, and files lie sealed."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from sqlalchemy import text

from app.applications import service
from app.applications.papers import expected, level_of
from app.core.clock import at
from app.core.db import db
from app.core.errors import Conflict, Faults, Invalid, WrongState
from app.core.files import content_of
from app.core.outbox import Message
from tests.app.applications.stage import make_stage
from tests.app.make_accounts import make_applicant
from tests.app.make_applications import make_application, make_evidence, make_picture


def test_a_category_climbs_from_stated_to_verified_only_when_every_paper_of_it_is_verified(session: Any) -> None:
    stage = make_stage()
    actor, application = stage.begin()
    service.set_choices(actor, application, [stage.tracks[0].id], False)
    service.claim_categories(actor, application, ["migrant_worker"])
    claim = application.claims[0]
    assert claim.level == "stated"
    book = service.upload_evidence(actor, application, "household_book", "migrant_worker", make_picture())
    record = service.upload_evidence(actor, application, "work_record", "migrant_worker", make_picture())
    assert claim.level == "uploaded"
    service.submit(actor, application)
    coordinator = stage.coordinator()
    service.decide_evidence(coordinator, book, True)
    assert claim.level == "uploaded"
    service.decide_evidence(coordinator, record, True)
    assert claim.level == "verified"
    service.decide_evidence(coordinator, record, False, "日期看不清")
    assert claim.level == "uploaded"


def test_the_level_of_a_claim_follows_from_its_papers_alone() -> None:
    both = [("household_book", "verified"), ("work_record", "verified")]
    assert level_of("migrant_worker", []) == "stated"
    assert level_of("migrant_worker", [("household_book", "returned")]) == "stated"
    assert level_of("migrant_worker", both[:1]) == "uploaded"
    assert level_of("migrant_worker", both) == "verified"
    assert level_of("migrant_worker", [("household_book", "verified"), ("work_record", "replaced")]) == "uploaded"


def test_a_new_photograph_replaces_the_returned_one_and_the_person_was_told_why(session: Any) -> None:
    stage = make_stage()
    user = make_applicant()
    application = make_application(stage.round, user, stage.tracks)
    paper = make_evidence(application)
    service.decide_evidence(stage.coordinator(), paper, False, "四个角没拍全")
    told = [m.body for m in db.session.query(Message).filter_by(user_id=user.id, channel="site")]
    assert any("四个角没拍全" in body for body in told)
    from tests.app.make_organisations import actor_for

    again = service.upload_evidence(actor_for(user), application, "graduation", None, make_picture())
    assert (paper.state, again.state) == ("replaced", "uploaded")
    with pytest.raises(WrongState):
        service.decide_evidence(stage.coordinator(), paper, True)


def test_returning_a_paper_needs_a_reason(session: Any) -> None:
    stage = make_stage()
    application = make_application(stage.round, make_applicant(), stage.tracks)
    with pytest.raises(Invalid) as refused:
        service.decide_evidence(stage.coordinator(), make_evidence(application), False, "  ")
    assert refused.value.field == "why"


def test_a_paper_that_somebody_else_has_decided_meanwhile_is_not_decided_again(session: Any) -> None:
    stage = make_stage()
    application = make_application(stage.round, make_applicant(), stage.tracks)
    paper = make_evidence(application)
    seen = paper.version
    service.decide_evidence(stage.coordinator(), paper, True, version=seen)
    with pytest.raises(Conflict):
        service.decide_evidence(stage.coordinator(), paper, False, "看不清", version=seen)
    assert paper.state == "verified"


def test_evidence_does_not_lie_in_the_database_in_the_clear(session: Any) -> None:
    stage = make_stage()
    actor, application = stage.begin()
    paper = service.upload_evidence(actor, application, "graduation", None, make_picture())
    found = text("SELECT content FROM stored_file WHERE id = :id")
    stored = db.session.execute(found, {"id": paper.file_id}).scalar_one()
    plain = content_of(paper.file)
    assert plain[:3] == b"\xff\xd8\xff"
    assert b"JFIF" not in bytes(stored) and plain[20:60] not in bytes(stored)


def test_what_is_not_a_picture_is_refused_and_position_data_does_not_survive(session: Any) -> None:
    import io

    from PIL import Image

    stage = make_stage()
    actor, application = stage.begin()
    with pytest.raises(Invalid) as refused:
        service.upload_evidence(actor, application, "graduation", None, b"MZ\x90 not a picture")
    assert refused.value.field == "file"
    exif = Image.Exif()
    exif[0x010E] = "taken at home"
    out = io.BytesIO()
    Image.new("RGB", (30, 20)).save(out, "JPEG", exif=exif)
    paper = service.upload_evidence(actor, application, "graduation", None, out.getvalue())
    assert b"taken at home" not in content_of(paper.file)


def test_a_verified_paper_is_not_replaced(session: Any) -> None:
    stage = make_stage()
    actor, application = stage.begin()
    make_evidence(application, state="verified")
    with pytest.raises(WrongState, match="核验通过"):
        service.upload_evidence(actor, application, "graduation", None, make_picture())


def test_a_paper_for_a_category_that_was_not_claimed_is_refused(session: Any) -> None:
    stage = make_stage()
    actor, application = stage.begin()
    with pytest.raises(Invalid, match="先勾选类别"):
        service.upload_evidence(actor, application, "veteran_card", "veteran", make_picture())


def test_a_sensitive_category_is_only_kept_with_a_consent_of_its_own(session: Any) -> None:
    stage = make_stage()
    actor, application = stage.begin()
    with pytest.raises(Faults) as refused:
        service.claim_categories(actor, application, ["disabled", "veteran"])
    assert [fault.field for fault in refused.value.faults] == ["category_consent"]
    assert application.claims == []
    service.claim_categories(actor, application, ["disabled", "veteran"], consents=True)
    assert {claim.category for claim in application.claims} == {"disabled", "veteran"}


def test_a_category_may_be_dropped_until_checking_begins_and_its_papers_go_with_it(session: Any) -> None:
    stage = make_stage()
    actor, application = stage.begin()
    service.claim_categories(actor, application, ["veteran", "past_leaver"])
    paper = service.upload_evidence(actor, application, "veteran_card", "veteran", make_picture())
    service.claim_categories(actor, application, ["past_leaver"])
    assert paper.state == "replaced" and [claim.category for claim in application.claims] == ["past_leaver"]
    stage.round.state = "checking"
    with at(stage.round.deadline + dt.timedelta(hours=1)), pytest.raises(WrongState, match="不能再去掉"):
        service.claim_categories(actor, application, [])


def test_papers_may_be_sent_after_the_deadline_until_their_own_last_day(session: Any) -> None:
    stage = make_stage({"state": "checking"})
    user = make_applicant()
    application = make_application(stage.round, user, stage.tracks)
    from tests.app.make_organisations import actor_for

    with at(stage.round.evidence_due - dt.timedelta(seconds=1)):
        service.upload_evidence(actor_for(user), application, "graduation", None, make_picture())
    with at(stage.round.evidence_due), pytest.raises(WrongState, match="已经截止"):
        service.upload_evidence(actor_for(user), application, "graduation", None, make_picture())


def test_the_list_of_papers_follows_from_what_somebody_said_of_herself(session: Any) -> None:
    stage = make_stage()
    _, application = stage.begin()
    names = lambda: [(wanted.kind, wanted.category) for wanted in expected(application)]  # noqa: E731
    assert names() == [("graduation", None)]
    actor = stage.coordinator()
    service.claim_categories(actor, application, ["past_leaver", "migrant_worker"])
    assert names() == [
        ("graduation", "past_leaver"), ("household_book", "migrant_worker"), ("work_record", "migrant_worker"),
    ]
    application.school_id = stage.school.id
    assert names()[-1] == ("enrolment_proof", None)
