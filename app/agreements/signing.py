"""Signing, in turn: applicant, guardian of a minor, enterprise, school. A signature names the words; a change un-signs
them. Sending back for a change is part of every turn."""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from app.accounts.service import prove
from app.agreements.issuing import require_signable
from app.agreements.key_terms import key_terms
from app.agreements.models import Agreement, Revision, Signature
from app.agreements.notices import ask_guardian, tell_coordinators, tell_student, tell_turn
from app.agreements.printing import queue_paper
from app.agreements.revisions import current, terms_in
from app.agreements.states import AGREEMENT, MOVES, SIGNING, TURNS
from app.applications.models import Guardian
from app.core.actor import Actor
from app.core.clock import now
from app.core.db import db
from app.core.errors import Conflict, DomainError, Invalid, NotPermitted, WrongState, refusal
from app.core.settings import whole

TICKING = ("student", "guardian")
NONCE = range(16, 33)


def new_nonce() -> str:
    """The random number of one signing page: 32 signs, used once."""
    return secrets.token_hex(16)


def party_of(actor: Actor, agreement: Agreement) -> str | None:
    """For which party this person acts in this agreement: student, guardian, enterprise, school, or none.

    Nobody acts for an organisation in her own agreement. Somebody who works for both organisations acts for the one
    whose turn it is.
    """
    if actor.guardian_id is not None:
        return "guardian" if actor.guardian_id == agreement.guardian_id else None
    if actor.user_id == agreement.user_id:
        return "student"
    mine = [
        party
        for party, works in (
            ("enterprise", agreement.enterprise_id in actor.enterprises),
            ("school", agreement.school_id in actor.schools),
        )
        if works
    ]
    turn = TURNS.get(agreement.state)
    return turn if turn in mine else next(iter(mine), None)


def deadline_of(agreement: Agreement) -> dt.datetime:
    """Until when the party whose turn it is may sign. A guardian has her own days, however late the applicant was."""
    if agreement.guardian_id is None:
        return agreement.sign_by
    guardians_days = dt.timedelta(days=whole("guardian_sign_days"))
    if agreement.state == "awaiting_applicant":
        return agreement.sign_by - guardians_days
    if agreement.state == "awaiting_guardian":
        return min(agreement.sign_by, agreement.turn_since + guardians_days)
    return agreement.sign_by


def sign(
    actor: Actor,
    agreement: Agreement,
    *,
    text_sha256: str,
    ticked: Sequence[str],
    proof: str | None,
    nonce: str,
    version: int | None = None,
) -> None:
    """Sign for the party whose turn it is. ``proof`` is None only inside sign_many, which has proved already.

    Raises:
        NotPermitted: not a party.
        WrongState: not this party's turn, the time is over, or the seat is not hers any more.
        Conflict: the words changed since they were seen, or the nonce was used before.
        Invalid: a key term is not ticked (field ``ticked``), under 16, or the proof is wrong (field ``proof``).
    """
    party = _whose_turn(actor, agreement)
    revision = current(agreement)
    if text_sha256 != revision.text_sha256:
        raise Conflict("协议的内容变了，请看过现在这一稿再签")
    require_signable(agreement.placement)
    if party in TICKING:
        _require_all_ticked(revision, ticked)
    _require_fresh(nonce)
    if proof is not None:
        prove(actor, proof)
    _move_on(actor, agreement, party, version)
    _add_signature(actor, agreement, revision, party, ticked, nonce)
    _after(agreement)


def _whose_turn(actor: Actor, agreement: Agreement) -> str:
    party = party_of(actor, agreement)
    if party is None:
        raise NotPermitted("这份协议不归您签")
    state = AGREEMENT.states[agreement.state]
    if agreement.state not in SIGNING:
        raise WrongState(f"这份协议现在是“{state}”，不能签")
    if TURNS[agreement.state] != party:
        raise WrongState(f"现在是“{state}”，还没轮到您签，或者您已经签过了")
    if now() > deadline_of(agreement):
        raise WrongState("签的时间已经过了。请联系协调员")
    return party


def _require_all_ticked(revision: Revision, ticked: Sequence[str]) -> None:
    missing = [term.title for term in key_terms(terms_in(revision)) if term.name not in set(ticked)]
    if missing:
        raise Invalid(f"还有{len(missing)}条没勾：{'、'.join(missing)}。看懂一条勾一条", "ticked")


def _require_fresh(nonce: str) -> None:
    """Every signing page carries a random number of its own; one that was used signs nothing any more."""
    if len(nonce) not in NONCE:
        raise Invalid("这一页不完整，请刷新后再签")
    if db.session.scalar(select(Signature.id).filter_by(nonce=nonce)) is not None:
        raise Conflict("这次签字已经收到过了。请看协议现在的状态")


