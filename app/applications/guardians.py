"""监护人: named by the applicant, reached by a phone of her own, on a link of her own; her silence is never a yes."""

from __future__ import annotations

import secrets
import uuid
from typing import Any

from sqlalchemy import delete

from app.accounts.models import LoginSession
from app.accounts.sealed import phone_index, phone_of
from app.accounts.service import guardian_phone as phones_of_guardians
from app.applications import queries
from app.applications.models import Application, Guardian
from app.applications.states import APPLICATION, GUARDIAN
from app.applications.windows import guardian_may_answer, require_choosing
from app.core.actor import Actor
from app.core.clock import now, today
from app.core.crypto import vault
from app.core.dates import said
from app.core.db import db
from app.core.errors import Faults, Invalid, WrongState
from app.core.identifiers import IdentifierFault, check_mobile, mask_phone
from app.core.labels import RELATIONS
from app.core.outbox import tell, text_message
from app.core.site import address
from app.core.states import revise
from app.law.age import needs_guardian
from app.law.guardians import guardian_has_own_phone

NAMING = ("draft", "awaiting_guardian", "returned")
LONGEST_NAME = 60


def is_minor(application: Application) -> bool:
    """Whether what the applicant does today needs her guardian (under 18)."""
    birth = application.user.birth_date
    return birth is not None and needs_guardian(birth, today())


def name_guardian(actor: Actor, application: Application, *, name: str, relation: str, phone: str) -> str:
    """Name the guardian, or another one, and send her a link; returns its token, of which only the hash is kept.

    Raises:
        Faults: name, relation or phone is wrong, or the phone is the applicant's own.
        WrongState: of age, too late, or the application is handed in already.
    """
    if application.state != "awaiting_guardian" or not guardian_may_answer(application.round):
        # Somebody who only waits for her guardian may still correct a wrong number after the deadline for choices.
        require_choosing(application.round)
    if not is_minor(application):
        raise WrongState("您已满18周岁，不用填监护人")
    if application.state not in NAMING:
        raise WrongState("已经提交，监护人不能再换。要换，先点“改志愿”")
    number = _checked(application, name.strip(), relation, phone)
    guardian = _write(actor, application, name.strip(), relation, number)
    child = application.user.name
    return send_link(guardian, f"{child}报名订单班，把您填成了监护人。请先点开看看；提交以后，您同意了才算数")


def _checked(application: Application, name: str, relation: str, phone: str) -> str:
    faults = []
    number = ""
    if not name or len(name) > LONGEST_NAME:
        faults.append(Invalid(f"请填监护人的姓名，最多{LONGEST_NAME}个字", "name"))
    if relation not in RELATIONS:
        faults.append(Invalid("请选监护人和您的关系", "relation"))
    try:
        number = check_mobile(phone)
        own = guardian_has_own_phone(phone_of(application.user) or "", number)
        faults += [Invalid(fault.message, "phone") for fault in own.faults]
    except IdentifierFault as fault:
        faults.append(Invalid(fault.message, "phone"))
    if faults:
        raise Faults(faults)
    return number


def _write(actor: Actor, application: Application, name: str, relation: str, number: str) -> Guardian:
    guardian = application.guardian
    uid = guardian.uid if guardian else uuid.uuid4().hex
    facts: dict[str, Any] = {
        "name": name,
        "relation": relation,
        "phone_sealed": vault().seal("guardian", "phone", uid, number),
        "phone_index": phone_index(number),
        "phone_hint": mask_phone(number),
    }
    if guardian is None:
        guardian = Guardian(uid=uid, application=application, created_at=now(), **facts)
        GUARDIAN.begin(guardian, actor)
        return guardian
    if guardian.state == "named":
        revise("guardian", guardian, actor, None, facts)
    else:
        GUARDIAN.move(guardian, "ask_again", actor, why="换了监护人", answered_at=None, **facts)
    db.session.execute(delete(LoginSession).where(LoginSession.guardian_id == guardian.id))
    return guardian


def guardian_phone(guardian: Guardian) -> str:
    """Her phone in the clear: for sending, never for showing."""
    return vault().open_text("guardian", "phone", guardian.uid, guardian.phone_sealed)


def _phone_by_id(guardian_id: int) -> str | None:
    guardian = db.session.get(Guardian, guardian_id)
    return guardian_phone(guardian) if guardian else None


# So that a guardian can prove who she is by a code to her own phone.
phones_of_guardians.append(_phone_by_id)


def send_link(guardian: Guardian, says: str, subject: str = "请您看看孩子的报名") -> str:
    """Send her a new link by text message and return its token; the one before no longer opens."""
    token = secrets.token_urlsafe(24)
    guardian.token_hash = queries.token_hash(token)
    db.session.flush()
    body = f"【三方订单班】{says}：{address(f'/guardian/{token}')}"
    text_message(guardian_phone(guardian), subject, body, secret=True, guardian_id=guardian.id)
    return token


def send_again(actor: Actor, guardian: Guardian) -> str:
    """Send a new link to the guardian who has not answered yet."""
    if guardian.state != "named":
        raise WrongState("监护人已经答复过了")
    application = guardian.application
    if not guardian_may_answer(application.round):
        raise WrongState(f"监护人确认{said(application.round.guardian_due)}已经截止")
    return send_link(guardian, f"{application.user.name}请您看看订单班的报名，同不同意都请点开答一下")


def ask(actor: Actor, application: Application) -> None:
    """The application has been handed in and waits for her: tell her so, on the link she has or on a new one."""
    guardian = application.guardian
    assert guardian is not None
    due = said(application.round.guardian_due)
    if guardian.state == "named":
        body = (
            f"【三方订单班】{application.user.name}已经提交报名，等您同意。请点开之前短信里的链接，"
            f"{due}前答复；不答复，这次报名不算数"
        )
        text_message(guardian_phone(guardian), "等您同意", body, guardian_id=guardian.id)
        return
    GUARDIAN.move(guardian, "ask_again", actor, answered_at=None)
    send_link(guardian, f"{application.user.name}改过志愿，重新提交了，请您再看一次，{due}前答复")


def guardian_answer(actor: Actor, guardian: Guardian, agrees: bool, version: int | None = None) -> None:
    """Her yes lets the application count as submitted; her no gives it back to the applicant. Until the last day for
    guardians she may change her mind.

    Raises:
        WrongState: nothing is submitted, or her time is over.
        Conflict: the page she saw is not the present one.
    """
    application = guardian.application
    if not guardian_may_answer(application.round):
        raise WrongState(f"监护人确认{said(application.round.guardian_due)}已经截止")
    waits = application.state == "awaiting_guardian"
    if not waits and not (application.state == "submitted" and guardian.state == "agreed" and not agrees):
        raise WrongState("现在没有等您答复的报名。孩子提交以后，会再发短信给您")
    GUARDIAN.move(guardian, "agree" if agrees else "refuse", actor, version=version, answered_at=now())
    APPLICATION.move(application, "guardian_agrees" if agrees else "guardian_refuses", actor)
    _tell_applicant(application, agrees)


def _tell_applicant(application: Application, agrees: bool) -> None:
    if agrees:
        subject, body = "监护人同意了", f"报名{application.number}已经提交成功。可以看回执"
    else:
        subject = "监护人没有同意"
        body = f"报名{application.number}回到没提交的状态。和家人商量好，{said(application.round.deadline)}前可以再提交"
    tell(application.user_id, subject, body, link="/my-application", phone=phone_of(application.user))
