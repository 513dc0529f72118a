"""The applicant's pages as a browser sees them, without any script."""

from __future__ import annotations

import io
from typing import Any

from flask.testing import FlaskClient

from app.applications.models import Application
from app.applications.states import APPLICATION
from app.core.db import db
from tests.app.applications.stage import Stage, make_stage
from tests.app.make_accounts import make_applicant
from tests.app.make_applications import make_application, make_evidence, make_guardian, make_picture
from tests.app.make_order_classes import make_class, make_track
from tests.app.make_positions import make_position


def _mine(stage: Stage, client: FlaskClient, log_in: Any, **facts: Any) -> Application:
    user = make_applicant()
    row = make_application(stage.round, user, facts.pop("tracks", ()), facts.pop("submitted", False), **facts)
    log_in(client, user)  # commits, so that a refused request rolls back only what it did itself
    return row


def test_the_whole_way_from_the_first_page_to_the_receipt(
    session: Any, client: FlaskClient, log_in: Any, post: Any
) -> None:
    stage = make_stage()
    log_in(client, make_applicant("林小禾"))
    assert "开始报名" in client.get("/my-application").text
    assert post(client, f"/my-application/start/{stage.round.id}").status_code == 303
    row = db.session.query(Application).one()
    base = f"/my-application/{row.id}"
    answer = post(client, f"{base}/profile", {"start_point": "junior", "district": "371003", "address": ""})
    assert answer.location == f"{base}/papers"
    for track in stage.tracks:
        assert post(client, f"{base}/choices/add", {"track": track.id}).location == f"{base}/choices"
    page = client.get(f"{base}/submit").text
    assert stage.school.name in page and "还没交" in page
    refused = post(client, f"{base}/submit")
    assert refused.status_code == 422 and "请勾选同意" in refused.text
    assert post(client, f"{base}/submit", {"consent": "y"}).location == f"{base}/receipt"
    receipt = client.get(f"{base}/receipt").text
    db.session.expire_all()
    row = db.session.query(Application).one()
    assert row.state == "submitted" and row.receipt_code in receipt and row.receipt_sha256 in receipt
    assert "data:image/svg+xml" in receipt and row.number in receipt


def test_buttons_move_and_drop_cards_and_every_press_is_saved(
    session: Any, client: FlaskClient, log_in: Any, post: Any
) -> None:
    stage = make_stage()
    tracks = [*stage.tracks, *stage.more_tracks(1)]
    row = _mine(stage, client, log_in, tracks=tracks)
    first, second, third = (track.id for track in tracks)
    url = f"/my-application/{row.id}/choices"
    assert "第3志愿上移" in client.get(url).text

    def press(order: list[int], **button: Any) -> list[int]:
        assert post(client, url, {"order": order, "adjustable": "yes", **button}).status_code == 303
        db.session.expire_all()
        return [choice.track_id for choice in db.session.get(Application, row.id).choices]

    assert press([first, second, third], move=f"up:{third}") == [first, third, second]
    assert press([second, first, third], move=f"down:{first}") == [second, third, first]
    assert press([second, third, first], drop=third) == [second, first]
    assert press([first, second]) == [first, second]


def test_without_script_what_was_ticked_is_kept_on_the_way_to_handing_in(
    session: Any, client: FlaskClient, log_in: Any, post: Any
) -> None:
    stage = make_stage()
    application = _mine(stage, client, log_in, tracks=stage.tracks)
    first, second = (track.id for track in stage.tracks)
    url, on = f"/my-application/{application.id}/choices", f"/my-application/{application.id}/submit"
    page = client.get(url).text
    onward = '<button class="btn btn-primary" form="choices" name="then" value="submit">排好了，去提交报名</button>'
    assert onward in page and '<button class="btn btn-plain" form="choices">保存，先不提交</button>' in page
    sent = {"order": [first, second], "adjustable": "no", "then": "submit", "version": application.version}
    assert post(client, url, sent).location == on
    db.session.refresh(application)
    assert not application.adjustable
    before = application.version
    assert post(client, url, sent | {"version": before}).location == on
    db.session.refresh(application)
    assert application.version == before, "nothing was changed, so nothing is saved"


def test_a_stale_second_tab_gets_a_conflict_page_and_changes_nothing(
    session: Any, client: FlaskClient, log_in: Any, post: Any
) -> None:
    stage = make_stage()
    row = _mine(stage, client, log_in, tracks=stage.tracks)
    first, second = (track.id for track in stage.tracks)
    url, seen = f"/my-application/{row.id}/choices", row.version
    assert post(client, url, {"order": [second, first], "adjustable": "yes", "version": seen}).status_code == 303
    assert post(client, url, {"order": [first], "adjustable": "no", "version": seen}).status_code == 409
    db.session.expire_all()
    assert [choice.track_id for choice in db.session.get(Application, row.id).choices] == [second, first]


