"""Schools and enterprises as a workbook: a coordinator registers many at once; each is still checked one by one."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from app.core import cells
from app.core.actor import Actor
from app.core.db import db
from app.core.imports import Importer, Item, Scope, register
from app.core.labels import DISTRICTS
from app.core.workbooks import Column, SheetSpec, WorkbookSpec
from app.organisations import service
from app.organisations.models import Enterprise, Membership, School

SCHOOLS, ENTERPRISES = "院校", "企业"


def _columns(head: str, *more: Column) -> tuple[Column, ...]:
    return (
        Column("名称", "name", cells.text(80)),
        Column("统一社会信用代码", "credit_code", cells.credit_code()),
        Column("区市", "district", cells.one_of(DISTRICTS)),
        Column("地址", "address", cells.text(120)),
        Column(head, "head", cells.text(40)),
        Column("联系人", "contact", cells.text(40)),
        Column("联系电话", "phone", cells.text(20), True, "整列设成文本格式"),
        *more,
        Column("介绍", "introduction", cells.text(600), False),
    )


_CODE = Column("学校代码", "code", cells.text(20))
_STAFF = Column("职工人数", "staff", cells.whole(0, 1_000_000))

SPEC = WorkbookSpec(
    "院校和企业",
    (
        SheetSpec(SCHOOLS, _columns("校长", _CODE), required=False),
        SheetSpec(ENTERPRISES, _columns("法定代表人", _STAFF), required=False),
    ),
    ("导入的院校和企业都是“等审核”，执照还要由人看。",),
)  # fmt: skip


def _scope(actor: Actor) -> Scope:
    return {"alliance_id": min(actor.alliances)}


def _apply(actor: Actor, scope: Scope, item: Item) -> Any:
    register_one = service.register_school if item.row.sheet == SCHOOLS else service.register_enterprise
    return register_one(actor, alliance_id=scope["alliance_id"], **item.row.values)


def _export(actor: Actor) -> dict[str, list[dict[str, Any]]]:
    sheets: dict[str, list[dict[str, Any]]] = {}
    for sheet, model, key, kind in (
        (SCHOOLS, School, Membership.school_id, "school"),
        (ENTERPRISES, Enterprise, Membership.enterprise_id, "enterprise"),
    ):
        found = select(model).join(Membership, key == model.id).where(Membership.alliance_id.in_(actor.alliances))
        rows = db.session.scalars(found.order_by(model.id)).unique().all()
        sheets[sheet] = [{name: getattr(row, name) for name in service.FACTS[kind]} for row in rows]
    return sheets


IMPORTER = register(
    Importer("organisations", "院校和企业", SPEC, "organisation.import", _apply, scope=_scope, export=_export,
             back="/organisations")
)  # fmt: skip
