"""Corrections, and closures of accounts."""

from app.core.states import Machine, Move

CORRECTION = Machine(
    "correction", "更正", "asked",
    {"asked": "等协调员核对", "applied": "已更正", "refused": "没有更正", "withdrawn": "已撤回"},
    (
        Move("apply", ("asked",), "applied", "按证件更正"),
        Move("refuse", ("asked",), "refused", "不更正"),
        Move("withdraw", ("asked",), "withdrawn", "撤回"),
    ),
)
CLOSURE = Machine(
    "closure", "注销", "asked",
    {"asked": "等期限到", "done": "已注销", "withdrawn": "已撤回", "stopped": "没有注销"},
    (
        Move("carry_out", ("asked",), "done", "到期注销"),
        Move("withdraw", ("asked",), "withdrawn", "撤回注销"),
        Move("stop", ("asked",), "stopped", "期间签了新的协议，停下"),
    ),
)
