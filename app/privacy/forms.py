"""Forms of one's own data."""

from __future__ import annotations

from flask_wtf.file import FileField, FileRequired
from wtforms import TextAreaField

from app.accounts.forms import ProofForm
from app.core.forms import Form, choose, day, text
from app.core.labels import ID_KINDS


class IdentityForm(Form):
    """Name and document as they should be."""

    name = text("姓名", most=60)
    identity_kind = choose("证件类型", ID_KINDS)
    identity = text("证件号码", most=40)
    birth_date = day("出生日期", required=False)


class MendForm(IdentityForm, ProofForm):
    """Before anybody relies on it: with proof of who asks."""


class AskForm(IdentityForm):
    why = text("哪里错了", most=200, field=TextAreaField)
    file = FileField("证件的照片", [FileRequired("请拍一张证件的照片")])

    def raw(self) -> bytes:
        return self.file.data.read() if self.file.data else b""


class DecideForm(Form):
    answer = text("写给本人", most=200, required=False, field=TextAreaField)
    decision = choose("决定", {"apply": "按证件更正", "refuse": "不更正"})


class CloseForm(ProofForm):
    """Closing one's account: with proof."""
