"""A new person: name, identity paper, phone, and three consents one by one."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Collection
from typing import Any

from app.accounts.access import note_access
from app.accounts.codes import mobile
from app.accounts.consents import SIGN_UP, give_consent
from app.accounts.models import User
from app.accounts.passwords import check_new, hash_password
from app.accounts.sealed import put_identity, put_phone
from app.accounts.states import USER
from app.core import throttle
from app.core.actor import Actor
from app.core.clock import now, today
from app.core.errors import Faults, Invalid
from app.core.identifiers import IdDocument, IdentifierFault, normalise, read_document
from app.law.age import may_register

# Whoever has proved a phone may still not try one identity number after the other.
QUARTER, DAY = 900, 86400
PER_SIGN_UP, PEOPLE_PER_PHONE, PEOPLE_PER_ADDRESS = 10, 20, 300


def register(
    actor: Actor, *, name: str, phone: str | None, identity_kind: str, identity: str,
    birth_date: dt.date | None = None, password: str | None = None, consents: Collection[str] = (), address: str = "",
    detail: dict[str, Any] | None = None,
) -> User:
    """Register a person. ``consents`` holds the purposes ticked; all of ``consents.SIGN_UP`` are needed.

    The caller has made sure by a one-time code that the phone is hers. Without a phone (None) only a station's signed
    slip registers somebody; ``detail`` then says so in the consents. Phone and identity are unique by constraint.

    Raises:
        Faults: every fault beside its field (name, phone, identity, birth_date, password, consent purposes).
    """
    if address:
        _count_tries(phone or "", address)
    number, document = _check_person(name, phone, identity_kind, identity, birth_date, password, consents)
    assert document.birth_date is not None
    user = User(uid=uuid.uuid4().hex, name=name.strip(), birth_date=document.birth_date, created_at=now())
    if number:
        put_phone(user, number)
    put_identity(user, document.kind, document.number)
    if password:
        user.password_hash = hash_password(password)
    USER.begin(user, actor)
    give_consent(user, *SIGN_UP, detail=detail)
    note_access(user.id, _acting(actor, user), "sign_up", address)
    return user


def _count_tries(phone: str, address: str) -> None:
    throttle.count("sign up with", normalise(phone), most=PER_SIGN_UP, seconds=QUARTER)
    throttle.count("people of", normalise(phone), most=PEOPLE_PER_PHONE, seconds=DAY)
    throttle.count("people at", address, most=PEOPLE_PER_ADDRESS, seconds=DAY)


def _check_person(
    name: str, phone: str | None, kind: str, identity: str, birth_date: dt.date | None, password: str | None,
    consents: Collection[str],
) -> tuple[str, IdDocument]:
    """Every fault at once, or the normalised phone and document."""
    faults: list[Invalid] = []
    number = ""
    if not name.strip():
        faults.append(Invalid("请填姓名，和证件上一样", "name"))
    try:
        number = mobile(phone) if phone is not None else ""
    except Invalid as fault:
        faults.append(fault)
    document = document_of_age(kind, identity, birth_date, faults, "。现在可以先看看有哪些班，到时候再来")
    if password:
        try:
            check_new(password, name=name, phone=number)
        except Invalid as fault:
            faults.append(fault)
    faults += [Invalid("这一项要勾上才能注册", p) for p in SIGN_UP if p not in consents]
    if faults:
        raise Faults(faults)
    return number, document


def document_of_age(
    kind: str, identity: str, birth_date: dt.date | None, faults: list[Invalid], too_young: str = ""
) -> IdDocument:
    """The document of somebody old enough for the platform. What is wrong with it is added to ``faults``."""
    try:
        document = read_document(kind, identity, birth_date)
    except IdentifierFault as fault:
        faults.append(Invalid(fault.message, fault.field))
        return IdDocument(kind, "", None)
    assert document.birth_date is not None
    if not (verdict := may_register(document.birth_date, today())):
        faults.append(Invalid(f"{verdict.message}{too_young}", "identity"))
    return document


def _acting(actor: Actor, user: User) -> Actor:
    return actor if actor.signed_in else Actor(user_id=user.id)
