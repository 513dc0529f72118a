"""Ending an agreement in force (clause 11 of its words).

The student's notice on a ground of clause 11 takes effect with the school's check, or after ten days without it,
whatever the enterprise answers. Every other ending takes three steps: asked, the other party agrees, the school checks;
silence for ten days goes to the coordinator. A coordinator may void a paper that should never have been in force.
"""

from __future__ import annotations

import datetime as dt

from sqlalchemy import select

from app.agreements.closing import give_up_seat
from app.agreements.models import Agreement, Ending
from app.agreements.notices import tell_coordinators, tell_organisation, tell_student
from app.agreements.printing import queue_paper
from app.agreements.signing import party_of
from app.agreements.states import AGREEMENT
from app.core.actor import SYSTEM, Actor
from app.core.clock import now, today
from app.core.db import db
from app.core.errors import Invalid, NotPermitted, WrongState
from app.core.files import keep, picture
from app.law.age import needs_guardian

# Ten days: the number stands in the words that were signed, so it is no setting.
WAIT = dt.timedelta(days=10)
NOTICE_GROUNDS = {"further_study": "升学", "army": "参军", "illness": "重大疾病", "family": "家庭变故"}
GROUNDS = {
    "student": NOTICE_GROUNDS | {"other": "别的原因"},
    "enterprise": {"position_gone": "岗位取消", "lawful": "法律规定可以解除的其他情形"},
}
GROUNDS["guardian"] = GROUNDS["student"]
STUDENT_SIDE = ("student", "guardian")


def open_ending(agreement: Agreement) -> Ending | None:
    """The request that is under way, or None."""
    return db.session.scalar(select(Ending).filter_by(agreement_id=agreement.id, outcome=""))


def ask_ending(
    actor: Actor, agreement: Agreement, *, ground: str, why: str, proof_file: bytes | None = None,
    version: int | None = None,
) -> Ending:
    """Ask to end an agreement in force. ``proof_file`` is a photo or PDF that supports it.

    Raises:
        NotPermitted: neither the student's side nor the enterprise.
        Invalid: no ground of this party (``ground``), no reason where one is needed (``why``), no picture (``file``).
        WrongState: not in force.
    """
    party = party_of(actor, agreement)
    if party not in GROUNDS:
        raise NotPermitted("本人、监护人或者企业才可以申请解除")
    if ground not in GROUNDS[party]:
        raise Invalid("请选一个理由", "ground")
    notice = ground in NOTICE_GROUNDS
    if not notice and not why.strip():
        raise Invalid("请写明原因，对方和院校会看到", "why")
    file = keep(actor, *picture(proof_file)) if proof_file else None
    asked_at = now()
    AGREEMENT.move(agreement, "ask_ending", actor, version=version, turn_since=asked_at, detail={"notice": notice})
    ending = Ending(
        agreement_id=agreement.id, agreement=agreement, asked_by=party, ground=ground, notice=notice,
        why=why.strip()[:1000], file_id=file.id if file else None, asked_at=asked_at,
        due_at=asked_at + WAIT,
    )  # fmt: skip
    db.session.add(ending)
    db.session.flush()
    _tell_asked(agreement, ending)
    queue_paper(agreement)
    return ending


def _tell_asked(agreement: Agreement, ending: Ending) -> None:
    number = agreement.number
    if ending.asked_by != "enterprise":
        then = "院校核验后生效。" if ending.notice else "企业10天内答复，再由院校审核。"
        tell_student(agreement, "收到您的解除申请", f"{then}不是您申请的，请点“我没有同意”。")
    if ending.asked_by == "enterprise":
        tell_student(agreement, "企业想解除协议", "企业申请解除您的三方协议。同不同意由您定，请看过再答复。")
        return
    if ending.notice:
        tell_organisation(agreement, "school", "有解除通知要核验", f"协议{number}：请10天内核验，过了就按通知解除。")
        says = f"协议{number}：按第11条通知解除，院校核验后生效。"
        tell_organisation(agreement, "enterprise", "一份协议通知解除", says)
    else:
        tell_organisation(agreement, "enterprise", "有人申请解除协议", f"协议{number}：请10天内答复同不同意。")


def answering_party(agreement: Agreement, ending: Ending) -> str | None:
    """Whose yes a request needs now: the enterprise, the student, or a minor student's guardian; None for a notice."""
    if ending.notice or agreement.state != "ending_asked":
        return None
    if ending.asked_by in STUDENT_SIDE:
        return "enterprise"
    birth = agreement.placement.application.user.birth_date
    minor = birth is not None and needs_guardian(birth, today())
    return "guardian" if minor and agreement.guardian_id else "student"


