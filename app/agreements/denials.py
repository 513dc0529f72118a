"""“我没有同意”: a private line from the applicant that only coordinators read and answer."""

from __future__ import annotations

from app.agreements.models import Agreement, Denial
from app.agreements.notices import page_of, tell_coordinators
from app.core import throttle
from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Invalid, NotPermitted, WrongState
from app.core.history import record
from app.core.outbox import tell

LONGEST = 1000
MOST_A_DAY, DAY = 5, 86400


def deny(actor: Actor, agreement: Agreement, text: str) -> Denial:
    """Say in private that somebody pressed her, or signed in her place. It is kept out of the agreement's history.

    Raises:
        NotPermitted: not the applicant herself. Invalid: nothing said (field ``text``). TooMany: over five a day.
    """
    if actor.user_id is None or actor.user_id != agreement.user_id:
        raise NotPermitted()
    if not text.strip():
        raise Invalid("写一句发生了什么，只有协调员能看到", "text")
    throttle.count("deny", str(actor.user_id), most=MOST_A_DAY, seconds=DAY)
    denial = Denial(
        agreement_id=agreement.id, agreement=agreement, user_id=agreement.user_id, text=text.strip()[:LONGEST],
        created_at=now(),
    )  # fmt: skip
    db.session.add(denial)
    db.session.flush()
    record("denial", denial.id, actor, "create")
    tell_coordinators(agreement, "有人说“我没有同意”", "请尽快打电话问本人。只有协调员能看到。", "/agreements/denials")
    return denial


def answer_denial(actor: Actor, denial: Denial, answer: str) -> None:
    """A coordinator answers, after calling the person.

    Raises:
        Invalid: no answer (field ``answer``). WrongState: answered already.
    """
    if denial.answered_at is not None:
        raise WrongState("这一条已经有人答复了")
    if not answer.strip():
        raise Invalid("请写明怎么处理的", "answer")
    denial.answer, denial.answered_by, denial.answered_at = answer.strip()[:LONGEST], actor.user_id, now()
    record("denial", denial.id, actor, "answer")
    tell(denial.user_id, "您说的事有答复了", "请打开协议页，看协调员的答复。", link=page_of(denial.agreement))
