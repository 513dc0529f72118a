"""The macros, the layouts and the error pages."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from flask import flash, get_flashed_messages, render_template

from app import create_app
from config import Config, Keys
from tests.shape.drawing import (
    ROOT,
    STATUSES,
    TEMPLATES,
    PositionForm,
    a_bare_app,
    a_form,
    draw,
    every_page,
    write,
)

HOSTILE = "<script>alert(1)</script>\"'"
EVERY_CONTROL = "{% for f in form %}{{ forms.control(f) }}{% endfor %}"
WHOLE_FORM = f"{{% call forms.form_open(form) %}}{{{{ forms.faults(form) }}}}{EVERY_CONTROL}{{% endcall %}}"


def macros_of(path: Path) -> set[str]:
    return {name for name in re.findall(r"{% macro (\w+)\(", path.read_text("utf-8")) if not name.startswith("_")}


def uses_inside_macros() -> str:
    """The macro files without their comments at the top and without the definitions themselves."""
    texts = [path.read_text("utf-8") for path in (TEMPLATES / "macros").iterdir()]
    return "".join(re.sub(r"{% macro \w+\(", "", text[text.index("#}") :]) for text in texts)


@pytest.mark.parametrize("module", ["ui", "forms"])
def test_every_macro_is_listed_at_the_top_and_drawn_on_the_parts_page(module: str) -> None:
    source = (TEMPLATES / f"macros/{module}.html").read_text("utf-8")
    listed = set(re.findall(r"(\w+)\(", source[: source.index("#}")]))
    shown = (TEMPLATES / "layout/parts.html").read_text("utf-8") + (TEMPLATES / "layout/base.html").read_text("utf-8")
    for name in macros_of(TEMPLATES / f"macros/{module}.html"):
        assert name in listed, f"{module}.{name} is missing in the comment at the top"
        used = f"{module}.{name}(" in shown or re.search(rf"(?<!\w){name}\(", uses_inside_macros())
        assert used, f"{module}.{name} is shown nowhere"


def test_no_template_carries_inline_script_style_or_handlers() -> None:
    for path in TEMPLATES.rglob("*.html"):
        text = path.read_text("utf-8")
        found = re.search(r"\sstyle\s*=|<style|\son\w+\s*=\s*[\"']|javascript:|<script(?![^>]*\bsrc=)", text)
        assert not found, f"{path.relative_to(ROOT)}: {found and found.group()}"


def test_no_page_loads_anything_from_elsewhere() -> None:
    for page in every_page():
        for attrs in page.all("script", "link", "img", "iframe"):
            assert attrs.get("src", attrs.get("href", "")).startswith("/static/")


def test_every_icon_has_a_drawing() -> None:
    known = set(re.findall(r"'(\w+)': 'M", (TEMPLATES / "macros/ui.html").read_text("utf-8")))
    for path in TEMPLATES.rglob("*.html"):
        assert set(re.findall(r"icon\('(\w+)'\)", path.read_text("utf-8"))) <= known, path.name
    for page in every_page():
        assert all(attrs.get("d") for attrs in page.all("path"))


def test_every_control_has_a_label_a_person_can_read() -> None:
    for page in every_page():
        named = {attrs["for"] for attrs in page.all("label") if "for" in attrs}
        for tag, attrs, outer in page.tags:
            if tag not in ("input", "select", "textarea") or attrs.get("type") == "hidden":
                continue
            in_label = any(name == "label" for name, *_ in outer)
            assert in_label or attrs.get("id") in named or attrs.get("aria-label"), attrs


def test_ids_are_unique_and_every_reference_leads_somewhere() -> None:
    for page in every_page():
        ids = [attrs["id"] for _, attrs, _ in page.tags if "id" in attrs]
        assert len(ids) == len(set(ids))
        for _, attrs, _ in page.tags:
            wanted = attrs.get("aria-describedby", "").split() + [attrs[k] for k in ("for", "data-copy") if k in attrs]
            wanted += [attrs["href"][1:]] if attrs.get("href", "").startswith("#") else []
            assert set(wanted) <= set(ids), attrs


def test_every_posting_form_carries_the_token_and_a_key() -> None:
    posting = 0
    for page in every_page():
        for at, (tag, attrs, _) in enumerate(page.tags):
            if tag == "form" and attrs["method"] == "post":
                posting += 1
                names = [field.get("name") for field in page.inside(at)]
                assert names.count("csrf_token") == names.count("_key") == 1
    assert posting > 10


def test_buttons_say_what_they_do_and_pictures_are_described() -> None:
    for page in every_page():
        for attrs in page.all("svg"):
            assert attrs.get("aria-hidden") == "true" or (attrs.get("role") and attrs.get("aria-label")), attrs
        assert not re.search(r"<button[^>]*>\s*(确定|提交|OK)?\s*</button>", page.html)


def test_a_fault_stands_beside_its_field_and_at_the_top_and_the_typed_text_stays() -> None:
    page = write(WHOLE_FORM, form=a_form(name="", phone="139", wage="一万"))
    fields = {attrs["name"]: attrs for attrs in page.all("input", "textarea", "select") if "name" in attrs}
    assert fields["name"]["aria-invalid"] == "true" and fields["name"]["aria-describedby"] == "name-e"
    assert fields["wage"]["value"] == "一万" and fields["wage"]["inputmode"] == "decimal"
    assert fields["phone"]["value"] == "139" and fields["phone"]["aria-describedby"] == "phone-h"
    assert 'href="#name"' in page.html and 'href="#adjust-0"' in page.html
    assert page.html.count("写上岗位名称，例如：精密装配工") == 2
    assert [a for a in page.all("input") if a.get("value") == "noise" and "checked" in a]


def test_a_refusal_that_names_no_field_is_said_at_the_top() -> None:
    form = a_form()
    form.general = ["这个批次已经截止"]
    assert "这个批次已经截止" in write("{{ forms.faults(form) }}", form=form).html
    assert "faults" not in write("{{ forms.faults(form) }}", form=PositionForm()).html


def test_a_field_that_may_stay_empty_says_so_and_no_other_does() -> None:
    form = PositionForm()
    page = write("{% for f in form %}<i id='s-{{ f.name }}'>{{ forms.control(f) }}</i>{% endfor %}", form=form)
    marked = {name for name in form.data if re.search(rf"id='s-{name}'>(?:(?!</i>).)*选填", page.html, re.S)}
    assert marked == {"wage", "until", "duty", "scan"}


def test_the_version_and_the_key_of_a_form_travel_once() -> None:
    page = write(WHOLE_FORM, form=a_form())
    hidden = [(a["name"], a["value"]) for a in page.all("input") if a.get("type") == "hidden"]
    assert hidden == [("csrf_token", "token"), ("_key", "the-key-of-this-form"), ("version", "7")]


def test_cards_of_a_choice_of_one_are_radios_and_of_several_are_ticks() -> None:
    one = "{{ forms.ticks(form.adjust, {'yes': '去不去，还是您定'}) }}{{ forms.ticks(form.level) }}"
    cards = one + "{{ forms.ticks(form.welfare) }}"
    page = write(cards, form=PositionForm())
    kinds = {attrs["name"]: attrs["type"] for attrs in page.all("input")}
    assert kinds == {"adjust": "radio", "welfare": "checkbox", "level": "radio"}
    assert "去不去，还是您定" in page.html


def test_a_password_is_never_written_back() -> None:
    assert "abc123" not in write("{{ forms.control(form.secret) }}", form=a_form(secret="abc123")).html


@pytest.mark.parametrize(
    "call",
    [
        "ui.chip(x)",
        "ui.seal(x)",
        "ui.kv([(x, x)])",
        "ui.clock(x, x, x)",
        "ui.empty(x, x)",
        "ui.door(x, x, x, x)",
        "ui.links([(x, x)])",
        "ui.history([{'when': x, 'what': x, 'why': x}])",
        "ui.copy_field('a', x, x)",
        "ui.search_box(x, x, keep={'k': x})",
        "ui.tick(x, x, x)",
        "ui.turn([{'glyph': x, 'name': x, 'state': x}])",
        "ui.phrase_fix([{'phrase': x, 'why': x}])",
        "ui.bar([(1, 1)], 2, x)",
        "ui.columns_chart([(x, 1, 1)], x)",
        "ui.await_row(1, x, x, x, 'now', x, x)",
        "forms.post_button(x, x, {'a': x}, confirm=x)",
        "ui.choice({'cls': x, 'school': x, 'level': x, 'firm': x, 'post': x, 'rows': [(x, x)]}, 1)",
    ],
)
def test_what_people_typed_is_shown_and_never_run(call: str) -> None:
    page = write(f"{{{{ {call} }}}}", x=HOSTILE)
    assert "alert(1)" in page.html
    assert [attrs for attrs in page.all("script") if "src" not in attrs] == []


@pytest.mark.parametrize("status", STATUSES)
def test_an_error_page_says_what_happened_what_to_do_and_leads_back(status: int) -> None:
    page = draw(f"errors/{status}.html")
    assert page.html.count("<h1>") == 1 and "现在怎么办" in page.html
    assert [attrs for attrs in page.all("a") if attrs["href"] == "/" and "btn" in attrs.get("class", "")]
    assert not re.search(r"非法|错误代码|系统异常|[!！]", re.sub(r"<!doctype html>", "", page.html))


class Untouchable:
    """Stands for a person whose row cannot be read: any look at it raises."""

    def __getattribute__(self, name: str) -> Any:
        if name.startswith("__"):
            return object.__getattribute__(self, name)
        raise ConnectionError(name)


@pytest.mark.parametrize("status", [500, 503])
def test_a_crash_page_asks_nothing_of_person_menu_or_session(status: int) -> None:
    gone = Untouchable()
    with a_bare_app().test_request_context("/"):
        flash("已保存", "done")
        html = render_template(f"errors/{status}.html", actor=gone, menu=gone, role_switch=gone)
        assert "已保存" not in html
        assert get_flashed_messages() == ["已保存"], "the message waits for the next page that works"


def test_a_wait_is_told_in_seconds_below_a_minute_and_rounded_up_above() -> None:
    assert "请过59秒再试" in draw("errors/429.html", retry_after=59).html
    assert "请过2分钟再试" in draw("errors/429.html", retry_after=61).html


def test_every_macro_a_page_calls_exists() -> None:
    """A misspelt macro is only found when its page is drawn; here all pages are read."""
    for path in TEMPLATES.rglob("*.html"):
        called = set(re.findall(r"(?<![\w.])(ui|forms)\.(\w+)\(", path.read_text("utf-8")))
        for module, name in called:
            assert name in macros_of(TEMPLATES / f"macros/{module}.html"), f"{path.relative_to(ROOT)}: {module}.{name}"


def test_every_template_compiles_with_the_filters_the_application_gives(tmp_path: Path) -> None:
    app = create_app(Config("test", f"sqlite:///{tmp_path / 'unused.db'}", tmp_path, Keys.fresh()))
    for path in TEMPLATES.rglob("*.html"):
        app.jinja_env.get_template(str(path.relative_to(TEMPLATES)))
