"""A class is drafted by its school, checked by a coordinator, and then may be offered in rounds."""

from app.core.states import Machine, Move

ORDER_CLASS = Machine(
    "order_class",
    "订单班",
    "draft",
    {"draft": "草稿", "submitted": "等审核", "returned": "已退回", "approved": "已公布", "closed": "已关闭"},
    (
        Move("submit", ("draft", "returned"), "submitted", "提交审核"),
        Move("approve", ("submitted",), "approved", "审核通过"),
        Move("return", ("submitted", "approved"), "returned", "退回"),
        Move("withdraw", ("submitted",), "draft", "撤回"),
        Move("close", ("draft", "returned", "approved"), "closed", "关闭"),
    ),
)
