"""What may happen to a round after its deadline: close, trial runs, two persons, publication."""

from __future__ import annotations

import hashlib

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from app.accounts.telling import tell_person
from app.applications.eligibility import freeze
from app.applications.models import Application, Choice
from app.applications.queries import undecided
from app.applications.service import leave_out_unsubmitted
from app.applications.states import APPLICATION
from app.core import jobs
from app.core.actor import Actor
from app.core.clock import now
from app.core.crypto import vault
from app.core.dates import said
from app.core.db import db
from app.core.errors import Faults, Invalid, NotPermitted, WrongState
from app.core.states import compare_and_set
from app.law.consents import decided_by_people
from app.order_classes.models import Track
from app.placements.models import Placement, Review, Run
from app.placements.offering import offer_seats
from app.placements.snapshot import draw
from app.placements.states import REVIEW_OPEN, RUN
from app.rounds.models import Round
from app.rounds.promise import promises_truth
from app.rounds.states import ROUND

RULES = {"stable": "分数优先、遵循志愿", "maximum": "录取人数最多"}
ENTERING = ("submitted", "returned", "checked")
MOST_NAMED = 50


def close(actor: Actor, round_: Round, version: int | None = None) -> None:
    """End checking: every paper and score decided, eligibility frozen, the lottery drawn; one transaction.

    Raises:
        Faults: papers or scores are undecided, each named.
    """
    if round_.state != "checking":
        raise WrongState(f"现在是“{ROUND.states[round_.state]}”，不能结束核对")
    gaps = undecided(round_)
    if gaps:
        shown = [Invalid(gap) for gap in gaps[:MOST_NAMED]]
        rest = [Invalid(f"还有{len(gaps) - MOST_NAMED}件没列出来")] if len(gaps) > MOST_NAMED else []
        raise Faults([*shown, *rest])
    leave_out_unsubmitted(round_)  # guardians who had time left when checking began, and never answered
    entered = _enter(actor, round_)
    seed = vault().open("round", "seed", round_.code, round_.seed_sealed or b"").hex()
    root = _inputs_root(entered)
    numbers = draw(seed, [a.id for a in entered])
    for application in entered:
        application.lottery = numbers[application.id]
    facts = {**round_.facts, "inputs_root": root, "entered": len(entered)}
    ROUND.move(
        round_,
        "close",
        actor,
        version=version,
        seed=seed,
        drawn_at=now(),
        facts=facts,
        detail={"inputs_root": root, "entered": len(entered)},
    )
    for application in entered:
        body = f"抽签号{application.lottery}，同分时小的在前。{said(round_.publish_at)}公布结果"
        tell_person(application.user, "您的报名进入录取了", body, link="/my-application")


def _enter(actor: Actor, round_: Round) -> list[Application]:
    found = (
        select(Application)
        .where(Application.round_id == round_.id, Application.state.in_(ENTERING))
        .order_by(Application.id)
        .options(
            joinedload(Application.user),
            selectinload(Application.claims),
            selectinload(Application.evidence),
            selectinload(Application.choices).joinedload(Choice.track).joinedload(Track.order_class),
            selectinload(Application.choices).joinedload(Choice.track).joinedload(Track.position),
        )
    )
    applications = list(db.session.scalars(found).unique())
    for application in applications:
        freeze(application)
        APPLICATION.move(application, "freeze", actor)
    return applications


def _inputs_root(applications: list[Application]) -> str:
    """SHA-256 over every receipt, in number order: published with the seed, so neither can be changed afterwards."""
    lines = "".join(f"{a.number} {a.receipt_sha256}\n" for a in sorted(applications, key=lambda a: a.number))
    return hashlib.sha256(lines.encode()).hexdigest()


def start_run(
    actor: Actor,
    round_: Round,
    rule: str = "stable",
    uses_minimum: bool = True,
    uses_adjustment: bool = True,
    purpose: str = "main",
) -> Run:
    """Queue a trial run (试算) of the frozen round. The job is part of the same transaction."""
    allowed = ("responding",) if purpose == "repair" else ("closed", "proposed")
    if round_.state not in allowed:
        raise WrongState(f"现在是“{ROUND.states[round_.state]}”，不能试算")
    if rule not in RULES:
        raise Invalid("请选一种录取规则", "rule")
    number = (db.session.scalar(select(func.max(Run.number)).filter_by(round_id=round_.id)) or 0) + 1
    run = Run(
        round=round_,
        number=number,
        purpose=purpose,
        rule=rule,
        uses_minimum=uses_minimum,
        uses_adjustment=uses_adjustment,
        created_by=actor.user_id,
        created_at=now(),
        facts={},
    )
    RUN.begin(run, actor, detail={"rule": rule, "minimum": uses_minimum, "adjustment": uses_adjustment})
    run.job_id = jobs.enqueue("solve_run", unique_key=f"run-{run.id}", run_id=run.id).id
    return run


def start_repair(actor: Actor, round_: Round) -> Run:
    """递补: one more run in which nobody loses what they hold, under the rule of the published one."""
    chosen = db.session.scalars(
        select(Run).filter_by(round_id=round_.id, state="chosen").order_by(Run.number.desc())
    ).first()
    if chosen is None:
        raise WrongState("还没有公布过结果，不用递补")
    return start_run(actor, round_, chosen.rule, chosen.uses_minimum, chosen.uses_adjustment, purpose="repair")


