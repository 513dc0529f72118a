"""A posting is drafted, checked by a coordinator and then public until it is closed; an upheld report pauses it. A
report is looked into, then decided."""

from app.core.states import Machine, Move

POSITION = Machine(
    "position",
    "岗位",
    "draft",
    {
        "draft": "草稿", "submitted": "等审核", "returned": "已退回", "approved": "已公布", "paused": "已暂停",
        "closed": "已关闭",
    },
    (
        Move("submit", ("draft", "returned"), "submitted", "提交审核"),
        Move("approve", ("submitted",), "approved", "审核通过"),
        Move("return", ("submitted", "approved", "paused"), "returned", "退回"),
        Move("pause", ("approved",), "paused", "暂停招人"),
        Move("resume", ("paused",), "approved", "恢复招人"),
        Move("withdraw", ("submitted",), "draft", "撤回"),
        Move("close", ("draft", "returned", "approved", "paused"), "closed", "关闭"),
    ),
)

REPORT = Machine(
    "report",
    "举报",
    "new",
    {"new": "等核实", "looking": "正在核实", "upheld": "查实了", "dismissed": "没有查实"},
    (
        Move("look", ("new",), "looking", "开始核实"),
        Move("uphold", ("looking",), "upheld", "查实"),
        Move("dismiss", ("looking",), "dismissed", "没有查实"),
    ),
)