def _move_on(actor: Actor, agreement: Agreement, party: str, version: int | None) -> None:
    action = MOVES.get(party) or ("sign_minor" if agreement.guardian_id else "sign_adult")
    changes: dict[str, Any] = {"turn_since": now()} | ({"in_force_at": now()} if party == "school" else {})
    detail = {"revision": agreement.revision_number}
    AGREEMENT.move(agreement, action, actor, version=version, detail=detail, **changes)


def _add_signature(
    actor: Actor, agreement: Agreement, revision: Revision, party: str, ticked: Sequence[str], nonce: str
) -> None:
    name, for_whom = _signer(actor, agreement, party)
    revision.signatures.append(
        Signature(
            party=party,
            signer_user_id=actor.user_id,
            signer_guardian_id=actor.guardian_id,
            signer_name=name,
            on_behalf_of=for_whom,
            text_sha256=revision.text_sha256,
            ticked=sorted(set(ticked)),
            how="online",
            address=actor.address,
            nonce=nonce,
            at=now(),
        )
    )
    db.session.flush()


def _signer(actor: Actor, agreement: Agreement, party: str) -> tuple[str, str]:
    """Who signs, and on whose behalf, as both stand on the paper."""
    student = agreement.placement.application.user.name
    if party == "guardian":
        guardian = db.session.get_one(Guardian, actor.guardian_id)
        return guardian.name, student
    if party == "student":
        return student, student
    return actor.name, agreement.enterprise.name if party == "enterprise" else agreement.school.name


# What the student hears of every signature, her own included: it may not have been she who signed.
_SIGNED = {
    "awaiting_guardian": ("您签好了", "接下来等家里人签，短信已经发过去了。不是您签的，请点“我没有同意”。"),
    "awaiting_enterprise": ("您签好了", "接下来等企业签。不是您签的，请点“我没有同意”。"),
    "awaiting_school": ("企业签好了", "接下来等院校签，院校签完就生效。"),
    "in_force": ("协议生效了", "三方都签好了。协议可以下载，也可以给别人扫码查验。"),
}


def _after(agreement: Agreement) -> None:
    subject, body = _SIGNED[agreement.state]
    if agreement.state == "awaiting_enterprise" and agreement.guardian_id is not None:
        subject = "家里人签好了"
    tell_student(agreement, subject, body)
    if agreement.state == "awaiting_guardian":
        ask_guardian(agreement)
    if agreement.state in ("awaiting_enterprise", "awaiting_school"):
        tell_turn(agreement, TURNS[agreement.state])
    queue_paper(agreement)


def sign_many(
    actor: Actor, agreements: Sequence[Agreement], proof: str, seen: Mapping[int, str] | None = None
) -> tuple[int, list[str]]:
    """Prove once, then sign each whose turn it is. Returns how many were signed, and why others were not.

    ``seen`` gives, per agreement, the hash of the words that the signer's page offered; by default the present ones.

    Raises:
        Invalid: nothing is chosen (field ``chosen``), or the proof is wrong (field ``proof``).
    """
    if not agreements:
        raise Invalid("请先勾选要签的协议", "chosen")
    prove(actor, proof)
    signed, refused = 0, []
    for agreement in agreements:
        words = current(agreement).text_sha256 if seen is None else seen.get(agreement.id, "")
        try:
            with db.session.begin_nested():
                sign(actor, agreement, text_sha256=words, ticked=(), proof=None, nonce=new_nonce())
            signed += 1
        except (DomainError, IntegrityError) as fault:
            db.session.refresh(agreement)
            said = fault if isinstance(fault, DomainError) else refusal(fault)
            refused.append(f"{agreement.number}：{said.message}")
    return signed, refused


def may_send_back(actor: Actor, agreement: Agreement) -> bool:
    """Whether it is, or was, this party's turn; a coordinator always may."""
    if agreement.state not in SIGNING:
        return False
    party = party_of(actor, agreement)
    order = list(TURNS.values())
    mine = party is not None and order.index(party) <= order.index(TURNS[agreement.state])
    return mine or agreement.placement.round.alliance_id in actor.alliances


def send_back(actor: Actor, agreement: Agreement, why: str, version: int | None = None) -> None:
    """Return for a change, with the reason; a coordinator then makes a new revision.

    Raises:
        Invalid: no reason (field ``why``).
        NotPermitted: this party's turn has not come yet.
    """
    if not why.strip():
        raise Invalid("请写明哪里要改", "why")
    if agreement.state in SIGNING and not may_send_back(actor, agreement):
        raise NotPermitted("还没轮到您，轮到时可以退回")
    why = why.strip()[:500]
    AGREEMENT.move(agreement, "return", actor, why=why, version=version, returned_because=why, turn_since=now())
    tell_coordinators(agreement, "一份协议退回来了", f"协议{agreement.number}要改：{why[:200]}")
    tell_student(agreement, "协议退回去改了", "有地方要改。改好会重新发给您，以前签的不算了。")
    queue_paper(agreement)
