"""Workbooks: read with row and column, written as harmless text, and bombs turned away at the door."""

from __future__ import annotations

import datetime as dt
import io
import time
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from app.core import cells
from app.core.errors import Invalid
from app.core.identifiers import make_credit_code, make_resident_id
from app.core.workbooks import Column, SheetSpec, WorkbookSpec, read, template, write
from app.core.zipcheck import MOST_BYTES

SPEC = WorkbookSpec(
    "名单",
    (
        SheetSpec(
            "人",
            (
                Column("姓名", "name", cells.text(20)),
                Column("证件号", "identity", cells.identity(), False),
                Column("人数", "count", cells.whole(1, 50)),
                Column("日期", "day", cells.day(), False),
                Column("领域", "field", cells.one_of({"care": "康养托育", "textiles": "纺织服装"}), False),
            ),
        ),
    ),
)
IDENTITY = make_resident_id("371002", dt.date(2009, 5, 14), 2)


def sheet(
    *rows: list[object], name: str = "人", heads: tuple[str, ...] = ("姓名", "证件号", "人数", "日期", "领域")
) -> bytes:
    book = Workbook()
    page = book.active
    page.title = name
    for row in (list(heads), *rows):
        page.append(row)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def refusal(raw: bytes) -> str:
    with pytest.raises(Invalid) as stop:
        read(raw, SPEC)
    assert stop.value.field == "file"
    return stop.value.message


def test_good_rows_are_read_and_wrong_ones_named_with_sheet_row_column_and_reason() -> None:
    raw = sheet(
        ["林小禾", IDENTITY, 12, dt.datetime(2027, 3, 1), "康养托育"],
        ["王五", IDENTITY[:17] + "X" if IDENTITY[17] != "X" else IDENTITY[:17] + "1", "十二", "昨天", "挖矿"],
        [None, None, None, None, None],
        ["赵六", None, "１２", "2027年3月1日", None],
        ["", None, 51, None, None],
    )
    reading = read(raw, SPEC)
    assert [row.number for row in reading.rows] == [2, 5]
    first = {"name": "林小禾", "identity": IDENTITY, "count": 12, "day": dt.date(2027, 3, 1), "field": "care"}
    assert reading.rows[0].values == first
    assert reading.rows[1].values["count"] == 12 and reading.rows[1].values["day"] == dt.date(2027, 3, 1)
    places = [(fault.sheet, fault.row, fault.column) for fault in reading.faults]
    assert places == [
        ("人", 3, "证件号"),
        ("人", 3, "人数"),
        ("人", 3, "日期"),
        ("人", 3, "领域"),
        ("人", 6, "姓名"),
        ("人", 6, "人数"),
    ]
    assert "只能写：康养托育、纺织服装" in reading.faults[3].reason and "没有填" in reading.faults[4].reason


def test_an_identity_number_kept_as_a_number_is_refused_for_its_digits_are_gone() -> None:
    reading = read(sheet(["林小禾", int(IDENTITY[:17] + "1"), 1, None, None]), SPEC)
    assert reading.rows == [] and "数字格式" in reading.faults[0].reason and reading.faults[0].column == "证件号"


def test_a_long_number_is_refused_in_a_text_column_as_well() -> None:
    assert "末几位" in read(sheet([371002200905140021, None, 1, None, None]), SPEC).faults[0].reason


@pytest.mark.parametrize("text", ["=1+1", "+86 631", "-5", "@sum", "\tx", "=cmd|' /C calc'!A0"])
def test_text_that_looks_like_a_formula_is_written_as_text(text: str) -> None:
    raw = write(SPEC, {"人": [{"name": text, "count": 3}]})
    cell = load_workbook(io.BytesIO(raw))["人"]["A2"]
    assert cell.data_type == "s" and not str(cell.value).startswith(("=", "+", "-", "@", "\t", "\r"))
    assert read(raw, SPEC).rows[0].values["name"].strip() == text.strip()


def test_what_is_written_is_read_back_as_it_was() -> None:
    rows = [{"name": "㛃䶮", "identity": IDENTITY, "count": 7, "day": dt.date(2027, 3, 1), "field": "textiles"},
            {"name": "李四", "identity": None, "count": 50, "day": None, "field": None}]  # fmt: skip
    reading = read(write(SPEC, {"人": rows}), SPEC)
    assert [row.values for row in reading.rows] == rows and not reading.faults


