"""What awaits the staff who looks: small providers, one per kind of work, put together and sorted by urgency.

A provider asks its feature how much there is for this actor and says in one sentence what to do. It must be cheap: at
most a few counts, whatever the number of rows.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from sqlalchemy import func, select

from app.accounts.models import User
from app.agreements import queries as agreements
from app.agreements.models import Agreement, Denial
from app.applications import desk as papers
from app.applications.models import Evidence
from app.core.actor import Actor
from app.core.clock import today
from app.core.db import db
from app.core.outbox import Message
from app.home.assisting import slips, ways_back
from app.home.awaiting import Awaiting, until, waiting
from app.home.rounds import steering
from app.home.scoring import missing_scores
from app.law.age import WORK_AGE, birthday
from app.law.settings import unconfirmed
from app.order_classes.models import OrderClass, Track
from app.organisations.models import Alliance, Member, Membership
from app.organisations.queries import KINDS, waiting_memberships
from app.placements import review_desk
from app.placements.models import Placement
from app.positions.models import Position
from app.positions.queries import enterprises_in, undecided_reports
from app.positions.reporting import answer_time
from app.privacy.queries import waiting_corrections
from app.rounds.models import Round

Provider = Callable[[Actor], Iterable[Awaiting]]


def organisations(actor: Actor) -> Iterable[Awaiting]:
    for kind, says, key in (("enterprise", "企业", Membership.enterprise_id), ("school", "院校", Membership.school_id)):
        model = KINDS[kind]
        known = select(key).where(Membership.alliance_id.in_(actor.alliances), key.is_not(None))
        ids = select(model.id).where(model.state == "submitted", model.id.in_(known))
        count, since = waiting(ids, kind, "submitted")
        if count:
            yield Awaiting(count, f"{says}登记等审核", "对执照，打电话核实。审过才能办事。", "去审核",
                           f"/organisations?kind={kind}&state=submitted", since)
    joining = waiting_memberships(actor)
    if joining:
        yield Awaiting(len(joining), "申请加入联盟", "登记已经审过，同意加入就能发布。", "去答复", "/organisations",
                       min(m.created_at for m in joining))


def positions(actor: Actor) -> Iterable[Awaiting]:
    ids = select(Position.id).where(
        Position.state == "submitted", Position.enterprise_id.in_(enterprises_in(actor.alliances))
    )
    count, since = waiting(ids, "position", "submitted")
    if count and actor.alliances:
        yield Awaiting(count, "岗位等审核", "不能写的说法系统查过了，请看岗位是不是真的。", "去审核",
                       "/positions?state=submitted", since)
    mine = select(Position.id).where(Position.state == "returned", Position.enterprise_id.in_(actor.enterprises))
    count, since = waiting(mine, "position", "returned")
    if count:
        yield Awaiting(count, "岗位退回了", "按写的原因改好，再提交一次。", "去修改",
                       "/positions?state=returned", since)
    yield from _paused_positions(actor)
    drafts, since = waiting(
        select(Position.id).where(Position.state == "draft", Position.enterprise_id.in_(actor.enterprises)),
        "position", "draft",
    )
    if drafts:
        yield Awaiting(drafts, "岗位还是草稿", "写完提交审核，院校才看得到。", "接着写",
                       "/positions?state=draft", since)


def _paused_positions(actor: Actor) -> Iterable[Awaiting]:
    """For the coordinator who has to decide, and for the enterprise that has to put it right."""
    page = "/positions?state=paused"
    paused = select(Position.id).where(Position.state == "paused")
    of_alliance = paused.where(Position.enterprise_id.in_(enterprises_in(actor.alliances)))
    count, since = waiting(of_alliance, "position", "paused")
    if count:
        yield Awaiting(count, "岗位暂停着", "改好了就恢复。不行就请学校换掉，再退回。", "去处理", page, since)
    count, since = waiting(paused.where(Position.enterprise_id.in_(actor.enterprises)), "position", "paused")
    if count:
        yield Awaiting(count, "岗位被暂停了", "按写的原因整改，改好告诉协调员。", "去看", page, since)


def reports(actor: Actor) -> Iterable[Awaiting]:
    if not actor.alliances:
        return
    count, oldest = undecided_reports(actor)
    if count and oldest is not None:
        yield Awaiting(count, "有人举报岗位", "先打电话核实，再答复。企业看不到是谁说的。", "去核实",
                       "/positions/reports", due=oldest + answer_time())


def classes(actor: Actor) -> Iterable[Awaiting]:
    ids = select(OrderClass.id).where(OrderClass.state == "submitted", OrderClass.alliance_id.in_(actor.alliances))
    count, since = waiting(ids, "order_class", "submitted")
    if count:
        yield Awaiting(count, "订单班等审核", "课时的两条线系统算过了，请看岗位和年龄规则。", "去审核",
                       "/order-classes?state=submitted", since)
    for state, title, text, verb in (
        ("returned", "订单班退回了", "按写的原因改好，再提交一次。", "去修改"),
        ("draft", "订单班还是草稿", "写完提交审核，才能放进批次。", "接着写"),
    ):
        mine = select(OrderClass.id).where(OrderClass.state == state, OrderClass.school_id.in_(actor.schools))
        count, since = waiting(mine, "order_class", state)
        if count:
            yield Awaiting(count, title, text, verb, f"/order-classes?state={state}", since)


def own_organisations(actor: Actor) -> Iterable[Awaiting]:
    for kind, ids in (("school", actor.schools), ("enterprise", actor.enterprises)):
        model: Any = KINDS[kind]
        for row in db.session.scalars(select(model).where(model.id.in_(ids), model.state == "returned")):
            page = f"/organisations/{kind}/{row.id}"
            yield Awaiting(1, "登记退回了", row.returned_because[:60], "去修改", page, urgent=True)


def evidence(actor: Actor) -> Iterable[Awaiting]:
    inner = papers.queue(actor).order_by(None).with_only_columns(Evidence.created_at).subquery()
    count, oldest = db.session.execute(select(func.count(), func.min(inner.c.created_at))).one()
    if count:
        yield Awaiting(count, "材料等核验", "放宽年龄、预留名额都要核验过才算。", "去核验",
                       "/applications/papers", oldest)


def scores(actor: Actor) -> Iterable[Awaiting]:
    count, due = missing_scores(actor)
    if count and due is not None:
        yield Awaiting(count, "分数还没有录", f"缺一个也不能结束核对，不能报这个班的人除外。{until(due)}。", "去录分数",
                       "/applications/scores", due=due)


def denials(actor: Actor) -> Iterable[Awaiting]:
    if not actor.alliances:
        return
    open_ones = agreements.denials(actor).where(Denial.answered_at.is_(None)).order_by(None)
    inner = open_ones.with_only_columns(Denial.created_at).subquery()
    count, oldest = db.session.execute(select(func.count(), func.min(inner.c.created_at))).one()
    if count:
        yield Awaiting(count, "申请人说“我没有同意”", "只有您能看到。请先打电话给本人。", "去联系",
                       "/agreements/denials", oldest, urgent=True)


def agreements_in_motion(actor: Actor) -> Iterable[Awaiting]:
    """Agreements sent back to be mended, and endings that ask for this actor's word."""
    counts = agreements.awaiting(actor)
    if counts.get("returned"):
        yield Awaiting(counts["returned"], "协议退回了，要改", "按退回的原因改条款，再发一次。改过的要重新签。",
                       "去修改", "/agreements?state=returned")
    if counts.get("endings"):
        yield Awaiting(counts["endings"], "有人申请解除协议", "看清原因和期限，再答复。", "去答复",
                       "/agreements?state=ending_asked")


