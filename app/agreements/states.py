"""草稿 → 待本人 → (待监护人) → 待企业 → 待院校 → 已生效 → 履行完成; beside it return, refusal, expiry and ending."""

from app.core.states import Machine, Move

SIGNING = ("awaiting_applicant", "awaiting_guardian", "awaiting_enterprise", "awaiting_school")
# Whose turn it is in each state of signing, and the move that this party's signature makes.
TURNS = dict(zip(SIGNING, ("student", "guardian", "enterprise", "school"), strict=True))
MOVES = {"guardian": "sign_guardian", "enterprise": "sign_enterprise", "school": "sign_school"}
IN_FORCE = ("in_force", "fulfilled", "ending_asked", "ending_agreed")
# Nothing follows any more; in the first three nobody was ever bound.
NEVER_BOUND = ("refused", "withdrawn", "expired")
OVER = (*NEVER_BOUND, "ended", "void", "fulfilled")

AGREEMENT = Machine(
    "agreement", "三方预就业协议", "draft",
    {
        "draft": "草稿", "awaiting_applicant": "待本人签", "awaiting_guardian": "待监护人签",
        "awaiting_enterprise": "待企业签", "awaiting_school": "待院校签", "in_force": "已生效",
        "fulfilled": "履行完成", "returned": "退回修改", "refused": "已拒绝",
        "withdrawn": "已撤回", "expired": "已过期", "ending_asked": "申请解除", "ending_agreed": "对方已同意解除",
        "ended": "已解除", "void": "已作废",
    },
    (
        Move("issue", ("draft", "returned"), "awaiting_applicant", "发出"),
        Move("sign_adult", ("awaiting_applicant",), "awaiting_enterprise", "本人签"),
        Move("sign_minor", ("awaiting_applicant",), "awaiting_guardian", "本人签，等监护人"),
        Move("sign_guardian", ("awaiting_guardian",), "awaiting_enterprise", "监护人签"),
        Move("sign_enterprise", ("awaiting_enterprise",), "awaiting_school", "企业签"),
        Move("sign_school", ("awaiting_school",), "in_force", "院校签，生效"),
        Move("return", SIGNING, "returned", "退回修改"),
        Move("refuse", (*SIGNING, "returned"), "refused", "拒绝"),
        Move("withdraw", ("draft", *SIGNING, "returned"), "withdrawn", "撤回"),
        Move("expire", (*SIGNING, "returned"), "expired", "过期"),
        Move("ask_ending", ("in_force",), "ending_asked", "申请解除"),
        Move("agree_ending", ("ending_asked",), "ending_agreed", "同意解除"),
        Move("keep", ("ending_asked", "ending_agreed"), "in_force", "不解除，继续履行"),
        Move("end", ("ending_asked", "ending_agreed"), "ended", "院校审核，解除"),
        Move("fulfil", ("in_force",), "fulfilled", "履行完成"),
        Move("void", ("in_force", "ending_asked", "ending_agreed"), "void", "作废"),
    ),
)
