"""What several chapters need: workbooks through the importers, one-time codes, a guardian's actor."""

from __future__ import annotations

import re

from sqlalchemy import update

from app.accounts.codes import send_code
from app.accounts.consents import SIGN_UP
from app.accounts.models import User
from app.accounts.sealed import phone_of
from app.accounts.service import register
from app.applications.guardians import guardian_phone
from app.applications.models import Guardian
from app.core import imports
from app.core.actor import ANONYMOUS, Actor
from app.core.db import db
from app.core.errors import DomainError
from app.core.outbox import Message, body_of, newest_to_phone
from app.core.web import commit
from app.demo.files import BOOKS, moved
from app.demo.stage import Broken, Stage

# Of every printed account; hashed as in production. Everybody else logs in by one-time code.
PASSWORD = "sanfang-yanshi-2027"


def enter_workbook(stage: Stage, actor: Actor, name: str) -> int:
    """Upload a workbook, look at the faults, confirm; returns the number of rows.

    Raises:
        Broken: the file is missing or has faults, each with sheet, row, column and reason.
    """
    path, importer = stage.folder / f"{name}.xlsx", BOOKS[name]
    if not path.exists():
        raise Broken([f"{path} is missing"])
    raw = path.read_bytes()
    try:
        if stage.bundled:
            raw = moved(raw, importer.spec, stage.calendar.shift)
        pending = imports.begin(actor, importer, raw, path.name)
    except DomainError as fault:
        raise Broken([f"{path.name}: {fault.message}"]) from fault
    if pending.faults:
        commit()
        raise Broken([_fault_line(path.name, fault) for fault in pending.faults])
    commit()
    rows = imports.confirm(actor, pending)
    commit()
    return rows


def _fault_line(file: str, fault: dict[str, str]) -> str:
    column = f"“{fault['column']}”" if fault["column"] else "整行"
    return f"{file} {fault['sheet']}第{fault['row']}行{column}：{fault['reason']}"


def sign_up(name: str, phone: str, identity: str) -> User:
    """Somebody registers with every consent that is needed, without a password."""
    return register(
        ANONYMOUS, name=name, phone=phone, identity_kind="resident_id", identity=identity, consents=SIGN_UP
    )


def code_sent_to(phone: str) -> str:
    """The six digits of the newest message to a phone, as its owner would read them."""
    message = newest_to_phone(phone, 1)[0]
    found = re.search(r"\d{6}", body_of(message))
    assert found is not None
    return found[0]


def phones_ring() -> None:
    """The story's messages were due weeks ago: the invented phones have them, no worker need send them now."""
    db.session.execute(
        update(Message).where(Message.state == "queued").values(state="sent", sent_at=Message.created_at)
        .execution_options(synchronize_session=False)
    )
    commit()


def proof_of(actor: Actor) -> str:
    """How an actor without a password proves herself: a code to her own phone, read there."""
    if actor.guardian_id is not None:
        guardian = db.session.get(Guardian, actor.guardian_id)
        assert guardian is not None
        phone = guardian_phone(guardian)
    else:
        user = db.session.get(User, actor.user_id)
        assert user is not None
        if user.password_hash:
            return PASSWORD
        phone = phone_of(user) or ""
    send_code(phone, "prove")
    commit()
    return code_sent_to(phone)


def guardian_actor(guardian: Guardian) -> Actor:
    return Actor(guardian_id=guardian.id, name="监护人", label="监护人")


def as_herself(user: User) -> Actor:
    """An applicant: somebody who works for nobody here."""
    return Actor(user_id=user.id, name=user.name, label=user.name)
