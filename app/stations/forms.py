"""Forms of stations and slips."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask_wtf.file import FileField, FileRequired
from wtforms import BooleanField, RadioField, TelField, TextAreaField

from app.accounts.consents import WORDS
from app.core.forms import Form, Several, choose, day, text
from app.core.labels import DISTRICTS, ID_KINDS, RELATIONS, START_POINTS, choices
from app.order_classes.models import Track
from app.stations.entering import CATEGORIES_TO_ENTER

MOST_WISHES = 10


class StationForm(Form):
    name = text("服务站名称", most=80)
    district = choose("所在区市", {code: word for code, word in DISTRICTS.items() if code != "other"})
    address = text("地址", most=120)
    phone = text("电话", most=20, field=TelField)


class InviteForm(Form):
    title = text("职务", most=40)
    phone = text("手机号", most=20, required=False, field=TelField)


class WhyForm(Form):
    why = text("理由", most=200, required=False, field=TextAreaField)


class BatchForm(Form):
    name = text("这一批叫什么", most=40)
    round_id = choose("报哪个批次", {})


def track_word(track: Track) -> str:
    """A track in one line, as a list of many shows it."""
    post = f"{track.position.name}（{track.position.enterprise.name}）" if track.position else "先入学、后定岗"
    return f"{track.order_class.name}·{track.order_class.school.name}·{post}"


class SlipForm(Form):
    """One person; ``offer`` puts the round's tracks into as many wishes as it allows."""

    name = text("姓名", most=60)
    identity_kind = choose("证件类型", ID_KINDS)
    identity = text("证件号码", most=40)
    birth_date = day("出生日期", required=False)
    phone = text("本人的手机号", most=20, required=False, field=TelField)
    start_point = choose("学历", START_POINTS)
    district = choose("住在哪里", DISTRICTS)
    categories = Several("属于哪几类", choices=choices(CATEGORIES_TO_ENTER))
    wish_1, wish_2, wish_3, wish_4, wish_5, wish_6, wish_7, wish_8, wish_9, wish_10 = (
        choose(f"第{number}志愿", {}, required=number == 1) for number in range(1, MOST_WISHES + 1)
    )
    adjustable = RadioField("都没录取，怎么办", choices=[("yes", "服从调剂"), ("no", "不服从调剂")], default="no")
    guardian_name = text("监护人姓名", most=60, required=False)
    guardian_relation = choose("监护人是本人的什么人", RELATIONS, required=False)
    guardian_phone = text("监护人自己的手机号", most=20, required=False, field=TelField)

    def offer(self, tracks: Mapping[int, Track], most: int) -> SlipForm:
        options = [(str(key), track_word(track)) for key, track in tracks.items()]
        for number in range(1, MOST_WISHES + 1):
            if number > most:
                del self[f"wish_{number}"]
            else:
                self[f"wish_{number}"].choices = [("", "选一个" if number == 1 else "不填"), *options]
        return self

    def show(self, facts: Mapping[str, Any]) -> SlipForm:
        """Fill in what is stored, for a change."""
        for name in self._fields:
            if name in facts and name not in ("adjustable",):
                self[name].data = facts[name]
        self.adjustable.data = "yes" if facts["adjustable"] else "no"
        for number, track in enumerate(facts["tracks"], start=1):
            if f"wish_{number}" in self:
                self[f"wish_{number}"].data = str(track)
        return self

    @property
    def wishes(self) -> list[Any]:
        return [field for field in self if field.name.startswith("wish_")]

    def facts(self) -> dict[str, Any]:
        """The facts of ``service.enter``: the wishes become one list in their order."""
        found = {name: value for name, value in super().facts().items() if not name.startswith("wish_")}
        found["tracks"] = [int(field.data) for field in self.wishes if (field.data or "").isdecimal()]
        found["adjustable"] = self.adjustable.data == "yes"
        return found

    def refuse(self, error: Any) -> None:
        """A fault of the wishes stands beside the first of them."""
        for fault in getattr(error, "faults", [error]):
            if fault.field == "tracks":
                fault.field = "wish_1"
        super().refuse(error)


class SignatureForm(Form):
    file = FileField("签了字的代填单", [FileRequired("还没有选照片。点一下，拍一张或者从相册里选")])

    def raw(self) -> bytes:
        return bytes(self.file.data.read())


class WitnessForm(Form):
    seen = BooleanField("我看过签字，是本人签的，和证件上是同一个人")


class CodeOnPaperForm(Form):
    code = text("单子上的10位码", most=20)


class HolderForm(Form):
    last_four = text("证件号的最后4位", most=8)
    phone = text("您自己的手机号", most=20, field=TelField)


class ConfirmForm(Form):
    code = text("短信里的6位数字", most=12)
    terms = BooleanField(WORDS["terms"].title)
    personal_data = BooleanField(WORDS["personal_data"].title)
    identity_number = BooleanField(WORDS["identity_number"].title)
    schools_of_choices = BooleanField(WORDS["schools_of_choices"].title)

    def consents(self) -> list[str]:
        return [name for name in WORDS if name in self and self[name].data]

