"""岗位 as a workbook: one row per posting, the same columns in and out."""

from __future__ import annotations

from typing import Any

from app.core import cells
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import Invalid, WrongState
from app.core.imports import Importer, Item, Scope, register
from app.core.labels import DISTRICTS, FIELDS, HAZARDS
from app.core.workbooks import Column, SheetSpec, WorkbookSpec
from app.organisations.models import Enterprise
from app.positions import queries, service

SHEET = "岗位"
AFTERWARDS = {"draft": "存草稿", "submit": "提交审核"}

SPEC = WorkbookSpec(
    SHEET,
    (
        SheetSpec(
            SHEET,
            (
                Column("企业信用代码", "credit_code", cells.credit_code(), False, "协调员必填，企业自己导入不用填"),
                Column("岗位代码", "code", cells.text(20), False, "不填就自动编；和草稿的代码一样，就改那个草稿"),
                Column("岗位名称", "name", cells.text(40)),
                Column("领域", "field", cells.one_of(FIELDS)),
                Column("人数", "headcount", cells.whole(1, 2000)),
                Column("工资最低", "wage_low", cells.whole(1, 100_000), True, "转正后，元/月"),
                Column("工资最高", "wage_high", cells.whole(1, 100_000), True, "转正后，元/月"),
                Column("班次和休息", "shift", cells.text(60), True, "例：白班8小时，每周休2天"),
                Column("区市", "district", cells.one_of({k: v for k, v in DISTRICTS.items() if k != "other"})),
                Column("上班地点", "address", cells.text(120)),
                Column("招到哪天", "valid_until", cells.day()),
                Column("做什么", "duties", cells.text(600)),
                Column("录用要求", "requirements", cells.text(600), True, "性别、年龄、户籍、婚育、民族都不能写"),
                Column("工作条件", "conditions", cells.text(400)),
                Column("安全状况", "safety", cells.text(400)),
                Column("危险作业", "hazards", cells.several_of(HAZARDS), True, "勾了任何一项，上岗那天要满18周岁"),
                Column("合同几个月", "contract_months", cells.whole(1, 120)),
                Column("试用期几个月", "probation_months", cells.whole(0, 6)),
                Column("试用期工资", "probation_wage", cells.whole(0, 100_000), True, "元/月"),
                Column("社会保险", "insurance", cells.text(120)),
                Column("上届实领", "last_pay", cells.whole(1, 100_000), False, "中间数，元/月"),
                Column("上届人数", "last_pay_people", cells.whole(1, 5000), False),
                Column("实领来源", "last_pay_source", cells.text(80), False),
                Column("导入后", "afterwards", cells.one_of(AFTERWARDS), False, "不填就是存草稿"),
            ),
        ),
    ),
    ("不合法的说法、比最低工资低的工资、太长的试用期，选“提交审核”的行会在检查时指出来。",),
)  # fmt: skip


def _scope(actor: Actor) -> Scope:
    """Enterprise staff import for their own enterprise; a coordinator for those the rows name."""
    own = queries.own_enterprise(actor)
    return {"enterprise_id": own.id} if own else {"alliances": sorted(actor.alliances)}


def _enterprise(scope: Scope, credit_code: str | None) -> Enterprise:
    if "enterprise_id" in scope:
        own = db.session.get(Enterprise, scope["enterprise_id"])
        assert own is not None
        if credit_code and credit_code != own.credit_code:
            raise Invalid("这是别的企业的代码。只能导入自己企业的岗位，这一格可以空着", "credit_code")
        return own
    if not credit_code:
        raise Invalid("写上是哪个企业的岗位", "credit_code")
    found = queries.enterprise_by_credit_code(credit_code)
    if found is None or not queries.has_joined(found.id, scope["alliances"]):
        raise Invalid("集团（联盟）里没有这个代码的企业", "credit_code")
    return found


def _apply(actor: Actor, scope: Scope, item: Item) -> Any:
    facts = dict(item.row.values)
    enterprise = _enterprise(scope, facts.pop("credit_code"))
    afterwards = facts.pop("afterwards") or "draft"
    known = queries.position_by_code(enterprise.credit_code, facts["code"]) if facts["code"] else None
    if known is None:
        row = service.draft(actor, enterprise, **facts)
    elif known.state in ("draft", "returned"):
        row = service.revise(actor, known, **facts)
    else:
        raise Invalid("这个代码的岗位已经交了审核或者公布了，不能用导入改", "code")
    if afterwards == "submit":
        try:
            service.submit(actor, row)
        except WrongState as error:
            raise Invalid(error.message, "afterwards") from error
    return row


def _export(actor: Actor) -> dict[str, list[dict[str, Any]]]:
    rows = db.session.scalars(queries.listed(actor)).all()
    return {
        SHEET: [
            queries.facts_of(row, service.FACTS) | {"credit_code": row.enterprise.credit_code, "afterwards": "draft"}
            for row in rows
        ]
    }


IMPORTER = register(
    Importer("positions", "岗位", SPEC, "position.import", _apply, scope=_scope, export=_export, back="/positions",
             exported_by="position.list")
)  # fmt: skip
