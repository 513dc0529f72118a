"""Forms of runs and answers."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField, PasswordField, RadioField, StringField, TextAreaField

from app.core.forms import Form, choose, text
from app.placements.service import RULES


class RunForm(Form):
    rule = choose("录取规则", RULES, default="stable")
    uses_minimum = BooleanField("不到开班线的班不开", default=True)
    uses_adjustment = BooleanField("服从调剂的人再排一次空余名额", default=True)


class ProposeForm(Form):
    why = text("为什么选它", most=500, field=TextAreaField)
    proof = text("您的登录密码，或刚收到的验证码", most=128, field=PasswordField)


class ApproveForm(Form):
    proof = text("您的登录密码，或刚收到的验证码", most=128, field=PasswordField)


class RejectForm(Form):
    why = text("为什么不批准", most=500, field=TextAreaField)


class AnswerForm(Form):
    answer = RadioField(
        "去不去",
        choices=[("accept", "就去这里"), ("upgrade", "先去这里，有更靠前的就换"), ("decline", "不去了，放弃名额")],
        validate_choice=False,
    )
    why = text("为什么不去", most=200, required=False)


class GuardianAnswerForm(Form):
    agrees = RadioField("您同意吗", choices=[("yes", "我同意"), ("no", "我不同意")], validate_choice=False)


class OfferPositionForm(Form):
    position = HiddenField()


class TakePositionForm(Form):
    position = HiddenField()
    take = StringField()


class EmptyForm(Form):
    """A button."""
