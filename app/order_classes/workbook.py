"""订单班 as a workbook: the class in one sheet, its hours, tracks and categories in three others, tied by its code."""

from __future__ import annotations

from typing import Any

from app.core import cells
from app.core.actor import Actor
from app.core.cells import Kind
from app.core.db import db
from app.core.errors import Invalid
from app.core.imports import Importer, Item, Scope, blaming, register
from app.core.labels import AUDIENCES, CATEGORIES, FIELDS, LEVELS, START_POINTS, STUDY_MODES
from app.core.workbooks import CellFault, Column, Reading, Row, SheetSpec, WorkbookSpec
from app.order_classes import queries, service
from app.order_classes.forms import SCORE_RULES
from app.order_classes.models import OrderClass
from app.organisations.models import School
from app.positions.queries import position_by_code

CLASSES, HOURS, TRACKS, CATEGORY_SHEET = "订单班", "课时", "培养方向", "放宽和留名额"
AFTERWARDS = {"draft": "存草稿", "submit": "提交审核"}
NO_CEILING = "不设上限"


def _ceiling() -> Kind:
    """A highest age, or 不设上限; the value is a number, or the word itself."""
    age = cells.whole(14, 100)

    def parse(cell: object) -> int | str:
        return NO_CEILING if cells.plain(cell) == NO_CEILING else age.parse(cell)

    return Kind(parse, str, f"周岁，例如45；没有上限就写“{NO_CEILING}”")


_CODE = Column("订单班代码", "class_code", cells.text(20), True, "和“订单班”里的代码一样")

SPEC = WorkbookSpec(
    "订单班",
    (
        SheetSpec(
            CLASSES,
            (
                Column("院校信用代码", "credit_code", cells.credit_code(), False, "协调员必填，学校自己导入不用填"),
                Column("订单班代码", "code", cells.text(20), True, "和草稿的代码一样，就改那个草稿"),
                Column("名称", "name", cells.text(60)),
                Column("专业", "major", cells.text(40)),
                Column("领域", "field", cells.one_of(FIELDS)),
                Column("层次", "level", cells.one_of(LEVELS)),
                Column("起点", "start_point", cells.one_of(START_POINTS)),
                Column("学制", "years", cells.whole(1, 6), True, "年"),
                Column("学习形式", "mode", cells.one_of(STUDY_MODES)),
                Column("招谁", "audience", cells.one_of(AUDIENCES)),
                Column("名额", "seats", cells.whole(1, 500)),
                Column("开班线", "min_open", cells.whole(0, 500)),
                Column("年龄下限", "age_min", cells.whole(14, 100)),
                Column("年龄上限", "age_max", cells.whole(14, 100)),
                Column("入学日期", "enrolment_date", cells.day(), True, "年龄按这一天算"),
                Column("上岗日期", "on_post_date", cells.day()),
                Column("实习几个月", "internship_months", cells.whole(0, 36), True, "没有写0"),
                Column("第几学年起实习", "internship_from_year", cells.whole(0, 6), True, "没有写0"),
                Column("怎么录取", "score_rule", cells.one_of(SCORE_RULES)),
                Column("怎么打分", "score_text", cells.text(200), False),
                Column("学费", "tuition", cells.text(80)),
                Column("资助", "aid", cells.text(120)),
                Column("住宿和吃饭", "boarding", cells.text(80)),
                Column("上课时间", "timetable", cells.text(80)),
                Column("证书", "certificate", cells.text(80)),
                Column("学校老师", "teacher", cells.text(60), False),
                Column("企业师傅", "mentor", cells.text(60), False),
                Column("上批录取", "last_filled", cells.whole(0, 500), False),
                Column("上批录取线", "last_cutoff", cells.whole(0, 100), False),
                Column("导入后", "afterwards", cells.one_of(AFTERWARDS), False, "不填就是存草稿"),
            ),
        ),
        SheetSpec(
            HOURS,
            (
                _CODE,
                Column("学年", "year", cells.whole(1, 6)),
                Column("专业课", "professional", cells.whole(0, service.MOST_HOURS)),
                Column("在车间", "workshop", cells.whole(0, service.MOST_HOURS), True, "岗位实习不算"),
                Column("核心实操", "core", cells.whole(0, service.MOST_HOURS)),
                Column("普通班实操", "ordinary_core", cells.whole(0, service.MOST_HOURS)),
            ),
        ),
        SheetSpec(
            TRACKS,
            (
                _CODE,
                Column("企业信用代码", "credit_code", cells.credit_code(), False, "空着就是“先入学、后定岗”"),
                Column("岗位代码", "position_code", cells.text(20), False),
                Column("最多几人", "quota", cells.whole(1, 500), False, "不填就不另设"),
            ),
        ),
        SheetSpec(
            CATEGORY_SHEET,
            (
                _CODE,
                Column("人员", "category", cells.one_of(CATEGORIES)),
                Column("放宽到", "ceiling", _ceiling(), False),
                Column("留名额", "seats", cells.whole(0, 500), False),
            ),
            required=False,
        ),
    ),
    ("一个班的几张表一起导入：有一行要改，这个班就等改好再导。",),
)  # fmt: skip


