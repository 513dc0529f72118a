"""What happened to a thing, in words a person reads: the history lines of one row, newest first, for pages."""

from __future__ import annotations

from app.core.dates import moment
from app.core.history import history_of
from app.core.states import MACHINES

ROLES = {
    "admin": "平台管理员",
    "coordinator": "协调员",
    "school": "院校",
    "enterprise": "企业",
    "station": "服务站",
    "applicant": "本人",
    "guardian": "监护人",
    "system": "系统",
    "anonymous": "未登录的人",
}
_PLAIN = {
    "create": "新建",
    "revise": "修改内容",
    "assisted": "服务站代填，本人确认",
    "offer_position": "请本人看岗位",
    "accept_position": "本人接受岗位",
    "refuse_position": "本人没要这个岗位",
    "consent": "本人同意把资料给企业",
}


def story_of(thing: str, thing_id: int) -> list[dict[str, str]]:
    """Lines ``{when, who, what, why}`` for ``ui.history``. Who is a role, never a name: history survives an erasure."""
    machine = MACHINES[thing]
    says = {move.action: move.says for move in machine.moves} | _PLAIN
    return [
        {
            "when": moment(line.at),
            "who": ROLES.get(line.by_role, line.by_role),
            "what": says.get(line.action, line.action),
            "why": line.why,
        }
        for line in reversed(history_of(thing, thing_id))
    ]
