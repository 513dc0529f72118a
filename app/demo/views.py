"""Pages of the demonstration: another role at one tap, the text messages that invented phones got, every part once.

Registered in demo mode only; configuration refuses that mode in production.
"""

from __future__ import annotations

from typing import Any

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from wtforms import HiddenField

from app.accounts import entering
from app.core.actor import Actor
from app.core.crypto import vault
from app.core.errors import NotFound
from app.core.forms import Form
from app.core.identifiers import normalise
from app.core.outbox import Message, body_of
from app.core.paging import page_of
from app.core.web import done, feature, requires
from app.demo import keeping
from app.home import menu

bp = feature("demo")


class SwitchForm(Form):
    """Which of the printed accounts: a user's id, or g and a guardian's."""

    user_id = HiddenField()


def accounts() -> list[dict[str, str]]:
    """The printed accounts, as the record of the demonstration lists them."""
    record = keeping.load()
    return record["accounts"] if record else []


def role_switch(actor: Actor | None) -> list[dict[str, Any]]:
    """The list at the top of every page."""
    own = f"g{actor.guardian_id}" if actor and actor.guardian_id else str(actor.user_id if actor else None)
    return [
        {"label": f"{each['role']}：{each['label']}", "user_id": each["key"], "here": each["key"] == own}
        for each in accounts()
    ]


menu.ROLE_SWITCH = role_switch


@bp.post("/demo/switch")
@requires("demo.switch")
def switch() -> ResponseReturnValue:
    """Become another of the printed people; nobody else."""
    form = SwitchForm()
    key = form.user_id.data or ""
    if not form.validate_on_submit() or all(each["key"] != key for each in accounts()):
        raise NotFound("演示里没有这个人")
    if key.startswith("g"):
        return entering.enter(done("applications.guardian_desk"), guardian_id=int(key[1:]))
    return entering.enter(done("home.start"), user_id=int(key))


@bp.get("/demo/inbox")
@requires("public")
def inbox() -> ResponseReturnValue:
    """The newest text messages, with their codes and links, of all invented phones or of one."""
    phone = normalise(request.args.get("q", ""))[:20]
    query = select(Message).where(Message.channel == "sms").order_by(Message.id.desc())
    if phone:
        query = query.where(Message.address_index == vault().index("phone", phone))
    page = page_of(query)
    return render_template("demo/inbox.html", page=page, messages=[_read(m) for m in page.rows], search=phone)


def _read(message: Message) -> dict[str, Any]:
    to = vault().open_text("message", "address", message.uid, message.address_sealed) if message.address_sealed else ""
    return {"to": to, "subject": message.subject, "body": body_of(message), "at": message.created_at}


@bp.get("/parts")
@requires("public")
def parts() -> ResponseReturnValue:
    return render_template("layout/parts.html")


