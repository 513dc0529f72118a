"""How an agreement closes before it was ever in force: refused or withdrawn. Who refuses gives up the seat."""

from __future__ import annotations

from app.agreements.models import Agreement
from app.agreements.notices import tell_coordinators, tell_student
from app.agreements.printing import queue_paper
from app.agreements.signing import party_of
from app.agreements.states import AGREEMENT
from app.core.actor import Actor
from app.core.clock import now
from app.core.errors import Invalid, NotPermitted, WrongState
from app.placements.answers import release

# An enterprise may refuse somebody who was placed only on one of these, and a coordinator confirms it.
REFUSAL_GROUNDS = {
    "false_papers": "报名材料查出是假的",
    "not_allowed": "法律规定这个岗位不能安排（年龄、职业禁忌）",
    "position_gone": "岗位取消，集团协调不到相当的岗位",
}


def give_up_seat(actor: Actor, agreement: Agreement, why: str) -> None:
    """Release the placement, unless it is gone already; the seat goes to repair."""
    if agreement.placement.state == "accepted":
        release(actor, agreement.placement, why)


def refuse(actor: Actor, agreement: Agreement, why: str = "", version: int | None = None) -> None:
    """The applicant or her guardian refuses; the seat is given up. No reason need be given.

    Raises:
        NotPermitted: somebody else.
    """
    if party_of(actor, agreement) not in ("student", "guardian"):
        raise NotPermitted("只有本人或监护人可以拒绝")
    _refuse(actor, agreement, why, version)


def _refuse(actor: Actor, agreement: Agreement, why: str, version: int | None = None) -> None:
    AGREEMENT.move(agreement, "refuse", actor, why=why.strip()[:500], version=version, turn_since=now())
    give_up_seat(actor, agreement, "协议被拒绝")
    tell_student(agreement, "协议没有签成", "协议被拒绝了，名额已经让出。还想去别的班，可以参加补录。")
    queue_paper(agreement)


def ask_refusal(actor: Actor, agreement: Agreement, ground: str, why: str, version: int | None = None) -> None:
    """The enterprise asks to refuse on a listed lawful ground. It goes back to the coordinator, who decides.

    Raises:
        NotPermitted: not the enterprise's turn.
        Invalid: no listed ground (field ``ground``), or no facts (field ``why``).
    """
    if party_of(actor, agreement) != "enterprise" or agreement.state != "awaiting_enterprise":
        raise NotPermitted("轮到企业签的时候，企业才可以提")
    if ground not in REFUSAL_GROUNDS:
        raise Invalid("请选一个理由。别的理由不能不录用", "ground")
    if not why.strip():
        raise Invalid("请写明事实，协调员要核对", "why")
    because = f"{REFUSAL_GROUNDS[ground]}：{why.strip()[:400]}"
    AGREEMENT.move(
        agreement, "return", actor, why=because, version=version, detail={"ground": ground},
        returned_because=because, refusal_ground=ground, turn_since=now(),
    )  # fmt: skip
    tell_coordinators(agreement, "企业提出不录用，等您核对", f"协议{agreement.number}，{because[:200]}")
    queue_paper(agreement)


def confirm_refusal(actor: Actor, agreement: Agreement, why: str, version: int | None = None) -> None:
    """A coordinator confirms the enterprise's ground: refused, and the seat is given up.

    Raises:
        WrongState: the enterprise has not asked.
        Invalid: no reason (field ``why``).
    """
    if agreement.state != "returned" or not agreement.refusal_ground:
        raise WrongState("企业没有提出不录用，不能这样办")
    if not why.strip():
        raise Invalid("请写明核对的结果，本人会看到", "why")
    _refuse(actor, agreement, f"企业的理由经核对属实：{why.strip()}", version)


def withdraw(actor: Actor, agreement: Agreement, why: str, version: int | None = None) -> None:
    """A coordinator takes an agreement back before it is in force; the seat stays hers, and it can be issued again."""
    if not why.strip():
        raise Invalid("请写明为什么撤回", "why")
    AGREEMENT.move(agreement, "withdraw", actor, why=why.strip()[:500], version=version, turn_since=now())
    tell_student(agreement, "协议撤回了", f"这份协议撤回了：{why.strip()[:200]}。名额还是您的，改好会重新发给您。")
    queue_paper(agreement)
