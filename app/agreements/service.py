"""Issuing, signing and ending of agreements. A signature names the words; a change un-signs them."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Sequence

from sqlalchemy import func, select

from app.accounts.service import prove
from app.agreements import paper
from app.agreements.drafting import guardian_of, position_of, terms_of
from app.agreements.key_terms import key_terms
from app.agreements.models import Agreement, Denial, Revision, Signature
from app.agreements.number import agreement_number, class_part, new_check_code
from app.agreements.states import AGREEMENT, SIGNING
from app.agreements.terms import Terms, canonical_json, terms_from_dict, terms_to_dict
from app.applications.models import Guardian
from app.core import jobs
from app.core.actor import SYSTEM, Actor
from app.core.clock import now, today
from app.core.crypto import vault
from app.core.db import db
from app.core.errors import Conflict, DomainError, Invalid, NotPermitted, WrongState
from app.core.outbox import tell
from app.core.settings import whole
from app.law.age import may_hold_position
from app.organisations.models import Enterprise, School
from app.placements.answers import release
from app.placements.models import Placement

# Whose turn it is in each state of signing, and the move that a signature makes.
TURNS = {
    "awaiting_applicant": "student",
    "awaiting_guardian": "guardian",
    "awaiting_enterprise": "enterprise",
    "awaiting_school": "school",
}
MOVES = {"guardian": "sign_guardian", "enterprise": "sign_enterprise", "school": "sign_school"}


def issue(actor: Actor, placement: Placement) -> Agreement:
    """Draft and issue the agreement of an accepted placement.

    Raises:
        Invalid: under 16 today, no position yet, or no agreeing guardian of a minor.
        WrongState: the placement is not accepted.
    """
    if placement.state != "accepted":
        raise WrongState("本人接受录取以后，才能发协议")
    _old_enough(placement)
    cls, position = placement.track.order_class, position_of(placement)
    guardian = guardian_of(placement.application)
    sign_by = max(placement.round.sign_by, now() + dt.timedelta(days=whole("agreement_sign_days")))
    agreement = Agreement(
        placement_id=placement.id,
        user_id=placement.user_id,
        school_id=cls.school_id,
        enterprise_id=position.enterprise_id,
        guardian_id=guardian.id if guardian else None,
        number=_next_number(cls.code),
        check_code=new_check_code(),
        sign_by=sign_by,
        turn_since=now(),
        created_at=now(),
    )
    agreement.placement = placement
    AGREEMENT.begin(agreement, actor)
    _draft(actor, agreement, 1, "")
    _send(actor, agreement)
    return agreement


def _old_enough(placement: Placement) -> None:
    birth = placement.application.user.birth_date
    if birth is None:
        raise Invalid("还没有出生日期，先补身份信息")
    verdict = may_hold_position(birth, today())
    if not verdict.ok:
        raise Invalid(verdict.message)


def _next_number(class_code: str) -> str:
    year, part = today().year, class_part(class_code)
    used = db.session.scalar(
        select(func.count()).select_from(Agreement).where(Agreement.number.like(f"{year}-{part}-%"))
    )
    return agreement_number(year, part, (used or 0) + 1)


def _draft(actor: Actor, agreement: Agreement, number: int, why: str) -> Revision:
    """Freeze the present terms as the next revision."""
    terms = terms_of(agreement.placement, agreement.sign_by)
    uid = uuid.uuid4().hex
    text = canonical_json(terms_to_dict(terms))
    revision = Revision(
        agreement=agreement,
        number=number,
        template=terms.template_version,
        uid=uid,
        terms_sealed=vault().seal("revision", "terms", uid, text),
        text_sha256=paper.text_sha256(terms),
        why=why,
        created_by=actor.user_id,
        created_at=now(),
    )
    db.session.add(revision)
    db.session.flush()
    return revision


def _send(actor: Actor, agreement: Agreement, why: str = "") -> None:
    AGREEMENT.move(agreement, "issue", actor, why=why, turn_since=now())
    _print(agreement)
    tell(
        agreement.user_id,
        "协议发给您了",
        "三方预就业协议可以看了。看懂了再签，不着急。",
        link=f"/agreements/{agreement.id}",
    )


def current(agreement: Agreement) -> Revision:
    """The revision that is being signed or in force."""
    return next(r for r in agreement.revisions if r.number == agreement.revision_number)


def terms_in(revision: Revision) -> Terms:
    """The frozen terms of a revision."""
    import json

    text = vault().open_text("revision", "terms", revision.uid, revision.terms_sealed)
    return terms_from_dict(json.loads(text))


def party_of(actor: Actor, agreement: Agreement) -> str | None:
    """For which party this person may sign this agreement: student, guardian, enterprise, school, or none."""
    if actor.guardian_id is not None:
        return "guardian" if actor.guardian_id == agreement.guardian_id else None
    if actor.user_id == agreement.user_id:
        return "student"
    if agreement.enterprise_id in actor.enterprises:
        return "enterprise"
    return "school" if agreement.school_id in actor.schools else None


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
        WrongState: not this party's turn, or the time to sign is over.
        Conflict: the words changed since they were seen.
        Invalid: a key term is not ticked (field ``ticked``), or the proof is wrong (field ``proof``).
    """
    party = party_of(actor, agreement)
    if party is None:
        raise NotPermitted("这份协议不归您签")
    if TURNS.get(agreement.state) != party:
        raise WrongState(
            f"现在是“{AGREEMENT.states[agreement.state]}”，还没轮到您签"
            if agreement.state in SIGNING
            else f"这份协议现在是“{AGREEMENT.states[agreement.state]}”，不能签"
        )
    if now() > agreement.sign_by:
        raise WrongState("签的时间已经过了。请联系协调员")
    revision = current(agreement)
    if text_sha256 != revision.text_sha256:
        raise Conflict("协议的内容变了，请看过现在这一稿再签")
    _old_enough(agreement.placement)
    if party in ("student", "guardian"):
        _all_ticked(revision, ticked)
    if proof is not None:
        prove(actor, proof)
    _add_signature(actor, agreement, revision, party, ticked, nonce)
    _move_on(actor, agreement, party, version)


