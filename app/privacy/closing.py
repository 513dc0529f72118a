"""注销: asked for, undoable for some days, then carried out. What the law keeps stays until its day, and is named."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import ColumnElement, and_, func, select

from app.accounts import sessions
from app.accounts.models import User
from app.accounts.sealed import phone_of
from app.accounts.service import prove
from app.accounts.states import USER
from app.applications.models import Application
from app.applications.states import APPLICATION
from app.core.actor import SYSTEM, Actor
from app.core.alone import each_alone
from app.core.clock import day_of, now
from app.core.db import db
from app.core.errors import WrongState
from app.core.outbox import tell, text_message
from app.core.settings import whole
from app.law.verdict import chinese_date
from app.privacy.erasing import erase_person, forget_what_was_said
from app.privacy.holding import Hold, lasting_holds, open_holds
from app.privacy.models import Closure
from app.privacy.states import CLOSURE

PAGE = "/account/close"


def ask_closure(actor: Actor, user: User, proof: str) -> Closure:
    """Ask for one's account to be closed. Nothing happens before ``runs_at``; until then one button takes it back.

    Raises:
        WrongState: something is still open; the first of it is named, with what to do.
        Invalid: the proof is wrong (field ``proof``).
    """
    prove(actor, proof)
    held = open_holds(user)
    if held:
        raise WrongState(f"现在还不能注销：{refusal(held)}")
    days = whole("account_closing_days")
    row = Closure(user_id=user.id, runs_at=now() + dt.timedelta(days=days), kept=[], created_at=now())
    CLOSURE.begin(row, actor)
    when = chinese_date(day_of(row.runs_at))
    body = f"您申请了注销，{when}执行。改主意了，或者不是您本人，请在那之前登录撤回。"
    tell(user.id, "收到您的注销申请", body, link=PAGE, phone=phone_of(user))
    return row


def refusal(held: list[Hold]) -> str:
    """What is in the way, and what to do about it, in one sentence each."""
    return "；".join(f"{hold.says}。{hold.first or '等它结束'}" for hold in held)


def withdraw_closure(actor: Actor, row: Closure, version: int | None = None) -> None:
    """Changed her mind, in time."""
    CLOSURE.move(row, "withdraw", actor, version=version)
    tell(row.user_id, "注销撤回了", "账号照常用，什么都没有删。", link="/account", phone=phone_of(row.user))


def open_closure(user_id: int) -> Closure | None:
    return db.session.scalar(select(Closure).filter_by(user_id=user_id, state="asked"))


# --- by the job -----------------------------------------------------------------------------------------------------


def _due() -> ColumnElement[bool]:
    return and_(Closure.state == "asked", Closure.runs_at <= now())


def closures_due() -> int:
    return db.session.scalar(select(func.count()).select_from(Closure).where(_due())) or 0


def carry_out_closures(most: int) -> int:
    """Close what is due. Whoever has begun something new meanwhile is told, and keeps her account."""
    rows = db.session.scalars(select(Closure).where(_due()).order_by(Closure.id).limit(most)).all()
    return each_alone(rows, _carry_out)


def _carry_out(row: Closure) -> None:
    held = open_holds(row.user)
    if held:
        CLOSURE.move(row, "stop", SYSTEM)
        body = f"{refusal(held)}。办完以后可以再申请。"
        tell(row.user_id, "账号没有注销", body, link=PAGE, phone=phone_of(row.user))
    else:
        _close(row)


def _close(row: Closure) -> None:
    user, kept = row.user, lasting_holds(row.user)
    _withdraw_applications(user)
    phone = phone_of(user)
    CLOSURE.move(row, "carry_out", SYSTEM, kept=[hold.as_dict() for hold in kept])
    if kept:
        _shut(user)
    else:
        erase_person(SYSTEM, user, "本人申请注销")
    if phone:
        until = max((hold.until for hold in kept if hold.until), default=None)
        rest = f"协议要依法存到{until.year}年{until.month}月，到期删除。" if until else "能认出您的资料都删了。"
        text_message(phone, "账号注销了", f"您的账号已经注销。{rest}")


def _withdraw_applications(user: User) -> None:
    for application in db.session.scalars(select(Application).filter_by(user_id=user.id)).all():
        if APPLICATION.allows(application, "withdraw"):
            APPLICATION.move(application, "withdraw", SYSTEM, why="本人注销了账号")


def _shut(user: User) -> None:
    """What the law keeps stays sealed where it is; nobody can enter any more, and what was said is gone. The
    retention job erases the rest on its day."""
    forget_what_was_said(user, db.session.scalars(select(Application.id).filter_by(user_id=user.id)).all())
    user.password_hash = None
    if USER.allows(user, "disable"):
        USER.move(user, "disable", SYSTEM, why="本人申请注销")
    sessions.end_all(user.id)
