"""Forms of applications."""

from __future__ import annotations

from typing import Any, Self

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, Field, RadioField, TelField, TextAreaField
from wtforms.validators import InputRequired
from wtforms.widgets import HiddenInput

from app.accounts.consents import WORDS
from app.core.forms import Form, Several, choose, text, whole
from app.core.labels import CATEGORIES, DISTRICTS, RELATIONS, START_POINTS, choices

RETURN_REASONS = {
    "blurred": "照片看不清，请平放、开灯再拍一张",
    "cut": "四个角没有拍全，请整张拍进去",
    "wrong_kind": "不是这一种材料，请看清名称再传",
    "wrong_person": "材料上的姓名和报名的人不一样",
    "out_of_date": "材料过期了，请传在有效期内的",
    "no_stamp": "没有盖章，请盖好章再拍",
    "other": "其他，写在下面",
}


class StepForm(Form):
    """A button: nothing but the version that was seen."""


class OwnOrganisationForm(Form):
    """Asks for the own school or employer, but only where a class is for its people alone."""

    school_id = choose("在读的学校", {}, required=False)
    enterprise_id = choose("上班的企业", {}, required=False)

    def offer(self, schools: dict[str, str], enterprises: dict[str, str]) -> Self:
        """Ask for one of these; what has none to choose from is not asked."""
        for name, options in (("school_id", schools), ("enterprise_id", enterprises)):
            if options:
                self[name].choices = [("", "都不是"), *options.items()]
            else:
                del self[name]
        return self

    def facts(self) -> dict[str, Any]:
        found = super().facts()
        for name in ("school_id", "enterprise_id"):
            if name in found:
                found[name] = int(found[name]) if found[name] else None
        return found


class ProfileForm(OwnOrganisationForm):
    start_point = choose("您的学历", {"": "请选一个", **START_POINTS})
    district = choose("住在哪里", {"": "请选一个", **DISTRICTS})
    address = text("详细地址", most=120, required=False)


class CategoriesForm(Form):
    categories = Several("您属于哪几类", choices=choices(CATEGORIES))
    category_consent = BooleanField(WORDS["sensitive_category"].title)


class PaperForm(Form):
    file = FileField("照片或PDF", [FileRequired("还没有选照片。点一下，拍一张或者从相册里选")])

    def raw(self) -> bytes:
        """The bytes that were sent."""
        return bytes(self.file.data.read())


class GuardianForm(Form):
    name = text("监护人姓名", most=60)
    relation = choose("是您的什么人", RELATIONS)
    phone = text("监护人自己的手机号", most=20, field=TelField)


class CodeForm(Form):
    code = text("验证码", most=12)


class AnswerForm(Form):
    agrees = RadioField(
        "您同意吗", choices=[("yes", "我同意"), ("no", "我不同意")], validators=[InputRequired("请选同意或者不同意")]
    )


class Numbers(Field):
    """Several whole numbers under one name, in the order sent; what is not a number is left out."""

    widget = HiddenInput()

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = [int(value) for value in valuelist if value.isdecimal() and len(value) < 12]

    def _value(self) -> str:
        return ""


class ChoicesForm(Form):
    """The cards as they lie, one button of a card, and the answer about adjustment."""

    order = Numbers("志愿顺序")
    move = text("移动", most=20, required=False)
    drop = whole("去掉", 0, 10**11, required=False)
    then = text("接着", most=10, required=False)
    adjustable = RadioField("上面都没录取，怎么办", choices=[("yes", "服从调剂"), ("no", "不服从调剂")], default="no")


class AddForm(Form):
    track = whole("志愿", 1, 10**11)


class SubmitForm(Form):
    consent = BooleanField(WORDS["schools_of_choices"].title)


class WithdrawForm(Form):
    why = text("为什么不报了", most=200, required=False, field=TextAreaField)


class SendBackForm(Form):
    why = text("要补什么", most=300, field=TextAreaField)


class DecideForm(Form):
    """``decision`` is the button that was pressed; the reason is picked or written, and is read by the applicant."""

    decision = text("决定", most=10)
    reason = choose("哪里不行", RETURN_REASONS, required=False)
    why = text("补充说明", most=200, required=False, field=TextAreaField)

    def because(self) -> str:
        picked = "" if self.reason.data in (None, "", "other") else RETURN_REASONS[self.reason.data]
        return "。".join(part for part in (picked, self.why.data or "") if part)
