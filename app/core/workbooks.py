"""Excel in and out.

A feature says what its workbook looks like and gets rows and faults::

    SPEC = WorkbookSpec("成绩", (
        SheetSpec("成绩", (
            Column("报名号", "number", cells.text(20)),
            Column("订单班代码", "class_code", cells.text(20)),
            Column("分数", "value", cells.whole(0, 100)),
        )),
    ))
    reading = read(raw, SPEC)        # Invalid(field="file") when the file as a whole cannot be read
    reading.rows                     # [Row(sheet, number, values={name: parsed})] : only rows without a fault
    reading.faults                   # [CellFault(sheet, row, column, reason)]     : row as Excel numbers it
    write(SPEC, {"成绩": [{"number": "…", "class_code": "…", "value": 88}]})   -> bytes of an .xlsx
    template(SPEC)                   # an empty one with a sheet 说明

Cells are written as text only and defused (= + - @ tab), so a name can never become a formula; what ``write`` writes,
``read`` reads back. How uploads wait for one confirmation and are then applied: app/core/imports.py.
"""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from app.core import cells
from app.core.cells import Kind
from app.core.errors import Invalid
from app.core.logs import masked
from app.core.zipcheck import NOT_A_WORKBOOK, check_workbook

MOST_ROWS = 5000
NOTES = "说明"
STARS = "****"
# A birth date inside a number, a stated date, a typed phone: whatever a fault repeats of a personal cell.
_DIGITS = re.compile(r"\d[\d-]{2,}[\dXx]")


@dataclass(frozen=True)
class Column:
    """One column: its header, the fact it fills, what may stand in it, and whether it may stay empty. ``mask`` is how
    much of a personal number may be shown; what is wrong with such a cell is then said without its digits."""

    header: str
    name: str
    kind: Kind
    required: bool = True
    hint: str = ""
    mask: Callable[[str], str] | None = None

    def shown(self, texts: Mapping[str, str]) -> str:
        """What a page may show of this column's cell."""
        found = texts.get(self.name, "")
        return self.mask(found) if self.mask is not None else found


@dataclass(frozen=True)
class SheetSpec:
    name: str
    columns: tuple[Column, ...]
    required: bool = True

    def header_of(self, name: str | None) -> str:
        """The header of the column that fills ``name``; empty when there is none."""
        return next((column.header for column in self.columns if column.name == name), "")


@dataclass(frozen=True)
class WorkbookSpec:
    title: str
    sheets: tuple[SheetSpec, ...]
    notes: tuple[str, ...] = ()

    def sheet(self, name: str) -> SheetSpec:
        return next(sheet for sheet in self.sheets if sheet.name == name)

    def discreet(self, fault: CellFault) -> CellFault:
        """The fault as it may be kept and shown: it repeats no digits of a personal cell, nor any identity number or
        phone that stands in a wrong column."""
        personal = {column.header for column in self.sheet(fault.sheet).columns if column.mask is not None}
        reason = masked(fault.reason, STARS, STARS)
        return replace(fault, reason=_DIGITS.sub(STARS, reason) if fault.column in personal else reason)


@dataclass(frozen=True)
class CellFault:
    """What is wrong where: sheet, row as Excel numbers it, column header (empty: the whole row), and why."""

    sheet: str
    row: int
    column: str
    reason: str

    def as_dict(self) -> dict[str, Any]:
        return {"sheet": self.sheet, "row": self.row, "column": self.column, "reason": self.reason}


@dataclass(frozen=True)
class Row:
    """Parsed ``values`` by fact name, and the ``texts`` from which they can be parsed again."""

    sheet: str
    number: int
    values: Mapping[str, Any]
    texts: Mapping[str, str]


@dataclass
class Reading:
    """``rows`` are good, ``refused`` hold what could be read of the others (an importer may need their keys)."""

    rows: list[Row] = field(default_factory=list)
    refused: list[Row] = field(default_factory=list)
    faults: list[CellFault] = field(default_factory=list)

    def of(self, sheet: str) -> list[Row]:
        return [row for row in self.rows if row.sheet == sheet]


def read(raw: bytes, spec: WorkbookSpec) -> Reading:
    """Read an uploaded workbook. One wrong cell refuses its row, never the others.

    Raises:
        Invalid: no workbook, a bomb, a sheet or a column is missing, too many rows (field ``file``).
    """
    check_workbook(raw)
    from python_calamine import CalamineError, CalamineWorkbook

    reading = Reading()
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        for sheet in spec.sheets:
            if sheet.name in book.sheet_names:
                lines = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False)
                _read_sheet(lines, sheet, reading)
            elif sheet.required:
                found = "、".join(book.sheet_names[:8])
                raise Invalid(f"没有找到工作表“{sheet.name}”。文件里有：{found}", "file")
    except (CalamineError, OSError, ValueError) as fault:
        raise Invalid(NOT_A_WORKBOOK, "file") from fault
    if not reading.rows and not reading.faults:
        raise Invalid("文件里一行内容也没有。第1行是表头，从第2行填起", "file")
    return reading


