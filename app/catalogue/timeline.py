"""A round's calendar for everybody: from when to when, what one does, and what happens to whoever misses it."""

from __future__ import annotations

import datetime as dt
from typing import Any

from app.core.clock import now
from app.core.dates import moment
from app.rounds.models import Round
from app.rounds.queries import STEPS

# The date that ends a step → what one does in it, and what becomes of whoever does not.
_SAYS = {
    "deadline": ("填信息，传材料，排志愿，再点提交。", "过了这天不能再交，也不能改。要等补录或者下一批。"),
    "guardian_due": ("没满18周岁的，监护人自己点同意。", "到时没点，等于没报。"),
    "evidence_due": ("学校核对材料，录分数。退回的要重传。", "没核验的材料不算数，放宽年龄、留的名额用不上。"),
    "publish_at": ("系统算，一人提，另一人审。您不用做什么。", ""),
    "respond_by": ("看结果。录取了，就答复去不去。", "到时没答复，名额让给后面的人。"),
    "sign_by": ("本人、企业、学校签协议。没满18的，监护人也签。", "到时没签成，名额也让出去。"),
}
assert tuple(_SAYS) == tuple(ends for _, _, ends in STEPS)


def timeline(round_: Round, at: dt.datetime | None = None) -> list[dict[str, Any]]:
    """The lines of ``ui.steps`` but for ``more``: the page puts it together of ``when``, ``does`` and ``missed``."""
    at = at or now()
    return [_line(round_, title, begins, ends, at) for title, begins, ends in STEPS]


def _line(round_: Round, title: str, begins: str, ends: str, at: dt.datetime) -> dict[str, Any]:
    start, end = getattr(round_, begins), getattr(round_, ends)
    past, here = at >= end, start <= at < end
    does, missed = _SAYS[ends]
    return {
        "title": title, "state": "过了" if past else ("现在" if here else "还没到"), "here": here, "href": "", "go": "",
        "tone": "done" if past else ("now" if here else "idle"), "when": f"{moment(start)}到{moment(end)}",
        "does": does, "missed": missed,
    }  # fmt: skip
