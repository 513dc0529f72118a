"""Forms of agreements."""

from __future__ import annotations

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, HiddenField, RadioField, SelectMultipleField, TextAreaField
from wtforms.validators import InputRequired

from app.accounts.forms import ProofForm
from app.agreements.closing import REFUSAL_GROUNDS
from app.agreements.models import Agreement
from app.agreements.revisions import current
from app.agreements.signing import new_nonce
from app.core.forms import Form, text
from app.core.numbers import number_in


class SignForm(ProofForm):
    """One signature: the words seen, a random number used once, the six key terms, and the proof."""

    text_sha256 = HiddenField()
    nonce = HiddenField()
    wage = BooleanField("工资")
    post = BooleanField("岗位和地点")
    intern = BooleanField("实习的钱")
    free = BooleanField("不收您的钱")
    leave = BooleanField("您可以反悔")
    cond = BooleanField("企业什么时候要您")
    TERMS = ("wage", "post", "intern", "free", "leave", "cond")

    @classmethod
    def of(cls, agreement: Agreement, ticked: list[str]) -> SignForm:
        """A fresh form for the present revision; ``ticked`` were ticked before a code was sent for."""
        seen = current(agreement).text_sha256
        on = {name: name in ticked for name in cls.TERMS}
        return cls(formdata=None, text_sha256=seen, nonce=new_nonce(), version=agreement.version, **on)

    def ticked(self) -> list[str]:
        return [name for name in self.TERMS if self[name].data]


class EmptyForm(Form):
    """A button."""


class WhyForm(Form):
    why = text("原因", most=500, field=TextAreaField)


class MayWhyForm(Form):
    why = text("原因", most=500, required=False, field=TextAreaField)


class ProvedWhyForm(ProofForm):
    why = text("原因", most=500, field=TextAreaField)


class ProvedMayWhyForm(ProofForm):
    why = text("原因", most=500, required=False, field=TextAreaField)


class DenyForm(Form):
    text = text("发生了什么", most=1000, field=TextAreaField)


class AnswerDenialForm(Form):
    answer = text("怎么处理的", most=1000, field=TextAreaField)


class RefusalForm(ProofForm):
    ground = RadioField("理由", choices=list(REFUSAL_GROUNDS.items()), validators=[InputRequired("请选一个理由")])
    why = text("事实", most=400, field=TextAreaField)


class AskEndingForm(ProofForm):
    ground = RadioField("为什么", choices=[], validators=[InputRequired("请选一个理由")])
    why = text("说明", most=1000, required=False, field=TextAreaField)
    file = FileField("证明（照片或者PDF）")


class DecideEndingForm(ProofForm):
    ends = RadioField("怎么定", choices=[], validators=[InputRequired("请选一个")])
    why = text("说明", most=500, required=False, field=TextAreaField)


class Chosen(SelectMultipleField):
    """Ticked rows of a list; which of them exist is asked of the database."""

    def pre_validate(self, form: object) -> None:
        return None


class BatchForm(ProofForm):
    """Signing many: each chosen value is ``id:hash of the words seen``."""

    chosen = Chosen("要签的协议", choices=[])

    def seen(self) -> dict[int, str]:
        parts = (value.partition(":") for value in self.chosen.data or [])
        named = ((number_in(number), words) for number, _, words in parts)
        return {number: words for number, words in named if number is not None}


class IssueForm(Form):
    chosen = Chosen("要发协议的人", choices=[])

    def ids(self) -> list[int]:
        return [number for value in self.chosen.data or [] if (number := number_in(value)) is not None]


class CheckFileForm(Form):
    file = FileField("协议的PDF文件", [FileRequired("请选协议的PDF文件")])