def _scope(actor: Actor) -> Scope:
    """School staff import for their own school; a coordinator for the schools the rows name."""
    own = queries.own_school(actor)
    return {"school_id": own.id} if own else {"alliances": sorted(actor.alliances)}


def _school(scope: Scope, credit_code: str | None) -> tuple[School, int]:
    """The school of a row, and the alliance its class is for (its first one)."""
    if "school_id" in scope:
        found = db.session.get(School, scope["school_id"])
        if found and credit_code and credit_code != found.credit_code:
            raise Invalid("这是别的学校的代码。只能导入自己学校的班，这一格可以空着", "credit_code")
    else:
        if not credit_code:
            raise Invalid("写上是哪个学校的班", "credit_code")
        found = queries.school_by_credit_code(credit_code)
    alliances = queries.alliances_of(found.id) if found else {}
    shared = [int(each) for each in alliances if int(each) in scope.get("alliances", [int(each)])]
    if found is None or not shared:
        raise Invalid("集团（联盟）里没有这个代码的学校", "credit_code")
    return found, shared[0]


def _group(reading: Reading) -> tuple[list[Item], list[CellFault]]:
    """Gather the sheets by class code. A class with one wrong row anywhere waits as a whole."""
    parts: dict[str, list[Row]] = {}
    for row in reading.rows:
        if row.sheet != CLASSES:
            parts.setdefault(row.values["class_code"], []).append(row)
    wrong = {row.values.get("class_code"): row for row in reading.refused if row.sheet != CLASSES}
    known = {row.values.get("code") for row in (*reading.rows, *reading.refused) if row.sheet == CLASSES}
    items: list[Item] = []
    faults: list[CellFault] = []
    seen: set[str] = set()
    for row in reading.of(CLASSES):
        code = row.values["code"]
        if code in seen:
            faults.append(CellFault(CLASSES, row.number, "订单班代码", "这个代码在上面已经有一行了"))
        elif code in wrong:
            said = f"“{wrong[code].sheet}”第{wrong[code].number}行是这个班的，改好再一起导入"
            faults.append(CellFault(CLASSES, row.number, "", said))
        else:
            items.append(Item(row, tuple(parts.get(code, ()))))
        seen.add(code)
    lost = [row for code, rows in parts.items() if code not in known for row in rows]
    faults += [CellFault(row.sheet, row.number, "订单班代码", "“订单班”里没有这个代码") for row in lost]
    return items, faults


