"""Reasons in words: whoever has no score is not told of a line she shared with others."""

from __future__ import annotations

import pytest

from app.placements.wording import Facts, sentence


@pytest.mark.parametrize(
    ("facts", "distance", "said"),
    [
        (Facts(score=81, lottery=49), 28, "您和录取线同分。同分按公布的抽签号排，您的号是49，录到21。"),
        (Facts(lottery=49), 28, "这个班不看分数，按公布的抽签号排。您的号是49，录到21。"),
        (Facts(score=81), None, "您和录取线同分，按抽签号排在了后面。"),
        (Facts(), None, "这个班不看分数，抽签号排在了后面。"),
    ],
)
def test_lots_decide_among_equals_or_alone(facts: Facts, distance: int | None, said: str) -> None:
    assert sentence("lottery", "class:1", distance, facts) == said