def test_the_template_has_its_heads_frozen_and_says_how_to_fill_it_in() -> None:
    book = load_workbook(io.BytesIO(template(SPEC)))
    assert book.sheetnames == ["人", "说明"] and book["人"].freeze_panes == "A2"
    assert all(book["人"].column_dimensions[letter].number_format == "@" for letter in "ABC"), "empty cells are text"
    assert "18位，整列设成文本格式" in [cell.value for cell in book["说明"]["D"]]
    with pytest.raises(Invalid, match="一行内容也没有"):
        read(template(SPEC), SPEC)


def test_columns_may_come_in_any_order_and_a_missing_one_is_named() -> None:
    reading = read(sheet([3, "甲", "林小禾"], heads=("人数", "备注", "姓名*")), SPEC)
    assert reading.rows[0].values["count"] == 3 and reading.rows[0].values["name"] == "林小禾"
    assert "缺少这些列：人数" in refusal(sheet(["林小禾"], heads=("姓名",)))
    assert "两列都叫“姓名”" in refusal(sheet(["a", "b", 1], heads=("姓名", "姓名", "人数")))
    assert "没有找到工作表“人”。文件里有：表1" in refusal(sheet(["a"], name="表1"))


@pytest.mark.parametrize("raw", [b"", b"hello", b"PK\x03\x04 broken", b"%PDF-1.7"])
def test_what_is_no_workbook_is_told_apart_from_a_bad_row(raw: bytes) -> None:
    assert "另存为“.xlsx”" in refusal(raw)


def rezipped(raw: bytes, entry: str, content: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, content if name == entry else old.read(name))
    return out.getvalue()


def quickly_refused(raw: bytes) -> str:
    began = time.perf_counter()
    said = refusal(raw)
    assert time.perf_counter() - began < 2
    return said


def test_a_bomb_is_refused_quickly() -> None:
    raw = rezipped(sheet(["林小禾", None, 1]), "xl/styles.xml", b"<a>" + b" " * (MOST_BYTES + 1))
    assert len(raw) < 100_000 and "太大了" in quickly_refused(raw)
    steep = rezipped(sheet(["林小禾", None, 1]), "xl/styles.xml", b"<a>" + b" " * (MOST_BYTES // 2))
    assert "太大了" in quickly_refused(steep)


def test_a_bomb_that_lies_about_its_size_is_refused_as_well() -> None:
    honest = rezipped(sheet(["林小禾", None, 1]), "xl/styles.xml", b"<a>" + b" " * (MOST_BYTES + 1))
    size = (MOST_BYTES + 4).to_bytes(4, "little")
    assert honest.count(size) >= 2
    assert "太大了" in quickly_refused(honest.replace(size, (100).to_bytes(4, "little")))


@pytest.mark.parametrize(
    "cell", ['<c r="XFD1048576"><v>1</v></c>', "<c r='A&#49;048576'><v>1</v></c>", '<c r="ZZ1"><v>1</v></c>']
)
def test_a_cell_at_the_end_of_the_world_is_refused(cell: str) -> None:
    page = f'<worksheet><sheetData><row r="1">{cell}</row></sheetData></worksheet>'
    assert "太大了" in quickly_refused(rezipped(sheet(["林"]), "xl/worksheets/sheet1.xml", page.encode()))


def test_entities_are_never_expanded() -> None:
    page = b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">]><worksheet>&a;</worksheet>'
    assert "另存为" in quickly_refused(rezipped(sheet(["林"]), "xl/worksheets/sheet1.xml", page))


@given(st.binary(max_size=400))
@settings(max_examples=60, deadline=None)
def test_damaged_files_are_refused_and_never_crash(noise: bytes) -> None:
    raw = sheet(["林小禾", IDENTITY, 12])
    at = len(raw) // 2
    for damaged in (noise, raw[:at] + noise, raw[:at] + noise + raw[at + len(noise) :]):
        try:
            read(damaged, SPEC)
        except Invalid as stop:
            assert stop.field == "file"


@given(st.text(max_size=30))
@settings(max_examples=100, deadline=None)
def test_no_text_becomes_a_formula(text: str) -> None:
    assert not cells.defused(text).startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


def test_a_credit_code_is_checked_and_written_in_capitals() -> None:
    code = make_credit_code("91371000MA0000001")
    assert cells.credit_code().parse(code.lower()) == code
    with pytest.raises(ValueError, match="至少有一位写错"):
        cells.credit_code().parse(code[:-1] + ("0" if code[-1] != "0" else "1"))
