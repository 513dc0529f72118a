"""A chance in words: the published rule at its boundaries, and silence wherever a number is unknown."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st

from app.applications import chance
from app.applications.cards import card, standing
from app.applications.queries import offered_tracks
from app.core.db import db
from app.order_classes.last_time import LastTime, last_text
from tests.app.applications.stage import Stage, make_stage
from tests.app.counting import statements
from tests.app.make_accounts import make_applicant
from tests.app.make_applications import make_application, make_score
from tests.app.make_rounds import make_round

RULE = "怎么算的"


@pytest.mark.parametrize(
    ("score", "word"),
    [(71, "safe"), (70, "possible"), (66, "possible"), (61, "possible"), (60, "hard"), (0, "hard"), (100, "safe")],
)
def test_the_word_changes_exactly_at_the_margin(score: int, word: str) -> None:
    assert chance.chance(score, 66, 5) == word


def test_without_a_score_or_a_line_nothing_is_said() -> None:
    assert chance.chance(None, 66, 5) is None
    assert chance.chance(71, None, 5) is None


@given(st.integers(0, 100), st.integers(0, 99), st.integers(0, 30))
def test_a_higher_score_never_makes_a_chance_worse(cutoff: int, score: int, margin: int) -> None:
    order = ["hard", "possible", "safe"]
    lower, higher = chance.chance(score, cutoff, margin), chance.chance(score + 1, cutoff, margin)
    assert order.index(str(higher)) >= order.index(str(lower))


def test_the_sentence_names_both_numbers() -> None:
    assert chance.sentence("safe", 71, 66) == "安全：您的分数71，上批线66，高5分。"
    assert chance.sentence("hard", 60, 66, earlier=True) == "较难：上一轮的分数60，上批线66，低6分。"
    assert "一样" in chance.sentence("possible", 66, 66)


def test_the_published_rule_names_its_margin() -> None:
    assert "高7分" in chance.rule_text(7) and "低得超过7分" in chance.rule_text(7)


def test_a_warning_needs_one_known_chance_and_no_safe_one() -> None:
    assert not chance.none_is_safe([]) and not chance.none_is_safe([None, None])
    assert chance.none_is_safe(["hard", None]) and chance.none_is_safe(["possible"])
    assert not chance.none_is_safe(["hard", "safe", None])


@pytest.mark.parametrize(
    ("last", "said"),
    [(None, "没有上一批的数"), (LastTime(38, 66), "录取38人，录取线66分"), (LastTime(38, None), "录取38人，没有录取线"),
     (LastTime(3, None, False), "人不够，没开班")],
)  # fmt: skip
def test_last_time_in_words(last: LastTime | None, said: str) -> None:
    assert last_text(last) == said


def test_where_lots_are_drawn_there_is_no_line_to_miss() -> None:
    assert last_text(LastTime(38, None), "lottery") == "录取38人，按抽签录取"


def _with_score(value: int, **class_facts: Any) -> tuple[Stage, Any]:
    stage = make_stage(**{"last_cutoff": 66, "last_filled": 38, **class_facts})
    application = make_application(stage.round, make_applicant(), stage.tracks, submitted=False)
    make_score(application, stage.order_class, value)
    return stage, application


def test_a_card_shows_last_times_line_and_fill_the_own_score_and_the_chance(session: Any) -> None:
    stage, application = _with_score(64)
    drawn = card(stage.tracks[0], standing(application, stage.tracks))
    assert ("上批", "录取38人，录取线66分") in drawn["rows"] and ("您的分数", "64分") in drawn["rows"]
    assert drawn["hint"] == "有可能：您的分数64，上批线66，低2分。"


def test_a_class_that_draws_lots_and_a_barred_one_get_no_chance(session: Any) -> None:
    stage, application = _with_score(90, score_rule="lottery")
    assert standing(application, stage.tracks).chance(stage.tracks[0]) is None
    stage, application = _with_score(90, start_point="senior")
    stands = standing(application, stage.tracks)
    assert stands.chance(stage.tracks[0]) is None
    assert "高中起点" in card(stage.tracks[0], stands)["hint"]


def test_the_score_of_an_earlier_round_counts_for_the_same_class_and_says_so(session: Any) -> None:
    stage, earlier = _with_score(75)
    earlier.state = "in_round"
    later = make_round(stage.alliance, [stage.order_class], follows_id=stage.round.id)
    application = make_application(later, earlier.user, stage.tracks, submitted=False)
    drawn = card(stage.tracks[0], standing(application, stage.tracks))
    assert ("您的分数", "75分（上一轮）") in drawn["rows"] and "上一轮的分数75" in drawn["hint"]


def test_nobody_is_shown_somebody_elses_score(session: Any) -> None:
    stage, _ = _with_score(75)
    stranger = make_application(stage.round, make_applicant("别人"), stage.tracks, submitted=False)
    assert standing(stranger, stage.tracks).scores == {}


@pytest.mark.parametrize(("value", "warned"), [(64, True), (71, False)])
def test_the_pages_say_the_chance_its_rule_and_the_warning(
    session: Any, client: FlaskClient, log_in: Any, value: int, warned: bool
) -> None:
    stage, application = _with_score(value)
    extra = stage.more_tracks(1)[0]
    log_in(client, application.user)
    base = f"/my-application/{application.id}/choices"
    for page in (base, f"{base}/add"):
        text = client.get(page).text
        assert ("安全：" if value == 71 else "有可能：") in text and RULE in text, (page, extra.id)
    assert ("还没有一个“安全”的志愿" in client.get(base).text) is warned
    assert ("还没有一个“安全”的志愿" in client.get(f"/my-application/{application.id}/submit").text) is warned


def test_where_nothing_is_known_the_pages_neither_promise_nor_warn(
    session: Any, client: FlaskClient, log_in: Any
) -> None:
    stage = make_stage()
    application = make_application(stage.round, make_applicant(), stage.tracks, submitted=False)
    log_in(client, application.user)
    text = client.get(f"/my-application/{application.id}/choices").text
    assert RULE not in text and "“安全”" not in text and "没有上一批的数" in text


@pytest.mark.parametrize("minimum", [True, False])
def test_the_page_says_truthfully_only_where_the_round_guarantees_it(
    session: Any, client: FlaskClient, log_in: Any, minimum: bool
) -> None:
    stage = make_stage({"uses_minimum": minimum})
    application = make_application(stage.round, make_applicant(), stage.tracks, submitted=False)
    log_in(client, application.user)
    for page in ("choices", "choices/add", "submit"):
        said = "不会吃亏" in client.get(f"/my-application/{application.id}/{page}").text
        assert said is (not minimum and page == "choices"), page


def test_the_number_of_questions_does_not_grow_with_the_cards(session: Any) -> None:
    stage, application = _with_score(64)

    def asked() -> int:
        db.session.expire_all()
        with statements() as sent:
            standing(application, list(offered_tracks(stage.round.id)))
        return len(sent)

    few = asked()
    stage.more_tracks(6)
    assert asked() == few
