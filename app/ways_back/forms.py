"""Forms of ways back."""

from __future__ import annotations

from wtforms import BooleanField, TextAreaField

from app.core.forms import Form, choose, text
from app.core.labels import ID_KINDS


class PersonForm(Form):
    name = text("姓名", most=60)
    identity_kind = choose("证件类型", ID_KINDS)
    identity = text("证件号码", most=40)


class PaperForm(Form):
    """What the checker types off the paper in her hand."""

    reference = text("申请号", most=20)
    name = text("证件上的姓名", most=60)
    identity = text("证件上的号码", most=40)
    present = BooleanField("本人带着证件原件在场，照片是本人")


class ObjectForm(Form):
    """A button."""


class DecideForm(Form):
    why = text("理由", most=200, required=False, field=TextAreaField)
