"""Forms of home."""

from __future__ import annotations

from wtforms import TextAreaField

from app.core.forms import Form, day, text


class SettingForm(Form):
    valid_from = day("从哪天起")
    value = text("值", most=600, field=TextAreaField)
    source = text("依据", most=200)
