"""Commands on applications. Papers, choices, guardians and scores lie in modules of their own and are called from here,
so that other features know one name."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select

from app.accounts.consents import give_consent
from app.accounts.models import User
from app.accounts.telling import tell_person
from app.applications import choices, guardians, queries
from app.applications.choices import set_choices
from app.applications.guardians import guardian_answer, is_minor, name_guardian, send_again
from app.applications.models import Application
from app.applications.papers import carry_over, claim_categories, decide_evidence, upload_evidence
from app.applications.scores import enter_score
from app.applications.states import APPLICATION
from app.applications.versions import put_back, standing_version
from app.applications.windows import guardian_may_answer, require_checking, require_choosing, require_sending_papers
from app.applications.withdrawing import require_consents
from app.core.actor import SYSTEM, Actor
from app.core.clock import now
from app.core.dates import said
from app.core.db import db
from app.core.errors import Faults, Invalid, WrongState
from app.core.labels import DISTRICTS, START_POINTS
from app.core.states import revise
from app.organisations.models import Enterprise, School
from app.rounds.models import Round
from app.rounds.service import ON_CANCEL, ON_CHECKING

__all__ = [
    "check", "claim_categories", "decide_evidence", "enter_score", "fill_profile", "guardian_answer",
    "keep_profile_draft", "leave_out_unsubmitted", "name_guardian", "reopen", "restore", "send_again", "send_back",
    "set_choices", "start", "submit", "upload_evidence", "use_last_version", "withdraw",
]  # fmt: skip
PROFILE = ("start_point", "district", "address", "school_id", "enterprise_id")
MINE = "/my-application"


def start(actor: Actor, round_: Round, user: User | None = None) -> Application:
    """Begin an application in an open round, with the profile of the person's last one; in a supplementary round with
    the papers of the round it follows as well. One per person and round. ``user`` is whose it is, where that is not
    the actor (a signed slip of a station).

    Raises:
        WrongState: the round is not open or its deadline has passed.
        Invalid: no birth date is known. (A second one breaks the constraint, which says so in words.)
    """
    require_choosing(round_)
    user = user or db.session.get(User, actor.user_id)
    if user is None or user.birth_date is None:
        raise Invalid("请先补上证件信息，才能报名")
    require_consents(user)
    earlier = queries.own_all(user.id)
    facts = {name: getattr(earlier[0], name) for name in PROFILE} if earlier else {}
    number = _next_number(round_)
    # There is nothing to it yet, so nobody needs to ask the database for it.
    nothing: dict[str, Any] = {"choices": [], "claims": [], "evidence": [], "scores": [], "guardian": None}
    application = Application(
        round=round_, user=user, number=number, created_at=now(), adjustable=False, **nothing, **facts
    )
    APPLICATION.begin(application, actor)
    followed = next((each for each in earlier if each.round_id == round_.follows_id), None)
    if followed is not None:
        carry_over(actor, followed, application)
    return application


def _next_number(round_: Round) -> str:
    """27C-0418. The round's row is locked, so that two people who start at once get two numbers."""
    db.session.execute(select(Round.id).where(Round.id == round_.id).with_for_update(key_share=True))
    before = db.session.scalar(select(func.count()).select_from(Application).filter_by(round_id=round_.id)) or 0
    return f"{round_.code}-{before + 1:04d}"


def fill_profile(actor: Actor, application: Application, *, version: int | None = None, **facts: Any) -> None:
    """Start point, district, address; the own school or employer where a class asks for it. What is not named stays.

    Raises:
        Faults: each beside its field.
        WrongState: handed in (reopen first) or too late.
    """
    unknown = facts.keys() - set(PROFILE)
    if unknown:
        raise TypeError(f"not part of a profile: {sorted(unknown)}")
    if application.state == "returned":
        require_sending_papers(application.round)
    else:
        require_choosing(application.round)
    if application.state not in choices.CHANGEABLE:
        raise WrongState("已经提交。要改个人信息，先点“改志愿”")
    whole = {name: facts.get(name, getattr(application, name)) for name in PROFILE}
    faults = _profile_faults(whole)
    if faults:
        raise Faults(faults)
    revise("application", application, actor, version, facts)


