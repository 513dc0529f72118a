"""What may stand in a cell of a workbook: how it is read, and how it is written back so that it can be read again."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from app.core.identifiers import IdentifierFault, check_credit_code, check_resident_id

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_EXACT = 10**15


@dataclass(frozen=True)
class Kind:
    """``parse`` takes a cell (text, number, date or truth value; never empty) and answers with a value or raises
    ValueError in Chinese; ``show`` writes a value as text; ``hint`` says what to write."""

    parse: Callable[[object], Any]
    show: Callable[[Any], str]
    hint: str = ""


def plain(cell: object) -> str:
    """A cell as a person would read it: 40 rather than 40.0, a date as 2027-03-01.

    Raises:
        ValueError: the number is so long that the spreadsheet has already lost digits of it.
    """
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, int | float):
        if abs(cell) >= _EXACT:
            raise ValueError("这一格是数字格式，长号码的末几位已经丢了。先把整列设成“文本”，再重新填")
        return str(int(cell)) if float(cell).is_integer() else repr(cell)
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat(" ", "minutes")
    if isinstance(cell, dt.date):
        return cell.isoformat()
    text = str(cell).replace("\x00", "").strip()
    return text[1:] if text[:1] == "'" and text[1:].startswith(_FORMULA_STARTS) else text


def defused(text: str) -> str:
    """Text that no spreadsheet runs as a formula, even after it was saved in another format."""
    text = _CONTROLS.sub("", text)
    return f"'{text}" if text.startswith(_FORMULA_STARTS) else text


def text(most: int = 60) -> Kind:
    def parse(cell: object) -> str:
        found = plain(cell)
        if len(found) > most:
            raise ValueError(f"最多{most}个字，现在是{len(found)}个")
        return found

    return Kind(parse, str, f"最多{most}个字")


def whole(low: int, high: int) -> Kind:
    def parse(cell: object) -> int:
        found = unicodedata.normalize("NFKC", plain(cell)).replace(",", "")
        if not re.fullmatch(r"-?[0-9]{1,12}", found):
            raise ValueError(f"要写整数，现在是“{found[:20]}”")
        number = int(found)
        if not low <= number <= high:
            raise ValueError(f"要在{low}到{high}之间，现在是{number}")
        return number

    return Kind(parse, str, f"整数，{low}到{high}")


def day() -> Kind:
    def parse(cell: object) -> dt.date:
        if isinstance(cell, dt.datetime):
            return cell.date()
        if isinstance(cell, dt.date):
            return cell
        found = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?", plain(cell))
        try:
            if found:
                return dt.date(int(found[1]), int(found[2]), int(found[3]))
        except ValueError:
            pass
        raise ValueError(f"要写成2027-03-01这样的日期，现在是“{plain(cell)[:20]}”")

    return Kind(parse, lambda value: value.isoformat(), "日期，例如2027-03-01")


def one_of(labels: Mapping[str, str]) -> Kind:
    """One Chinese label of a table of codes; the value is the code."""
    codes = {name: code for code, name in labels.items()}
    said = "、".join(codes)

    def parse(cell: object) -> str:
        found = plain(cell)
        if found not in codes:
            raise ValueError(f"只能写：{said}，现在是“{found[:20]}”")
        return codes[found]

    return Kind(parse, lambda value: labels.get(value, str(value)), f"只能写：{said}")


def several_of(labels: Mapping[str, str], none: str = "没有") -> Kind:
    """Any number of labels, parted by 、 or a line break; ``none`` is the empty list. The value is a list of codes."""
    codes = {name: code for code, name in labels.items()}

    def parse(cell: object) -> list[str]:
        found = _labels_in(plain(cell), [*codes, none])
        if found == [none]:
            return []
        for name in found:
            if name not in codes:
                raise ValueError(f"没有“{name[:20]}”这一项，照“说明”里的写法填")
        chosen = {codes[name] for name in found}
        return [code for code in labels if code in chosen]

    def show(value: Any) -> str:
        return "、".join(labels.get(code, code) for code in value) or none

    return Kind(parse, show, f"可以写几项，用顿号隔开；没有就写“{none}”。能写的有：{'、'.join(codes)}")


def _labels_in(text: str, known: list[str]) -> list[str]:
    """The parts of a list. Some labels hold a 、 themselves, so the longest known label is taken before parting."""
    found = []
    longest_first = sorted(known, key=len, reverse=True)
    rest = re.sub(r"[；;\n]+", "\n", text).strip("、 \n")
    while rest:
        name = next((n for n in longest_first if rest == n or rest.startswith((n + "、", n + "\n", n + " "))), None)
        part = name or re.split(r"[、\n]", rest, maxsplit=1)[0]
        found.append(part.strip())
        rest = rest[len(part):].strip("、 \n")
    return found


def _written_number(check: Callable[[str], str]) -> Callable[[object], str]:
    def parse(cell: object) -> str:
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            raise ValueError("这一格是数字格式，号码的末几位会丢。先把整列设成“文本”，再重新填")
        try:
            return check(plain(cell))
        except IdentifierFault as fault:
            raise ValueError(fault.message) from fault

    return parse


def identity() -> Kind:
    """An 18-character identity number. As a number cell it has already lost its last digits, so that is refused."""
    return Kind(_written_number(check_resident_id), str, "18位，整列设成文本格式")


def credit_code() -> Kind:
    """An 18-character 统一社会信用代码; number cells are refused."""
    return Kind(_written_number(check_credit_code), str, "18位，整列设成文本格式")
