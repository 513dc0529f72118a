"""Who entered an account and how: the lines of history under the thing "access"."""

from __future__ import annotations

from app.core.actor import Actor
from app.core.history import record

# What each action is called on pages.
ACTIONS = {
    "sign_up": "注册", "log_in": "登录", "log_in_failed": "登录没成功", "log_out": "退出", "set_password": "改密码",
    "change_phone": "换手机号", "withdraw_consent": "撤回同意", "accept_invitation": "接受邀请",
    "end_session": "退出别的设备",
}  # fmt: skip


def note_access(user_id: int, actor: Actor, action: str, address: str = "", **detail: str) -> None:
    """Add one line; 0 stands for an account nobody has."""
    record("access", user_id, actor, action, detail={"address": address, **detail} if address else dict(detail))
