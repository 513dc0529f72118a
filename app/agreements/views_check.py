"""The public check of a paper: by its code, or by the PDF itself. Nobody logs in, and a wrong code tells nothing."""

from __future__ import annotations

import hashlib
import re

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.agreements import checking, shown
from app.agreements.blueprint import bp
from app.agreements.forms import CheckFileForm
from app.agreements.states import AGREEMENT
from app.core import throttle
from app.core.db import db, reading
from app.core.errors import TooMany
from app.core.web import done, requires

MOST_WRONG, QUARTER = 20, 900
MOST_BYTES = 8 * 1024 * 1024
MISSED = "没有找到。再看一遍查验码：16位，没有0、O、1、I；也可以上传整份PDF来认"
UNKNOWN_FILE = "认不出这个文件。它不是平台印出来的原样，或者被改过、重新存过、拍过照。请用查验码再查"


@bp.get("/check")
@requires("public")
def check() -> ResponseReturnValue:
    """By ``code``; or by ``paper``, the SHA-256 of an uploaded file. With neither, the two ways to ask."""
    code, digest = request.args.get("code", "")[:60], request.args.get("paper", "")
    if not code.strip() and not digest:
        return _page()
    address = request.remote_addr or ""
    if throttle.reached("check", address, seconds=QUARTER) >= MOST_WRONG:
        raise TooMany("查错的次数太多了，请过15分钟再查", QUARTER)
    if digest:
        found = checking.by_sha256(digest) if re.fullmatch("[0-9a-fA-F]{64}", digest) else None
    else:
        found = checking.by_code(code)
    if found is not None:
        return _page(found=found)
    _count_wrong(address)
    return _page(missed=UNKNOWN_FILE if digest else MISSED, code=code)


def _count_wrong(address: str) -> None:
    """Remember a wrong try. It is the one thing this GET writes, so its reading transaction ends first."""
    db.session.commit()
    reading.set(False)
    throttle.count("check", address, most=MOST_WRONG, seconds=QUARTER)


@bp.post("/check")
@requires("public")
def check_file() -> ResponseReturnValue:
    """An upload is only hashed, never parsed or kept; what comes of it is shown under its hash."""
    form = CheckFileForm()
    if not form.validate_on_submit():
        return _page(form=form), 422
    raw = form.file.data.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        form.file.errors = ["文件太大了，不是平台印的协议"]
        return _page(form=form), 422
    return done("agreements.check", paper=hashlib.sha256(raw).hexdigest())


def _page(
    found: checking.Checked | None = None, missed: str = "", code: str = "", form: CheckFileForm | None = None
) -> str:
    if found is None:
        return render_template("agreements/check.html", missed=missed, code=code, form=form or CheckFileForm())
    agreement = found.agreement
    return render_template(
        "agreements/checked.html",
        agreement=agreement,
        found=found,
        verdict=shown.verdict(agreement),
        rows=shown.check_rows(agreement),
        sha256=next(r.text_sha256 for r in agreement.revisions if r.number == agreement.revision_number),
        paper_state=AGREEMENT.states[found.paper.state] if found.paper else "",
    )
