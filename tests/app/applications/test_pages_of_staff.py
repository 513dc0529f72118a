"""The desks: who sees which application, papers one by one, scores in a table and by Excel."""

from __future__ import annotations

import io
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event

from app.accounts.sealed import identity_of, phone_of
from app.applications.models import Application, Evidence
from app.applications.score_sheet import SHEET, SPEC
from app.applications.views_scores import field_name
from app.core.db import db
from app.core.history import history_of
from app.core.workbooks import write
from app.rounds.models import RoundClass
from tests.app.applications.stage import make_stage
from tests.app.make_accounts import make_applicant
from tests.app.make_applications import make_application, make_evidence, make_guardian, make_score
from tests.app.make_organisations import make_coordinator, make_enterprise_staff, make_school, make_school_staff


def test_a_school_sees_only_handed_in_applications_that_choose_its_classes(
    session: Any, client: FlaskClient, log_in: Any
) -> None:
    stage, other = make_stage(), make_stage()
    here = make_application(stage.round, make_applicant(), stage.tracks)
    draft = make_application(stage.round, make_applicant(), stage.tracks, submitted=False)
    elsewhere = make_application(other.round, make_applicant(), other.tracks, school_id=stage.school.id)
    log_in(client, make_school_staff(stage.school))
    text = client.get("/applications").text
    assert here.number in text and draft.number not in text and elsewhere.number not in text
    assert client.get(f"/applications/{here.id}").status_code == 200
    assert client.get(f"/applications/{draft.id}").status_code == 404
    assert client.get(f"/applications/{elsewhere.id}").status_code == 404


def test_a_coordinator_sees_her_alliances_rounds_and_no_others(
    session: Any, client: FlaskClient, log_in: Any
) -> None:
    stage, other = make_stage(), make_stage()
    here = make_application(stage.round, make_applicant(), stage.tracks, submitted=False)
    elsewhere = make_application(other.round, make_applicant(), other.tracks)
    log_in(client, make_coordinator(stage.alliance))
    text = client.get("/applications").text
    assert here.number in text and elsewhere.number not in text
    assert client.get(f"/applications/{elsewhere.id}").status_code == 404


def test_enterprise_staff_see_no_applications_at_all(
    session: Any, client: FlaskClient, log_in: Any, post: Any
) -> None:
    stage = make_stage()
    row = make_application(stage.round, make_applicant(), stage.tracks)
    paper = make_evidence(row)
    log_in(client, make_enterprise_staff(stage.enterprise))
    for page in ("/applications", "/applications/papers", "/applications/scores"):
        assert client.get(page).status_code == 403
    assert client.get(f"/applications/{row.id}").status_code == 404
    for page in (f"/applications/papers/{paper.id}", f"/applications/papers/{paper.id}/decide"):
        assert post(client, page).status_code == 404
    assert client.get(f"/evidence/{paper.id}/file").status_code == 404


def test_identity_number_and_phone_stand_on_no_page_of_the_desk(
    session: Any, client: FlaskClient, log_in: Any
) -> None:
    stage = make_stage()
    user = make_applicant("林小禾", age=16)
    row = make_application(stage.round, user, stage.tracks)
    make_guardian(row)
    paper = make_evidence(row)
    offered = db.session.query(RoundClass).filter_by(round_id=stage.round.id).one()
    log_in(client, make_coordinator(stage.alliance))
    pages = ["/applications", f"/applications/{row.id}", "/applications/papers", f"/applications/papers/{paper.id}",
             "/applications/scores", f"/applications/scores/{offered.id}"]
    for page in pages:
        answer = client.get(page)
        assert answer.status_code == 200, page
        assert identity_of(user) not in answer.text and phone_of(user) not in answer.text
    for page in pages[:2]:
        assert "林小禾" not in client.get(page).text and "林**" in client.get(page).text


def test_looking_at_a_paper_is_written_down_and_a_plain_get_shows_no_picture(
    session: Any, client: FlaskClient, log_in: Any, post: Any
) -> None:
    stage = make_stage()
    paper = make_evidence(make_application(stage.round, make_applicant(), stage.tracks))
    staff = make_school_staff(stage.school)
    log_in(client, staff)
    url = f"/applications/papers/{paper.id}"
    assert "base64" not in client.get(url).text
    before = len(history_of("evidence", paper.id))
    opened = post(client, url)
    assert opened.status_code == 200 and "data:image/jpeg;base64," in opened.text
    lines = history_of("evidence", paper.id)[before:]
    assert [(line.action, line.by_user) for line in lines] == [("view", staff.id)]


