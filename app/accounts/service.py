"""Commands on accounts: registering, logging in, proving oneself again, passwords, invitations, closing an account.

Knows no HTTP: whoever answers a request opens the session and sets the cookie (app/accounts/entering.py).
"""

from __future__ import annotations

from collections.abc import Callable

from app.accounts import codes, sessions
from app.accounts.access import note_access
from app.accounts.codes import check_code, send_code
from app.accounts.consents import give_consent
from app.accounts.consents import withdraw_consent as _withdraw
from app.accounts.invitations import accept_invitation, first_admin_token, invite, join_by_invitation
from app.accounts.models import User
from app.accounts.passwords import check_new, hash_password, matches, outdated
from app.accounts.registering import register
from app.accounts.sealed import identity_of, phone_facts, phone_of, take_phone_off, user_by_identity, user_by_phone
from app.accounts.states import USER, require_open
from app.core import throttle
from app.core.actor import ANONYMOUS, Actor
from app.core.db import db
from app.core.errors import Invalid, NotPermitted
from app.core.identifiers import normalise
from app.core.lasting import lasting
from app.core.outbox import tell
from app.core.states import revise

__all__ = [
    "accept_invitation", "change_phone", "check_code", "disable", "enable", "end_other_sessions", "end_session",
    "first_admin_token", "give_consent", "give_up_phone", "identity_of", "invite", "join_by_invitation",
    "log_in_with_code", "log_in_with_password", "log_out", "phone_of", "prove", "proving_phone", "register",
    "require_open", "send_code", "set_password", "withdraw_consent",
]  # fmt: skip

QUARTER = 900
# A stranger's failures stop the stranger's address long before they slow the person herself, and the code stays open.
PER_ACCOUNT_AND_ADDRESS, PER_ACCOUNT, PER_ADDRESS = 10, 100, 300
WRONG_LOG_IN = "手机号（证件号）或者密码不对。再看一遍；也可以用短信验证码登录"
# How the phone of a guardian is found: applications, which lie above accounts, put their function here.
guardian_phone: list[Callable[[int], str | None]] = []
# What follows from a withdrawn consent (its purpose is the last argument): features above add theirs.
ON_WITHDRAW: list[Callable[[Actor, User, str], None]] = []


def log_in_with_password(login: str, password: str, address: str = "") -> User:
    """The user of a phone or identity number and a password. Unknown and wrong look alike and take the same time.

    Raises:
        Invalid: in one sentence for every reason; TooMany: throttled for at most a quarter of an hour.
    """
    whom = normalise(login)[:40].removeprefix("+86")
    tallies = (("log in by", whom, PER_ACCOUNT), ("log in by at", f"{whom}|{address}", PER_ACCOUNT_AND_ADDRESS),
               ("log in at", address, PER_ADDRESS))
    for what, key, most in tallies:
        throttle.count(what, key, most=most, seconds=QUARTER)
    by_phone, by_identity = user_by_phone(whom), user_by_identity(whom)
    user = by_phone or by_identity
    if not matches(user.password_hash if user else None, password) or user is None:
        _failed(user, "password", address)
        raise Invalid(WRONG_LOG_IN, "password")
    for what, key, _most in tallies:
        throttle.forgive(what, key, seconds=QUARTER)
    if user.password_hash and outdated(user.password_hash):
        user.password_hash = hash_password(password)
    return _entered(user, "password", address)


def log_in_with_code(phone: str, code: str, address: str = "") -> User:
    """The user of a phone that has just received a one-time code for log-in.

    Raises:
        Invalid: field ``code``, in the same words whether the code is wrong or nobody has that phone.
    """
    if address:
        throttle.count("log in at", address, most=PER_ADDRESS, seconds=QUARTER)
    user = user_by_phone(codes.mobile(phone))
    try:
        check_code(phone, "log_in", code)
    except Invalid:
        _failed(user, "code", address)
        raise
    if user is None:
        raise Invalid(codes.WRONG, "code")
    return _entered(user, "code", address)


def _entered(user: User, how: str, address: str) -> User:
    try:
        require_open(user)
    except Invalid:
        _failed(user, how, address)
        raise
    note_access(user.id, Actor(user_id=user.id), "log_in", address, how=how)
    return user


def _failed(user: User | None, how: str, address: str) -> None:
    """A failed log-in stays in the history although the command is refused; 0 stands for an unknown account."""
    lasting(lambda: note_access(user.id if user else 0, ANONYMOUS, "log_in_failed", address, how=how))


def log_out(actor: Actor) -> None:
    """End the actor's session; its cookie opens nothing any more."""
    if actor.session_id is not None:
        sessions.end(actor.session_id)
        note_access(actor.user_id or 0, actor, "log_out", actor.address)


