"""One-time codes by text message: six digits, five tries, ten minutes, used once.

A code is asked for by a phone number alone. For log-in and for a forgotten password the answer is the same whether the
number is known or not: a row is made either way, and only a known number gets a message.
"""

from __future__ import annotations

import datetime as dt
import hmac
import secrets

from sqlalchemy import select, update

from app.accounts.models import OneTimeCode
from app.accounts.sealed import phone_index, user_by_phone
from app.core import throttle
from app.core.clock import now
from app.core.crypto import vault
from app.core.db import db
from app.core.errors import Invalid
from app.core.identifiers import IdentifierFault, check_mobile
from app.core.lasting import lasting
from app.core.outbox import text_message

LASTS = dt.timedelta(minutes=10)
MOST_TRIES = 5
HOUR = 3600
PER_PHONE, PER_ADDRESS = 8, 200
PURPOSES = {
    "sign_up": "注册", "log_in": "登录", "prove": "确认是您本人", "new_phone": "换手机号", "guardian": "监护人确认",
    "new_password": "设新密码", "way_back": "换成新手机号", "slip": "确认代填的报名",
}  # fmt: skip
ONLY_TO_KNOWN = ("log_in", "new_password")
WRONG = "验证码不对，或者过期了。看看是不是最新的一条；也可以再发一次"


def send_code(phone: str, purpose: str, address: str = "") -> str:
    """Send a new code to a phone and return the normalised number. An earlier code of the purpose no longer works.

    Raises:
        Invalid: field ``phone``; TooMany: more than 8 an hour to one phone, or 200 from one address.
    """
    number = mobile(phone)
    throttle.count("code to", number, most=PER_PHONE, seconds=HOUR)
    if address:
        throttle.count("code from", address, most=PER_ADDRESS, seconds=HOUR)
    code = f"{secrets.randbelow(1_000_000):06d}"
    index = phone_index(number)
    row = OneTimeCode(phone_index=index, purpose=purpose, tries=0, expires_at=now() + LASTS,
                      code_hash=_hash(purpose, index, code))
    db.session.add(row)
    if purpose not in ONLY_TO_KNOWN or user_by_phone(number) is not None:
        says = f"验证码{code}，用来{PURPOSES[purpose]}，10分钟内有效，只能用一次。"
        body = f"【三方订单班】{says}不要告诉别人，工作人员也不会问您要。"
        text_message(number, f"验证码（{PURPOSES[purpose]}）", body, secret=True)
    db.session.flush()
    return number


def check_code(phone: str, purpose: str, code: str) -> None:
    """Use up the newest code of a phone and purpose.

    Every try is counted before it is compared, and the count stays even if the command is refused.

    Raises:
        Invalid: field ``code``, in the same words for every reason.
    """
    index = phone_index(mobile(phone))
    row = db.session.scalar(
        select(OneTimeCode).filter_by(phone_index=index, purpose=purpose).order_by(OneTimeCode.id.desc()).limit(1)
    )
    if row is None or row.used_at is not None or row.expires_at <= now() or not _spend_try(row):
        raise Invalid(WRONG, "code")
    if not hmac.compare_digest(row.code_hash, _hash(purpose, index, "".join(code.split()))):
        raise Invalid(WRONG, "code")
    taken = db.session.execute(
        update(OneTimeCode).where(OneTimeCode.id == row.id, OneTimeCode.used_at.is_(None)).values(used_at=now())
    )
    if taken.rowcount != 1:
        raise Invalid(WRONG, "code")


def mobile(phone: str) -> str:
    """The normalised number, or Invalid beside the field ``phone``."""
    try:
        return check_mobile(phone)
    except IdentifierFault as fault:
        raise Invalid(fault.message, "phone") from fault


def _spend_try(row: OneTimeCode) -> bool:
    """Count one try on the row; False when all are spent."""
    spent: list[int] = []

    def count() -> None:
        done = db.session.execute(
            update(OneTimeCode)
            .where(OneTimeCode.id == row.id, OneTimeCode.tries < MOST_TRIES)
            .values(tries=OneTimeCode.tries + 1)
            .execution_options(synchronize_session=False)
        )
        spent.append(done.rowcount)

    left = row.tries < MOST_TRIES
    lasting(count)
    db.session.refresh(row)
    return spent[0] == 1 if spent else left


def _hash(purpose: str, index: str, code: str) -> str:
    """Keyed: a million plain hashes are tried in a second."""
    return vault().index(f"code:{purpose}:{index}", code)
