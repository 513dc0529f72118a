"""Saved as you go: drafts are kept field by field, once each, and only one's own, in time, on the version seen."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from app.applications.models import Application
from app.core.clock import at
from app.core.db import db
from app.core.history import History
from tests.app.applications.stage import make_stage
from tests.app.make_accounts import make_applicant
from tests.app.make_applications import make_application


def _begun(log_in: Any, client: FlaskClient, **facts: Any) -> tuple[Any, Application]:
    stage = make_stage()
    blank = {"start_point": None, "district": None, "address": "", "submitted": False}
    row = make_application(stage.round, make_applicant(), stage.tracks, **(blank | facts))
    log_in(client, row.user)
    return stage, row


def _fresh(row: Application) -> Application:
    db.session.expire_all()
    return db.session.get_one(Application, row.id)


def test_half_a_profile_is_kept_and_what_is_wrong_is_named(
    session: Any, client: FlaskClient, log_in: Any, post: Any
) -> None:
    _, row = _begun(log_in, client)
    url = f"/my-application/{row.id}/draft/profile"
    answer = post(client, url, {"start_point": "junior", "district": "nowhere", "address": "路" * 200, "version": 1})
    assert answer.status_code == 200 and answer.json["version"] == 2
    assert any("住在哪里" in said for said in answer.json["refused"])
    kept = _fresh(row)
    assert (kept.start_point, kept.district, kept.address) == ("junior", None, "")


def test_the_same_draft_twice_is_saved_once_and_answered_twice(session: Any, client: FlaskClient, log_in: Any) -> None:
    _, row = _begun(log_in, client)
    data = {"_key": "d" * 24, "start_point": "junior", "district": "371003", "version": 1}
    answers = [client.post(f"/my-application/{row.id}/draft/profile", data=data, follow_redirects=True) for _ in "12"]
    assert [answer.json["version"] for answer in answers] == [2, 2]
    lines = db.session.query(History).filter_by(thing="application", thing_id=row.id, action="revise")
    assert lines.count() == 1


def test_a_draft_that_changes_nothing_leaves_no_line(session: Any, client: FlaskClient, log_in: Any, post: Any) -> None:
    stage, row = _begun(log_in, client, start_point="junior", district="371003")
    sent = {"start_point": "junior", "district": "371003", "address": "", "version": 1}
    assert post(client, f"/my-application/{row.id}/draft/profile", sent).json["version"] == 1
    order = {"order": [track.id for track in stage.tracks], "adjustable": "yes", "version": 1}
    assert post(client, f"/my-application/{row.id}/draft/choices", order).json["version"] == 1


def test_a_dragged_order_is_kept_and_a_stale_one_is_a_conflict(
    session: Any, client: FlaskClient, log_in: Any, post: Any
) -> None:
    stage, row = _begun(log_in, client)
    first, second = (track.id for track in stage.tracks)
    url = f"/my-application/{row.id}/draft/choices"
    answer = post(client, url, {"order": [second, first], "adjustable": "no", "version": 1})
    assert answer.status_code == 200 and answer.json["version"] == 2 and ":" in answer.json["at"]
    assert [choice.track_id for choice in _fresh(row).choices] == [second, first]
    assert post(client, url, {"order": [first], "adjustable": "no", "version": 1}).status_code == 409
    foreign = post(client, url, {"order": [first, 10**9], "adjustable": "no", "version": 2})
    assert foreign.status_code == 422 and foreign.json["refused"]
    assert [choice.track_id for choice in _fresh(row).choices] == [second, first]


def test_nothing_is_kept_after_the_deadline_or_once_handed_in(
    session: Any, client: FlaskClient, log_in: Any, post: Any
) -> None:
    stage, row = _begun(log_in, client)
    url = f"/my-application/{row.id}/draft/profile"
    with at(stage.round.deadline):
        log_in(client, row.user)
        assert post(client, url, {"start_point": "senior", "district": "371003"}).status_code == 409
    log_in(client, row.user)
    row.state = "submitted"
    db.session.commit()
    assert post(client, url, {"start_point": "senior", "district": "371003"}).status_code == 409
    assert _fresh(row).start_point is None


def test_another_persons_draft_does_not_exist(session: Any, client: FlaskClient, log_in: Any, post: Any) -> None:
    _, row = _begun(log_in, client)
    log_in(client, make_applicant("别人"))
    base = f"/my-application/{row.id}/draft"
    assert client.get(base).status_code == 404
    assert post(client, f"{base}/profile", {"start_point": "junior"}).status_code == 404
    assert post(client, f"{base}/choices", {"order": []}).status_code == 404


def test_without_script_the_pages_are_plain_forms(session: Any, client: FlaskClient, log_in: Any) -> None:
    _, row = _begun(log_in, client, start_point="junior", district="371003")
    for page in ("profile", "choices"):
        text = client.get(f"/my-application/{row.id}/{page}").text
        assert f'data-draft="/my-application/{row.id}/draft/{page}"' in text and "drafts.js" in text
        assert 'method="post"' in text and "保存" in text
