"""An organisation is checked by a coordinator before it may do anything in public; then it joins the alliance.

A station is set up by the coordinators themselves, and works while it is open.
"""

from app.core.states import Machine, Move

_STATES = {"submitted": "等审核", "returned": "已退回", "approved": "已通过", "suspended": "已暂停"}
_MOVES = (
    Move("approve", ("submitted",), "approved", "审核通过"),
    Move("return", ("submitted",), "returned", "退回"),
    Move("resubmit", ("returned",), "submitted", "重新提交"),
    Move("suspend", ("approved",), "suspended", "暂停"),
    Move("resume", ("suspended",), "approved", "恢复"),
)
SCHOOL = Machine("school", "院校", "submitted", _STATES, _MOVES)
ENTERPRISE = Machine("enterprise", "企业", "submitted", _STATES, _MOVES)
MEMBERSHIP = Machine(
    "membership", "联盟成员", "applied",
    {"applied": "申请加入", "joined": "已加入", "refused": "未同意", "left": "已退出"},
    (
        Move("accept", ("applied",), "joined", "同意加入"),
        Move("refuse", ("applied",), "refused", "不同意加入"),
        Move("leave", ("joined",), "left", "退出"),
        Move("apply_again", ("refused", "left"), "applied", "再次申请"),
    ),
)
STATION = Machine(
    "station", "服务站", "open", {"open": "开着", "closed": "已关"},
    (Move("close", ("open",), "closed", "关掉"), Move("reopen", ("closed",), "open", "重新开")),
)
