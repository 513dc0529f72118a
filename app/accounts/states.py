"""A user is active or closed; nothing else."""

from app.accounts.models import User
from app.core.errors import Invalid
from app.core.states import Machine, Move

USER = Machine(
    "user", "用户", "active", {"active": "正常", "disabled": "已停用", "erased": "已删除"},
    (
        Move("disable", ("active",), "disabled", "停用"), Move("enable", ("disabled",), "active", "恢复"),
        Move("erase", ("active", "disabled"), "erased", "删除身份资料"),
    ),
)
CLOSED = "这个账号停用了。请打页面底部的咨询电话"


def require_open(user: User) -> None:
    """Raises Invalid when the account is closed; asked only of somebody who has proved that it is hers."""
    if user.state != "active":
        raise Invalid(CLOSED)
