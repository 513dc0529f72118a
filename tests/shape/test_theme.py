"""The theme: readable colours, names that do not collide, and a first page that is light enough for a slow line."""

from __future__ import annotations

import gzip
import re
from pathlib import Path

import pytest

from tests.shape.drawing import ROOT, TEMPLATES, draw, every_page

STATIC = ROOT / "app/static"
THEME = STATIC / "theme.css"
BOOTSTRAP = STATIC / "vendor/bootstrap.min.css"
ON_PURPOSE = {
    "btn",
    "btn-primary",
    "disabled",
    "form-check-input",
    "form-control",
    "form-label",
    "form-select",
    "lead",
    "small",
}
HOOKS = {"is-idle"}  # the plain look of a chip


def tokens() -> dict[str, str]:
    return dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6});", THEME.read_text("utf-8")))


def luminance(colour: str) -> float:
    """Relative luminance of an sRGB colour, as WCAG 2.2 defines it."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def classes_of(path: Path) -> set[str]:
    css = re.sub(r"/\*.*?\*/|url\([^)]*\)", "", path.read_text("utf-8"), flags=re.S)
    return {name for selector in re.findall(r"([^{}]+)\{", css) for name in re.findall(r"\.([A-Za-z][\w-]*)", selector)}


def test_black_on_white_has_the_contrast_the_standard_gives_it() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#767676", "#ffffff") == pytest.approx(4.54, abs=0.01)


@pytest.mark.parametrize("text", ["ink", "ink-2", "accent", "accent-deep"])
@pytest.mark.parametrize("ground", ["paper", "sheet", "sunk", "accent-soft"])
def test_text_is_readable_on_every_ground(text: str, ground: str) -> None:
    assert contrast(tokens()[text], tokens()[ground]) >= 4.5


@pytest.mark.parametrize("state", ["done", "wait", "stop"])
def test_a_state_is_readable_on_its_own_tint_on_the_sheet_and_under_white(state: str) -> None:
    colours = tokens()
    for ground in (colours[f"{state}-soft"], colours["sheet"], colours["paper"]):
        assert contrast(colours[state], ground) >= 4.5
    assert contrast(colours["ink"], colours[f"{state}-soft"]) >= 4.5


@pytest.mark.parametrize("ground", ["accent", "accent-deep", "ink", "stop", "done", "wait"])
def test_white_is_readable_on_every_solid_colour(ground: str) -> None:
    assert contrast("#ffffff", tokens()[ground]) >= 4.5


@pytest.mark.parametrize("ground", ["sheet", "paper"])
def test_the_border_of_a_control_can_be_seen(ground: str) -> None:
    assert contrast(tokens()["edge"], tokens()[ground]) >= 3


def test_theme_and_bootstrap_share_only_the_names_meant_to_be_shared() -> None:
    assert classes_of(THEME) & classes_of(BOOTSTRAP) == ON_PURPOSE


def test_every_class_a_page_uses_is_drawn_by_a_style_sheet() -> None:
    known = classes_of(THEME) | classes_of(BOOTSTRAP) | HOOKS
    for page in every_page():
        used = {name for _, attrs, _ in page.tags for name in attrs.get("class", "").split()}
        assert used <= known, used - known


def test_every_class_any_template_writes_is_drawn_by_a_style_sheet() -> None:
    known = classes_of(THEME) | classes_of(BOOTSTRAP)
    for path in TEMPLATES.rglob("*.html"):
        for value in re.findall(r'class="([^"]*)"', path.read_text("utf-8")):
            # What Jinja works out is left to the drawn pages; a word that an expression goes on to complete is too.
            fixed = re.sub(r"{{.*?}}|{%.*?%}", "?", value)
            words = {word for word in fixed.split() if "?" not in word}
            assert words <= known, f"{path.relative_to(ROOT)}: {words - known}"


def test_no_rule_stands_twice_and_no_size_of_text_is_below_14_pixels() -> None:
    css = re.sub(r"/\*.*?\*/", "", THEME.read_text("utf-8"), flags=re.S)
    rules = [" ".join(rule.split()) for rule in re.findall(r"[^{}]+\{[^{}]*\}", css)]
    assert [rule for rule in rules if rules.count(rule) > 1] == []
    pixels = [float(size) for size in re.findall(r"font-size: ([\d.]+)px", css)]
    rems = [float(size) * 16 for size in re.findall(r"(?:font-size|--t-\w+): ([\d.]+)rem", css)]
    assert min(pixels + rems) >= 14


def test_the_first_page_stays_below_sixty_kilobytes() -> None:
    files = [THEME, BOOTSTRAP, STATIC / "sanfang.js", STATIC / "icons/seals.svg"]
    page = draw("errors/404.html").html.encode() * 3
    assert sum(len(gzip.compress(part)) for part in [page, *(path.read_bytes() for path in files)]) < 60 * 1024


def test_every_library_lies_beside_its_licence() -> None:
    for path in (STATIC / "vendor").glob("*.min.*"):
        licence = path.with_name(path.name.split(".")[0] + ".LICENSE")
        assert "Permission" in licence.read_text("utf-8")


def test_the_script_stays_small_and_builds_no_markup_from_text() -> None:
    text = (STATIC / "sanfang.js").read_text("utf-8")
    assert text.count("\n") <= 150
    assert not re.search(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new Function", text)
