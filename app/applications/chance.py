"""A chance in words, by one published rule: how far the own score lies from the last cut-off of the class.

The rule is 安全 from ``margin`` points above the line, 较难 from more than ``margin`` points below it, 有可能 between.
It says what happened last time, not what will happen; so nothing is said where either number is unknown.
"""

from __future__ import annotations

from collections.abc import Sequence

WORDS = {"safe": "安全", "possible": "有可能", "hard": "较难"}
TONES = {"safe": "done", "possible": "now", "hard": "wait"}


def chance(score: int | None, cutoff: int | None, margin: int) -> str | None:
    """safe · possible · hard, or None where the score or the last cut-off is unknown. Scores are whole points."""
    if score is None or cutoff is None:
        return None
    if score >= cutoff + margin:
        return "safe"
    return "possible" if score >= cutoff - margin else "hard"


def none_is_safe(chances: Sequence[str | None]) -> bool:
    """Whether to warn: at least one chance is known, and none of them is safe."""
    known = [found for found in chances if found is not None]
    return bool(known) and "safe" not in known


def sentence(found: str, score: int, cutoff: int, earlier: bool = False) -> str:
    """The word with both its numbers: 安全：您的分数71，上批线66，高5分. ``earlier``: the score is the last round's."""
    whose = "上一轮的分数" if earlier else "您的分数"
    difference = score - cutoff
    compared = "一样" if difference == 0 else (f"高{difference}分" if difference > 0 else f"低{-difference}分")
    return f"{WORDS[found]}：{whose}{score}，上批线{cutoff}，{compared}。"


def rule_text(margin: int) -> str:
    """The published rule, in words for the page."""
    return (
        f"比上批线高{margin}分或更多，写“安全”。低得超过{margin}分，写“较难”。"
        "在两者中间，写“有可能”。线每批会变，只能参考。"
    )
