"""A batch as a workbook: one row per person. Every row still becomes a slip that its person has to confirm."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.core import cells
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import Faults, Invalid
from app.core.identifiers import hidden, mask_id, mask_phone
from app.core.imports import Importer, Item, Scope, register
from app.core.labels import DISTRICTS, ID_KINDS, RELATIONS, START_POINTS
from app.core.workbooks import Column, SheetSpec, WorkbookSpec
from app.order_classes.models import Track
from app.stations import queries, service
from app.stations.entering import CATEGORIES_TO_ENTER
from app.stations.models import SlipBatch

SHEET, MOST_WISHES = "代填", 5
_WISHES = tuple(f"wish_{number}" for number in range(1, MOST_WISHES + 1))
_YES_NO = {"yes": "服从", "no": "不服从"}


def _wish(number: int) -> Column:
    hint = "志愿代码，在这一批的“志愿代码表”里"
    return Column(f"第{number}志愿", f"wish_{number}", cells.text(45), number == 1, hint)


SPEC = WorkbookSpec(
    "代填报名",
    (
        SheetSpec(
            SHEET,
            (
                Column("姓名", "name", cells.text(60)),
                Column("证件类型", "identity_kind", cells.one_of(ID_KINDS), False, "不填就是居民身份证"),
                Column("证件号", "identity", cells.text(40), True, "整列设成文本格式", mask_id),
                Column("出生日期", "birth_date", cells.day(), False, "证件号里有的不用填", hidden),
                Column("手机号", "phone", cells.text(20), False, "只能填本人的，没有就空着", mask_phone),
                Column("学历", "start_point", cells.one_of(START_POINTS)),
                Column("住在哪里", "district", cells.one_of(DISTRICTS)),
                Column("类别", "categories", cells.several_of(CATEGORIES_TO_ENTER), False),
                *(_wish(number) for number in range(1, MOST_WISHES + 1)),
                Column("都没录取", "adjustable", cells.one_of(_YES_NO), False, "不填就是不服从调剂"),
                Column("监护人姓名", "guardian_name", cells.text(60), False, "未满18周岁才填"),
                Column("监护人关系", "guardian_relation", cells.one_of(RELATIONS), False),
                Column("监护人手机号", "guardian_phone", cells.text(20), False, mask=mask_phone),
            ),
        ),
    ),
    ("先开一批，再导入；都进最新的那一批。导入的还是代填单，每个人要自己确认。",),
)  # fmt: skip


def code_of(track: Track) -> str:
    """A track as a workbook names it: the class's code, and its position's after a slash."""
    post = f"/{track.position.code}" if track.position is not None else ""
    return f"{track.order_class.code}{post}"


def _scope(actor: Actor) -> Scope:
    """The newest batch of the helper's station that may still be written at."""
    station = queries.own_station(actor)
    rounds = [round_.id for round_ in queries.rounds_for(station)] if station else []
    newest = select(SlipBatch.id).where(SlipBatch.station_id.in_(actor.stations), SlipBatch.round_id.in_(rounds))
    return {"batch_id": db.session.scalar(newest.order_by(SlipBatch.id.desc()).limit(1))}


def _prepare(actor: Actor, scope: Scope, items: list[Item]) -> dict[str, list[int]]:
    """The round's tracks by code, read once for all rows."""
    batch = db.session.get(SlipBatch, scope["batch_id"]) if scope["batch_id"] else None
    found: dict[str, list[int]] = {}
    for track in queries.tracks_of(batch.round_id).values() if batch else ():
        found.setdefault(code_of(track), []).append(track.id)
    return found


def _apply(actor: Actor, scope: Scope, item: Item) -> Any:
    batch = queries.batch_seen_by(actor, scope["batch_id"]) if scope["batch_id"] else None
    if batch is None:
        raise Invalid("还没有开一批。先在“代填报名”里开一批，再导入")
    facts = {name: value for name, value in item.row.values.items() if name not in _WISHES}
    facts["identity_kind"] = facts["identity_kind"] or "resident_id"
    facts["adjustable"] = facts["adjustable"] == "yes"
    facts["tracks"] = _tracks(scope["prepared"], item.row.values)
    try:
        return service.enter(actor, batch, **facts)
    except Faults as refused:
        for fault in refused.faults:
            fault.field = "wish_1" if fault.field == "tracks" else fault.field
        raise


def _tracks(known: dict[str, list[int]], values: Any) -> list[int]:
    wanted, faults = [], []
    for name in _WISHES:
        if not (code := (values[name] or "").replace(" ", "")):
            continue
        found = known.get(code, [])
        if len(found) == 1:
            wanted += found
        else:
            says = "两所院校有同样的代码，请在页面上填这一位" if found else "这个批次没有这个代码，照“志愿代码表”写"
            faults.append(Invalid(says, name))
    if faults:
        raise Faults(faults)
    return wanted


IMPORTER = register(
    Importer("slips", "代填报名", SPEC, "slip.import", _apply, scope=_scope, prepare=_prepare, back="/station")
)
