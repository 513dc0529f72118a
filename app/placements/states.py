"""Runs, placements, and reviews of results."""

from app.core.states import Machine, Move

RUN = Machine(
    "run",
    "试算",
    "queued",
    {
        "queued": "排队中",
        "running": "正在算",
        "solved": "算好了",
        "failed": "没算成",
        "cancelled": "已取消",
        "chosen": "已采用",
        "discarded": "没采用",
    },
    (
        Move("start", ("queued", "running"), "running", "开始算"),
        Move("solve", ("running",), "solved", "算好"),
        Move("fail", ("queued", "running"), "failed", "没算成"),
        Move("cancel", ("queued", "running"), "cancelled", "取消"),
        Move("choose", ("solved",), "chosen", "采用"),
        Move("discard", ("solved",), "discarded", "不采用"),
    ),
)
PLACEMENT = Machine(
    "placement",
    "录取",
    "offered",
    {
        "offered": "等本人决定",
        "accepting": "等监护人同意接受",
        "accepted": "已接受",
        "declined": "已放弃",
        "lapsed": "过期未答",
        "released": "已让出",
    },
    (
        Move("accept", ("offered",), "accepted", "接受录取"),
        Move("ask_guardian", ("offered",), "accepting", "接受录取，等监护人同意"),
        Move("guardian_agrees", ("accepting",), "accepted", "监护人同意接受"),
        Move("guardian_refuses", ("accepting",), "declined", "监护人不同意"),
        Move("decline", ("offered", "accepting"), "declined", "放弃录取"),
        Move("lapse", ("offered", "accepting"), "lapsed", "过期没有答复"),
        Move("release", ("accepted", "offered", "accepting"), "released", "让出名额"),
    ),
)
REVIEW = Machine(
    "review",
    "复核",
    "asked",
    {
        "asked": "等答复",
        "looking": "正在查",
        "upheld": "查实有误，正在办",
        "done": "已经办好",
        "dismissed": "结果没有错",
        "withdrawn": "本人撤回",
    },
    (
        Move("take", ("asked",), "looking", "开始查"),
        Move("uphold", ("asked", "looking"), "upheld", "答复：查实有误"),
        Move("dismiss", ("asked", "looking"), "dismissed", "答复：结果没有错"),
        Move("carry_out", ("upheld",), "done", "办好了"),
        Move("withdraw", ("asked", "looking"), "withdrawn", "撤回复核"),
    ),
)
# Reviews that wait for somebody: an answer, or what the answer promised.
REVIEW_UNANSWERED = ("asked", "looking")
REVIEW_OPEN = (*REVIEW_UNANSWERED, "upheld")
