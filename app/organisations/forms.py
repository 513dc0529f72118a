"""Forms of organisations."""

from __future__ import annotations

from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import Field, TelField, TextAreaField

from app.core.forms import Form, choose, text, whole
from app.core.labels import DISTRICTS


class OrganisationForm(Form):
    """What schools and enterprises have in common. ``licence`` is a photo or PDF; ``facts`` carries its bytes."""

    name = text("名称", most=80)
    credit_code = text("统一社会信用代码", most=40)
    district = choose("所在区市", DISTRICTS)
    address = text("地址", most=120)
    head = text("法定代表人", most=40)
    contact = text("联系人", most=40)
    phone = text("联系电话", most=20, field=TelField)
    introduction = text("单位情况", most=1000, required=False, field=TextAreaField)
    licence = FileField("执照照片")

    def facts(self) -> dict[str, Any]:
        found = super().facts()
        upload = found.pop("licence", None)
        found["licence"] = upload.read() if upload is not None and hasattr(upload, "read") else b""
        found["introduction"] = found["introduction"] or ""
        return found


class SchoolForm(OrganisationForm):
    head = text("负责人（院长、校长）", most=40)
    code = text("院校代码", most=20)


class EnterpriseForm(OrganisationForm):
    staff = whole("在职职工人数", 1, 1_000_000, unit="人")


class _Joining(Form):
    """Which alliance a new organisation applies to; it is the alliance's coordinator who checks it."""

    alliance_id = choose("要加入的联盟", {})

    def offer(self, alliances: Any) -> None:
        field: Field = self.alliance_id
        field.choices = [(str(row.id), row.name) for row in alliances]


class _New(_Joining):
    """A new entry needs its licence; later a new photo is only sent to replace it."""

    licence = FileField("执照照片", [FileRequired("拍一张执照（院校是办学许可证），协调员要对着看")])

    def facts(self) -> dict[str, Any]:
        found = super().facts()
        return {**found, "alliance_id": int(found["alliance_id"])}


class NewSchoolForm(_New, SchoolForm):
    pass


class NewEnterpriseForm(_New, EnterpriseForm):
    pass


class JoinForm(_Joining):
    pass


class ReasonForm(Form):
    """A decision with its reason; the service says when the reason is needed."""

    why = text("理由", most=300, required=False, field=TextAreaField)


class InviteForm(Form):
    title = text("职务", most=40)
    phone = text("手机号", most=20, required=False, field=TelField)


class AllianceForm(Form):
    name = text("联盟名称", most=80)
    lead = text("牵头单位", most=80)
    phone = text("咨询电话", most=20, field=TelField)
