"""Forms of runs and answers."""

from __future__ import annotations

from wtforms import BooleanField, HiddenField, PasswordField, RadioField, StringField, TextAreaField
from wtforms.validators import InputRequired

from app.core.forms import Form, Several, choose, row, text, whole
from app.placements.reviews import ABOUT, NEXT_STEPS
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
    consent = BooleanField("我同意企业看录取资料")


class GuardianAnswerForm(Form):
    agrees = RadioField("您同意吗", choices=[("yes", "我同意"), ("no", "我不同意")], validate_choice=False)


class OfferPositionForm(Form):
    position = HiddenField()


class TakePositionForm(Form):
    position = HiddenField()
    take = StringField()
    consent = BooleanField("我同意企业看录取资料")


class ConsentForm(Form):
    """The page offers the enterprises whose consent is wanting; the service judges what comes back."""

    enterprises = Several("同意把录取资料给", choices=[], coerce=row, validate_choice=False)


class EmptyForm(Form):
    """A button."""


class ReviewForm(Form):
    about = RadioField("哪里不对", choices=list(ABOUT.items()), validators=[InputRequired("请选一项，哪里不对")])
    says = text("说说是怎么回事", most=1000, field=TextAreaField)


class ReviewAnswerForm(Form):
    """``outcome`` is the button that was pressed."""

    outcome = text("答复", most=10)
    finding = text("查了什么，查到什么", most=1000, field=TextAreaField)
    next_step = choose("下一步怎么办", NEXT_STEPS, required=False)


class CarryOutForm(Form):
    what = text("办了什么", most=500, field=TextAreaField)


class MendScoreForm(Form):
    class_id = whole("订单班", 1, 10**11)
    value = whole("更正后的分数", 0, 100, unit="分")


class LiftBarForm(Form):
    choice_id = whole("志愿", 1, 10**11)