def test_whoever_may_change_already_is_led_there_and_refused_only_where_it_is_too_late(
    session: Any, client: FlaskClient, log_in: Any, post: Any
) -> None:
    stage = make_stage()
    row = _mine(stage, client, log_in, tracks=stage.tracks, submitted=True)
    page, seen = f"/my-application/{row.id}", {"version": row.version}
    for says in ("可以改了", "已经可以改志愿了"):
        answer = post(client, f"{page}/reopen", seen)
        assert answer.status_code == 303 and answer.location == f"{page}/choices"
        assert says in client.get(answer.location).text
    assert post(client, f"{page}/withdraw", {"version": db.session.get(Application, row.id).version}).status_code == 303
    assert post(client, f"{page}/reopen").status_code == 409


def test_the_same_post_twice_submits_once(session: Any, client: FlaskClient, log_in: Any) -> None:
    stage = make_stage()
    row = _mine(stage, client, log_in, tracks=stage.tracks)
    data = {"_key": "k" * 24, "consent": "y"}
    answers = [client.post(f"/my-application/{row.id}/submit", data=data) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [303, 302]
    assert {answer.location for answer in answers} == {f"/my-application/{row.id}/receipt"}
    from app.applications.models import ChoiceList

    assert db.session.query(ChoiceList).filter_by(application_id=row.id).count() == 1


def test_too_many_or_foreign_tracks_are_refused_on_the_page(
    session: Any, client: FlaskClient, log_in: Any, post: Any
) -> None:
    stage = make_stage({"max_choices": 2})
    extra = stage.more_tracks(1)[0]
    row = _mine(stage, client, log_in, tracks=stage.tracks)
    answer = post(client, f"/my-application/{row.id}/choices/add", {"track": extra.id})
    assert answer.status_code == 422 and "最多填2个志愿" in answer.text
    answer = post(client, f"/my-application/{row.id}/choices/add", {"track": stage.tracks[0].id})
    assert answer.status_code == 422 and "只能填一次" in answer.text


def test_the_list_says_why_a_track_is_closed_and_which_paper_opens_it(
    session: Any, client: FlaskClient, log_in: Any
) -> None:
    stage = make_stage(age_max=18, relaxed={"migrant_worker": 45})
    senior = make_class(stage.school, stage.alliance, start_point="senior", name="高中起点班")
    make_track(senior, make_position(stage.enterprise))
    from app.rounds.models import RoundClass

    db.session.add(RoundClass(round_id=stage.round.id, order_class=senior, seats=20, min_open=0))
    row = _mine(stage, client, log_in)
    text = client.get(f"/my-application/{row.id}/choices/add").text
    assert "农民工：户口簿和劳动合同" in text and "先加上，再去传材料" in text
    assert "这个班收高中起点" in text
    assert "没有找到" in client.get(f"/my-application/{row.id}/choices/add?q=没有这个班").text
    assert "高中起点班" in client.get(f"/my-application/{row.id}/choices/add?q=高中起点").text


def test_another_persons_pages_do_not_exist(session: Any, client: FlaskClient, log_in: Any, post: Any) -> None:
    stage = make_stage()
    other = make_application(stage.round, make_applicant("别人"), stage.tracks)
    paper = make_evidence(other)
    log_in(client, make_applicant())
    base = f"/my-application/{other.id}"
    pages = ["", "/profile", "/papers", "/categories", "/papers/graduation/general", "/guardian", "/choices",
             "/choices/add", "/submit", "/receipt", "/withdraw"]
    for page in pages:
        assert client.get(base + page).status_code == 404, page
    for page in ["/profile", "/categories", "/papers/graduation/general", "/guardian", "/guardian/link", "/choices",
                 "/choices/add", "/submit", "/reopen", "/withdraw", "/restore"]:
        assert post(client, base + page).status_code == 404, page
    assert client.get(f"/evidence/{paper.id}/file").status_code == 404
    assert db.session.get(Application, other.id).state == "submitted"


def test_a_paper_is_uploaded_from_the_phone_and_seen_again_only_by_its_owner(
    session: Any, client: FlaskClient, log_in: Any, post: Any
) -> None:
    stage = make_stage()
    row = _mine(stage, client, log_in)
    url = f"/my-application/{row.id}/papers/graduation/general"
    assert "还没传" in client.get(url).text
    answer = post(client, url)
    assert answer.status_code == 422 and "还没有选照片" in answer.text
    answer = post(client, url, {"file": (io.BytesIO(b"not a picture"), "x.jpg")}, content_type="multipart/form-data")
    assert answer.status_code == 422 and "打不开这个文件" in answer.text
    sent = {"file": (io.BytesIO(make_picture()), "../../etc/passwd")}
    assert post(client, url, sent, content_type="multipart/form-data").status_code == 303
    paper = db.session.get(Application, row.id).evidence[0]
    answer = client.get(f"/evidence/{paper.id}/file")
    assert answer.status_code == 200 and answer.data[:3] == b"\xff\xd8\xff"
    assert answer.headers["Cache-Control"] == "no-store" and answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "passwd" not in answer.headers["Content-Disposition"]


def test_categories_are_claimed_and_the_sensitive_ones_ask_for_their_own_consent(
    session: Any, client: FlaskClient, log_in: Any, post: Any
) -> None:
    stage = make_stage()
    row = _mine(stage, client, log_in)
    url = f"/my-application/{row.id}/categories"
    answer = post(client, url, {"categories": ["hardship", "veteran"]})
    assert answer.status_code == 422 and "单独勾选同意" in answer.text
    assert post(client, url, {"categories": ["hardship", "veteran"], "category_consent": "y"}).status_code == 303
    text = client.get(f"/my-application/{row.id}/papers").text
    assert "就业困难人员认定证明" in text and "退役证或优待证" in text


def test_every_page_of_every_state_renders(session: Any, client: FlaskClient, log_in: Any) -> None:
    stage = make_stage()
    user = make_applicant(age=16)
    log_in(client, user)
    row = make_application(stage.round, user, stage.tracks)
    make_guardian(row)
    make_evidence(row, state="returned")
    for state in APPLICATION.states:
        row.state = state
        db.session.commit()
        for page in ("", "/profile", "/papers", "/categories", "/papers/graduation/general", "/guardian", "/choices",
                     "/choices/add", "/submit", "/receipt", "/withdraw"):
            answer = client.get(f"/my-application/{row.id}{page}")
            assert answer.status_code == 200, (state, page)
        assert client.get("/my-application").status_code == 200


def test_withdrawing_reopening_and_coming_back_by_buttons(
    session: Any, client: FlaskClient, log_in: Any, post: Any
) -> None:
    stage = make_stage()
    row = _mine(stage, client, log_in, tracks=stage.tracks, submitted=True)
    base = f"/my-application/{row.id}"

    def state() -> str:
        db.session.expire_all()
        return db.session.get(Application, row.id).state

    post(client, f"{base}/reopen")
    assert state() == "draft"
    post(client, f"{base}/withdraw", {"why": "家里有事"})
    assert state() == "withdrawn"
    post(client, f"{base}/restore")
    assert state() == "draft"
    assert post(client, f"{base}/restore").status_code == 409


def test_staff_have_no_application_of_their_own(session: Any, client: FlaskClient, log_in: Any) -> None:
    from tests.app.make_organisations import make_school_staff

    stage = make_stage()
    log_in(client, make_school_staff(stage.school))
    assert client.get("/my-application").status_code == 403


def test_whatever_is_tapped_twice_happens_once(session: Any, client: FlaskClient, log_in: Any) -> None:
    """A double tap, or a retry after an answer that was lost: the same key, the second time led to the same place."""
    stage = make_stage()
    user = make_applicant()
    log_in(client, user)

    def twice(path: str, data: dict[str, Any] | None = None, **options: Any) -> None:
        sent = {"_key": f"tap{path}".ljust(24, "x")[-40:], **(data or {})}
        files = {"file": (io.BytesIO(make_picture()), "a.jpg")} if options.pop("photo", False) else {}
        first = client.post(path, data=sent | files, **options)
        again = {"file": (io.BytesIO(make_picture()), "a.jpg")} if files else {}
        second = client.post(path, data=sent | again, **options)
        assert (first.status_code, second.status_code) == (303, 302) and first.location == second.location, path

    twice(f"/my-application/start/{stage.round.id}")
    row = db.session.query(Application).filter_by(user_id=user.id).one()
    base = f"/my-application/{row.id}"
    twice(f"{base}/profile", {"start_point": "junior", "district": "371003", "address": ""})
    twice(f"{base}/categories", {"categories": ["veteran"]})
    twice(f"{base}/papers/graduation/general", photo=True, content_type="multipart/form-data")
    twice(f"{base}/choices/add", {"track": stage.tracks[0].id})
    twice(f"{base}/submit", {"consent": "y"})
    twice(f"{base}/reopen")
    twice(f"{base}/use-last")
    twice(f"{base}/withdraw", {"why": ""})
    twice(f"{base}/restore")
    db.session.expire_all()
    row = db.session.get_one(Application, row.id)
    assert row.state == "draft" and len(row.choices) == 1 and len(row.claims) == 1 and len(row.evidence) == 1
