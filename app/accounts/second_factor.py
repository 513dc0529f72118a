"""两步登录: who works here shows, after password or text message, a code of the app on her phone.

In production nobody of the staff gets any further than the page that sets it up (app/__init__.py) before she has one.
A lost app: the administrator takes it off, the sessions end, and she sets up another.
"""

from __future__ import annotations

import uuid

from sqlalchemy import delete, select, update

from app.accounts import sessions, totp
from app.accounts.access import note_access
from app.accounts.models import SecondFactor, User
from app.accounts.service import prove
from app.accounts.telling import tell_person
from app.core import throttle
from app.core.actor import Actor
from app.core.clock import now
from app.core.crypto import vault
from app.core.db import db
from app.core.errors import Invalid, NotPermitted, WrongState

MOST_TRIES, QUARTER = 10, 900
WRONG = "这6位数不对，或者用过了。看看应用里现在的数，等它变了再填"


def of_user(user_id: int) -> SecondFactor | None:
    """The person's second factor, set up to the end or not."""
    return db.session.scalar(select(SecondFactor).filter_by(user_id=user_id))


def is_on(user_id: int) -> bool:
    """Whether a code of the app is asked for at log-in."""
    found = select(SecondFactor.id).where(SecondFactor.user_id == user_id, SecondFactor.confirmed_at.is_not(None))
    return db.session.scalar(found) is not None


def secret_of(row: SecondFactor) -> bytes:
    return vault().open("second_factor", "secret", row.uid, row.secret_sealed)


def begin(actor: Actor, user: User, proof: str) -> SecondFactor:
    """A new secret to be read into an app; it counts once a code of it was right.

    Raises:
        Invalid: field ``proof``. WrongState: there is one already.
    """
    prove(actor, proof)
    if is_on(user.id):
        raise WrongState("已经设好了。换手机请让管理员先取下")
    db.session.execute(delete(SecondFactor).where(SecondFactor.user_id == user.id))
    uid = uuid.uuid4().hex
    sealed = vault().seal("second_factor", "secret", uid, totp.new_secret())
    row = SecondFactor(uid=uid, user_id=user.id, secret_sealed=sealed, last_step=0, created_at=now())
    db.session.add(row)
    db.session.flush()
    return row


def confirm(actor: Actor, user: User, code: str) -> None:
    """The app shows the right digits: from the next log-in on they are asked for. Other sessions end."""
    row = of_user(user.id)
    if row is None or row.confirmed_at is not None:
        raise WrongState("先拿一个二维码，再填应用里的数")
    _spend(row, code)
    row.confirmed_at = now()
    sessions.end_others(user.id, actor.session_id)
    note_access(user.id, actor, "second_factor_on", actor.address)
    tell_person(user, "两步登录设好了", "以后登录，还要填应用里的6位数。不是您设的，请马上打咨询电话。")


def check(user_id: int, code: str, address: str = "") -> None:
    """The second step of logging in.

    Raises:
        Invalid: field ``code``. TooMany: too many tries.
    """
    throttle.count("second factor", str(user_id), most=MOST_TRIES, seconds=QUARTER)
    row = of_user(user_id)
    if row is None or row.confirmed_at is None:
        raise Invalid(WRONG, "code")
    _spend(row, code)
    throttle.forgive("second factor", str(user_id), seconds=QUARTER)
    note_access(user_id, Actor(user_id=user_id), "second_factor", address)


def _spend(row: SecondFactor, code: str) -> None:
    """Use up a code: of two who send the same one at the same moment, one gets in."""
    step = totp.matching_step(secret_of(row), code, now(), row.last_step)
    if step is None:
        raise Invalid(WRONG, "code")
    done = db.session.execute(
        update(SecondFactor).where(SecondFactor.id == row.id, SecondFactor.last_step < step).values(last_step=step)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:
        raise Invalid(WRONG, "code")
    db.session.refresh(row)


def take_off(actor: Actor, user: User, why: str) -> None:
    """The administrator takes it off an account whose app is lost; every session of it ends.

    Raises:
        Invalid: no reason, or there is none. NotPermitted: her own.
    """
    if user.id == actor.user_id:
        raise NotPermitted("自己的要请另一位管理员取下")
    if not why.strip():
        raise Invalid("写明怎么核实的", "why")
    done = db.session.execute(delete(SecondFactor).where(SecondFactor.user_id == user.id))
    if not done.rowcount:
        raise Invalid("这个账号没有设两步登录", "why")
    sessions.end_all(user.id)
    note_access(user.id, actor, "second_factor_off", why=why.strip())
    tell_person(user, "两步登录取下了", "管理员取下了您的两步登录，请登录以后重新设。不是您要求的，请打咨询电话。")