def prove(actor: Actor, proof: str) -> None:
    """Ask again who acts, before signing, approving, publishing: her password, or a one-time code ("prove").

    May be called inside a savepoint: what counts the tries outlives the refusal.

    Raises:
        Invalid: field ``proof``; TooMany.
    """
    throttle.count("prove", f"{actor.user_id}|{actor.guardian_id}", most=10, seconds=QUARTER)
    user = db.session.get(User, actor.user_id) if actor.user_id else None
    phone = proving_phone(actor)
    if user is not None and user.password_hash and matches(user.password_hash, proof):
        pass
    elif phone and len("".join(proof.split())) == 6:
        try:
            check_code(phone, "prove", proof)
        except Invalid as fault:
            raise Invalid(fault.message, "proof") from fault
    else:
        with_password = user is not None and user.password_hash
        raise Invalid("密码不对，再输一遍；也可以发一个验证码" if with_password else "验证码是短信里的6位数字", "proof")
    throttle.forgive("prove", f"{actor.user_id}|{actor.guardian_id}", seconds=QUARTER)
    if actor.session_id is not None:
        sessions.proved(actor.session_id)


def proving_phone(actor: Actor) -> str | None:
    """Where a code goes that proves this actor: the user's own phone, or the guardian's."""
    if actor.user_id is not None:
        user = db.session.get(User, actor.user_id)
        return phone_of(user) if user else None
    found = (look_up(actor.guardian_id) for look_up in guardian_phone if actor.guardian_id is not None)
    return next((phone for phone in found if phone), None)


def end_session(actor: Actor, session_id: int) -> None:
    """End one of the actor's sessions, on whatever device."""
    sessions.end(session_id)
    note_access(actor.user_id or 0, actor, "end_session", actor.address)


def end_other_sessions(actor: Actor) -> int:
    """End every session of the actor but this one; returns how many."""
    count = sessions.end_others(actor.user_id or 0, actor.session_id)
    note_access(actor.user_id or 0, actor, "end_session", actor.address)
    return count


def set_password(actor: Actor, user: User, password: str, proof: str) -> None:
    """Set a new password after proving oneself; all other sessions end, and the person is told."""
    prove(actor, proof)
    check_new(password, name=user.name, phone=phone_of(user) or "")
    user.password_hash = hash_password(password)
    sessions.end_others(user.id, actor.session_id)
    note_access(user.id, actor, "set_password", actor.address)
    body = "您的密码刚刚改过，别的设备上的登录都退出了。不是您改的，请马上打咨询电话。"
    tell(user.id, "密码改好了", body, phone=phone_of(user))


def change_phone(actor: Actor, user: User, phone: str, code: str, proof: str) -> None:
    """Move the account to another phone: proof of who asks, a code on the new phone, and word to the old one."""
    prove(actor, proof)
    number = codes.mobile(phone)
    check_code(number, "new_phone", code)
    tell(user.id, "手机号改了", "您账号的手机号刚刚改过。不是您改的，请马上打咨询电话。", phone=phone_of(user))
    # Guarded: at the same moment somebody may be releasing another phone for this account.
    revise("user", user, actor, None, phone_facts(user, number))
    sessions.end_others(user.id, actor.session_id)
    note_access(user.id, actor, "change_phone", actor.address)


def give_up_phone(user: User, address: str = "") -> None:
    """Take a phone off an account because its number belongs to somebody else now, who has proved it by a code.

    The account stays; its owner comes back by her password or by showing her paper.
    """
    take_phone_off(user)
    sessions.end_all(user.id)
    note_access(user.id, ANONYMOUS, "give_up_phone", address)
    tell(user.id, "手机号取下来了", "您账号上的手机号现在归别人用，已经取下来。登录后请换上新的手机号。")


def withdraw_consent(actor: Actor, user: User, purpose: str) -> int:
    """Withdraw a consent; what follows from it stands beside the button, and is done in the same transaction."""
    count = _withdraw(user, purpose)
    for follow in ON_WITHDRAW:
        follow(actor, user, purpose)
    note_access(user.id, actor, "withdraw_consent", actor.address, purpose=purpose)
    return count


def disable(actor: Actor, user: User, why: str, version: int | None = None) -> None:
    """Close an account: every session of it ends at once.

    Raises:
        NotPermitted: one's own account.
    """
    if user.id == actor.user_id:
        raise NotPermitted("不能停用自己的账号")
    USER.move(user, "disable", actor, why=why, version=version)
    sessions.end_all(user.id)


def enable(actor: Actor, user: User, why: str, version: int | None = None) -> None:
    USER.move(user, "enable", actor, why=why, version=version)
