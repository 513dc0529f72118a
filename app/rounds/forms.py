"""Forms of rounds."""

from __future__ import annotations

import datetime as dt
from typing import Any

from wtforms import BooleanField, DateTimeLocalField, TextAreaField
from wtforms.validators import InputRequired, Regexp

from app.core.clock import CHINA
from app.core.forms import Form, Several, row, text, whole, within_time


class _Moment(DateTimeLocalField):
    """A wall-clock time in China, kept as an instant."""

    def __init__(self, label: str, **kwargs: Any) -> None:
        formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%d %H:%M"]
        super().__init__(label, [InputRequired(f"请填{label}的日期和时间")], format=formats, **kwargs)

    def process_data(self, value: dt.datetime | None) -> None:
        self.data = value.astimezone(CHINA) if value else None

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(f"{self.label.text}要写成2027-03-01 17:00这样") from None
        if self.data is not None:
            found, self.data = self.data, None
            self.data = within_time(found).replace(tzinfo=CHINA).astimezone(dt.UTC)


class RoundForm(Form):
    name = text("批次名称", most=60)
    code = text("代码", most=8, check=[Regexp(r"^[0-9A-Za-z]{2,8}$", message="代码用2到8个字母或数字，例如27C")])
    opens_at = _Moment("开始报名")
    deadline = _Moment("报名截止")
    guardian_due = _Moment("监护人同意截止")
    evidence_due = _Moment("材料和分数截止")
    publish_at = _Moment("公布结果")
    respond_by = _Moment("本人答复截止")
    sign_by = _Moment("签协议截止")
    max_choices = whole("最多几个志愿", 1, 10, unit="个", default=5)
    uses_minimum = BooleanField("不到开班线的班不开", default=True)
    uses_adjustment = BooleanField("服从调剂的人再排一次空余名额", default=True)


class OfferForm(Form):
    classes = Several("这一批开哪些班", coerce=row, validate_choice=False)


class CancelForm(Form):
    why = text("为什么取消", most=300, field=TextAreaField)


class EmptyForm(Form):
    """A button."""
