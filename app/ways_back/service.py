"""Commands on ways back. One person checks the paper, another releases, and the old phone hears of it in between."""

from __future__ import annotations

import datetime as dt
import secrets
import uuid
from typing import Any

from sqlalchemy import select

from app.accounts import sessions
from app.accounts.access import note_access
from app.accounts.models import User
from app.accounts.sealed import phone_facts, phone_index, phone_of, user_by_identity, user_by_phone
from app.accounts.states import require_open
from app.core import throttle
from app.core.actor import ANONYMOUS, Actor
from app.core.clock import now
from app.core.crypto import readable_code, vault
from app.core.dates import said
from app.core.db import db
from app.core.errors import CONSTRAINTS, Faults, Invalid, NotPermitted, WrongState
from app.core.identifiers import IdentifierFault, check_number, mask_id, mask_phone, normalise
from app.core.outbox import tell, text_message
from app.core.settings import whole
from app.core.site import address as address_of
from app.core.states import revise
from app.ways_back.models import WayBack
from app.ways_back.queries import place_of, reference_of, token_hash
from app.ways_back.states import WAY_BACK

LASTS = dt.timedelta(days=7)
DAY, HOUR = 86400, 3600
PER_PHONE, PER_ADDRESS, PER_CHECKER = 10, 60, 60
# One sentence for an unknown reference, another name and another number: nobody learns which part was right.
MISMATCH = "申请号、姓名和证件号对不上。请对着证件再看一遍，申请7天内有效"
NO_ACCOUNT = "这个证件没有注册过。让本人用手机直接注册就行"
_TWICE = ("reference", "这个账号已经有一个申请在办，等那一个办完")
CONSTRAINTS["uq_way_back_open_user"] = CONSTRAINTS["uq_way_back_user_id"] = _TWICE


def ask(*, phone: str, name: str, identity_kind: str, identity: str, address: str = "") -> WayBack:
    """Ask for an account to be moved to ``phone``, which a one-time code has proved. The answer is the same whether
    there is such an account or not: only the check of the paper will tell.

    Raises:
        Faults: name or number is written wrongly; Invalid: the phone has an account of its own; TooMany.
    """
    throttle.count("way back to", phone, most=PER_PHONE, seconds=DAY)
    throttle.count("way back at", address, most=PER_ADDRESS, seconds=DAY)
    number = _checked(name, identity_kind, identity)
    if user_by_phone(phone) is not None:
        raise Invalid("这个手机号上已经有一个账号。先用它登录，看看是不是您的")
    uid = uuid.uuid4().hex
    row = WayBack(
        uid=uid, reference=readable_code(8), name=name.strip(),
        identity_kind=identity_kind, identity_index=vault().index("identity", number), identity_hint=mask_id(number),
        phone_sealed=vault().seal("way_back", "phone", uid, phone), phone_index=phone_index(phone),
        phone_hint=mask_phone(phone), created_at=now(),
    )  # fmt: skip
    WAY_BACK.begin(row, ANONYMOUS)
    body = f"申请号{row.reference}。7天内带证件原件去院校或者服务站，核对以后换到这个手机号。"
    text_message(phone, "换手机号的申请", body)
    return row


def _checked(name: str, kind: str, identity: str) -> str:
    faults = [] if name.strip() else [Invalid("请填姓名，和证件上一样", "name")]
    number = ""
    try:
        number = check_number(kind, identity)
    except IdentifierFault as fault:
        faults.append(Invalid(fault.message, "identity"))
    if faults:
        raise Faults(faults)
    return number


def check(actor: Actor, *, reference: str, name: str, identity: str, present: bool) -> WayBack:
    """Somebody at a school or station holds the paper in her hand and types what it says. The account's sessions end
    and its old phone is told; from now on it may object for as many hours as the setting says.

    Raises:
        Invalid: what was typed is not what was asked for, nobody has that number, or nobody stands there.
        NotPermitted: the account is the checker's own, or she works nowhere that belongs to an alliance.
    """
    throttle.count("way back check", str(actor.user_id), most=PER_CHECKER, seconds=HOUR)
    place = place_of(actor)
    if place is None:
        raise NotPermitted("您的单位还没有加入联盟，不能核对证件")
    if not present:
        raise Invalid("本人要带着证件原件到场", "present")
    row, user = _matched(reference, name, identity)
    if user.id == actor.user_id:
        raise NotPermitted("自己的账号要请别人核对")
    require_open(user)
    old, token = phone_of(user), secrets.token_urlsafe(24)
    until = now() + dt.timedelta(hours=whole("way_back_hours") if old else 0)
    WAY_BACK.move(
        row, "check", actor, user_id=user.id, place=place[0], alliance_id=place[1], checked_by=actor.user_id,
        checked_at=now(), object_until=until, token_hash=token_hash(token) if old else None,
    )  # fmt: skip
    sessions.end_all(user.id)
    note_access(user.id, actor, "way_back", step="check")
    _tell_old_phone(row, user, old, token)
    return row