def test_papers_are_decided_one_by_one_by_whoever_has_looked(
    session: Any, client: FlaskClient, log_in: Any, post: Any
) -> None:
    stage = make_stage()
    row = make_application(stage.round, make_applicant(), stage.tracks)
    first, second = make_evidence(row), make_evidence(row, "id_copy")
    log_in(client, make_coordinator(stage.alliance))
    decide = "/applications/papers/{}/decide"
    blind = post(client, decide.format(first.id), {"decision": "verify"})
    assert blind.status_code == 422 and "先打开看过" in blind.text
    post(client, f"/applications/papers/{first.id}")
    answer = post(client, decide.format(first.id), {"decision": "verify", "reason": ""})
    assert answer.location == f"/applications/papers/{second.id}"
    post(client, f"/applications/papers/{second.id}")
    answer = post(client, decide.format(second.id), {"decision": "return", "reason": ""})
    assert answer.status_code == 422 and "请写明哪里不行" in answer.text
    answer = post(client, decide.format(second.id), {"decision": "return", "reason": "blurred", "why": "右下角"})
    assert answer.location == "/applications/papers"
    db.session.expire_all()
    states = {p.id: (p.state, p.returned_because) for p in db.session.query(Evidence)}
    assert states[first.id] == ("verified", "")
    assert states[second.id] == ("returned", "照片看不清，请平放、开灯再拍一张。右下角")


def test_two_reviewers_of_one_paper_end_in_a_conflict_for_the_second(
    session: Any, client: FlaskClient, log_in: Any, post: Any
) -> None:
    stage = make_stage()
    paper = make_evidence(make_application(stage.round, make_applicant(), stage.tracks))
    log_in(client, make_coordinator(stage.alliance))
    seen = paper.version
    url = f"/applications/papers/{paper.id}"
    post(client, url)
    assert post(client, f"{url}/decide", {"decision": "verify", "reason": "", "version": seen}).status_code == 303
    stale = post(client, f"{url}/decide", {"decision": "return", "reason": "cut", "version": seen})
    assert stale.status_code == 409


def test_scores_are_typed_into_a_table_and_every_fault_stands_beside_its_field(
    session: Any, client: FlaskClient, log_in: Any, post: Any
) -> None:
    stage = make_stage()
    rows = [make_application(stage.round, make_applicant(), stage.tracks) for _ in range(2)]
    offered = db.session.query(RoundClass).filter_by(round_id=stage.round.id).one()
    log_in(client, make_school_staff(stage.school))
    url = f"/applications/scores/{offered.id}"
    assert "还缺2个分数" in client.get(url).text
    bad = post(client, url, {field_name(rows[0].id): "101", field_name(rows[1].id): "abc"})
    assert bad.status_code == 422 and "0到100之间" in bad.text and "要写数字" in bad.text
    assert post(client, url, {field_name(rows[0].id): "88", field_name(rows[1].id): ""}).status_code == 303
    text = client.get(url).text
    assert "还缺1个分数" in text and 'value="88"' in text
    assert post(client, url, {field_name(rows[0].id): "86"}).status_code == 303
    story = client.get(f"/applications/{rows[0].id}").text
    name = stage.order_class.name
    assert f"{name}：88分" in story and f"{name}：86分，原来88分" in story


def test_scores_of_another_schools_class_do_not_exist(
    session: Any, client: FlaskClient, log_in: Any, post: Any
) -> None:
    stage = make_stage()
    offered = db.session.query(RoundClass).filter_by(round_id=stage.round.id).one()
    log_in(client, make_school_staff(make_school()))
    assert client.get(f"/applications/scores/{offered.id}").status_code == 404
    assert post(client, f"/applications/scores/{offered.id}").status_code == 404


