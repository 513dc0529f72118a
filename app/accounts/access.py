"""Who entered an account and how, in the access log."""

from __future__ import annotations

from app.core.access import enter
from app.core.actor import Actor

# What each action is called on pages.
ACTIONS = {
    "sign_up": "注册", "log_in": "登录", "log_in_failed": "登录没成功", "log_out": "退出", "set_password": "改密码",
    "change_phone": "换手机号", "withdraw_consent": "撤回同意", "accept_invitation": "接受邀请",
    "end_session": "退出别的设备", "give_up_phone": "手机号取下来了", "way_back": "凭证件换手机号",
    "second_factor": "两步登录", "second_factor_on": "设好两步登录", "second_factor_off": "取下两步登录",
}  # fmt: skip


def note_access(user_id: int, actor: Actor, action: str, address: str = "", **detail: str) -> None:
    """Add one line; 0 stands for an account nobody has."""
    enter(user_id or None, actor, action, {"address": address, **detail} if address else dict(detail))