def _apply(actor: Actor, scope: Scope, item: Item) -> Any:
    facts = dict(item.row.values)
    school, alliance = _school(scope, facts.pop("credit_code"))
    afterwards = facts.pop("afterwards") or "draft"
    facts["relaxed"] = _relaxed(item)
    known = queries.class_by_code(school.id, facts["code"])
    if known is None:
        row = service.draft(actor, school, alliance, **facts)
    elif known.state in ("draft", "returned"):
        row = service.revise(actor, known, **facts)
    else:
        raise Invalid("这个代码的订单班已经交了审核或者公布了，不能用导入改", "code")
    _apply_parts(actor, row, item)
    if afterwards == "submit":
        service.submit(actor, row)
    return row


def _parts(item: Item, sheet: str) -> list[Row]:
    return [row for row in item.parts if row.sheet == sheet]


def _relaxed(item: Item) -> dict[str, int | None]:
    found: dict[str, int | None] = {}
    for row in _parts(item, CATEGORY_SHEET):
        with blaming(row):
            if row.values["category"] in found:
                raise Invalid("这个班的这种人员写了两行", "category")
        ceiling = row.values["ceiling"]
        if ceiling is not None:
            found[row.values["category"]] = None if ceiling == NO_CEILING else ceiling
    return found


def _apply_parts(actor: Actor, row: OrderClass, item: Item) -> None:
    hours = [{k: v for k, v in part.values.items() if k != "class_code"} for part in _parts(item, HOURS)]
    service.set_hours(actor, row, hours)
    for track in list(row.tracks):
        service.drop_track(actor, row, track)
    for part in _parts(item, TRACKS):
        with blaming(part):
            _add_track(actor, row, part)
    kept = {part.values["category"]: part.values["seats"] or 0 for part in _parts(item, CATEGORY_SHEET)}
    service.set_reserves(actor, row, kept)


def _add_track(actor: Actor, row: OrderClass, part: Row) -> None:
    credit_code, code = part.values["credit_code"], part.values["position_code"]
    if bool(credit_code) != bool(code):
        raise Invalid("企业信用代码和岗位代码要一起填，或者都空着", "position_code" if credit_code else "credit_code")
    position = position_by_code(credit_code, code) if code else None
    if code and position is None:
        raise Invalid("这个企业没有这个代码的岗位", "position_code")
    try:
        service.add_track(actor, row, position, part.values["quota"])
    except Invalid as error:
        raise Invalid(error.message, "position_code" if error.field == "position" else error.field) from error


def _export(actor: Actor) -> dict[str, list[dict[str, Any]]]:
    rows = db.session.scalars(queries.listed(actor).options(*queries.with_parts())).unique().all()
    sheets: dict[str, list[dict[str, Any]]] = {CLASSES: [], HOURS: [], TRACKS: [], CATEGORY_SHEET: []}
    for row in rows:
        code = {"class_code": row.code}
        facts = {name: getattr(row, name) for name in service.FACTS}
        sheets[CLASSES].append(facts | {"credit_code": row.school.credit_code, "afterwards": "draft"})
        for year in row.hours:
            names = ("year", "professional", "workshop", "core", "ordinary_core")
            sheets[HOURS].append(code | {name: getattr(year, name) for name in names})
        for track in row.tracks:
            post = track.position
            named = {"credit_code": post.enterprise.credit_code, "position_code": post.code} if post else {}
            sheets[TRACKS].append(code | named | {"quota": track.quota})
        sheets[CATEGORY_SHEET] += [code | each for each in _category_rows(row)]
    return sheets


def _category_rows(row: OrderClass) -> list[dict[str, Any]]:
    kept = {reserve.category: reserve.seats for reserve in row.reserves}
    found = []
    for code in CATEGORIES:
        if code in row.relaxed or code in kept:
            ceiling = row.relaxed.get(code) or (NO_CEILING if code in row.relaxed else None)
            found.append({"category": code, "ceiling": ceiling, "seats": kept.get(code)})
    return found


IMPORTER = register(
    Importer("order_classes", "订单班", SPEC, "class.import", _apply, _group, _scope, _export, back="/order-classes",
             exported_by="class.list")
)  # fmt: skip
