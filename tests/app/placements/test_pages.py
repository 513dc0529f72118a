"""The pages of a round after its deadline, seen by those who may and hidden from those who may not."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from flask.testing import FlaskClient

from app.core import clock
from app.core.actor import SYSTEM
from app.core.db import db
from app.placements import queries
from app.placements.states import RUN
from tests.app.make_organisations import make_alliance, make_coordinator
from tests.app.placements.published_by_hand import published, solved_by_hand
from tests.app.placements.town import Town, closed, solved


def test_coordinators_read_runs_a_run_and_a_comparison(client: FlaskClient, log_in: Any, town: Town) -> None:
    one, two = solved(closed(town)), solved(town, rule="maximum")
    log_in(client, town.first)
    for path, word in (
        (f"/rounds/{town.round.id}", "试算"), (f"/rounds/{town.round.id}/runs", "算好了"),
        (f"/runs/{one.id}", "独立核验"), (f"/runs/{one.id}/compare?with={two.id}", "谁会变"),
    ):  # fmt: skip
        page = client.get(path)
        assert page.status_code == 200 and word in page.text, path
    assert client.get(f"/runs/{one.id}/compare?with=999").status_code == 404
    compared = f"/runs/{one.id}/compare?with={two.id}"
    assert f"采用试算{two.number}" in client.get(compared).text
    RUN.move(two, "discard", SYSTEM)
    RUN.move(one, "choose", SYSTEM)
    page = client.get(compared).text
    assert f"这一批采用了试算{one.number}" in page and f"采用试算{two.number}" not in page
    bundle = client.get(f"/runs/{one.id}/bundle.zip")
    assert bundle.data[:2] == b"PK" and "attachment" in bundle.headers["Content-Disposition"]


def test_another_alliances_coordinator_sees_none_of_it(client: FlaskClient, log_in: Any, town: Town) -> None:
    run = solved_by_hand(town)
    log_in(client, make_coordinator(make_alliance("别的联盟")))
    round_, solve = f"/rounds/{town.round.id}", f"/runs/{run.id}"
    for path in (round_, f"{round_}/runs", solve, f"{solve}/bundle.zip"):
        assert client.get(path).status_code == 404, path


def test_two_persons_publish_on_the_pages_and_each_proves_who_she_is(
    app: Any, client: FlaskClient, log_in: Any, post: Callable[..., Any], town: Town
) -> None:
    from app.accounts.passwords import hash_password

    for user in (town.first, town.second):
        user.password_hash = hash_password("海风吹过青石板2027")
    run = solved_by_hand(town)
    log_in(client, town.first)
    good = {"proof": "海风吹过青石板2027"}
    assert post(client, f"/runs/{run.id}/propose", {"why": "好", "proof": "不对的密码"}).status_code == 422
    assert post(client, f"/runs/{run.id}/propose", {"why": "大家都有着落", **good}).status_code == 303
    assert post(client, f"/runs/{run.id}/approve", good).status_code == 403
    other = app.test_client()
    log_in(other, town.second)
    assert post(other, f"/runs/{run.id}/approve", good).status_code == 303
    assert post(client, f"/runs/{run.id}/publish", good).status_code == 422
    with clock.at(town.round.publish_at + timedelta(minutes=1)):
        log_in(client, town.first)
        assert post(client, f"/runs/{run.id}/publish", good).status_code == 303
    assert town.round.state == "responding"


def test_the_placed_and_the_unplaced_read_their_reasons_and_answer(
    client: FlaskClient, log_in: Any, post: Callable[..., Any], town: Town
) -> None:
    published(town)
    placed, unplaced = town.people[0], town.people[3]
    with clock.at(town.round.publish_at + timedelta(hours=1)):
        log_in(client, unplaced.user)
        page = client.get("/my-result").text
        assert "这一轮没有录取" in page and "差20分" in page
        log_in(client, placed.user)
        page = client.get("/my-result").text
        assert "您被第1志愿录取了" in page and "我去，接受录取" in page
        placement = queries.my_placement(placed)
        assert placement is not None
        assert post(client, f"/placements/{placement.id}/answer", {"answer": "maybe"}).status_code == 422
        assert f"我同意把录取资料给{town.tracks[0].position.enterprise.name}" in page
        unasked = post(client, f"/placements/{placement.id}/answer", {"answer": "accept"})
        assert unasked.status_code == 422 and "请先勾选同意" in unasked.text
        yes = {"answer": "accept", "consent": "y"}
        assert post(client, f"/placements/{placement.id}/answer", yes).status_code == 303
    db.session.refresh(placement)
    assert placement.state == "accepted"


def test_nobody_answers_for_somebody_else(
    client: FlaskClient, log_in: Any, post: Callable[..., Any], town: Town
) -> None:
    published(town)
    mine = queries.my_placement(town.people[0])
    assert mine is not None
    for user in (town.people[1].user, town.first):
        log_in(client, user)
        assert post(client, f"/placements/{mine.id}/answer", {"answer": "accept"}).status_code == 404
    assert mine.state == "offered"
