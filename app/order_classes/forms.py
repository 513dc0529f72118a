"""The forms of order classes: the class itself, its hours per year, its tracks, its relaxed ages and reserves."""

from __future__ import annotations

from typing import Any

from wtforms import BooleanField, TextAreaField

from app.core.forms import Form, choose, day, text, whole
from app.core.labels import AUDIENCES, CATEGORIES, FIELDS, LEVELS, START_POINTS, STUDY_MODES
from app.order_classes.models import OrderClass

SCORE_RULES = {"score": "按分数录，同分抽签", "lottery": "不打分，抽签"}
HOURS = {"professional": "专业课", "workshop": "在车间", "core": "核心实操", "ordinary_core": "普通班实操"}


class ClassForm(Form):
    """What a class is; hours, tracks, relaxed ages and reserves have pages of their own."""

    alliance_id = choose("集团（联盟）", {})
    code = text("订单班代码", most=20, required=False, description="自己编的短号，例如D01。不填就自动编")
    name = text("订单班名称", most=60, description="例：机电设备安装与维修（医疗器械方向）")
    major = text("专业", most=40, description="写专业目录里的名称")
    field = choose("领域", FIELDS)
    level = choose("培养层次", LEVELS)
    start_point = choose("起点学历", START_POINTS)
    years = whole("学制", 1, 6, unit="年")
    mode = choose("学习形式", STUDY_MODES)
    audience = choose("招谁", AUDIENCES)
    seats = whole("名额", 1, 500, unit="人")
    min_open = whole("开班线", 0, 500, unit="人", description="不到这个人数就不开班")
    age_min = whole("年龄下限", 14, 100, unit="周岁")
    age_max = whole("年龄上限", 14, 100, unit="周岁")
    enrolment_date = day("入学日期", description="年龄按这一天算周岁")
    on_post_date = day("上岗日期", description="毕业后到企业上班的那天")
    internship_months = whole("岗位实习几个月", 0, 36, description="没有就写0")
    internship_from_year = whole("从第几学年开始实习", 0, 6, description="全日制第1学年不安排；没有就写0")
    score_rule = choose("怎么录取", SCORE_RULES)
    score_text = text("怎么打分", most=200, required=False, field=TextAreaField)
    tuition = text("学费", most=80)
    aid = text("资助", most=120)
    boarding = text("住宿和吃饭", most=80)
    timetable = text("上课时间", most=80, description="在职的人看有没有晚上、周末的课")
    certificate = text("拿什么证", most=80)
    teacher = text("学校老师", most=60, required=False)
    mentor = text("企业师傅", most=60, required=False)
    last_filled = whole("上批录取", 0, 500, required=False, unit="人")
    last_cutoff = whole("上批录取线", 0, 100, required=False, unit="分")

    def facts(self) -> dict[str, Any]:
        facts = super().facts()
        facts.pop("alliance_id")
        return facts


def hours_form(order_class: OrderClass) -> Form:
    """A form with four numbers for each school year of the class, named y<year>_<hours>."""
    years = range(1, order_class.years + 1)
    fields = {
        f"y{year}_{name}": whole(f"第{year}学年{said}", 0, 4000) for year in years for name, said in HOURS.items()
    }
    present = {f"y{row.year}_{name}": getattr(row, name) for row in order_class.hours for name in HOURS}
    form: Form = type("HoursForm", (Form,), fields)(data=present | {"version": order_class.version})
    return form


def hours_rows(form: Form, years: int) -> list[dict[str, int]]:
    """The rows the service wants."""
    return [{"year": year} | {name: form[f"y{year}_{name}"].data for name in HOURS} for year in range(1, years + 1)]


SEAT_ONLY = "seat_only"


class TrackForm(Form):
    """One more track; the choices are the public positions of the alliance."""

    position = choose("岗位", {})
    quota = whole(
        "这个方向最多几人", 1, 500, required=False, description="不填就不另设上限，班里的名额和岗位的人数照样管"
    )


def ages_form(order_class: OrderClass) -> Form:
    """For each category its higher ceiling, or none at all, and the seats kept for it."""
    fields: dict[str, Any] = {}
    present: dict[str, Any] = {"version": order_class.version}
    kept = {reserve.category: reserve.seats for reserve in order_class.reserves}
    for code, name in CATEGORIES.items():
        fields[f"max_{code}"] = whole(f"{name}放宽到", 14, 100, required=False)
        fields[f"open_{code}"] = BooleanField(f"{name}不设上限")
        fields[f"seats_{code}"] = whole(f"给{name}留", 0, 500, required=False)
        if code in order_class.relaxed:
            present[f"max_{code}"] = order_class.relaxed[code]
            present[f"open_{code}"] = order_class.relaxed[code] is None
        present[f"seats_{code}"] = kept.get(code)
    form: Form = type("AgesForm", (Form,), fields)(data=present)
    return form


def relaxed_of(form: Form) -> dict[str, int | None]:
    """Category → ceiling; None: no ceiling. A category that is not named has no relaxation."""
    found: dict[str, int | None] = {}
    for code in CATEGORIES:
        if form[f"open_{code}"].data:
            found[code] = None
        elif form[f"max_{code}"].data is not None:
            found[code] = form[f"max_{code}"].data
    return found


def reserves_of(form: Form) -> dict[str, int]:
    return {code: form[f"seats_{code}"].data or 0 for code in CATEGORIES}


class AnswerForm(Form):
    """The coordinator's answer, or the school's own step: a reason and the version that was seen."""

    why = text("原因", most=300, required=False, field=TextAreaField, description="退回时要写：哪里要改，怎么改")