def test_scores_come_by_excel_with_the_bad_rows_named(
    session: Any, client: FlaskClient, log_in: Any, post: Any
) -> None:
    stage, other = make_stage(), make_stage()
    rows = [make_application(stage.round, make_applicant(), stage.tracks) for _ in range(3)]
    foreign = make_application(other.round, make_applicant(), other.tracks)
    lines = [
        {"number": rows[0].number, "class_code": stage.order_class.code, "value": 70},
        {"number": rows[1].number, "class_code": "NONE", "value": 71},
        {"number": foreign.number, "class_code": other.order_class.code, "value": 72},
        {"number": rows[2].number, "class_code": stage.order_class.code, "value": 101},
    ]
    log_in(client, make_school_staff(stage.school))
    sent = {"file": (io.BytesIO(write(SPEC, {SHEET: lines})), "scores.xlsx")}
    waiting = post(client, "/imports/scores", sent, content_type="multipart/form-data")
    assert waiting.status_code == 303
    page = client.get(waiting.location).text
    assert "没有代码是NONE" in page and "没有这个报名号" in page
    assert post(client, f"{waiting.location}/confirm").status_code == 303
    from app.applications.models import Score

    found = db.session.query(Score.application_id, Score.value).all()
    assert [tuple(row) for row in found] == [(rows[0].id, 70)]


def test_the_list_of_people_to_score_comes_out_and_goes_in_again(
    session: Any, client: FlaskClient, log_in: Any
) -> None:
    from app.core.workbooks import read

    stage = make_stage()
    rows = [make_application(stage.round, make_applicant(), stage.tracks) for _ in range(2)]
    make_score(rows[0], stage.order_class, 66)
    log_in(client, make_coordinator(stage.alliance))
    answer = client.get("/imports/scores/export.xlsx")
    assert answer.status_code == 200
    reading = read(answer.data, SPEC)
    assert [(row.values["number"], row.values["value"]) for row in reading.rows] == [(rows[0].number, 66)]
    assert len(reading.faults) == 1


def test_checking_and_sending_back_a_whole_application(
    session: Any, client: FlaskClient, log_in: Any, post: Any
) -> None:
    stage = make_stage()
    row = make_application(stage.round, make_applicant(), stage.tracks)
    log_in(client, make_school_staff(stage.school))
    url = f"/applications/{row.id}"
    assert post(client, f"{url}/send-back", {"why": " "}).status_code == 422
    assert post(client, f"{url}/check").status_code == 303
    assert "已核对" in client.get(url).text
    assert post(client, f"{url}/send-back", {"why": "缺毕业证"}).status_code == 303
    db.session.expire_all()
    assert db.session.get(Application, row.id).returned_because == "缺毕业证"


def test_filters_narrow_the_list(session: Any, client: FlaskClient, log_in: Any) -> None:
    stage = make_stage()
    with_paper = make_application(stage.round, make_applicant(), stage.tracks)
    without = make_application(stage.round, make_applicant(), stage.tracks, state="checked")
    make_evidence(with_paper)
    log_in(client, make_coordinator(stage.alliance))

    def numbers(query: str) -> set[str]:
        text = client.get(f"/applications?{query}").text
        return {row.number for row in (with_paper, without) if row.number in text}

    assert numbers("") == {with_paper.number, without.number}
    assert numbers("undecided=1") == {with_paper.number}
    assert numbers("state=checked") == {without.number}
    assert numbers(f"q={without.number[-4:]}") == {without.number}
    assert numbers(f"class_id={stage.order_class.id}") == {with_paper.number, without.number}
    assert numbers("class_id=999999999") == set()
    assert client.get("/applications?class_id=x&page=%F0&state=<script>").status_code == 200


def test_the_list_asks_as_often_for_twenty_applications_as_for_two(
    session: Any, client: FlaskClient, log_in: Any
) -> None:
    stage = make_stage()
    log_in(client, make_coordinator(stage.alliance))
    offered = db.session.query(RoundClass).filter_by(round_id=stage.round.id).one()

    def asked(count: int, page: str) -> int:
        for _ in range(count):
            make_evidence(make_application(stage.round, make_applicant(), stage.tracks))
        db.session.commit()
        db.session.expire_all()
        seen: list[str] = []
        listen = lambda *facts: seen.append(facts[2])  # noqa: E731
        event.listen(db.engine, "before_cursor_execute", listen)
        try:
            assert client.get(page).status_code == 200
        finally:
            event.remove(db.engine, "before_cursor_execute", listen)
        return len(seen)

    for page in ("/applications", "/applications/papers", f"/applications/scores/{offered.id}", "/applications/scores"):
        few = asked(2, page)
        assert asked(6, page) <= few + 1, page
