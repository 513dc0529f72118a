"""The phone a browser is working with until its code has come, and for half an hour after.

It lies in this browser's signed cookie and never stands in an address. Signing up, logging in, a forgotten password, a
lost phone and a station's slip all begin here; ``WAYS`` says what differs between them.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from flask import render_template, request, session, url_for

from app.accounts import service
from app.accounts.forms import PhoneForm
from app.core.clock import now
from app.core.errors import NotFound
from app.core.identifiers import mask_phone
from app.core.web import done, same_site, trying

PROVED_LASTS = dt.timedelta(minutes=30)


@dataclass(frozen=True)
class Way:
    """One reason to prove a phone: its pages' words, and the endpoints that ask, send and take the code.

    ``says`` is what the code page tells: {masked} is the phone. Where it must not tell whether the phone is known, it
    says what would have happened.
    """

    title: str
    lead: str
    ask: str
    send: str
    enter: str
    go: str
    says: str
    links: tuple[tuple[str, str], ...]


_SENT, _PERHAPS = "验证码发到{masked}了", "{masked}注册过的话，验证码已经发过去了"
WAYS = {
    "sign_up": Way(
        "注册", "先用短信确认手机号，再填姓名和证件号。不收费。", "accounts.sign_up", "accounts.send_sign_up_code",
        "accounts.sign_up_code", "下一步", _SENT, (("注册过了，去登录", "accounts.log_in"),),
    ),
    "log_in": Way(
        "用验证码登录", "", "accounts.ask_code", "accounts.send_log_in_code", "accounts.enter_code", "登录", _PERHAPS,
        (("用密码登录", "accounts.log_in"), ("第一次来，先注册", "accounts.sign_up"),
         ("这个手机号不用了", "ways_back.start")),
    ),
    "new_password": Way(
        "忘了密码", "验证码发到您注册的手机，再设一个新密码。", "accounts.forgotten", "accounts.send_forgotten_code",
        "accounts.forgotten_code", "换成新密码", _PERHAPS,
        (("不用密码，用验证码登录", "accounts.ask_code"), ("注册的手机也不用了", "ways_back.start")),
    ),
    "way_back": Way(
        "换成新手机号", "填现在能收短信的手机号。以后登录、收通知都用它。", "ways_back.phone", "ways_back.send_code",
        "ways_back.code", "下一步", _SENT, (("手机号没变，去登录", "accounts.log_in"),),
    ),
}  # fmt: skip


def ask_page(purpose: str, form: PhoneForm) -> str:
    """The page that asks for the phone."""
    way, follow = WAYS[purpose], same_site(form.next.data)
    links = [(text, url_for(endpoint, next=follow)) for text, endpoint in way.links]
    return render_template("accounts/ask_code.html", form=form, way=way, links=links)


def send(purpose: str) -> Any:
    """Send a code and remember in this browser where it went."""
    form = PhoneForm()
    with trying(form, lambda: ask_page(purpose, form), counted=True):
        phone = service.send_code(form.phone.data, purpose, request.remote_addr or "")
    session["entering"] = {"phone": phone, "purpose": purpose}
    return done(WAYS[purpose].enter, next=same_site(form.next.data))


def sent_to(purpose: str) -> dict[str, Any]:
    """What the page that takes the code shows.

    Raises:
        NotFound: this browser has not asked for such a code.
    """
    kept = session.get("entering") or {}
    if kept.get("purpose") != purpose:
        raise NotFound("还没有发过验证码。请从填手机号开始")
    way, masked = WAYS[purpose], mask_phone(kept["phone"])
    return {"phone": kept["phone"], "masked": masked, "says": way.says.format(masked=masked), "way": way,
            "again": url_for(way.send)}


def now_proved(phone: str, purpose: str) -> None:
    """The code was right: for half an hour this browser may go on with this phone."""
    session["entering"] = {"phone": phone, "purpose": purpose, "proved": now().isoformat()}


def proved_phone(*purposes: str) -> str:
    """The phone this browser has proved for one of the purposes.

    Raises:
        NotFound: none, or too long ago.
    """
    kept = session.get("entering") or {}
    at = kept.get("proved") if kept.get("purpose") in purposes else None
    if not at or dt.datetime.fromisoformat(at) + PROVED_LASTS < now():
        raise NotFound("手机号要先用验证码确认。请从填手机号开始")
    return str(kept["phone"])