def keep_profile_draft(
    actor: Actor, application: Application, facts: dict[str, Any], version: int | None = None
) -> None:
    """Keep the part of a profile that is filled in so far; what is missing is asked for when it is handed in.

    Raises: as ``fill_profile``, but only for what is given.
    """
    require_choosing(application.round)
    if application.state not in choices.CHANGEABLE:
        raise WrongState("已经提交。要改个人信息，先点“改志愿”")
    faults = [fault for fault in _profile_faults({name: facts.get(name) for name in PROFILE}) if fault.field in facts]
    if faults:
        raise Faults(faults)
    if facts:
        revise("application", application, actor, version, facts)


def _profile_faults(facts: dict[str, Any]) -> list[Invalid]:
    faults = []
    if facts["start_point"] not in START_POINTS:
        faults.append(Invalid("请选您现在的学历", "start_point"))
    if facts["district"] not in DISTRICTS:
        faults.append(Invalid("请选您住在哪里", "district"))
    if len(facts["address"] or "") > 120:
        faults.append(Invalid("地址最多120个字", "address"))
    for name, model, word in (("school_id", School, "院校"), ("enterprise_id", Enterprise, "企业")):
        if facts[name] is not None and db.session.get(model, facts[name]) is None:
            faults.append(Invalid(f"没有这个{word}，请从列表里选", name))
    return faults


def missing(application: Application) -> list[Invalid]:
    """Everything that stands in the way of submitting, all at once, in the order of the steps."""
    faults = _profile_faults({name: getattr(application, name) for name in PROFILE})
    if is_minor(application) and application.guardian is None:
        faults.append(Invalid("还没有填监护人。您未满18岁，要家长同意", "guardian"))
    if not application.choices:
        faults.append(Invalid("还没有选志愿，至少选1个", "choices"))
    return faults


def submit(actor: Actor, application: Application, version: int | None = None, *, consents: bool = True) -> None:
    """Hand the application in: what was chosen is kept with its hash, the consent names the schools, a receipt goes
    out. A minor's then waits for her guardian, unless she has agreed to these very choices before.

    ``consents``: the person ticked that the schools of her choices may see her data.

    Raises:
        WrongState: by the server's clock too late, or handed in already.
        Faults: everything that is missing.
    """
    if application.state == "returned":
        require_sending_papers(application.round)
    else:
        require_choosing(application.round)
    require_consents(application.user)
    faults = missing(application)
    if not consents:
        faults.append(Invalid("请勾选同意，志愿里的院校才能看您的资料", "consent"))
    if faults:
        raise Faults(faults)
    guardian = application.guardian if is_minor(application) else None
    asks = guardian is not None and not (guardian.state == "agreed" and choices.unchanged_since_submitted(application))
    at = now().replace(microsecond=0)
    APPLICATION.move(
        application, "submit_minor" if asks else "submit", actor, version=version,
        submitted_at=at, receipt_code=application.receipt_code or choices.new_receipt_code(),
        receipt_sha256=choices.fingerprint(application, at), returned_because="",
    )
    choices.keep_list(application)
    give_consent(application.user, "schools_of_choices", detail=_named(application))
    if asks:
        guardians.ask(actor, application)
    _tell_submitted(application, asks)


def _named(application: Application) -> dict[str, Any]:
    """Who the consent names: the schools of the choices, and whether the one of an adjustment as well."""
    schools = queries.schools_of_choices(application)
    return {
        "application": application.number,
        "schools": [{"id": key, "name": name} for key, name in sorted(schools.items())],
        "adjustment": application.adjustable and application.round.uses_adjustment,
    }


def _tell_submitted(application: Application, asks: bool) -> None:
    then = "等监护人同意后才算数。" if asks else ""
    until = said(application.round.deadline)
    body = f"报名号{application.number}，回执{application.receipt_code}。{then}{until}前还能改"
    tell_person(application.user, "报名已提交", body, link=MINE)


def reopen(actor: Actor, application: Application, version: int | None = None) -> None:
    """Take a submitted application back to change it, before the deadline. It must then be submitted again."""
    require_choosing(application.round)
    APPLICATION.move(application, "change", actor, version=version)
    then = "没再提交，就按上次交的算" if standing_version(application) else "要再提交一次，不交就不算数"
    body = f"报名{application.number}收回来改了。{said(application.round.deadline)}前{then}"
    tell_person(application.user, "报名收回来改了", body, link=MINE)