def _matched(reference: str, name: str, identity: str) -> tuple[WayBack, User]:
    row = db.session.scalar(
        select(WayBack).where(
            WayBack.reference == reference_of(reference), WayBack.state == "asked", WayBack.created_at > now() - LASTS
        )
    )
    number = normalise(identity)
    index = vault().index("identity", number)
    if row is None or row.identity_index != index or not same_name(row.name, name):
        raise Invalid(MISMATCH, "reference")
    user = user_by_identity(number)
    if user is None:
        raise Invalid(NO_ACCOUNT, "identity")
    return row, user


def same_name(one: str, other: str) -> bool:
    """Whether two spellings are one name: blanks and the dots of foreign names do not count."""
    return _plain(one) == _plain(other)


def _plain(name: str) -> str:
    return "".join(name.split()).replace("·", "").replace("•", "").casefold()


def _tell_old_phone(row: WayBack, user: User, old: str | None, token: str) -> None:
    body = f"有人带证件在{row.place}核对过，要把您的账号换到{row.phone_hint}。是您就不用管。"
    tell(user.id, "有人要换您的手机号", f"{body}不是您，请马上打咨询电话。")
    if old and row.object_until is not None:
        link = address_of(f"/ways-back/objections/{token}")
        body = f"【三方订单班】{body}不是您，{said(row.object_until)}前点开拦下来：{link}"
        text_message(old, "有人要换您的手机号", body, secret=True, user_id=user.id)


def object_to(row: WayBack) -> None:
    """The old phone says: not me. From here a coordinator has to find out before anything moves.

    Raises:
        WrongState: it has been decided already, or was objected to before.
    """
    WAY_BACK.move(row, "object", ANONYMOUS, why="原手机点了“不是我”")
    if new := _new_phone(row):
        body = f"申请号{row.reference}：原来的手机说不是本人。协调员先查清，会打电话给您。"
        text_message(new, "换手机号先停一下", body)


def release(actor: Actor, row: WayBack, why: str = "", version: int | None = None) -> None:
    """The second person lets the account go to its new phone: its password goes, its sessions end, both phones hear.

    Raises:
        NotPermitted: she checked the paper herself, or the account is her own.
        WrongState: the old phone's time is not over. Invalid: objected to, and no reason is given.
        Conflict: somebody decided, objected or changed the phone at the same moment.
    """
    _require_second(actor, row)
    objected = row.state == "objected"
    if objected and not why.strip():
        raise Invalid("原手机说不是本人。写明怎么查清的，才能放行", "why")
    if not objected and row.object_until is not None and row.object_until > now():
        raise WrongState(f"原手机{said(row.object_until)}前还可以说“不是我”，过了才能放行")
    user = db.session.get(User, row.user_id)
    if user is None or row.phone_sealed is None:
        raise WrongState("这个申请已经办完了")
    old, new = phone_of(user), _new_phone(row)
    WAY_BACK.move(
        row, "release_anyway" if objected else "release", actor, why=why.strip(), version=version, **_decided(actor)
    )
    changes = {**phone_facts(user, new), "password_hash": None}
    revise("user", user, actor, None, changes, why="凭证件换手机号")
    sessions.end_all(user.id)
    note_access(user.id, actor, "way_back", step="release")
    if old:
        body = f"您的账号已经换到{row.phone_hint}，这个号不再收通知。不是您办的，请马上打咨询电话。"
        text_message(old, "账号换了手机号", body, user_id=user.id)
    tell(user.id, "手机号换好了", "现在用这个号和短信验证码登录。原来的密码不能用了，可以重新设。", phone=new)


def refuse(actor: Actor, row: WayBack, why: str, version: int | None = None) -> None:
    """Do not move the account; whoever asked hears why, and may ask again."""
    _require_second(actor, row)
    if not why.strip():
        raise Invalid("写明为什么不放行，本人会看到", "why")
    new = _new_phone(row)
    WAY_BACK.move(row, "refuse", actor, why=why.strip(), version=version, **_decided(actor))
    if new:
        text_message(new, "没有换成新手机号", f"申请号{row.reference}没有换成：{why.strip()}。可以重新申请。")


def _new_phone(row: WayBack) -> str:
    """The phone the account is to go to; blank once the request is finished."""
    return vault().open_text("way_back", "phone", row.uid, row.phone_sealed) if row.phone_sealed else ""


def _require_second(actor: Actor, row: WayBack) -> None:
    if actor.user_id == row.checked_by:
        raise NotPermitted("证件是您核对的，要请另一位协调员决定")
    if actor.user_id == row.user_id:
        raise NotPermitted("自己的账号要请别人决定")


def _decided(actor: Actor) -> dict[str, Any]:
    """Who decided when; what identified the person is not needed any more."""
    return {"decided_by": actor.user_id, "decided_at": now(), "token_hash": None, **erased()}


def erased() -> dict[str, Any]:
    """The columns of a finished request without the number and the phone."""
    return {"phone_sealed": None, "phone_index": None, "identity_index": None}
