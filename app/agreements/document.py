"""Terms → PDF. The words come from `paper`, the look from `templates/print/agreement.typ`, nothing from the machine.

Typst is the compiler; data reach the template as one JSON input, never by splicing text into source. Fonts come from
a pinned package (Noto Serif SC and Noto Sans SC, OFL), so the same input gives the same bytes everywhere.
"""

import datetime
import functools
import io
import json
import re
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from app.agreements import paper as words
from app.agreements.terms import Terms
from app.agreements.wording import ordinal

# PDF/A asks for a date inside the file. Reading the clock would make two prints of one paper differ.
WORDING_DATE = datetime.datetime(2026, 11, 1, tzinfo=datetime.UTC)

_TEMPLATES = Path(__file__).resolve().parents[2] / "templates" / "print"
_INK = "#1c2429"

# In signing order: who signs, the sign in the seal, the party's name, what its box is headed.
_PARTIES = {
    "student": ("人", "丙方", "学生"),
    "guardian": ("护", "监护人", "丙方未满十八周岁"),
    "enterprise": ("企", "甲方", "企业"),
    "school": ("校", "乙方", "院校"),
}
_BOX_ORDER = ("enterprise", "school", "student", "guardian")
_OVER = frozenset({"已解除", "已作废", "已过期", "已拒绝", "已撤回"})

# One compiler keeps the fonts parsed; it is not promised to be safe for two threads at once.
_lock = threading.Lock()


class Unprintable(ValueError):
    """The paper holds a sign that no font here can draw (an emoji, say); `text` is that sign.

    Render once before anybody signs, so that this is found while the terms can still be put right.
    """

    def __init__(self, text: str) -> None:
        super().__init__(f"cannot be printed: {text!r}")
        self.text = text


@dataclass(frozen=True)
class SignatureLine:
    """One signature that has been made on this revision.

    `party` is `enterprise`, `school`, `student` or `guardian`; `name` the person who signed, `for_whom` on whose
    behalf; `at_text` and `how` as printed (2027年8月10日 14:03, 在线确认); `hash_prefix` the first hex digits of the
    signature's own record.
    """

    party: str
    name: str
    for_whom: str
    at_text: str
    how: str
    hash_prefix: str


def render_pdf(
    terms: Terms,
    *,
    state: str,
    number: str | None,
    revision: int,
    check_code: str | None,
    check_url: str | None,
    text_sha256: str,
    signatures: Sequence[SignatureLine],
    in_force: bool,
    dated: datetime.datetime = WORDING_DATE,
) -> bytes:
    """Return the agreement as PDF/A-2b; the same arguments give the same bytes.

    `state` is the printed state (待院校, 已生效, …). Until `in_force` every page carries 未生效, or the word of the end
    for a paper that has ended. Without `number` or `check_url` the paper says that none has been given yet. `dated`
    is an aware time for the file's own properties, such as the revision's; it is not printed.

    Raises ValueError when `text_sha256` is not the hash of these terms or the template version is another: a paper
    that shows a hash of other words must not exist. Raises Unprintable, also a ValueError, for a sign without a shape.
    """
    if text_sha256 != words.text_sha256(terms):
        raise ValueError("the hash to be printed is not the hash of these terms")
    data = {
        "paper": _paper(terms),
        "state": state,
        "number": number or "",
        "revision": revision,
        "check_code": check_code or "",
        "check_url": check_url or "",
        "qr": _qr(check_url) if check_url else "",
        "sha256": text_sha256,
        "template": terms.template_version,
        "watermark": "" if in_force else state if state in _OVER else "未生效",
        "in_force": in_force,
        **_signing(terms, signatures),
    }
    return _compile(json.dumps(data, ensure_ascii=False, sort_keys=True), dated)


def _paper(terms: Terms) -> dict[str, Any]:
    content = asdict(words.paper(terms))
    for clause in content["clauses"]:
        clause["ordinal"] = f"第{ordinal(clause['number'])}条"
    frame = {"title": words.TITLE, "subtitle": words.SUBTITLE, "lead": words.LEAD, "preamble": words.PREAMBLE}
    return content | frame | {"closing": words.CLOSING, "witness": terms.alliance.name}


def _signing(terms: Terms, signatures: Sequence[SignatureLine]) -> dict[str, Any]:
    """Return the signature boxes in printed order, the turn in signing order, and the lines as they were made."""
    made = {line.party: line for line in signatures}
    titles = {
        "enterprise": terms.enterprise.name,
        "school": terms.school.name,
        "student": terms.student.name,
        "guardian": f"{terms.guardian.name}（{terms.guardian.relation}）" if terms.guardian else "",
    }
    required = [party for party in _PARTIES if party != "guardian" or terms.guardian]
    if strangers := made.keys() - set(required):
        raise ValueError(f"not a required signer: {', '.join(sorted(strangers))}")
    boxes = {}
    for party in required:
        glyph, role, kind = _PARTIES[party]
        line = asdict(made[party]) if party in made else None
        boxes[party] = {
            "party": party, "glyph": glyph, "role": role, "kind": kind, "title": titles[party], "line": line,
            "organisation": party in ("enterprise", "school"),
        }
    return {"boxes": [boxes[party] for party in _BOX_ORDER if party in boxes], "turn": [boxes[p] for p in required]}


def _qr(url: str) -> str:
    import segno  # imported where it is used: a web process that never prints should not pay for it

    buffer = io.BytesIO()
    segno.make(url, error="m", micro=False).save(buffer, kind="svg", border=0, dark=_INK, xmldecl=False, svgclass=None,
                                                 lineclass=None)
    return buffer.getvalue().decode()


def _compile(data: str, dated: datetime.datetime) -> bytes:
    import typst

    try:
        with _lock:
            pdf = _compiler().compile(
                input=_TEMPLATES / "agreement.typ",
                format="pdf",
                sys_inputs={"data": data},
                pdf_standards="a-2b",
                timestamp=int(dated.timestamp()),
            )
    except typst.TypstError as error:
        if missing := re.search(r"the text `\"(.+)\"` could not be displayed", str(error)):
            raise Unprintable(missing[1]) from error
        raise
    return bytes(pdf)


@functools.cache
def _compiler() -> Any:
    import pylopdf_fonts_zh_cn as chinese
    import typst

    return typst.Compiler(
        root=_TEMPLATES, font_paths=[str(chinese.serif_path().parent)], ignore_system_fonts=True
    )