def signing(actor: Actor) -> Iterable[Awaiting]:
    if not (actor.schools or actor.enterprises):
        return
    inner = agreements.to_sign(actor).order_by(None).with_only_columns(Agreement.sign_by).subquery()
    count, due = db.session.execute(select(func.count(), func.min(inner.c.sign_by))).one()
    if count:
        text = "本人（和监护人）已经签过。可以一起签。" if actor.enterprises else "企业已经签过，您签完就生效。"
        yield Awaiting(count, "三方协议等签", text, "去签", "/agreements/batch", due=due)


def issuing(actor: Actor) -> Iterable[Awaiting]:
    if not actor.alliances:
        return
    inner = agreements.to_issue(actor).order_by(None).with_only_columns(Placement.answered_at).subquery()
    count, oldest = db.session.execute(select(func.count(), func.min(inner.c.answered_at))).one()
    if count:
        yield Awaiting(count, "可以发协议了", "本人接受了录取，岗位也定了。", "去发出", "/agreements/to-issue", oldest)


def turning_sixteen(actor: Actor) -> Iterable[Awaiting]:
    """Seats without a position whose holder has passed her sixteenth birthday: now a position may be offered."""
    if not (actor.alliances or actor.schools):
        return
    latest = _born_by()
    found = (
        select(func.count())
        .select_from(Placement)
        .join(User, User.id == Placement.user_id)
        .join(Round, Round.id == Placement.round_id)
        .join(Track, Track.id == Placement.track_id)
        .where(Placement.state == "accepted", Track.position_id.is_(None), Placement.position_id.is_(None))
        .where(Placement.offered_position_id.is_(None), User.birth_date < latest)
        .where(Round.alliance_id.in_(actor.alliances))
    )
    count = db.session.scalar(found) or 0
    if count:
        yield Awaiting(count, "满16周岁，可以定岗", "先入学的人现在可以定岗位、签协议了。", "去定岗",
                       "/placements?state=accepted&waits=position")


