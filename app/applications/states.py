"""Applications, papers and guardians. A minor's application waits for her guardian before it counts as submitted."""

from app.core.states import Machine, Move

APPLICATION = Machine(
    "application", "报名", "draft",
    {
        "draft": "还没提交", "awaiting_guardian": "等监护人同意", "submitted": "已提交", "returned": "退回补材料",
        "checked": "材料已核对", "in_round": "进入录取", "withdrawn": "已撤回", "left_out": "没有参加这一批",
    },
    (
        Move("submit", ("draft", "returned"), "submitted", "提交"),
        Move("submit_minor", ("draft", "returned"), "awaiting_guardian", "提交，等监护人同意"),
        Move("guardian_agrees", ("awaiting_guardian",), "submitted", "监护人同意"),
        Move("guardian_refuses", ("awaiting_guardian", "submitted"), "draft", "监护人不同意"),
        Move("change", ("submitted", "awaiting_guardian"), "draft", "改志愿"),
        Move("put_back", ("draft",), "submitted", "按上次提交的算"),
        Move("return", ("submitted", "checked"), "returned", "退回补材料"),
        Move("check", ("submitted", "returned"), "checked", "核对完材料"),
        Move("freeze", ("checked", "submitted", "returned"), "in_round", "进入录取"),
        Move("leave_out", ("draft", "awaiting_guardian"), "left_out", "截止时还没交"),
        Move("withdraw", ("draft", "awaiting_guardian", "submitted", "returned", "checked"), "withdrawn", "撤回"),
        Move("restore", ("withdrawn",), "draft", "重新报名"),
    ),
)
EVIDENCE = Machine(
    "evidence", "材料", "uploaded",
    {"uploaded": "等核验", "verified": "已核验", "returned": "要重拍", "replaced": "已换新"},
    (
        Move("verify", ("uploaded",), "verified", "核验通过"),
        Move("return", ("uploaded", "verified"), "returned", "退回重拍"),
        Move("replace", ("uploaded", "returned"), "replaced", "换一张"),
    ),
)
GUARDIAN = Machine(
    "guardian", "监护人", "named", {"named": "等同意", "agreed": "已同意", "refused": "不同意"},
    (
        Move("agree", ("named", "refused"), "agreed", "同意报名"),
        Move("refuse", ("named", "agreed"), "refused", "不同意报名"),
        Move("ask_again", ("agreed", "refused"), "named", "再请监护人看"),
    ),
)
