"""A round's way: set up, open, checking, closed, proposed, approved, published, responding, settled, archived."""

from app.core.states import Machine, Move

ROUND = Machine(
    "round",
    "批次",
    "setup",
    {
        "setup": "准备中",
        "open": "正在报名",
        "checking": "正在核对材料",
        "closed": "已截止，正在试算",
        "proposed": "等审批",
        "approved": "已批准，等公布",
        "published": "已公布",
        "responding": "等本人决定",
        "settled": "已办结",
        "archived": "已归档",
        "cancelled": "已取消",
    },
    (
        Move("open", ("setup",), "open", "开始报名"),
        Move("begin_checking", ("open",), "checking", "截止报名，开始核对"),
        Move("close", ("checking",), "closed", "结束核对，抽签"),
        Move("propose", ("closed",), "proposed", "提议采用一次试算"),
        Move("withdraw_proposal", ("proposed",), "closed", "撤回提议"),
        Move("reject_proposal", ("proposed",), "closed", "不批准"),
        Move("approve", ("proposed",), "approved", "批准"),
        Move("publish", ("approved",), "published", "公布结果"),
        Move("await_answers", ("published",), "responding", "等本人决定"),
        Move("settle", ("responding",), "settled", "办结"),
        Move("archive", ("settled",), "archived", "归档"),
        Move("cancel", ("setup", "open", "checking", "closed"), "cancelled", "取消"),
    ),
)
# From publication on everybody may read how the round came out.
RESULT_IS_OUT = ("published", "responding", "settled", "archived")
