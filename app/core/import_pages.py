"""Pages of imports and exports, the same for every kind of workbook."""

from __future__ import annotations

import io
from typing import Any

from flask import Blueprint, current_app, g, redirect, render_template, send_file
from flask.typing import ResponseReturnValue
from flask_wtf.file import FileField
from wtforms.validators import StopValidation

from app.core import imports
from app.core.clock import today
from app.core.errors import Invalid, NotFound, NotPermitted
from app.core.forms import Form
from app.core.imports import IMPORTERS, PENDING_IMPORT, Importer, PendingImport, RowsRefused
from app.core.web import done, requires, trying
from app.core.workbooks import Column, Row, SheetSpec, write
from app.core.workbooks import template as empty_workbook

bp = Blueprint("imports", __name__, url_prefix="/imports")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
MOST_SHOWN = 200


class _Chosen:
    """A file was chosen at all; what is in it is read by the service."""

    field_flags = {"required": True}

    def __call__(self, form: Any, field: Any) -> None:
        if not field.data or not getattr(field.data, "filename", ""):
            raise StopValidation("请先选一个Excel文件")


class UploadForm(Form):
    """One workbook."""

    file = FileField("Excel文件", [_Chosen()], description="只收.xlsx，一次最多5,000行")


class StepForm(Form):
    """Confirm or discard: only the version that was seen."""


def _importer(kind: str) -> Importer:
    importer = IMPORTERS.get(kind)
    if importer is None:
        raise NotFound()
    if not current_app.extensions["sanfang.allows"](g.actor, importer.permission, None):
        raise NotPermitted()
    return importer


def _file(content: bytes, name: str) -> ResponseReturnValue:
    return send_file(io.BytesIO(content), XLSX, as_attachment=True, download_name=f"{name}.xlsx", max_age=0)


@bp.get("")
@requires("import.use")
def index() -> ResponseReturnValue:
    allows = current_app.extensions["sanfang.allows"]
    mine = [each for each in IMPORTERS.values() if allows(g.actor, each.permission, None)]
    return render_template("imports/index.html", importers=mine)


@bp.get("/<kind>")
@requires("import.use")
def start(kind: str) -> ResponseReturnValue:
    return render_template("imports/start.html", importer=_importer(kind), form=UploadForm())


@bp.get("/<kind>/template.xlsx")
@requires("import.use")
def template(kind: str) -> ResponseReturnValue:
    importer = _importer(kind)
    return _file(empty_workbook(importer.spec), f"{importer.title}导入模板")


@bp.get("/<kind>/export.xlsx")
@requires("import.use")
def export(kind: str) -> ResponseReturnValue:
    importer = IMPORTERS.get(kind)
    if importer is None or importer.export is None:
        raise NotFound()
    if not current_app.extensions["sanfang.allows"](g.actor, importer.exported_by or importer.permission, None):
        raise NotPermitted()
    return _file(write(importer.spec, importer.export(g.actor)), f"{importer.title}{today():%Y%m%d}")


@bp.post("/<kind>")
@requires("import.use")
def upload(kind: str) -> ResponseReturnValue:
    importer, form = _importer(kind), UploadForm()
    with trying(form, lambda: render_template("imports/start.html", importer=importer, form=form)):
        pending = imports.begin(g.actor, importer, form.file.data.read(), form.file.data.filename)
    return done("imports.show", import_id=pending.id)


@bp.get("/<int:import_id>")
@requires("import.use", load=imports.import_seen_by)
def show(pending: PendingImport) -> ResponseReturnValue:
    return _page(pending, StepForm(obj=pending), pending.faults)


def _page(pending: PendingImport, form: StepForm, faults: list[dict[str, Any]]) -> str:
    importer = _importer(pending.kind)
    rows = imports.rows_of(pending, importer)
    return render_template(
        "imports/show.html", pending=pending, importer=importer, form=form, faults=faults[:MOST_SHOWN],
        more=max(0, len(faults) - MOST_SHOWN), bad_rows=len({(each["sheet"], each["row"]) for each in faults}),
        sheets=[found for sheet in importer.spec.sheets if (found := _sample(sheet, rows)) is not None],
        machine=PENDING_IMPORT,
    )  # fmt: skip


def _sample(sheet: SheetSpec, rows: list[Row]) -> tuple[SheetSpec, list[Column], list[Row], int] | None:
    """The first rows of a sheet with the first columns that say anything, and how many rows there are."""
    here = [row for row in rows if row.sheet == sheet.name]
    columns = [column for column in sheet.columns if any(row.texts.get(column.name) for row in here)]
    return (sheet, columns[:6], here[:10], len(here)) if here else None


@bp.post("/<int:import_id>/confirm")
@requires("import.use", load=imports.import_seen_by)
def confirm(pending: PendingImport) -> ResponseReturnValue:
    form, importer = StepForm(), _importer(pending.kind)
    refused: list[dict[str, Any]] = []
    with trying(form, lambda: _page(pending, form, refused or pending.faults)):
        try:
            count = imports.confirm(g.actor, pending, form.seen_version())
        except RowsRefused as error:
            refused.extend(each.as_dict() for each in error.cells)
            raise Invalid(f"有{len(refused)}处刚刚变了，一行也没有导入。请改好文件再传一次") from error
    done("imports.index", f"已导入{count}行")
    return redirect(importer.back, 303)


@bp.post("/<int:import_id>/discard")
@requires("import.use", load=imports.import_seen_by)
def discard(pending: PendingImport) -> ResponseReturnValue:
    form = StepForm()
    with trying(form, lambda: _page(pending, form, pending.faults)):
        imports.discard(g.actor, pending, form.seen_version())
    return done("imports.start", "没有导入任何一行", "now", kind=pending.kind)
