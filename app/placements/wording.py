"""Each reason word of the engine as one plain sentence with its numbers: whose rule it was, never a blame."""

from __future__ import annotations

from dataclasses import dataclass

OUTCOMES = {
    "placed": ("已录取", "done"),
    "pin": ("已录取", "done"),
    "adjustment": ("调剂录取", "done"),
    "better_choice": ("没有再看", "idle"),
    "score": ("未录取", "idle"),
    "lottery": ("未录取", "idle"),
    "full": ("未录取", "idle"),
    "claim": ("未录取", "idle"),
    "not_open": ("没开班", "idle"),
    "not_eligible": ("不够条件", "idle"),
}
GONE = {
    "declined": "您放弃了录取，这个志愿没有再看。",
    "lapsed": "您到期没有答复，这个志愿没有再看。",
    "released": "您的名额已经让出，这个志愿没有再看。",
    "posting_paused": "这个岗位查实有问题，暂停招人，所以没有参加录取。",
}
PLACES = {
    "class": "这个班",
    "track": "这个方向",
    "position": "这个岗位",
    "enterprise": "这家企业",
    "school": "这所学校",
    "pool": "留的名额",
}


@dataclass(frozen=True)
class Facts:
    """The numbers around one choice. ``barred`` is the rule's own sentence when the choice was barred, ``cutoff`` the
    score of the last one the class took, None where it had room."""

    score: int | None = None
    lottery: int | None = None
    seats: int | None = None
    min_open: int | None = None
    barred: str = ""
    cutoff: int | None = None


def sentence(reason: str, limit: str, distance: int | None, facts: Facts) -> str:
    """One sentence or two: what decided, with the numbers of both sides.

    ``limit`` is the binding set as ``kind:id`` or ``rule:name``; ``distance`` as in docs/BUNDLE.md.
    """
    kind, _, name = limit.partition(":")
    writer = _WRITERS.get(reason)
    return writer(kind, name, distance, facts) if writer else "这个志愿没有录取。"


def cutoff_of(reason: str, distance: int | None, facts: Facts) -> int | None:
    """The score line to draw beside the own score, where a score decided."""
    if reason == "score" and facts.score is not None and distance is not None:
        return facts.score + distance
    if reason == "placed" and facts.score is not None and facts.cutoff is not None and facts.score > facts.cutoff:
        return facts.cutoff
    return None


def _seats(kind: str, facts: Facts) -> str:
    return f"{facts.seats}个名额" if kind == "class" and facts.seats else f"{PLACES.get(kind, '这里')}的名额"


def _score(kind: str, name: str, distance: int | None, facts: Facts) -> str:
    if facts.score is None or distance is None:
        return "名额给了分数更高的人。"
    line = facts.score + distance
    return f"您的分数{facts.score}，录取线{line}，差{distance}分。{_seats(kind, facts)}给了{line}分及以上的人。"


def _lottery(kind: str, name: str, distance: int | None, facts: Facts) -> str:
    if facts.lottery is None or distance is None:
        drawn = "您和录取线同分，按抽签号排在了后面。"
        return drawn if facts.score is not None else "这个班不看分数，抽签号排在了后面。"
    last = facts.lottery - distance
    if facts.score is None:
        return f"这个班不看分数，按公布的抽签号排。您的号是{facts.lottery:,}，录到{last:,}。"
    return f"您和录取线同分。同分按公布的抽签号排，您的号是{facts.lottery:,}，录到{last:,}。"


def _not_open(kind: str, name: str, distance: int | None, facts: Facts) -> str:
    if facts.min_open is None or distance is None:
        return "报的人不够，这个班没有开。不是您的分数不够。"
    return f"满{facts.min_open}人才开班，这次只有{max(0, facts.min_open - distance)}人。不是您的分数不够。"


def _not_eligible(kind: str, name: str, distance: int | None, facts: Facts) -> str:
    return GONE.get(name) or facts.barred or "这个志愿的条件您还不够，所以没有参加录取。"


def _placed(kind: str, name: str, distance: int | None, facts: Facts) -> str:
    if facts.score is None:
        return "按志愿和抽签号，轮到您了。"
    if facts.cutoff is None:
        return f"您的分数{facts.score}。这个班没有录满，够条件就录取。"
    if facts.score < facts.cutoff:
        return f"您的分数{facts.score}，用的是给您这一类人留的名额。"
    return f"您的分数{facts.score}，录取线{facts.cutoff}。"


_WRITERS = {
    "placed": _placed,
    "pin": lambda *_: "您已经有这个名额，给您留着。",
    "adjustment": lambda *_: "您选了服从调剂。前面的志愿没录上，这个班您够条件，还有名额。",
    "better_choice": lambda *_: "前面的志愿已录取，这个没有再看。",
    "score": _score,
    "lottery": _lottery,
    "full": lambda kind, name, distance, facts: f"{PLACES.get(kind, '这里')}这一轮没有名额。",
    "claim": lambda kind, name, distance, facts: (
        f"{PLACES.get(kind, '这里')}的名额和别处互相牵着，没法再让出来。可以申请复核，由人来查。"
    ),
    "not_open": _not_open,
    "not_eligible": _not_eligible,
}
