"""What people and machines send where something else was meant: texts for any field, files for any upload."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

from tests.app.make_applications import make_picture

SCRIPT = "<script>alert('好')</script>"
VALUES = {
    "nothing": "", "64 KB": "字" * 21_845, "NUL": "a\x00b", "emoji": "👩‍🔧🦀", "rare characters": "𠮷㛃䶮𬭎𫖯",
    "full-width digits": "１２３", "negative": "-1", "huge": "9" * 40, "digit that is no number": "²",
    "template": "{{7*7}}${7*7}", "script": SCRIPT, "sql": "' OR 1=1 --", "no date": "0000-00-00",
    "last date": "9999-12-31", "first date": "0001-01-01T00:00",
    "lines": "a\r\nSet-Cookie: b=c", "power": "1e999999999", "not a number": "NaN",
    "beyond sixty-four bits": str(2**63), "beyond thirty-two bits": str(2**31),
    "turned around": "\u202e好", "minus minus": "--1", "like": "%_%\\", "path": "../../etc/passwd",
}  # fmt: skip


def _named(content: bytes) -> Callable[[], io.BytesIO]:
    return lambda: io.BytesIO(content)


def _bomb() -> bytes:
    """A hundred megabytes of nothing in a hundred kilobytes, called a workbook."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"\x00" * 20_000_000)
    return out.getvalue()


def polyglot() -> bytes:
    """A real picture with a web page and a workbook behind its end."""
    return make_picture(40, 40) + b"<html><script>alert(1)</script>" + _bomb()[:2000]


# Name as sent, content. The names are for the file system and for headers, the contents for whoever opens them.
FILES: tuple[tuple[str, Callable[[], io.BytesIO]], ...] = (
    ("../../../etc/passwd", _named(b"root:x:0:0")),
    ("CON", _named(b"MZ\x90\x00")),
    ("照片.jpg", _named(b"GIF89a" + b"\x00" * 40)),
    ("page.jpg", _named(b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>")),
    ("a\r\nSet-Cookie: b=c.png", _named(b"\x89PNG\r\n\x1a\n" + b"\x00" * 40)),
    ("half.jpg", _named(make_picture(60, 60)[:300])),
    ("bomb.xlsx", _named(_bomb())),
    ("polyglot.jpg", _named(polyglot())),
    ("paper.pdf", _named(b"%PDF-1.7\n" + b"\x00" * 100)),
    ("empty.jpg", _named(b"")),
    ("." * 250 + ".jpg", _named(b"\xff\xd8\xff\xe0" + b"\x00" * 100)),
)
