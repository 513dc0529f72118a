"""Users for tests, built straight into the rows. All people are invented, all numbers made with the check routine."""

from __future__ import annotations

import datetime as dt
import itertools
import uuid

from app.accounts.models import User
from app.accounts.sealed import put_identity, put_phone
from app.core.clock import now, today
from app.core.db import db
from app.core.identifiers import make_resident_id

_serial = itertools.count(1)


def next_phone() -> str:
    """A well-formed mobile number nobody else in this test run has."""
    return f"1390000{next(_serial):04d}"


def next_identity(birth: dt.date) -> str:
    """A well-formed resident number of somebody born on that day, different at every call."""
    number = next(_serial)
    return make_resident_id(f"37{number // 1000 % 10000:04d}", birth, number % 1000)


def make_user(
    name: str = "林小禾", *, phone: str | None = None, birth: dt.date | None = None, identity: str | None = None,
    password: str | None = None, is_admin: bool = False, state: str = "active",
) -> User:
    """A user with a phone; with an identity number when ``birth`` or ``identity`` is given, a password when given."""
    user = User(uid=uuid.uuid4().hex, name=name, is_admin=is_admin, created_at=now(), state=state)
    put_phone(user, phone or next_phone())
    if identity or birth:
        put_identity(user, "resident_id", identity or next_identity(birth or dt.date(2000, 1, 1)))
        user.birth_date = birth or dt.datetime.strptime((identity or "")[6:14], "%Y%m%d").date()
    if password:
        from app.accounts.passwords import hash_password

        user.password_hash = hash_password(password)
    db.session.add(user)
    db.session.flush()
    return user


def make_applicant(name: str = "林小禾", *, birth: dt.date | None = None, age: int = 20, **facts: object) -> User:
    """A person with an identity number: born on ``birth``, or half a year more than ``age`` years ago."""
    return make_user(name, birth=birth or today() - dt.timedelta(days=age * 365 + 187), **facts)  # type: ignore[arg-type]


def make_admin(name: str = "苏管理") -> User:
    return make_user(name, is_admin=True)
