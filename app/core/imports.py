"""Uploads that wait for one confirmation: the bad rows are named, the good ones are applied all together or not at all.

A feature registers an Importer under its kind; the pages are those of app/core/import_pages.py::

    register(Importer(
        "scores", "成绩", SPEC, permission="score.enter",
        apply=lambda actor, scope, item: service.enter_score(actor, …, item.row.values["value"]),
    ))

``apply`` goes through the services and raises their errors: a ``field`` that is a column's fact name points at that
column. At the upload everything is tried out and rolled back, so a row that a service would refuse is named before
anybody confirms; at the confirmation it is applied for good, in one transaction.
"""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ForeignKey, Index, Integer, String, delete
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from app.core.actor import Actor
from app.core.clock import now
from app.core.crypto import vault
from app.core.db import Base, Id, Stateful, Uid, db
from app.core.errors import DomainError, Faults, Invalid, NotPermitted, refusal
from app.core.states import Machine, Move
from app.core.workbooks import CellFault, Reading, Row, WorkbookSpec, read, read_row

KEPT = dt.timedelta(days=7)
# So many items share a savepoint.
AT_ONCE = 200
Scope = dict[str, Any]


class PendingImport(Stateful, Base):
    """One upload. ``scope`` names for whom it is (ids), the good rows are sealed until they are applied or dropped,
    ``faults`` are ``{sheet, row, column, reason}``."""

    __tablename__ = "pending_import"
    id: Mapped[Id]
    uid: Mapped[Uid]
    kind: Mapped[str] = mapped_column(String(30))
    file_name: Mapped[str] = mapped_column(String(120))
    scope: Mapped[dict[str, Any]]
    rows_sealed: Mapped[bytes | None]
    row_count: Mapped[int] = mapped_column(Integer)
    faults: Mapped[list[Any]]
    by_user: Mapped[int | None] = mapped_column(ForeignKey("user.id"))
    created_at: Mapped[dt.datetime]
    __table_args__ = (Index(None, "by_user", "id"),)


PENDING_IMPORT = Machine(
    "pending_import",
    "导入",
    "waiting",
    {"waiting": "等确认", "confirmed": "已导入", "discarded": "没导入"},
    (Move("confirm", ("waiting",), "confirmed", "确认导入"), Move("discard", ("waiting",), "discarded", "放弃导入")),
)


@dataclass(frozen=True)
class Item:
    """What succeeds or fails as one: its row, and the rows of other sheets that belong to it."""

    row: Row
    parts: tuple[Row, ...] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        return (self.row, *self.parts)


def each_row(reading: Reading) -> tuple[list[Item], list[CellFault]]:
    """The usual grouping: every row stands for itself."""
    return [Item(row) for row in reading.rows], []


def no_scope(actor: Actor) -> Scope:
    return {}


@dataclass(frozen=True)
class Importer:
    """How one kind of workbook becomes rows. ``scope`` is taken from the actor at the upload; ``group`` gathers rows
    into items and may refuse some; ``export`` answers with the present rows by sheet, or is missing. ``prepare`` reads
    at once what ``apply`` needs of up to ``AT_ONCE`` items; ``apply`` finds it in its scope as ``prepared``."""

    kind: str
    title: str
    spec: WorkbookSpec
    permission: str
    apply: Callable[[Actor, Scope, Item], Any]
    group: Callable[[Reading], tuple[list[Item], list[CellFault]]] = each_row
    scope: Callable[[Actor], Scope] = no_scope
    export: Callable[[Actor], dict[str, list[dict[str, Any]]]] | None = None
    back: str = "/"
    prepare: Callable[[Actor, Scope, list[Item]], Any] | None = None
    exported_by: str = ""  # the permission for the export, where it is another than for the import


IMPORTERS: dict[str, Importer] = {}


def register(importer: Importer) -> Importer:
    IMPORTERS[importer.kind] = importer
    return importer


class RowRefused(Invalid):
    """A service refused something that came from this very row."""

    def __init__(self, row: Row, error: DomainError) -> None:
        super().__init__(error.message, error.field)
        self.row = row
        self.error = error


class RowsRefused(Faults):
    """Rows that were good at the upload are not any more; nothing was imported. ``cells`` names them."""

    def __init__(self, found: list[CellFault]) -> None:
        super().__init__([Invalid(f"{each.sheet}第{each.row}行{each.column}：{each.reason}") for each in found])
        self.cells = found


@contextmanager
def blaming(row: Row) -> Iterator[None]:
    """Say that a refusal inside the block is this row's, not the item's first."""
    try:
        yield
    except RowRefused:
        raise
    except DomainError as error:
        raise RowRefused(row, error) from error


def begin(actor: Actor, importer: Importer, raw: bytes, file_name: str) -> PendingImport:
    """Read an upload, try it out, and keep what is good until the person confirms.

    Raises:
        Invalid: the file as a whole cannot be read (field ``file``).
    """
    reading = read(raw, importer.spec)
    scope = importer.scope(actor)
    items, refused = importer.group(reading)
    good, faults = _tried(actor, importer, scope, items)
    rows = [row for item in good for row in item.rows]
    uid = uuid.uuid4().hex
    content = json.dumps([[row.sheet, row.number, dict(row.texts)] for row in rows], ensure_ascii=False)
    pending = PendingImport(
        uid=uid,
        kind=importer.kind,
        file_name=file_name[:120],
        scope=scope,
        row_count=len(rows),
        rows_sealed=vault().seal("pending_import", "rows", uid, content),
        faults=[each.as_dict() for each in _told(importer.spec, [*reading.faults, *refused, *faults])],
        by_user=actor.user_id,
        created_at=now(),
    )
    PENDING_IMPORT.begin(pending, actor, detail={"kind": importer.kind, "rows": len(rows)})
    return pending


