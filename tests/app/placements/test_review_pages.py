"""The pages of a review: the person's, her guardian's, and the coordinators' desk."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient

from app.core import clock
from app.core.db import db
from app.home.desks import awaiting
from app.placements.models import Review
from tests.app.make_applications import make_minor
from tests.app.make_organisations import actor_for
from tests.app.make_placements import make_review
from tests.app.placements.published_by_hand import published
from tests.app.placements.town import Town

ASK = {"about": "score", "says": "我的分数应该是85"}


def test_the_unplaced_read_what_helps_and_ask_for_a_review(
    client: FlaskClient, log_in: Any, post: Any, town: Town
) -> None:
    published(town)
    person = town.people[3]
    url = f"/results/{person.id}/review"
    with clock.at(town.round.publish_at + timedelta(hours=1)):
        log_in(client, person.user)
        page = client.get("/my-result").text
        assert "最有用的一件事" in page and "申请复核，到" in page and url in page
        assert "哪里不对" in client.get(url).text
        refused = post(client, url, {"says": ""})
        assert refused.status_code == 422 and "请选一项" in refused.text
        answers = [client.post(url, data={"_key": "r" * 24, **ASK}) for _ in "12"]
        assert [answer.status_code for answer in answers] == [303, 302], "a second tap asks nothing anew"
        review = db.session.query(Review).one()
        page = client.get(url).text
        assert "等答复" in page and "前答复" in page and ASK["says"] in page
        assert "复核：等答复" in client.get("/my-result").text
        assert post(client, f"/reviews/{review.id}/withdraw", {"version": review.version}).location == url
        assert "哪里不对" in client.get(url).text


def test_a_second_tab_gets_the_words_not_a_crash(client: FlaskClient, log_in: Any, post: Any, town: Town) -> None:
    published(town)
    person = town.people[3]
    with clock.at(town.round.publish_at + timedelta(hours=1)):
        log_in(client, person.user)
        assert post(client, f"/results/{person.id}/review", ASK).status_code == 303
        again = post(client, f"/results/{person.id}/review", ASK)
    assert again.status_code == 422 and db.session.query(Review).count() == 1


def test_a_guardian_finds_the_result_on_her_page_and_asks_for_her_child(
    client: FlaskClient, log_in: Any, post: Any, town: Town
) -> None:
    child = town.people[3]
    guardian = make_minor(child)
    published(town)
    with clock.at(town.round.publish_at + timedelta(hours=1)):
        log_in(client, guardian=guardian)
        url = f"/results/{child.id}/review"
        assert url in client.get("/guardian").text
        assert "每个志愿的结果和原因" in client.get(url).text
        assert post(client, url, ASK).location == url
        assert "等答复" in client.get(url).text
        assert client.get(f"/results/{town.people[0].id}/review").status_code == 404


def test_before_the_result_is_out_there_is_no_such_page(client: FlaskClient, log_in: Any, town: Town) -> None:
    log_in(client, town.people[3].user)
    assert client.get(f"/results/{town.people[3].id}/review").status_code == 404


def test_the_other_coordinator_takes_answers_mends_and_carries_out_on_the_pages(
    client: FlaskClient, log_in: Any, post: Any, town: Town
) -> None:
    run = published(town)
    review = make_review(town.people[3], run.id)
    base = f"/reviews/{review.id}"
    log_in(client, town.second)
    assert town.people[3].number in client.get("/reviews").text
    assert "谁定的结果" in client.get(base).text
    assert post(client, f"{base}/take", {"version": 1}).status_code == 303
    empty = post(client, f"{base}/answer", {"outcome": "uphold", "finding": ""})
    assert empty.status_code == 422 and "请填查了什么" in empty.text
    told = {"outcome": "uphold", "finding": "登分时录错了", "next_step": "mend_score"}
    assert post(client, f"{base}/answer", told).status_code == 303
    assert "更正分数" in client.get(base).text
    high = post(client, f"{base}/score", {"class_id": town.classes[0].id, "value": 185})
    assert high.status_code == 422 and "0到100" in high.text
    assert post(client, f"{base}/score", {"class_id": town.classes[0].id, "value": 85}).status_code == 303
    assert post(client, f"{base}/bar", {"choice_id": 1}).status_code == 409
    assert post(client, f"{base}/carry-out", {"what": "分数已更正"}).status_code == 303
    db.session.refresh(review)
    assert review.state == "done"
    assert "分数已更正" in client.get(base).text
    assert "没有等着办的复核" in client.get("/reviews").text
    assert town.people[3].number in client.get("/reviews?state=all").text


def test_the_proposer_reads_it_and_may_not_answer(client: FlaskClient, log_in: Any, post: Any, town: Town) -> None:
    run = published(town)
    review = make_review(town.people[3], run.id)
    log_in(client, town.first)
    page = client.get(f"/reviews/{review.id}")
    assert page.status_code == 200 and "要由另一位协调员答复" in page.text and "答复本人" not in page.text
    for way in ("take", "answer", "carry-out", "score", "bar"):
        assert post(client, f"/reviews/{review.id}/{way}", {"finding": "没有错"}).status_code == 403, way


def test_the_desk_names_it_with_its_day_and_the_overdue_stand_out(
    client: FlaskClient, log_in: Any, town: Town
) -> None:
    run = published(town)
    review = make_review(town.people[3], run.id)
    lines = [line for line in awaiting(actor_for(town.second)) if line.href == "/reviews"]
    assert [(line.count, line.due) for line in lines] == [(1, review.answer_by)]
    with clock.at(review.answer_by + timedelta(hours=1)):
        log_in(client, town.second)
        page = client.get("/reviews").text
    assert "1件过了答复的日子" in page and "过期了" in page


def test_declining_keeps_the_reason_and_upgrade_says_what_it_means(
    client: FlaskClient, log_in: Any, post: Any, town: Town
) -> None:
    from app.placements.queries import my_placement

    published(town)
    placed, second = town.people[0], town.people[2]
    with clock.at(town.round.publish_at + timedelta(hours=1)):
        log_in(client, second.user)
        assert "轮到您就自动换过去" in client.get("/my-result").text
        log_in(client, placed.user)
        placement = my_placement(placed)
        assert placement is not None and "为什么不去" in client.get("/my-result").text
        sent = {"answer": "decline", "why": "离家太远", "version": placement.version}
        assert post(client, f"/placements/{placement.id}/answer", sent).status_code == 303
    db.session.refresh(placement)
    assert (placement.state, placement.because) == ("declined", "离家太远")
