"""Looks into an uploaded workbook before any spreadsheet library does: a bomb of 100 KB can cost one ten seconds.

Sizes written in a zip can lie, so every entry is really inflated here, and counted. A sheet that names one far-off cell
would make a reader lay out millions of empty ones, so the outermost cell is looked up as well.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from xml.parsers import expat

from app.core.errors import Invalid

MOST_ENTRIES = 200
MOST_BYTES = 30 * 1024 * 1024
MOST_RATIO = 250
RATIO_COUNTS_FROM = 1024 * 1024
MOST_ROWS = 10_000
MOST_COLUMNS = 100
MOST_ELEMENTS = 1_500_000
_CELL = re.compile(r"([A-Za-z]{1,3})([0-9]{1,7})")
_STEP = 256 * 1024

NOT_A_WORKBOOK = "打不开这个文件。请用Excel另存为“.xlsx”，再传一次"
TOO_LARGE = "这个文件太大了。只留要导入的工作表和行，删掉多余的空行空列，再传一次"


def check_workbook(raw: bytes) -> None:
    """Refuse what is no xlsx file, or one that is larger inside than any honest one.

    Raises:
        Invalid: with field ``file``, in words that say what to do.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as fault:
        raise Invalid(NOT_A_WORKBOOK, "file") from fault
    names = {entry.filename for entry in entries}
    if "xl/workbook.xml" not in names or names & {"xl/workbook.bin", "content.xml"}:
        raise Invalid(NOT_A_WORKBOOK, "file")
    if len(entries) > MOST_ENTRIES or sum(entry.file_size for entry in entries) > MOST_BYTES:
        raise Invalid(TOO_LARGE, "file")
    left = MOST_BYTES
    for entry in entries:
        content = _inflate(raw, entry, left)
        left -= len(content)
        if content.removeprefix(b"\xef\xbb\xbf").lstrip()[:1] == b"<":
            _check_cells(content)


def _inflate(raw: bytes, entry: zipfile.ZipInfo, left: int) -> bytes:
    """The entry's real content, given up as soon as it is more than ``left`` bytes or grows too steeply."""
    packed = _packed(raw, entry)
    if entry.compress_type == zipfile.ZIP_STORED:
        content = packed
    elif entry.compress_type == zipfile.ZIP_DEFLATED:
        content = _inflated(packed, left)
    else:
        raise Invalid(NOT_A_WORKBOOK, "file")
    if len(content) > left or (len(content) > RATIO_COUNTS_FROM and len(content) > MOST_RATIO * max(1, len(packed))):
        raise Invalid(TOO_LARGE, "file")
    return content


def _packed(raw: bytes, entry: zipfile.ZipInfo) -> bytes:
    """The entry's bytes as they lie in the file, behind its local header."""
    at = entry.header_offset
    head = raw[at : at + 30]
    if len(head) < 30 or head[:4] != b"PK\x03\x04" or entry.flag_bits & 1:
        raise Invalid(NOT_A_WORKBOOK, "file")
    start = at + 30 + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    return raw[start : start + entry.compress_size]


def _inflated(packed: bytes, left: int) -> bytes:
    machine = zlib.decompressobj(-zlib.MAX_WBITS)
    out, size, rest = [], 0, packed
    try:
        while rest and not machine.eof:
            piece = machine.decompress(rest, _STEP)
            rest = machine.unconsumed_tail
            out.append(piece)
            size += len(piece)
            if size > left:
                raise Invalid(TOO_LARGE, "file")
    except zlib.error as fault:
        raise Invalid(NOT_A_WORKBOOK, "file") from fault
    return b"".join(out)


class _Extent:
    """Counts elements and looks at the address of every cell and row."""

    def __init__(self) -> None:
        self.elements = 0

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self.elements += 1
        if self.elements > MOST_ELEMENTS:
            raise Invalid(TOO_LARGE, "file")
        kind = name.rpartition(":")[2]
        address = attributes.get("r", "")
        if kind == "row" and address.isdecimal() and int(address) > MOST_ROWS:
            raise Invalid(TOO_LARGE, "file")
        if kind == "c" and (found := _CELL.fullmatch(address)):
            if int(found[2]) > MOST_ROWS or _column(found[1]) > MOST_COLUMNS:
                raise Invalid(TOO_LARGE, "file")
        elif kind == "c" and address:
            raise Invalid(NOT_A_WORKBOOK, "file")

    def doctype(self, *_: object) -> None:
        raise Invalid(NOT_A_WORKBOOK, "file")


def _column(letters: str) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + ord(letter) - 64
    return number


def _check_cells(content: bytes) -> None:
    extent, parser = _Extent(), expat.ParserCreate()
    parser.StartElementHandler = extent.start
    parser.StartDoctypeDeclHandler = extent.doctype
    try:
        parser.Parse(content, True)
    except expat.ExpatError as fault:
        raise Invalid(NOT_A_WORKBOOK, "file") from fault