def use_last_version(actor: Actor, application: Application, version: int | None = None) -> None:
    """Do not change after all: what was submitted last counts again, with its receipt. Before the deadline."""
    require_choosing(application.round)
    put_back(actor, application, version)


def withdraw(actor: Actor, application: Application, why: str = "", version: int | None = None) -> None:
    """The applicant does not want to take part any more; possible until the round is closed."""
    require_checking(application.round)
    APPLICATION.move(application, "withdraw", actor, why=why.strip(), version=version)
    body = f"报名{application.number}已经撤回，这一批不会录取您。{said(application.round.deadline)}前还可以重新报名"
    tell_person(application.user, "报名已撤回", body, link=MINE)


def restore(actor: Actor, application: Application, version: int | None = None) -> None:
    """Come back before the deadline, with everything that was filled in."""
    require_choosing(application.round)
    APPLICATION.move(application, "restore", actor, version=version)
    body = f"报名{application.number}恢复了，填过的都在。{said(application.round.deadline)}前要提交，不交就不算数"
    tell_person(application.user, "报名恢复了", body, link=MINE)


def check(actor: Actor, application: Application, version: int | None = None) -> None:
    """Somebody has looked through the whole application; every paper must be decided.

    Raises:
        Invalid: papers are waiting.
    """
    require_checking(application.round)
    waiting = sum(paper.state == "uploaded" for paper in application.evidence)
    if waiting:
        raise Invalid(f"还有{waiting}份材料没核验")
    APPLICATION.move(application, "check", actor, version=version)
    body = f"报名{application.number}的材料都核对完了。{said(application.round.publish_at)}公布结果"
    tell_person(application.user, "材料核对完了", body, link=MINE)


def send_back(actor: Actor, application: Application, why: str, version: int | None = None) -> None:
    """Give an application back for papers, with the reason; its choices stay as they are."""
    require_checking(application.round)
    if not why.strip():
        raise Invalid("请写明要补什么，本人会看到", "why")
    APPLICATION.move(application, "return", actor, why=why.strip(), version=version, returned_because=why.strip())
    body = f"{why.strip()}。{said(application.round.evidence_due)}前补上，再点一次提交"
    tell_person(application.user, "报名要补材料", body, link=MINE)


def leave_out_unsubmitted(round_: Round) -> int:
    """After the deadline: who never submitted, or whose guardian let her time pass, does not take part; who reopened
    and did not submit again counts as before. Everybody concerned is told. Returns how many are left out; calling it
    again leaves out only those who have become late since.
    """
    late = ["draft"] if guardian_may_answer(round_) else ["draft", "awaiting_guardian"]
    found = select(Application).where(Application.round_id == round_.id, Application.state.in_(late))
    left_out = 0
    for application in db.session.scalars(found.order_by(Application.id)).all():
        if standing_version(application) is not None:
            _count_as_submitted(application)
            continue
        left_out += 1
        why = "监护人在期限内没有答复" if application.state == "awaiting_guardian" else "截止时还没有提交"
        APPLICATION.move(application, "leave_out", SYSTEM, why=why)
        body = f"报名{application.number}：{why}。下一批或者补录还可以报"
        tell_person(application.user, "这一批没有参加成", body, link=MINE)
    return left_out


def _count_as_submitted(application: Application) -> None:
    kept = put_back(SYSTEM, application, why="截止时没有再提交")
    what = f"您改了没有再提交，按第{kept.number}次提交的算"
    body = f"报名{application.number}：{what}，回执{application.receipt_code}有效"
    tell_person(application.user, "按上次提交的算", body, link=MINE)


def tell_of_cancellation(round_: Round, why: str) -> None:
    """Whoever still takes part hears that the round is cancelled, and why."""
    found = select(Application).where(
        Application.round_id == round_.id, Application.state.not_in(("withdrawn", "left_out"))
    )
    for application in db.session.scalars(found.order_by(Application.id)):
        tell_person(application.user, f"{round_.name}取消了", f"{why}。您填的都还在，可以报下一批", link=MINE)


ON_CHECKING.append(leave_out_unsubmitted)
ON_CANCEL.append(tell_of_cancellation)