def _all_ticked(revision: Revision, ticked: Sequence[str]) -> None:
    missing = [term.title for term in key_terms(terms_in(revision)) if term.name not in set(ticked)]
    if missing:
        raise Invalid(f"还有{len(missing)}条没勾：{'、'.join(missing)}。看懂一条勾一条", "ticked")


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
            ticked=sorted(ticked),
            how="online",
            address=actor.address,
            nonce=nonce[:32],
            at=now(),
        )
    )
    db.session.flush()


def _signer(actor: Actor, agreement: Agreement, party: str) -> tuple[str, str]:
    student = agreement.placement.application.user.name
    if party == "guardian":
        guardian = db.session.get(Guardian, actor.guardian_id)
        assert guardian is not None
        return guardian.name, student
    model, key = {"enterprise": (Enterprise, agreement.enterprise_id), "school": (School, agreement.school_id)}.get(
        party, (None, None)
    )
    organisation = db.session.get(model, key) if model else None
    return actor.name, organisation.name if organisation else student


def record_hash(signature: Signature) -> str:
    """SHA-256 of a signature's own record, printed on the paper by its first digits."""
    record = {
        "revision": signature.revision_id, "party": signature.party, "text": signature.text_sha256,
        "name": signature.signer_name, "for": signature.on_behalf_of, "ticked": signature.ticked,
        "how": signature.how, "nonce": signature.nonce, "at": signature.at.isoformat(),
    }  # fmt: skip
    return hashlib.sha256(canonical_json(record).encode()).hexdigest()


def _move_on(actor: Actor, agreement: Agreement, party: str, version: int | None) -> None:
    action = MOVES.get(party) or ("sign_minor" if agreement.guardian_id else "sign_adult")
    detail = {"revision": agreement.revision_number}
    if party == "school":
        AGREEMENT.move(agreement, action, actor, version=version, detail=detail, turn_since=now(), in_force_at=now())
        tell(
            agreement.user_id,
            "协议生效了",
            "三方都签好了。协议可以下载，也可以给别人扫码查验。",
            link=f"/agreements/{agreement.id}",
        )
    else:
        AGREEMENT.move(agreement, action, actor, version=version, detail=detail, turn_since=now())
    if agreement.state == "awaiting_guardian":
        _ask_guardian(agreement)
    _print(agreement)


def _ask_guardian(agreement: Agreement) -> None:
    from app.applications.guardians import send_again

    guardian = agreement.placement.application.guardian
    assert guardian is not None
    send_again(SYSTEM, guardian)


