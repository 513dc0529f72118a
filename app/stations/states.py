"""A slip is a draft until its person confirms it: by her phone, or by her signature that a second person saw."""

from app.core.states import Machine, Move

SLIP = Machine(
    "slip", "代填单", "draft",
    {
        "draft": "等本人确认", "signed": "签了字，等另一个人看", "confirmed": "本人已确认", "dropped": "已作废",
        "expired": "过了截止",
    },
    (
        Move("upload_signature", ("draft", "signed"), "signed", "上传签字的纸"),
        Move("return", ("signed",), "draft", "签字不行，退回"),
        Move("confirm_by_phone", ("draft", "signed"), "confirmed", "本人用手机确认"),
        Move("confirm_on_paper", ("signed",), "confirmed", "签字的纸看过了"),
        Move("drop", ("draft", "signed"), "dropped", "作废"),
        Move("expire", ("draft", "signed"), "expired", "截止前没有确认"),
    ),
)  # fmt: skip
