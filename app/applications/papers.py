"""Categories and the papers that prove them: stated, uploaded, verified. Only the last opens anything."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, inspect, select, update
from sqlalchemy.orm.attributes import set_committed_value

from app.accounts.consents import give_consent, has_consent
from app.accounts.telling import tell_person
from app.applications.eligibility import EMPLOYMENT_PROOF, ENROLMENT_PROOF
from app.applications.gaps import HANDED_IN
from app.applications.models import Application, CategoryClaim, Evidence
from app.applications.states import EVIDENCE
from app.applications.windows import may_choose, require_checking, require_sending_papers
from app.core.access import look
from app.core.actor import SYSTEM, Actor
from app.core.clock import now
from app.core.db import add_lines, db
from app.core.errors import Conflict, Faults, Invalid, WrongState
from app.core.files import keep, picture
from app.core.history import History, record
from app.core.labels import CATEGORIES, CATEGORY_EVIDENCE, EVIDENCE_KINDS, SENSITIVE_CATEGORIES
from app.core.outbox import tell
from app.law.consents import sensitive_category_consented

SENDING = ("draft", "awaiting_guardian", "submitted", "returned", "checked")
# The paper that shows where somebody starts from, where no category's paper does so already.
START_PAPER = {
    "junior": "graduation",
    "senior": "graduation",
    "intermediate": "skill_certificate",
    "advanced": "skill_certificate",
}
LEAVERS = ("school_leaver", "past_leaver")


@dataclass(frozen=True)
class Expected:
    """One paper that belongs to an application: which kind, for which category (None: general), and the one sent."""

    kind: str
    category: str | None
    paper: Evidence | None

    @property
    def state(self) -> str:
        """missing, or the state of the paper."""
        return self.paper.state if self.paper else "missing"

    @property
    def name(self) -> str:
        return EVIDENCE_KINDS[self.kind]


def expected(application: Application) -> list[Expected]:
    """Every paper an application should have, in the order in which the page lists them."""
    wanted: list[tuple[str, str | None]] = []
    claims = [claim.category for claim in application.claims]
    if application.start_point and not set(claims) & set(LEAVERS):
        wanted.append((START_PAPER[application.start_point], None))
    wanted += [(kind, category) for category in claims for kind in CATEGORY_EVIDENCE[category]]
    wanted += [(ENROLMENT_PROOF, None)] if application.school_id else []
    wanted += [(EMPLOYMENT_PROOF, None)] if application.enterprise_id else []
    live = {(p.kind, p.category): p for p in application.evidence if p.state != "replaced"}
    return [Expected(kind, category, live.get((kind, category))) for kind, category in wanted]


def claim_categories(
    actor: Actor, application: Application, codes: Collection[str], *, consents: bool = False
) -> None:
    """Make the claimed categories exactly ``codes``. A category may be dropped until the round is being checked.

    Raises:
        Faults: an unknown code, or a sensitive category without the consent of its own (``consents``).
        WrongState: too late.
    """
    _require_sending(application)
    wanted = set(codes)
    have = {claim.category: claim for claim in application.claims}
    _check_codes(application, wanted - have.keys(), consents)
    dropped = have.keys() - wanted
    if dropped and not may_choose(application.round):
        raise WrongState("已经开始核对材料，类别不能再去掉了")
    for category in dropped:
        _drop(actor, application, have[category])
    db.session.flush()
    new = [code for code in CATEGORIES if code in wanted and code not in have]
    _state(application, new)
    if dropped or new:
        # Which categories is not written down here: some are sensitive, and history is never erased.
        record("application", application.id, actor, "categories", detail={"count": len(wanted)})
    db.session.expire(application, ["claims"])
    # Who had dropped a category and claims it again may have papers for it.
    had = {paper.category for paper in application.evidence}
    for category in new:
        if category in had:
            _settle(application, category)


def _state(application: Application, codes: Sequence[str]) -> None:
    rows = [{"application_id": application.id, "category": code, "level": "stated"} for code in codes]
    add_lines(CategoryClaim, rows)


def _check_codes(application: Application, added: set[str], consents: bool) -> None:
    if added - CATEGORIES.keys():
        raise Invalid("没有这个类别，请重新勾选", "categories")
    sensitive = sorted(added & SENSITIVE_CATEGORIES)
    consented = consents or (bool(sensitive) and has_consent(application.user_id, "sensitive_category"))
    verdicts = [sensitive_category_consented(code, consented) for code in sensitive]
    faults = [Invalid(fault.message, fault.field) for verdict in verdicts for fault in verdict.faults]
    if faults:
        raise Faults(faults)
    if sensitive and consents:
        give_consent(application.user, "sensitive_category", detail={"application": application.number})


def _drop(actor: Actor, application: Application, claim: CategoryClaim) -> None:
    for paper in application.evidence:
        if paper.category == claim.category and EVIDENCE.allows(paper, "replace"):
            EVIDENCE.move(paper, "replace", actor, why="不再报这个类别")
    db.session.delete(claim)


def drop_sensitive(actor: Actor, application: Application) -> list[Evidence]:
    """Forget the sensitive categories somebody no longer consents to; returns the papers that proved them."""
    dropped = [claim for claim in application.claims if claim.category in SENSITIVE_CATEGORIES]
    gone = {claim.category for claim in dropped}
    for claim in dropped:
        _drop(actor, application, claim)
    db.session.flush()
    db.session.expire(application, ["claims"])
    return [paper for paper in application.evidence if paper.category in gone]


def upload_evidence(actor: Actor, application: Application, kind: str, category: str | None, raw: bytes) -> Evidence:
    """Keep a photograph or PDF sealed; it replaces the earlier one of the same kind and category.

    Raises:
        Invalid: not a picture or too large (field ``file``), or a paper nobody asked for.
        WrongState: too late, or the earlier one is verified already.
    """
    _require_sending(application)
    if kind not in EVIDENCE_KINDS:
        raise Invalid("没有这种材料，请从列表里选", "file")
    if category is not None:
        claimed = any(claim.category == category for claim in application.claims)
        if not claimed or kind not in CATEGORY_EVIDENCE[category]:
            raise Invalid("先勾选类别，再传它的材料", "file")
    content, media_type = picture(raw)
    for earlier in application.evidence:
        if (earlier.kind, earlier.category) == (kind, category) and earlier.state != "replaced":
            if earlier.state == "verified":
                raise WrongState("这份材料已经核验通过，不用再传")
            EVIDENCE.move(earlier, "replace", actor)
    file = keep(Actor(user_id=application.user_id), content, media_type)
    paper = Evidence(application=application, kind=kind, category=category, file=file, created_at=now())
    EVIDENCE.begin(paper, actor, detail={"kind": kind})
    _settle(application, category)
    # On the site only: she has just seen the page that says so, and papers come one after the other.
    tell(application.user_id, "材料收到了", f"{EVIDENCE_KINDS[kind]}收到了，等老师核验", link="/my-application")
    return paper


def carry_over(actor: Actor, earlier: Application, application: Application) -> None:
    """Into a supplementary round somebody brings her categories and papers as they were decided; only a returned one
    must be sent again. The files are shared, not copied."""
    _state(application, [claim.category for claim in earlier.claims])
    for paper in earlier.evidence:
        if paper.state not in ("uploaded", "verified") or paper.file.content is None:
            continue
        again = Evidence(
            application=application, kind=paper.kind, category=paper.category, file=paper.file, created_at=now()
        )
        EVIDENCE.begin(again, actor, why=f"沿用报名{earlier.number}的材料")
        if paper.state == "verified":
            changes: dict[str, Any] = {"decided_by": paper.decided_by, "decided_at": paper.decided_at}
            EVIDENCE.move(again, "verify", SYSTEM, why=f"报名{earlier.number}时已核验", **changes)
    db.session.expire(application, ["claims"])
    for claim in earlier.claims:
        _settle(application, claim.category)


def decide_evidence(actor: Actor, evidence: Evidence, ok: bool, why: str = "", version: int | None = None) -> None:
    """Verify a paper, or return it with the reason; the claim it proves follows.

    Two papers of one claim may be decided at the same moment: the claim's row is locked first, so that whoever comes
    second counts what the first has decided.

    Raises:
        Invalid: returned without a reason (field ``why``).
        WrongState: the round's checking is over, the application is not handed in, or the paper was replaced.
        Conflict: somebody else decided it first.
    """
    application = evidence.application
    require_checking(application.round)
    if application.state not in HANDED_IN:
        raise WrongState("这个人的报名现在不在核对")
    if not ok and not why.strip():
        raise Invalid("请写明哪里不行，本人会看到", "why")
    _lock(application.id, evidence.category)
    why = why.strip()
    changes: dict[str, Any] = {"decided_by": actor.user_id, "decided_at": now(), "returned_because": "" if ok else why}
    EVIDENCE.move(evidence, "verify" if ok else "return", actor, why=why, version=version, **changes)
    _settle(application, evidence.category)
    name = EVIDENCE_KINDS[evidence.kind]
    subject, body = "一份材料核验通过", f"{name}核验通过了，不用再传"
    if not ok:
        subject, body = "一份材料要重拍", f"{name}没通过：{why}。改好再传一次就行"
    tell_person(application.user, subject, body, link="/my-application")


def look_at(actor: Actor, evidence: Evidence) -> None:
    """Write down that somebody of the staff opens a paper; whose paper it is can ask for these lines."""
    record("evidence", evidence.id, actor, "view")
    look(actor, evidence.application.user_id, "evidence", evidence.id, "open")


def has_looked(actor: Actor, evidence: Evidence) -> bool:
    """Whether this very person has opened the paper: nobody decides what she has not seen."""
    found = select(History.id).filter_by(thing="evidence", thing_id=evidence.id, action="view", by_user=actor.user_id)
    return db.session.scalar(found.limit(1)) is not None


def _lock(application_id: int, category: str | None) -> None:
    if category is not None:
        claim = select(CategoryClaim.id).filter_by(application_id=application_id, category=category)
        db.session.execute(claim.with_for_update())


def _settle(application: Application, category: str | None) -> None:
    """Bring a claim's level in line with its papers, as one guarded UPDATE."""
    if category is None:
        return
    of_claim = and_(Evidence.application_id == CategoryClaim.application_id, Evidence.category == category)
    found = (
        select(CategoryClaim.id, CategoryClaim.level, Evidence.kind, Evidence.state)
        .outerjoin(Evidence, of_claim)
        .where(CategoryClaim.application_id == application.id, CategoryClaim.category == category)
    )
    rows = db.session.execute(found).tuples().all()
    if not rows:
        return
    claim_id, before = rows[0][:2]
    level = level_of(category, [(kind, state) for _, _, kind, state in rows if kind])
    if level == before:
        return
    done = db.session.execute(
        update(CategoryClaim)
        .where(CategoryClaim.id == claim_id, CategoryClaim.level == before)
        .values(level=level)
        .execution_options(synchronize_session=False)
    )
    if done.rowcount != 1:
        raise Conflict()
    loaded = db.session.identity_map.get(inspect(CategoryClaim).identity_key_from_primary_key((claim_id,)))
    if loaded is not None:
        set_committed_value(loaded, "level", level)


def level_of(category: str, papers: Sequence[tuple[str, str]]) -> str:
    """The level of a claim whose papers are (kind, state): verified only when every paper it needs is."""
    verified = {kind for kind, state in papers if state == "verified"}
    if verified >= set(CATEGORY_EVIDENCE[category]):
        return "verified"
    return "uploaded" if any(state in ("uploaded", "verified") for _, state in papers) else "stated"


def _require_sending(application: Application) -> None:
    require_sending_papers(application.round)
    if application.state not in SENDING:
        raise WrongState("这次报名已经不能再交材料")