def sign_many(actor: Actor, agreements: Sequence[Agreement], proof: str) -> tuple[int, list[str]]:
    """Prove once, then sign each whose turn it is. Returns how many were signed, and why others were not."""
    if not agreements:
        raise Invalid("请先勾选要签的协议", "chosen")
    prove(actor, proof)
    signed, refused = 0, []
    for agreement in agreements:
        try:
            with db.session.begin_nested():
                sign(
                    actor,
                    agreement,
                    text_sha256=current(agreement).text_sha256,
                    ticked=(),
                    proof=None,
                    nonce=uuid.uuid4().hex,
                )
            signed += 1
        except DomainError as fault:
            refused.append(f"{agreement.number}：{fault.message}")
    return signed, refused


def send_back(actor: Actor, agreement: Agreement, why: str, version: int | None = None) -> None:
    """Return for a change, with the reason; whoever drafts it next makes a new revision."""
    if not why.strip():
        raise Invalid("请写明哪里要改", "why")
    AGREEMENT.move(agreement, "return", actor, why=why, version=version, returned_because=why[:500], turn_since=now())
    _print(agreement)


def revise(actor: Actor, agreement: Agreement, why: str) -> Revision:
    """Draft the present terms anew; every signature on the old revision is void, the applicant signs first again."""
    if agreement.state != "returned":
        raise WrongState("退回的协议才能改")
    _old_enough(agreement.placement)
    agreement.revision_number += 1
    guardian = guardian_of(agreement.placement.application)
    agreement.guardian_id = guardian.id if guardian else None
    revision = _draft(actor, agreement, agreement.revision_number, why)
    _send(actor, agreement, why)
    return revision


def refuse(actor: Actor, agreement: Agreement, why: str, version: int | None = None) -> None:
    """The applicant or her guardian refuses; the seat is given up."""
    if party_of(actor, agreement) not in ("student", "guardian"):
        raise NotPermitted("只有本人或监护人可以拒绝")
    AGREEMENT.move(agreement, "refuse", actor, why=why, version=version, turn_since=now())
    release(actor, agreement.placement, "协议被拒绝")
    _print(agreement)


def void(actor: Actor, agreement: Agreement, why: str) -> None:
    """A coordinator voids a signed paper, with the reason; the seat is given up."""
    if not why.strip():
        raise Invalid("请写明为什么作废", "why")
    AGREEMENT.move(agreement, "void", actor, why=why, turn_since=now())
    release(actor, agreement.placement, f"协议作废：{why}")
    _print(agreement)


def expire_overdue() -> int:
    """What the time ran out for expires; a guardian's silence of 30 days is a refusal. Returns how many ended."""
    silent = now() - dt.timedelta(days=whole("guardian_sign_days"))
    waiting = select(Agreement).where(Agreement.state.in_((*SIGNING, "returned")))
    ended = 0
    for agreement in db.session.scalars(waiting).all():
        if agreement.state == "awaiting_guardian" and agreement.turn_since < silent:
            AGREEMENT.move(agreement, "refuse", SYSTEM, why="监护人30天没有表示，按不同意算", turn_since=now())
        elif agreement.sign_by < now():
            AGREEMENT.move(agreement, "expire", SYSTEM, why="过了签署期限", turn_since=now())
        else:
            continue
        release(SYSTEM, agreement.placement, "协议没有签成")
        tell(
            agreement.user_id,
            "协议没有签成",
            "名额已经让出。还想去，请联系协调员。",
            link=f"/agreements/{agreement.id}",
        )
        _print(agreement)
        ended += 1
    return ended


def deny(actor: Actor, agreement: Agreement, text: str) -> Denial:
    """“我没有同意”: a private line that only coordinators read."""
    if actor.user_id != agreement.user_id:
        raise NotPermitted()
    if not text.strip():
        raise Invalid("写一句发生了什么，只有协调员能看到", "text")
    denial = Denial(agreement_id=agreement.id, user_id=agreement.user_id, text=text.strip()[:1000], created_at=now())
    db.session.add(denial)
    db.session.flush()
    return denial


def answer_denial(actor: Actor, denial: Denial, answer: str) -> None:
    """A coordinator answers, after calling the person."""
    if not answer.strip():
        raise Invalid("请写明怎么处理的", "answer")
    denial.answer, denial.answered_by, denial.answered_at = answer.strip()[:1000], actor.user_id, now()
    tell(denial.user_id, "您说的事有答复了", answer.strip()[:200], link=f"/agreements/{denial.agreement_id}")


def _print(agreement: Agreement) -> None:
    """Queue the paper of the present state."""
    key = f"print-{agreement.id}-{agreement.revision_number}-{agreement.state}-{agreement.version}"
    jobs.enqueue("print_agreement", unique_key=key, agreement_id=agreement.id)
