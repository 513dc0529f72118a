"""Draws templates with a bare Flask that has nothing of the application behind it, and reads what came out."""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import wtforms
from flask import Flask, render_template, render_template_string
from werkzeug.datastructures import MultiDict
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Optional
from wtforms.widgets import CheckboxInput, ListWidget

ROOT = Path(__file__).parents[2]
TEMPLATES = ROOT / "templates"
STATUSES = (400, 403, 404, 405, 409, 413, 415, 422, 429, 500, 503)
VOID = {"input", "meta", "link", "br", "img", "hr"}


class Page(HTMLParser):
    """A page as a flat list of (tag, attributes, tags around it)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.html, self.tags, self._open = html, [], []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        self.tags.append((tag, found, list(self._open)))
        if tag not in VOID:
            self._open.append((tag, found, len(self.tags) - 1))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}, list(self._open)))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def all(self, *names: str) -> list[dict[str, str]]:
        return [attrs for tag, attrs, _ in self.tags if tag in names]

    def inside(self, form: int) -> list[dict[str, str]]:
        return [attrs for tag, attrs, around in self.tags if tag == "input" and any(at == form for *_, at in around)]


ADJUST = [SelectChoice("yes", "服从调剂"), SelectChoice("no", "不服从调剂")]
HAZARDS = [SelectChoice("dust", "粉尘"), SelectChoice("noise", "噪声")]


class PositionForm(wtforms.Form):
    """One field of every kind, as a feature might declare them."""

    version = wtforms.HiddenField()
    name = wtforms.StringField("岗位名称", [DataRequired("写上岗位名称，例如：精密装配工")])
    phone = wtforms.TelField("手机号", [DataRequired()], description="用来登录和收通知")
    head = wtforms.IntegerField("招几个人", [DataRequired("写上要招几个人")])
    wage = wtforms.DecimalField("转正后工资", [Optional()])
    until = wtforms.DateField("招到哪天为止", [Optional()])
    level = wtforms.SelectField("层次", choices=[SelectChoice("a", "中级工"), SelectChoice("b", "高级工")])
    hazards = wtforms.SelectMultipleField(
        "危险",
        choices=HAZARDS,
        widget=ListWidget(),
        option_widget=CheckboxInput(),
    )
    welfare = wtforms.SelectMultipleField("福利", choices=[SelectChoice("bus", "班车"), SelectChoice("bed", "住宿")])
    adjust = wtforms.RadioField("没录取怎么办", [DataRequired("选一个")], choices=ADJUST)
    duty = wtforms.TextAreaField("做什么", [Optional()])
    agree = wtforms.BooleanField("我看过隐私说明", [DataRequired("要勾上才能往下走")])
    scan = wtforms.FileField("营业执照", [Optional()])
    secret = wtforms.PasswordField("口令", [DataRequired()])


@lru_cache(maxsize=1)
def a_bare_app() -> Flask:
    app = Flask("bare", template_folder=str(TEMPLATES), static_folder=str(ROOT / "app/static"))
    app.secret_key = "only for drawing"
    noon = dt.datetime(2026, 11, 22, 12, tzinfo=dt.UTC)
    app.jinja_env.globals.update(
        csrf_token=lambda: "token",
        new_key=lambda: "a-fresh-key",
        asset=lambda path: f"/static/{path}",
        now=lambda: noon,
    )
    return app


def a_form(**typed: Any) -> PositionForm:
    form = PositionForm(MultiDict({"version": "7", "hazards": "noise", "level": "b", **typed}))
    form.key = "the-key-of-this-form"
    form.validate()
    return form


def around(**more: Any) -> dict[str, Any]:
    """The context the application gives every page, then ``more``."""
    menu = [{"text": "等我处理", "href": "/", "here": True, "count": 15}, {"text": "岗位", "href": "/p", "count": 0}]
    roles = [
        {"label": "申请人 林小禾", "user_id": 1, "here": False},
        {"label": "教务 崔明", "user_id": 2, "here": True},
    ]
    who = {"name": "崔明", "label": "东澜技师学院 · 教务 崔明"}
    keeper = {"name": "集团", "phone": "0000"}
    return {"actor": who, "menu": menu, "demo": True, "role_switch": roles, "operator": keeper} | more


def draw(name: str, **context: Any) -> Page:
    with a_bare_app().test_request_context("/"):
        return Page(render_template(name, **context))


def write(source: str, layout: str = "phone", **context: Any) -> Page:
    block = "work" if layout == "desk" else "page"
    page = f"{{% extends 'layout/{layout}.html' %}}{{% block {block} %}}{source}{{% endblock %}}"
    with a_bare_app().test_request_context("/"):
        return Page(render_template_string(page, **context))


def the_parts_page() -> Page:
    return draw("layout/parts.html", **around(form=a_form(name="", phone="139", wage="x")))


@lru_cache(maxsize=1)
def every_page() -> list[Page]:
    facts = {"message": "写得明白", "href": "/x", "now_text": "改过了", "retry_after": 90, "incident": "9F3C"}
    errors = [draw(f"errors/{status}.html", **around(**facts)) for status in STATUSES]
    return [the_parts_page(), *errors]