def _read_sheet(lines: list[list[Any]], sheet: SheetSpec, reading: Reading) -> None:
    places = _places(lines[0] if lines else [], sheet)
    filled = [
        (number, line) for number, line in enumerate(lines[1:], start=2) if any(not _empty(cell) for cell in line)
    ]
    if len(filled) > MOST_ROWS:
        raise Invalid(f"“{sheet.name}”有{len(filled)}行，一次最多{MOST_ROWS}行。请分几个文件传", "file")
    for number, line in filled:
        cells_of_row = {name: line[place] if place < len(line) else "" for name, place in places.items()}
        row, faults = read_row(sheet, number, cells_of_row)
        reading.faults.extend(faults)
        (reading.refused if faults else reading.rows).append(row)


def _places(heads: list[Any], sheet: SheetSpec) -> dict[str, int]:
    """Where each column of the spec stands; headers may come in any order, others are left alone."""
    seen: dict[str, int] = {}
    for place, head in enumerate(heads):
        header = str(head).strip().rstrip("*＊ ")
        if header in seen:
            raise Invalid(f"“{sheet.name}”里有两列都叫“{header}”，请删掉一列", "file")
        if header:
            seen[header] = place
    missing = [column.header for column in sheet.columns if column.required and column.header not in seen]
    if missing:
        raise Invalid(f"“{sheet.name}”的第1行缺少这些列：{'、'.join(missing)}。请用模板填", "file")
    return {column.name: seen[column.header] for column in sheet.columns if column.header in seen}


def _empty(cell: Any) -> bool:
    return cell is None or (isinstance(cell, str) and not cell.strip())


def read_row(sheet: SheetSpec, number: int, found: Mapping[str, Any]) -> tuple[Row, list[CellFault]]:
    """Parse one row's cells by fact name; also used to parse stored texts again."""
    values: dict[str, Any] = {}
    texts: dict[str, str] = {}
    faults: list[CellFault] = []
    for column in sheet.columns:
        cell = found.get(column.name)
        if _empty(cell):
            values[column.name] = None
            if column.required:
                faults.append(CellFault(sheet.name, number, column.header, "这一格没有填"))
            continue
        try:
            values[column.name] = column.kind.parse(cell)
            texts[column.name] = cells.plain(cell)
        except ValueError as fault:
            faults.append(CellFault(sheet.name, number, column.header, str(fault)))
    return Row(sheet.name, number, values, texts), faults


def template(spec: WorkbookSpec) -> bytes:
    """An empty workbook to fill in."""
    return write(spec, {})


def write(spec: WorkbookSpec, rows: Mapping[str, Iterable[Mapping[str, Any]]]) -> bytes:
    """A workbook of ``rows`` (sheet name → facts by name) in the very columns ``read`` reads."""
    tables = []
    for sheet in spec.sheets:
        lines = [
            [_shown(column, facts.get(column.name)) for column in sheet.columns] for facts in rows.get(sheet.name, ())
        ]
        tables.append((sheet.name, [column.header for column in sheet.columns], lines))
    return write_tables([*tables, (NOTES, ["工作表", "列", "要不要填", "怎么填"], _notes(spec))])


def _shown(column: Column, value: Any) -> str:
    return "" if value is None else column.kind.show(value)


def _notes(spec: WorkbookSpec) -> list[list[str]]:
    lines = [
        [
            sheet.name,
            column.header,
            "必填" if column.required else "选填",
            "。".join(filter(None, (column.hint, column.kind.hint))),
        ]
        for sheet in spec.sheets
        for column in sheet.columns
    ]
    return [*lines, *([NOTES, "", "", note] for note in spec.notes)]


def write_tables(tables: Sequence[tuple[str, Sequence[str], Sequence[Sequence[str]]]]) -> bytes:
    """A workbook of text cells: (sheet name, headers, lines), first row frozen, columns as wide as they need."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font, PatternFill
    from openpyxl.utils import get_column_letter

    book = Workbook()
    book.remove(book.active)
    head_font, head_fill = Font(bold=True), PatternFill("solid", start_color="EEEBE3")
    wrapped = Alignment(vertical="top", wrap_text=True)
    for name, heads, lines in tables:
        sheet = book.create_sheet(name)
        sheet.freeze_panes = "A2"
        for number, line in enumerate([heads, *lines], start=1):
            for place, value in enumerate(line, start=1):
                cell = sheet.cell(number, place)
                cell.value = cells.defused(str(value))
                cell.data_type, cell.number_format = "s", "@"
                cell.alignment = wrapped
                if number == 1:
                    cell.font, cell.fill = head_font, head_fill
        for place in range(1, len(heads) + 1):
            column = sheet.column_dimensions[get_column_letter(place)]
            column.width = _width(heads, lines, place - 1)
            column.number_format = "@"  # so that long numbers typed below keep their digits
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _width(heads: Sequence[str], lines: Sequence[Sequence[str]], place: int) -> float:
    """Chinese characters are two wide; the first lines tell enough."""
    longest = max(
        (sum(2 if ord(c) > 255 else 1 for c in str(line[place])) for line in [heads, *lines[:200]]), default=8
    )
    return float(min(60, max(8, longest + 2)))
