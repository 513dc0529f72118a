"""Rounds at the desk: what a coordinator has to steer next, and which round the desk's calendar shows."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sqlalchemy import func, select

from app.core.actor import Actor
from app.core.clock import CHINA, now
from app.core.db import db
from app.home.awaiting import Awaiting, until
from app.organisations.models import Membership
from app.placements.models import Run
from app.rounds.models import Round
from app.rounds.queries import RUNNING, STEPS


def steering(actor: Actor) -> Iterable[Awaiting]:
    """The next step of every round of the actor's alliances that a person must take."""
    moving = (*RUNNING, "setup")
    found = select(Round).where(Round.alliance_id.in_(actor.alliances), Round.state.in_(moving)).order_by(Round.id)
    for round_ in db.session.scalars(found):
        line = _next_step(round_, actor)
        if line is not None:
            yield line


def _next_step(round_: Round, actor: Actor) -> Awaiting | None:
    page, runs = f"/rounds/{round_.id}", f"/rounds/{round_.id}/runs"
    name = f"{round_.name}："
    match round_.state:
        case "setup":
            text = "排好订单班和日程，就可以开始。"
            return Awaiting(1, f"{name}还没有开始报名", text, "去准备", page, due=round_.opens_at)
        case "open" if round_.deadline <= now():
            return Awaiting(1, f"{name}报名截止了", "转入核对材料。", "去办", page, round_.deadline, urgent=True)
        case "checking":
            text = f"材料和分数都齐了才能结束，{until(round_.evidence_due)}。"
            return Awaiting(1, f"{name}正在核对", text, "去看还缺什么", page, due=round_.evidence_due)
        case "closed":
            return _compare(round_, name, runs)
        case "proposed":
            return _approval(round_, name, runs, actor)
        case "approved":
            text = f"公布前再看一眼，{until(round_.publish_at)}。"
            return Awaiting(1, f"{name}已批准，等公布", text, "去公布", runs, due=round_.publish_at)
        case "published" | "responding" if round_.respond_by <= now():
            return Awaiting(1, f"{name}答复时间到了", "没答复的名额可以递补。", "去办", runs, round_.respond_by)
    return None


def _compare(round_: Round, name: str, href: str) -> Awaiting:
    """A closed round waits for its runs, and then for somebody to compare them and propose one."""
    solved = db.session.scalar(select(func.count()).where(Run.round_id == round_.id, Run.state == "solved")) or 0
    if not solved:
        return Awaiting(1, f"{name}可以试算了", "抽签已完成。算两次，比一比。", "去试算", href, due=round_.publish_at)
    text = f"{solved}次算好了，都通过了独立核验。{until(round_.publish_at)}前要公布。"
    return Awaiting(1, f"{name}试算算完了，等您选一次", text, "去比较", href, due=round_.publish_at)


def _approval(round_: Round, name: str, href: str, actor: Actor) -> Awaiting | None:
    """Only the other person may approve: to the proposer nothing is shown."""
    proposed = select(Run.proposed_by).where(Run.round_id == round_.id, Run.proposed_by.is_not(None))
    proposer = db.session.scalar(proposed.order_by(Run.number.desc()).limit(1))
    if proposer == actor.user_id:
        return None
    text = f"另一位协调员提议了一次试算，要您批准。{until(round_.publish_at)}。"
    return Awaiting(1, f"{name}等您审批", text, "去审批", href, due=round_.publish_at, urgent=True)


def days_of(round_: Round) -> list[dict[str, Any]]:
    """The lines of ``ui.calendar`` with the bare day each step ends on: the round's own page tells the hour."""
    at = now()
    lines = []
    for title, begins, ends in STEPS:
        start, end = getattr(round_, begins), getattr(round_, ends)
        last = end.astimezone(CHINA)
        when = f"到{last.month}月{last.day}日"
        lines.append({"title": title, "when": when, "past": at >= end, "now": start <= at < end})
    return lines


def round_at_desk(actor: Actor) -> Round | None:
    """The round the desk's side panel shows: the newest under way in the actor's alliances, else one in preparation."""
    alliances = set(actor.alliances)
    if actor.schools or actor.enterprises:
        joined = select(Membership.alliance_id).where(
            Membership.state == "joined",
            Membership.school_id.in_(actor.schools) | Membership.enterprise_id.in_(actor.enterprises),
        )
        alliances |= set(db.session.scalars(joined))
    for states in (RUNNING, ("setup", "settled")):
        found = select(Round).where(Round.alliance_id.in_(alliances), Round.state.in_(states))
        newest = db.session.scalars(found.order_by(Round.opens_at.desc()).limit(1)).first()
        if newest is not None:
            return newest
    return None
