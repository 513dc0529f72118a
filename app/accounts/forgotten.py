"""A forgotten password: a code to the known phone sets a new one. Everybody else who was signed in is out, and the
person is told. Whether a phone is known shows nowhere before its code was right."""

from __future__ import annotations

from app.accounts import sessions
from app.accounts.access import note_access
from app.accounts.away import long_away
from app.accounts.codes import WRONG, check_code, mobile
from app.accounts.models import User
from app.accounts.passwords import check_new, hash_password
from app.accounts.sealed import phone_of, user_by_phone
from app.accounts.states import require_open
from app.core import throttle
from app.core.actor import Actor
from app.core.errors import Invalid
from app.core.outbox import tell

PURPOSE = "new_password"
PER_ADDRESS, QUARTER = 60, 900


def reset_password(phone: str, code: str, password: str, address: str = "") -> User:
    """Set a new password after a one-time code; every session of the account ends.

    Raises:
        Invalid: field ``password``, or ``code`` in the same words whether it is wrong or nobody has that phone.
        TooMany: too many tries from one address.
    """
    if address:
        throttle.count("new password at", address, most=PER_ADDRESS, seconds=QUARTER)
    number = mobile(phone)
    check_new(password, phone=number)
    user = user_by_phone(number)
    check_code(number, PURPOSE, code)
    if user is None:
        raise Invalid(WRONG, "code")
    require_open(user)
    if long_away(user):
        raise Invalid("很久没登录了，先用验证码登录，再设密码", "code")
    check_new(password, name=user.name, phone=number)
    user.password_hash = hash_password(password)
    sessions.end_all(user.id)
    note_access(user.id, Actor(user_id=user.id), "set_password", address, how="forgotten")
    body = "您用短信验证码设了新密码，所有设备都退出了。不是您改的，请马上打咨询电话。"
    tell(user.id, "密码改好了", body, phone=phone_of(user))
    return user