def answer_ending(
    actor: Actor, agreement: Agreement, agrees: bool, why: str = "", version: int | None = None
) -> None:
    """The other party says yes, and the school checks; or no, and the agreement goes on.

    Raises:
        WrongState: nothing waits for an answer.
        NotPermitted: somebody else answers.
    """
    ending = open_ending(agreement)
    if ending is None or (party := answering_party(agreement, ending)) is None:
        raise WrongState("现在没有等答复的解除申请")
    if party_of(actor, agreement) != party:
        raise NotPermitted("这个申请要由另一方答复")
    ending.answer, ending.answered_at = why.strip()[:500] or ("同意" if agrees else "不同意"), now()
    if not agrees:
        _close(actor, agreement, ending, "keep", why or "对方不同意解除", version)
        return
    ending.due_at = now() + WAIT
    AGREEMENT.move(agreement, "agree_ending", actor, why=why.strip()[:500], version=version, turn_since=now())
    tell_student(agreement, "双方都同意解除了", "接下来由院校审核。审核完再告诉您。")
    tell_organisation(agreement, "school", "有解除申请要审核", f"协议{agreement.number}：双方都同意解除，请审核。")
    queue_paper(agreement)


def check_ending(actor: Actor, agreement: Agreement, ends: bool, why: str = "", version: int | None = None) -> None:
    """The school checks a notice, or an ending both have agreed to. Keeping it needs a reason.

    Raises:
        NotPermitted: not the school. WrongState: not yet the school's step. Invalid: no reason (field ``why``).
    """
    ending = open_ending(agreement)
    if ending is None or not (ending.notice or agreement.state == "ending_agreed"):
        raise WrongState("现在没有要院校审核的解除")
    if agreement.school_id not in actor.schools or party_of(actor, agreement) == "student":
        raise NotPermitted("由院校审核")
    if not ends and not why.strip():
        raise Invalid("请写明为什么核不上，本人要知道补什么", "why")
    _close(actor, agreement, ending, "end" if ends else "keep", why, version)
    if not ends:
        tell_coordinators(agreement, "院校没有通过一个解除", f"协议{agreement.number}：{why.strip()[:200]}")


def take_back_ending(actor: Actor, agreement: Agreement, version: int | None = None) -> None:
    """Who asked changes her mind before it is decided; the agreement goes on."""
    ending = open_ending(agreement)
    if ending is None:
        raise WrongState("现在没有解除申请")
    party = party_of(actor, agreement)
    if party != ending.asked_by and not (party in STUDENT_SIDE and ending.asked_by in STUDENT_SIDE):
        raise NotPermitted("谁申请的谁才能撤回")
    _close(actor, agreement, ending, "keep", "申请人撤回了解除申请", version, outcome="taken_back")


def may_settle(agreement: Agreement, ending: Ending) -> bool:
    """Whether somebody has been silent for ten days, so that the coordinator decides."""
    return not ending.notice and ending.due_at <= now()


def settle_ending(actor: Actor, agreement: Agreement, ends: bool, why: str, version: int | None = None) -> None:
    """A coordinator decides what silence has left open, after speaking with both.

    Raises:
        WrongState: their time is not over. Invalid: no reason (field ``why``).
    """
    ending = open_ending(agreement)
    if ending is None or not may_settle(agreement, ending):
        raise WrongState("答复的时间还没到，先等对方或者院校")
    if not why.strip():
        raise Invalid("请写明怎么协调的，三方都会看到", "why")
    _close(actor, agreement, ending, "end" if ends else "keep", why, version)


def void(actor: Actor, agreement: Agreement, why: str, version: int | None = None) -> None:
    """A coordinator voids a paper in force, with the reason; the seat is given up."""
    if not why.strip():
        raise Invalid("请写明为什么作废", "why")
    ending = open_ending(agreement)
    AGREEMENT.move(agreement, "void", actor, why=why.strip()[:500], version=version, turn_since=now())
    if ending is not None:
        ending.outcome, ending.closed_because, ending.closed_at = "ended", "协议作废", now()
    give_up_seat(actor, agreement, "协议作废")
    tell_student(agreement, "协议作废了", f"这份协议作废了：{why.strip()[:200]}。不明白的，请打咨询电话。")
    queue_paper(agreement)


def end_overdue_notice(ending: Ending) -> None:
    """Ten days have passed without a check: the notice takes effect, as of its tenth day."""
    agreement = ending.agreement
    _close(SYSTEM, agreement, ending, "end", "解除通知满10天，院校没有核验，按通知解除")
    ending.closed_at = ending.due_at


def pass_on(ending: Ending) -> None:
    """Ten days of silence: tell the coordinators, once."""
    ending.passed_on_at = now()
    number = ending.agreement.number
    tell_coordinators(ending.agreement, "解除申请没人答复，请协调", f"协议{number}的解除申请10天没有答复。")


def _close(
    actor: Actor, agreement: Agreement, ending: Ending, action: str, why: str, version: int | None = None,
    outcome: str = "",
) -> None:
    ends = action == "end"
    why = why.strip()[:500]
    AGREEMENT.move(agreement, action, actor, why=why, version=version, turn_since=now())
    ending.outcome, ending.closed_because, ending.closed_at = outcome or ("ended" if ends else "kept"), why, now()
    if ends:
        give_up_seat(actor, agreement, "协议解除")
    says = "协议已经解除，不用赔钱，也不影响领毕业证。" if ends else "协议继续有效。"
    tell_student(agreement, "协议解除了" if ends else "协议没有解除", f"{says}{why[:200]}")
    for party in ("enterprise", "school"):
        title = "一份协议解除了" if ends else "一份协议不解除"
        tell_organisation(agreement, party, title, f"协议{agreement.number}：{'已解除' if ends else '继续履行'}。")
    queue_paper(agreement)