def _told(spec: WorkbookSpec, faults: list[CellFault]) -> list[CellFault]:
    """In the order of the file, and without personal numbers: faults are stored in the clear."""
    order = {sheet.name: place for place, sheet in enumerate(spec.sheets)}
    return [spec.discreet(each) for each in sorted(faults, key=lambda each: (order[each.sheet], each.row))]


def _tried(actor: Actor, importer: Importer, scope: Scope, items: list[Item]) -> tuple[list[Item], list[CellFault]]:
    """Apply everything, remember what went wrong, and take it all back."""
    trial = db.session.begin_nested()
    try:
        return _apply_each(actor, importer, scope, items)
    finally:
        trial.rollback()
        db.session.expire_all()


def _apply_each(
    actor: Actor, importer: Importer, scope: Scope, items: list[Item]
) -> tuple[list[Item], list[CellFault]]:
    """Which items are good, and what is wrong with the others. Many go in one savepoint, for a savepoint and a flush
    for each cost more than what it writes; where one of them is refused, these go one by one, to learn which."""
    good: list[Item] = []
    faults: list[CellFault] = []
    for start in range(0, len(items), AT_ONCE):
        some = items[start : start + AT_ONCE]
        if _refused(actor, importer, _ready(actor, importer, scope, some), some) is None:
            good += some
            continue
        ready = _ready(actor, importer, scope, some)
        for item in some:
            error = _refused(actor, importer, ready, [item])
            if error is None:
                good.append(item)
            else:
                faults += _faults_of(importer, item, error)
    return good, faults


def _ready(actor: Actor, importer: Importer, scope: Scope, items: list[Item]) -> Scope:
    return {**scope, "prepared": importer.prepare(actor, scope, items)} if importer.prepare else scope


def _refused(actor: Actor, importer: Importer, scope: Scope, items: list[Item]) -> DomainError | None:
    """Apply these items together; the first refusal takes all of them back and is the answer."""
    try:
        with db.session.begin_nested():
            for item in items:
                importer.apply(actor, scope, item)
            db.session.flush()
    except (IntegrityError, DomainError) as error:
        # The savepoint took guarded UPDATEs back unseen by the session; the next item must not build on them.
        db.session.expire_all()
        return refusal(error) if isinstance(error, IntegrityError) else error
    return None


def _faults_of(importer: Importer, item: Item, error: DomainError) -> list[CellFault]:
    row = error.row if isinstance(error, RowRefused) else item.row
    inner = error.error if isinstance(error, RowRefused) else error
    sheet = importer.spec.sheet(row.sheet)
    each = inner.faults if isinstance(inner, Faults) else [inner]
    return [CellFault(row.sheet, row.number, sheet.header_of(fault.field), fault.message) for fault in each]


def rows_of(pending: PendingImport, importer: Importer) -> list[Row]:
    """The good rows of an upload, parsed again from their stored texts; empty once it was confirmed or dropped."""
    if pending.rows_sealed is None:
        return []
    stored = json.loads(vault().open("pending_import", "rows", pending.uid, pending.rows_sealed))
    return [read_row(importer.spec.sheet(sheet), number, texts)[0] for sheet, number, texts in stored]


def confirm(actor: Actor, pending: PendingImport, version: int | None = None) -> int:
    """Apply all good rows in the present transaction; returns how many.

    Raises:
        RowsRefused: at least one of them is not acceptable any more; the caller rolls back, nothing is imported.
        WrongState, Conflict: it was confirmed or discarded before.
        NotPermitted: the person no longer works for those the upload is for.
    """
    importer = IMPORTERS[pending.kind]
    if importer.scope(actor) != pending.scope:
        raise NotPermitted("上传以后，您办事的单位变了。请重新传一次")
    rows = rows_of(pending, importer)
    PENDING_IMPORT.move(pending, "confirm", actor, version=version, rows_sealed=None)
    items, refused = importer.group(Reading(rows=rows))
    _, faults = _apply_each(actor, importer, pending.scope, items)
    if refused or faults:
        raise RowsRefused(_told(importer.spec, [*refused, *faults]))
    return len(rows)


def discard(actor: Actor, pending: PendingImport, version: int | None = None) -> None:
    """Drop an upload; its rows are erased."""
    PENDING_IMPORT.move(pending, "discard", actor, version=version, rows_sealed=None)


def import_seen_by(actor: Actor, import_id: int) -> PendingImport | None:
    """An upload is seen by the one who made it, and by nobody else."""
    found = db.session.get(PendingImport, import_id)
    return found if found is not None and actor.user_id is not None and found.by_user == actor.user_id else None


def forget_old() -> int:
    """Erase uploads of more than a week ago; returns how many."""
    return db.session.execute(delete(PendingImport).where(PendingImport.created_at < now() - KEPT)).rowcount
