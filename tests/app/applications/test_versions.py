"""Each submitted version is kept, and a person who began to change one does not lose it."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from flask.testing import FlaskClient

from app.accounts.consents import withdraw_consent
from app.applications import service
from app.applications.guardians import guardian_answer
from app.applications.models import Application
from app.applications.versions import standing_version
from app.core.actor import Actor
from app.core.clock import at, now
from app.core.db import db
from app.core.errors import Conflict, WrongState
from app.core.outbox import Message
from tests.app.applications.stage import Stage, make_stage
from tests.app.make_accounts import make_applicant


def _reopened(stage: Stage, **person: Any) -> tuple[Actor, Application]:
    """Submitted with both tracks, reopened, and left with only the second."""
    actor, application = stage.begin(make_applicant(**person))
    first, second = (track.id for track in stage.tracks)
    service.set_choices(actor, application, [first, second], True)
    service.submit(actor, application)
    service.reopen(actor, application)
    service.set_choices(actor, application, [second], False)
    return actor, application


def test_reopened_and_not_submitted_again_it_counts_as_it_was_submitted_last(session: Any) -> None:
    stage = make_stage()
    _, application = _reopened(stage)
    code, sha = application.receipt_code, application.receipt_sha256
    with at(stage.round.deadline):
        assert service.leave_out_unsubmitted(stage.round) == 0
    assert application.state == "submitted" and application.adjustable
    assert [choice.track_id for choice in application.choices] == [track.id for track in stage.tracks]
    assert (application.receipt_code, application.receipt_sha256) == (code, sha)
    told = db.session.query(Message).filter_by(user_id=application.user_id, channel="site").all()
    assert any("按第1次提交的算" in message.body for message in told)


def test_she_may_say_so_herself_before_the_deadline_and_not_after(session: Any) -> None:
    stage = make_stage()
    actor, application = _reopened(stage)
    with at(stage.round.deadline), pytest.raises(WrongState):
        service.use_last_version(actor, application)
    with pytest.raises(Conflict):
        service.use_last_version(actor, application, application.version - 1)
    service.use_last_version(actor, application, application.version)
    assert application.state == "submitted" and len(application.choices) == 2


def test_a_withdrawn_application_that_came_back_counts_only_when_it_is_submitted_anew(session: Any) -> None:
    stage = make_stage()
    actor, application = _reopened(stage)
    service.withdraw(actor, application)
    service.restore(actor, application)
    assert standing_version(application) is None
    with pytest.raises(WrongState):
        service.use_last_version(actor, application)
    with at(stage.round.deadline):
        assert service.leave_out_unsubmitted(stage.round) == 1
    assert application.state == "left_out"


def test_without_the_consent_that_named_the_schools_no_version_stands(session: Any) -> None:
    stage = make_stage()
    _, application = _reopened(stage)
    assert standing_version(application) is not None
    withdraw_consent(application.user, "schools_of_choices")
    assert standing_version(application) is None


def _minor(stage: Stage) -> tuple[Actor, Application]:
    actor, application = stage.begin(make_applicant(age=16))
    service.name_guardian(actor, application, name="林桂芳", relation="mother", phone="13800009999")
    service.set_choices(actor, application, [stage.tracks[0].id], True)
    service.submit(actor, application)
    return actor, application


@pytest.mark.parametrize(("answer", "stands"), [("yes", True), ("no", False), ("silence", False)])
def test_a_minors_version_stands_only_with_her_guardians_yes_to_it(session: Any, answer: str, stands: bool) -> None:
    stage = make_stage()
    actor, application = _minor(stage)
    guardian = application.guardian
    assert guardian is not None
    if answer != "silence":
        guardian_answer(Actor(guardian_id=guardian.id), guardian, answer == "yes")
    if application.state != "draft":
        service.reopen(actor, application)
    assert (standing_version(application) is not None) is stands


def test_a_yes_to_the_first_version_does_not_cover_the_second(session: Any) -> None:
    stage = make_stage()
    actor, application = _minor(stage)
    assert application.guardian is not None
    guardian_answer(Actor(guardian_id=application.guardian.id), application.guardian, True)
    with at(now() + dt.timedelta(minutes=5)):
        service.reopen(actor, application)
        service.set_choices(actor, application, [stage.tracks[1].id], True)
        service.submit(actor, application)
        service.reopen(actor, application)
        assert standing_version(application) is None


def test_the_receipt_shows_every_version_and_says_which_one_counts(
    session: Any, client: FlaskClient, log_in: Any, post: Any
) -> None:
    stage = make_stage()
    actor, application = _reopened(stage)
    service.submit(actor, application)
    log_in(client, application.user)
    url = f"/my-application/{application.id}/receipt"
    page = client.get(url).text
    assert "一共提交过2次" in page and "第2次，" in page and application.receipt_sha256 in page
    first = client.get(f"{url}?version=1").text
    assert "（第1次）" in first and application.receipt_sha256 not in first
    assert "（第2次）" in client.get(f"{url}?version=99").text
    assert client.get(f"{url}?version=x").status_code == 200


def test_the_page_says_what_counts_while_changing_and_one_button_goes_back(
    session: Any, client: FlaskClient, log_in: Any, post: Any
) -> None:
    stage = make_stage()
    _, application = _reopened(stage)
    log_in(client, application.user)
    base = f"/my-application/{application.id}"
    for page in (base, f"{base}/receipt"):
        assert "就按第1次交的算" in client.get(page).text, page
    assert post(client, f"{base}/use-last", {"version": application.version}).location == f"{base}/receipt"
    db.session.expire_all()
    assert db.session.get(Application, application.id).state == "submitted"
    assert post(client, f"{base}/use-last").status_code == 409


def test_the_printed_form_holds_the_receipt_and_masks_numbers(
    session: Any, client: FlaskClient, log_in: Any
) -> None:
    from app.accounts.sealed import identity_of, phone_of

    stage = make_stage()
    _, application = _minor(stage)
    log_in(client, application.user)
    page = client.get(f"/my-application/{application.id}/form").text
    for shown in (application.number, application.receipt_code, application.receipt_sha256, stage.school.name,
                  "data:image/svg+xml", application.user.identity_hint, application.user.name, "监护人"):  # fmt: skip
        assert shown in page
    assert identity_of(application.user) not in page and phone_of(application.user) not in page
    assert "13800009999" not in page


def test_there_is_no_form_to_print_before_anything_is_submitted(
    session: Any, client: FlaskClient, log_in: Any
) -> None:
    stage = make_stage()
    _, application = stage.begin()
    log_in(client, application.user)
    assert client.get(f"/my-application/{application.id}/form").status_code == 404
