"""A user is active or closed; nothing else."""

from app.core.states import Machine, Move

USER = Machine(
    "user", "用户", "active", {"active": "正常", "disabled": "已停用"},
    (Move("disable", ("active",), "disabled", "停用"), Move("enable", ("disabled",), "active", "恢复")),
)
