"""The forms of positions: the posting itself, the coordinator's answer, and the preview beside it."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, StringField, TelField, TextAreaField
from wtforms.validators import Length, Optional

from app.core.forms import Form, Several, choose, day, text, whole
from app.core.labels import DISTRICTS, FIELDS, HAZARDS, REPORT_REASONS, choices
from app.positions.lawfulness import FREE_TEXT, Stopped, stopped_phrases

_WORKPLACES = {code: name for code, name in DISTRICTS.items() if code != "other"}


class PositionForm(Form):
    """A posting. Which button was pressed travels in ``then``: save (a draft may have gaps), submit, or clean."""

    code = text("岗位代码", most=20, required=False, description="自己编的短号，例如P01。不填就自动编")
    name = text("岗位名称", most=40)
    field = choose("领域", FIELDS)
    headcount = whole("招几个人", 1, 2000, unit="人")
    wage_low = whole("转正后工资，最低", 1, 100000, unit="元")
    wage_high = whole("转正后工资，最高", 1, 100000, unit="元")
    shift = text("班次和休息", description="例：白班8小时，每周休2天")
    district = choose("上班的区市", _WORKPLACES)
    address = text("上班地点", most=120, description="写到门牌，有班车也写上")
    valid_until = day("招到哪天为止")
    duties = text("做什么", most=600, field=TextAreaField)
    requirements = text(
        "录用要求",
        most=600,
        field=TextAreaField,
        description="只写干活需要的本事。性别、年龄、户籍、婚育、民族、病毒携带，都不能写",
    )
    conditions = text("工作条件", most=400, field=TextAreaField, description="在哪儿干、站着还是坐着、冷不冷、吵不吵")
    safety = text("安全状况", most=400, field=TextAreaField, description="发什么护具，做什么安全培训")
    hazards = Several("有没有这些危险", choices=choices(HAZARDS))
    contract_months = whole("劳动合同签多久", 1, 120, unit="个月")
    probation_months = whole("试用期", 0, 6, unit="个月")
    probation_wage = whole("试用期工资", 0, 100000, unit="元")
    insurance = text("上哪些社会保险", most=120)
    last_pay = whole("上届实领的中间数", 1, 100000, required=False, unit="元")
    last_pay_people = whole("上届多少人", 1, 5000, required=False, unit="人")
    last_pay_source = text("这个数从哪里来", most=80, required=False, description="例：企业工资表，2026年")
    then = StringField(validators=[Optional(), Length(max=10)])

    def validate(self, extra_validators: Any = None) -> bool:
        """A draft and a cleaning may leave words open; numbers, name and date are always asked."""
        if self.then.data != "submit":
            for name in FREE_TEXT:
                if name != "name":
                    field = self[name]
                    field.validators = [Optional(), *[v for v in field.validators if isinstance(v, Length)]]
        return super().validate(extra_validators)

    def facts(self) -> dict[str, Any]:
        facts = super().facts()
        facts.pop("then")
        return facts

    def texts(self) -> dict[str, str | None]:
        return {name: self[name].data for name in FREE_TEXT}

    def stopped(self) -> list[Stopped]:
        """The unlawful wordings in what was typed, for the list beside each field."""
        return stopped_phrases(self.texts())


class PreviewForm(Form):
    """The few facts of the card; read from the address, so that looking at it changes nothing."""

    class Meta(Form.Meta):
        csrf = False

    name = text("岗位名称", most=40, required=False)
    headcount = whole("招几个人", 0, 2000, required=False)
    wage_low = whole("最低", 0, 100000, required=False)
    wage_high = whole("最高", 0, 100000, required=False)
    shift = text("班次", required=False)
    district = choose("区市", _WORKPLACES, required=False)
    address = text("地点", most=120, required=False)
    hazards = Several("危险", choices=choices(HAZARDS))
    last_pay = whole("实领", 0, 100000, required=False)
    last_pay_people = whole("多少人", 0, 5000, required=False)


class AnswerForm(Form):
    """The coordinator's answer, or the enterprise's own step: a reason and the version that was seen."""

    why = text("原因", most=300, required=False, field=TextAreaField, description="退回时要写：哪里要改，怎么改")


class ReasonForm(AnswerForm):
    """An answer that needs its reason: pausing, letting go on, sending back what is public."""

    why = text("原因", most=300, field=TextAreaField)


class ReportForm(Form):
    """举报: what is wrong with a posting, and whether an answer is wanted."""

    reason = choose("是哪一种问题", {"": "请选一个", **REPORT_REASONS})
    phone = text("手机号", most=20, required=False, field=TelField)
    text = text("怎么回事", most=1000, field=TextAreaField)
    wants_answer = BooleanField("结果发到我的账户")


class FindingForm(Form):
    """``decision`` is the button that was pressed; the answer is read by the person who reported."""

    decision = text("决定", most=10)
    answer = text("怎么核实的，结果怎样", most=1000, field=TextAreaField)