def cancel_run(actor: Actor, run: Run) -> None:
    """Ask a run to stop: a waiting one ends now, a running one within a second."""
    if run.state not in ("queued", "running"):
        raise WrongState(f"这次试算已经“{RUN.states[run.state]}”了")
    if run.job_id:
        jobs.request_cancel(run.job_id)
    if run.state == "queued":
        RUN.move(run, "cancel", actor, ended_at=now())


def propose(actor: Actor, run: Run, why: str, version: int | None = None) -> None:
    """One coordinator proposes a solved run for publication, saying why."""
    if run.state != "solved":
        raise WrongState("只能提议算好了的试算")
    if not why.strip():
        raise Invalid("请写明为什么选它。申请人复核时可以看到", "why")
    if run.purpose == "main":
        _keeps_its_promise(run)
        ROUND.move(run.round, "propose", actor, version=version, why=why, detail={"run": run.number})
    compare_and_set(run, proposed_by=actor.user_id, proposed_because=why.strip())


def _keeps_its_promise(run: Run) -> None:
    """People were told 按真心排，不会吃亏 while they ranked: then only a run that guarantees it may be published."""
    if promises_truth(run.round) and run.guarantee != "stable_strategyproof":
        raise Invalid("报名时写过“按真心排，不会吃亏”，这次试算保证不了。请用“分数优先”、不看开班线的试算")


def withdraw_proposal(actor: Actor, run: Run) -> None:
    """The proposer takes the proposal back before it is approved."""
    _must_be_proposed(run)
    if run.proposed_by != actor.user_id:
        raise NotPermitted("只有提议的人可以撤回")
    _drop_proposal(actor, run, "withdraw_proposal", "")


def reject(actor: Actor, run: Run, why: str) -> None:
    """The second coordinator says no, with the reason."""
    _must_be_proposed(run)
    if not why.strip():
        raise Invalid("请写明为什么不批准", "why")
    _drop_proposal(actor, run, "reject_proposal", why)


def approve(actor: Actor, run: Run) -> None:
    """Another coordinator approves; the database refuses the proposer as well (constraint two_persons)."""
    _must_be_proposed(run)
    if run.proposed_by == actor.user_id:
        raise NotPermitted("自己提议的，要由另一位协调员审批")
    if run.purpose == "main":
        ROUND.move(run.round, "approve", actor, detail={"run": run.number})
    compare_and_set(run, approved_by=actor.user_id)


def publish(actor: Actor, run: Run) -> int:
    """Publish an approved run: offers are made, everybody is told, the unplaced first. Returns the number of offers."""
    if run.state != "solved" or run.approved_by is None:
        raise WrongState("要先由另一位协调员批准，才能公布")
    decided = decided_by_people(run.proposed_by, run.approved_by)
    if not decided.ok:
        raise NotPermitted(decided.message)
    round_ = run.round
    if run.purpose == "main":
        if now() < round_.publish_at:
            raise Invalid("还没到公布的时间")
        ROUND.move(round_, "publish", actor, detail={"run": run.number})
        _discard_others(actor, round_, run)
    RUN.move(run, "choose", actor)
    offers = offer_seats(actor, run)
    if run.purpose == "main":
        ROUND.move(round_, "await_answers", actor)
    return offers


def _must_be_proposed(run: Run) -> None:
    if run.state != "solved" or run.proposed_by is None or run.approved_by is not None:
        raise WrongState("这次试算现在不在等审批")


def _drop_proposal(actor: Actor, run: Run, action: str, why: str) -> None:
    if run.purpose == "main":
        ROUND.move(run.round, action, actor, why=why, detail={"run": run.number})
    compare_and_set(run, proposed_by=None, proposed_because="")


def _discard_others(actor: Actor, round_: Round, chosen: Run | None = None) -> None:
    """Discard solved runs that were not chosen and stop those still under way."""
    for other in db.session.scalars(select(Run).filter_by(round_id=round_.id, state="solved")).all():
        if other is not chosen:
            RUN.move(other, "discard", actor)
    unfinished = select(Run).where(Run.round_id == round_.id, Run.state.in_(("queued", "running")))
    for other in db.session.scalars(unfinished).all():
        cancel_run(actor, other)


def settle(actor: Actor, round_: Round) -> None:
    """End a round once nobody is left to answer."""
    waiting = (
        select(func.count())
        .select_from(Placement)
        .where(Placement.round_id == round_.id, Placement.state.in_(("offered", "accepting")))
    )
    if n := db.session.scalar(waiting):
        raise WrongState(f"还有{n}人没有答复，等他们答复或者过期")
    reviews = (
        select(func.count())
        .select_from(Review)
        .join(Application, Application.id == Review.application_id)
        .where(Application.round_id == round_.id, Review.state.in_(REVIEW_OPEN))
    )
    if n := db.session.scalar(reviews):
        raise WrongState(f"还有{n}件复核没有办完，办完才能办结")
    _discard_others(actor, round_)
    ROUND.move(round_, "settle", actor)
