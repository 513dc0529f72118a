"""“我的全部资料”: everything held about one person on one page, by purpose, each with its legal ground and its time.

What it shows is what the file of export.py holds, in words; whole numbers stand only in the file, behind a proof.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.consents import WORDS, consents_of
from app.accounts.models import User
from app.agreements.models import Agreement
from app.agreements.states import AGREEMENT
from app.applications.models import Application, Choice, Evidence, Score
from app.applications.states import APPLICATION, EVIDENCE
from app.core.access import lines_of
from app.core.clock import day_of
from app.core.db import db
from app.core.labels import (
    CATEGORIES,
    DISTRICTS,
    EVIDENCE_KINDS,
    EVIDENCE_LEVELS,
    ID_KINDS,
    RELATIONS,
    START_POINTS,
    label,
)
from app.core.outbox import Message
from app.core.settings import whole
from app.law.contracts import add_months
from app.law.verdict import chinese_date
from app.order_classes.models import OrderClass, Track
from app.placements.models import Placement
from app.placements.states import PLACEMENT
from app.privacy.asked import Asked, asked_of_us, named
from app.privacy.holding import kept_until

CONSENT = "您的同意（《个人信息保护法》第十三条第一项）"
CONTRACT = "为您办报名和协议所必需（《个人信息保护法》第十三条第二项）"
DUTY = "法律要求的记录（《个人信息保护法》第十三条第三项）"
SENSITIVE = "您的单独同意（《个人信息保护法》第二十九条）"
Rows = list[tuple[str, str]]


@dataclass(frozen=True)
class Section:
    """One kind of data: what it is for, on which ground it is held, how long, and the data themselves."""

    title: str
    purpose: str
    ground: str
    kept: str
    rows: Rows = field(default_factory=list)
    links: list[tuple[str, str]] = field(default_factory=list)


def dossier_of(user: User) -> list[Section]:
    """The sections in the order of the way: who she is, what she applied for, what came of it, what was written."""
    applications = _applications(user.id)
    sections = [_who(user), *(_application(user, row) for row in applications)]
    sections += _papers(applications) + _guardians(user, applications) + _results(user) + _agreements(user)
    return [*sections, *_asked(user), _consents(user), _messages(user), _entries(user)]


def said(day: dt.date | None) -> str:
    return chinese_date(day) if day else ""


def _until(user: User) -> str:
    """How long her identity is kept, as things stand."""
    day = kept_until(user)
    if day is not None:
        return f"到{said(day)}，之后删除"
    return f"批次结束后{whole('retention_unplaced_months')}个月；签了协议的，协议结束后{_agreement_years()}"


def _agreement_years() -> str:
    months = max(whole("retention_agreement_months"), 24)
    return f"{months // 12}年" if months % 12 == 0 else f"{months}个月"


def _who(user: User) -> Section:
    rows = [
        ("姓名", user.name), ("手机号", user.phone_hint or "没有"),
        (label(ID_KINDS, user.identity_kind) if user.identity_kind else "证件", user.identity_hint or "没有填"),
        ("出生日期", said(user.birth_date)), ("注册时间", said(day_of(user.created_at))),
    ]  # fmt: skip
    purpose = "确认是您本人、算年龄、防止一人报两次、联系您。"
    ground = f"{CONTRACT}；证件号：{SENSITIVE}"
    return Section("您是谁", purpose, ground, _until(user), rows, [("更正姓名或证件号", "/account/correct")])


def _applications(user_id: int) -> Sequence[Application]:
    choices = selectinload(Application.choices).joinedload(Choice.track)
    found = select(Application).filter_by(user_id=user_id).order_by(Application.id.desc()).options(
        joinedload(Application.round), selectinload(Application.claims), selectinload(Application.guardian),
        choices.joinedload(Track.order_class).joinedload(OrderClass.school), choices.joinedload(Track.position),
        selectinload(Application.evidence).joinedload(Evidence.file),
    )
    return db.session.scalars(found).unique().all()


def _application(user: User, row: Application) -> Section:
    rows = [
        ("报名号", row.number), ("状态", APPLICATION.states[row.state]),
        ("学历起点", START_POINTS.get(row.start_point or "", "没填")),
        ("住址", (DISTRICTS.get(row.district or "", "") + row.address) or "没填"),
        *((f"第{c.rank}志愿", named(c.track)) for c in row.choices),
        ("服从调剂", "服从" if row.adjustable else "不服从"),
        *(("类别", f"{CATEGORIES.get(claim.category, claim.category)}，{EVIDENCE_LEVELS[claim.level]}")
          for claim in row.claims),
        *(("分数", f"{value}分，{name}") for name, value in _scores(row.id)),
        *([("抽签号", str(row.lottery))] if row.lottery else []),
    ]  # fmt: skip
    purpose = "核对能不能报，排录取，告诉您每个志愿的理由。"
    ground = f"{CONTRACT}；人员类别里的残疾、困难、脱贫：{SENSITIVE}"
    return Section(f"报名：{row.round.name}", purpose, ground, _until(user), rows)


def _scores(application_id: int) -> Sequence[tuple[str, int]]:
    found = select(OrderClass.name, Score.value).join(OrderClass, OrderClass.id == Score.order_class_id)
    return db.session.execute(found.where(Score.application_id == application_id)).tuples().all()


def _papers(applications: Sequence[Application]) -> list[Section]:
    months = whole("retention_evidence_months")
    found: list[Section] = []
    for row in applications:
        rows, links = [], []
        for paper in row.evidence:
            name = EVIDENCE_KINDS.get(paper.kind, paper.kind)
            gone = paper.file.content is None
            day = day_of(paper.file.deleted_at) if paper.file.deleted_at else None
            rows.append((name, f"照片{said(day)}已按规定删除" if gone else EVIDENCE.states[paper.state]))
            links += [] if gone else [(f"看{name}", f"/evidence/{paper.id}/file")]
        if rows:
            last = add_months(day_of(row.round.evidence_due), months)
            purpose = "证明学历和人员类别，由老师核验。"
            kept = f"到{said(last)}，之后删照片，只留谁什么时候核验过"
            found.append(Section(f"材料：{row.round.name}", purpose, CONSENT, kept, rows, links))
    return found


def _guardians(user: User, applications: Sequence[Application]) -> list[Section]:
    rows = [
        (f"{RELATIONS.get(row.guardian.relation, '监护人')}", f"{row.guardian.name}，{row.guardian.phone_hint}")
        for row in applications if row.guardian
    ]  # fmt: skip
    ground = "未成年人要监护人同意（《民法典》第十九条、第一百四十五条）"
    return [Section("监护人", "未满18岁，请监护人同意。", ground, _until(user), rows)] if rows else []


def _results(user: User) -> list[Section]:
    found = select(Placement).filter_by(user_id=user.id).order_by(Placement.id.desc()).options(
        joinedload(Placement.track).joinedload(Track.order_class).joinedload(OrderClass.school),
        joinedload(Placement.track).joinedload(Track.position),
    )
    rows = [(PLACEMENT.states[row.state], named(row.track)) for row in db.session.scalars(found)]
    purpose = "告诉您录到哪里，等您答复。"
    links = [("看结果和理由", "/my-result")]
    return [Section("录取", purpose, CONTRACT, _until(user), rows, links)] if rows else []


def _agreements(user: User) -> list[Section]:
    found = db.session.scalars(select(Agreement).filter_by(user_id=user.id).order_by(Agreement.id.desc())).all()
    rows = [(AGREEMENT.states[row.state], row.number) for row in found]
    kept = f"协议结束后{_agreement_years()}（《劳动合同法》第五十条）"
    links = [(f"看协议{row.number}", f"/agreements/{row.id}") for row in found]
    return [Section("三方协议", "写明三方答应的事，凭它去读、去上班。", CONTRACT, kept, rows, links)] if rows else []


def _asked(user: User) -> list[Section]:
    rows = [
        (asked.what, "，".join([said(day_of(asked.at)), asked.state]) + _quoted(asked))
        for asked in asked_of_us(user)
    ]  # fmt: skip
    purpose = "办您提的事，把答复告诉您。"
    return [Section("您提过的事", purpose, CONTRACT, _until(user), rows)] if rows else []


def _quoted(asked: Asked) -> str:
    about = "".join(f"。{name}：{text}" for name, text in asked.facts.items())
    said_ = f"。您说：{asked.said}" if asked.said else ""
    return about + said_ + (f"。答复：{asked.answer}" if asked.answer else "")


def _consents(user: User) -> Section:
    rows = []
    for consent in consents_of(user.id):
        title = WORDS[consent.purpose].title if consent.purpose in WORDS else consent.purpose
        gone = f"，{said(day_of(consent.withdrawn_at))}撤回" if consent.withdrawn_at else ""
        given = f"{said(day_of(consent.given_at))}同意{gone}"
        named = [each["name"] for key in ("schools", "enterprises") for each in consent.detail.get(key, ())]
        to = f"，给{'、'.join(named)}" if named else ""
        rows.append(("已撤回" if gone else "已同意", f"{title}{to}：{given}"))
    links = [("看全文、撤回同意", "/account")]
    return Section("您同意过的事", "证明我们问过您。", DUTY, "和别的资料一起，账号删除后只留编号", rows, links)


def _messages(user: User) -> Section:
    sent = select(Message.channel, func.count()).where(Message.user_id == user.id).group_by(Message.channel)
    counts = dict(db.session.execute(sent).tuples().all())
    kept = f"站内{whole('retention_message_months')}个月；短信的号码和内容{whole('retention_sent_days')}天"
    away = sum(count for channel, count in counts.items() if channel != "site")
    rows = [("站内消息", f"{counts.get('site', 0)}条"), ("发到手机的", f"{away}条")]
    links = [("去看消息", "/inbox")]
    return Section("消息", "把每一步的变化告诉您。", CONTRACT, kept, rows, links)


def _entries(user: User) -> Section:
    looks = db.session.scalar(select(func.count()).select_from(lines_of(user.id, looks=True).subquery()))
    entries = db.session.scalar(select(func.count()).select_from(lines_of(user.id, looks=False).subquery()))
    rows = [("登录和改动", f"{entries}条"), ("被打开看", f"{looks}次")]
    kept = f"{whole('retention_access_log_months')}个月"
    ground = "《网络安全法》第二十一条"
    return Section("登录和查看的记录", "查得到谁进过您的账号、谁看过您的资料。", ground, kept, rows,
                   [("看谁看过我的资料", "/account/looks")])