def _born_by() -> dt.date:
    """Whoever was born before this date has passed the sixteenth birthday (the day itself does not count)."""
    day = today()
    try:
        born = day.replace(year=day.year - WORK_AGE)
    except ValueError:
        born = dt.date(day.year - WORK_AGE, 2, 28)
    assert birthday(born, WORK_AGE) <= day
    return born


def administration(actor: Actor) -> Iterable[Awaiting]:
    if not actor.is_admin:
        return
    people = (
        select(Alliance.id, func.count(Member.id))
        .outerjoin(Member, (Member.alliance_id == Alliance.id) & Member.ended_at.is_(None))
        .group_by(Alliance.id)
    )
    rows = db.session.execute(people).tuples().all()
    short = [alliance for alliance, count in rows if count < 2]
    if not rows:
        yield Awaiting(1, "建一个联盟", "院校和企业在联盟里一起招生招工。", "去建", "/alliances")
    if short:
        href = f"/alliances/{short[0]}" if len(short) == 1 else "/alliances"
        yield Awaiting(len(short), "联盟的协调员不够两位", "公布结果要一人提议、另一人审批。", "去邀请", href)
    unchecked = len(unconfirmed())
    if unchecked:
        yield Awaiting(unchecked, "设置还没有人核对", "最低工资、比例、窗口要对着文件核一遍。", "去核对", "/settings")


def reviews(actor: Actor) -> Iterable[Awaiting]:
    if not actor.alliances:
        return
    count, due = review_desk.waiting(actor)
    if count and due is not None:
        yield Awaiting(count, "有人申请复核", f"查清楚，写明查到什么，{until(due)}。", "去复核", "/reviews", due=due)


def corrections(actor: Actor) -> Iterable[Awaiting]:
    if not actor.alliances:
        return
    count, oldest = waiting_corrections(actor)
    if count:
        yield Awaiting(count, "有人要更正姓名或证件号", "对着本人拍的证件看，一样就改。", "去核对",
                       "/corrections", oldest)


def undelivered(actor: Actor) -> Iterable[Awaiting]:
    """Text messages that failed for good: somebody may not know what has happened."""
    if not actor.is_admin:
        return
    failed = select(Message.created_at).where(Message.state == "failed", Message.address_sealed.is_not(None)).subquery()
    count, oldest = db.session.execute(select(func.count(), func.min(failed.c.created_at))).one()
    if count:
        yield Awaiting(count, "短信没有发出去", "看看发短信的服务，好了再发一次。", "去看", "/messages", oldest)


def rounds(actor: Actor) -> Iterable[Awaiting]:
    return steering(actor) if actor.alliances else ()


PROVIDERS: tuple[Provider, ...] = (
    denials, rounds, organisations, own_organisations, reports, positions, classes, evidence, scores, issuing, signing,
    agreements_in_motion, turning_sixteen, reviews, ways_back, slips, corrections, administration, undelivered,
)  # fmt: skip


def awaiting(actor: Actor) -> list[Awaiting]:
    """Everything that waits for this actor, the most urgent first."""
    found = [line for provider in PROVIDERS for line in provider(actor)]
    return sorted(found, key=lambda line: line.order)


