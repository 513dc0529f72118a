"""What the demonstration promises, each asked of the database when the story has been told."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import exists, func, select

from app.accounts.models import User
from app.agreements.models import Agreement, Paper, Revision, Signature
from app.agreements.states import SIGNING
from app.applications.models import Application, CategoryClaim, Choice, Evidence, Guardian
from app.core.db import db
from app.core.jobs import Job
from app.core.labels import FIELDS, STUDY_MODES
from app.demo.stage import Stage
from app.law.age import is_under_16
from app.order_classes.models import OrderClass, Reserve, Track
from app.order_classes.soundness import hours_of
from app.organisations.models import Enterprise, Membership, School
from app.placements.models import Placement, Run, RunClass, RunPlacement, RunReason
from app.placements.queries import chosen_runs
from app.positions.models import Position
from app.rounds.models import RoundClass

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Promise:
    """One sentence, and whether it is so."""

    says: str
    holds: Callable[[Stage], bool]


def broken(stage: Stage) -> list[str]:
    """The promises that were not kept."""
    return [promise.says for promise in PROMISES if not promise.holds(stage)]


def count(query: object) -> int:
    return db.session.scalar(select(func.count()).select_from(query.subquery())) or 0  # type: ignore[attr-defined]


# --- the alliance -----------------------------------------------------------------------------------------------------


def _alliance(stage: Stage) -> bool:
    joined = select(Membership.id).where(Membership.state == "joined")
    schools = count(joined.join(School).where(School.state == "approved"))
    firms = count(joined.join(Enterprise).where(Enterprise.state == "approved"))
    return schools > 0 and firms > 0 and (not stage.bundled or (schools, firms) == (6, 24))


def _offer(stage: Stage) -> bool:
    classes = db.session.scalars(select(OrderClass).where(OrderClass.state == "approved")).all()
    tracks = [track for row in classes for track in row.tracks]
    posts = count(select(Position.id).where(Position.state == "approved"))
    sound = all(hours_of(row).r1 and hours_of(row).r2 for row in classes)
    if not stage.bundled:
        return sound and bool(classes)
    sizes = (posts, len(classes), len(tracks), sum(track.position_id is None for track in tracks))
    fields, modes = {row.field for row in classes}, {row.mode for row in classes}
    return sound and sizes == (50, 32, 55, 4) and fields == set(FIELDS) and modes == set(STUDY_MODES)


def _posting_stopped(stage: Stage) -> bool:
    said, mended = stage.notes.get("posting_stopped", ""), stage.notes.get("posting_mended", "")
    return "《" in said and "限男" in said and mended != "" and "限男" not in mended and "35岁" not in mended


# --- the people -------------------------------------------------------------------------------------------------------


def _people(stage: Stage) -> bool:
    applied = count(select(Application.id).where(Application.round_id == stage.notes["round"]))
    claimed = set(db.session.scalars(select(CategoryClaim.category).distinct()))
    asked = {category for person in stage.people.values() for category in person.categories}
    return applied == stage.size and claimed == asked


def _barred(stage: Stage) -> bool:
    choices = select(Choice.id).join(Application).where(Application.round_id == stage.notes["round"])
    unverified = choices.where(Choice.barred_by == "class_age_unverified")
    return count(choices.where(Choice.barred_by.is_not(None))) > 0 and (stage.size < 500 or count(unverified) > 0)


def _consented(stage: Stage) -> bool:
    """No minor took part without her guardian's yes."""
    entered = select(Guardian.id).join(Application).where(
        Application.round_id == stage.notes["round"], Application.state == "in_round"
    )
    return count(entered) > 0 and count(entered.where(Guardian.state != "agreed")) == 0


def _papers_decided(stage: Stage) -> bool:
    first = select(Evidence.id).join(Application).where(
        Application.round_id == stage.notes["round"], Application.state == "in_round"
    )
    verified, waiting = (count(first.where(Evidence.state == state)) for state in ("verified", "uploaded"))
    return verified > 0 and waiting == 0


# --- the result -------------------------------------------------------------------------------------------------------


def _lottery(stage: Stage) -> bool:
    round_ = stage.round()
    return hashlib.sha256((round_.seed or "").encode()).hexdigest() == round_.seed_commitment


def _solved(stage: Stage) -> bool:
    runs = db.session.scalars(select(Run).where(Run.id.in_(stage.notes["runs"]))).all()
    return len(runs) == stage.trials and all(run.placed and run.guarantee for run in runs)


def _verified(stage: Stage) -> bool:
    """The stored bundles and outcomes once more through the command line alone."""
    return all(verifies(run) for run in chosen_runs(stage.round()))


def verifies(run: Run) -> bool:
    import io
    import zipfile

    with tempfile.TemporaryDirectory() as folder:
        box = Path(folder)
        (box / "round.zip").write_bytes(run.bundle or b"")
        with zipfile.ZipFile(io.BytesIO(run.outcome or b"")) as archive:
            archive.extractall(box / "out")
        command = [sys.executable, "-m", "matching", "verify", str(box / "round.zip"), str(box / "out")]
        return subprocess.run(command, cwd=ROOT, capture_output=True).returncode == 0


def _two_persons(stage: Stage) -> bool:
    runs = chosen_runs(stage.round())
    return bool(runs) and all(r.proposed_by and r.approved_by and r.proposed_by != r.approved_by for r in runs)


def _reasons(stage: Stage) -> bool:
    """Everybody who took part has a line for each of her choices."""
    run = chosen_runs(stage.round())[0]
    told = exists().where(
        RunReason.run_id == run.id, RunReason.application_id == Choice.application_id, RunReason.rank == Choice.rank
    )
    entered = select(RunPlacement.application_id).where(RunPlacement.run_id == run.id)
    return count(select(Choice.id).where(Choice.application_id.in_(entered), ~told)) == 0


def opened_by_adjustment(run: Run) -> list[int]:
    """Classes that opened, and would have stayed under their minimum by choice alone."""
    chosen = (
        select(Track.order_class_id, func.count())
        .join(RunPlacement, RunPlacement.track_id == Track.id)
        .where(RunPlacement.run_id == run.id, RunPlacement.by != "adjustment")
        .group_by(Track.order_class_id)
    )
    by_choice = dict(db.session.execute(chosen).tuples().all())
    least = _least(run)
    opened = db.session.scalars(select(RunClass.order_class_id).filter_by(run_id=run.id, open=True)).all()
    return [key for key in opened if by_choice.get(key, 0) < least.get(key, 0)]


def _least(run: Run) -> dict[int, int]:
    found = select(RoundClass.order_class_id, RoundClass.min_open).filter_by(round_id=run.round_id)
    return dict(db.session.execute(found).tuples().all())


def _minimums(stage: Stage) -> bool:
    run = chosen_runs(stage.round())[0]
    least = _least(run)
    rows = db.session.scalars(select(RunClass).filter_by(run_id=run.id)).all()
    sound = all(r.filled >= least[r.order_class_id] if r.open else not r.filled for r in rows)
    return sound and any(r.open for r in rows)


def _adjusted(stage: Stage) -> bool:
    return bool(opened_by_adjustment(chosen_runs(stage.round())[0])) or not stage.bundled or stage.size < 500


def _sixteen(stage: Stage) -> bool:
    """Nobody under 16 on the result date was given a position."""
    day = stage.calendar.first_round()["publish_at"].date()
    given = (
        select(User.birth_date).join(Placement, Placement.user_id == User.id).join(Track)
        .where(Track.position_id.is_not(None), Placement.round_id == stage.notes["round"])
    )
    return not any(birth is None or is_under_16(birth, day) for birth in db.session.scalars(given))


def _repaired(stage: Stage) -> bool:
    held, kept = stage.notes.get("held_before_repair", 0), stage.notes.get("kept_in_repair", -1)
    return held == kept and held > 0 and stage.notes.get("repair_offers", 0) > 0


# --- the agreements ---------------------------------------------------------------------------------------------------


def _in_force(stage: Stage) -> bool:
    """Signed in order by all parties, on the very words in force."""
    live = db.session.scalars(select(Agreement).where(Agreement.state == "in_force")).all()
    return len(live) >= stage.in_force and all(_signed_in_order(agreement) for agreement in live)


def _signed_in_order(agreement: Agreement) -> bool:
    found = select(Signature.party, Signature.text_sha256, Revision.text_sha256).join(Revision).where(
        Revision.agreement_id == agreement.id, Revision.number == agreement.revision_number
    )
    rows = db.session.execute(found.order_by(Signature.id)).tuples().all()
    guardian = ["guardian"] if agreement.guardian_id else []
    in_order = [row[0] for row in rows] == ["student", *guardian, "enterprise", "school"]
    return in_order and all(signed == words for _, signed, words in rows)


def _steps(stage: Stage) -> bool:
    there = set(db.session.scalars(select(Agreement.state).distinct()))
    return there >= {*SIGNING, "in_force", "returned", "refused"}


def _printed(stage: Stage) -> bool:
    printed = exists().where(Paper.agreement_id == Agreement.id, Paper.state == Agreement.state)
    return count(select(Agreement.id).where(~printed)) == 0


def _given(stage: Stage) -> bool:
    given = select(Agreement.id).join(Placement, Placement.id == Agreement.placement_id).join(Track).where(
        Track.position_id.is_(None), Placement.position_id.is_not(None), Agreement.state == "in_force"
    )
    return count(given) > 0


# --- what waits -------------------------------------------------------------------------------------------------------


def _next_round(stage: Stage) -> bool:
    states = select(Application.state).where(Application.round_id == stage.notes["next"])
    there = set(db.session.scalars(states.distinct()))
    wanted = {"draft", "submitted", "returned", "checked", "awaiting_guardian"}
    enough = count(select(Application.id).where(Application.round_id == stage.notes["next"])) >= stage.newcomers
    return stage.round("next").state == "open" and enough and (stage.size < 500 or there >= wanted)


def _desks(stage: Stage) -> bool:
    models = (Enterprise, Position, OrderClass)
    return all(count(select(model.id).where(model.state == "submitted")) > 0 for model in models)


def _passwords(stage: Stage) -> bool:
    hashed = set(db.session.scalars(select(User.id).where(User.password_hash.is_not(None))))
    return hashed == {int(account.key) for account in stage.accounts if account.password}


PROMISES = (
    Promise("6 schools and 24 enterprises were checked and joined", _alliance),
    Promise("50 positions, 32 classes with 55 tracks, eight fields, three study modes; R1 and R2 hold", _offer),
    Promise("a posting with forbidden requirements was stopped with the article, then mended", _posting_stopped),
    Promise("everybody applied, of every category", _people),
    Promise("somebody under 14 was not registered", lambda stage: "refused_under_14" in stage.notes),
    Promise("barred choices are kept with their rule", _barred),
    Promise("no minor took part without her guardian", _consented),
    Promise("the round refused to close too early", lambda stage: stage.notes.get("close_refused", 0) > 0),
    Promise("every paper was decided before the close", _papers_decided),
    Promise("the lottery's seed is the one committed to", _lottery),
    Promise("three trial runs were solved", _solved),
    Promise("verify is clean, once more by the command line alone", _verified),
    Promise("nobody may approve her own proposal", lambda stage: "own_approval_refused" in stage.notes),
    Promise("one person proposed, another approved", _two_persons),
    Promise("every choice of every applicant has its reason", _reasons),
    Promise("every class that opened has its minimum, closed ones are empty", _minimums),
    Promise("adjustment opened a class", _adjusted),
    Promise("nobody under 16 was given a position", _sixteen),
    Promise("the repair run filled seats and nobody lost one", _repaired),
    Promise("agreements are in force, signed in order on the words they name", _in_force),
    Promise("agreements wait at every step of signing", _steps),
    Promise("every agreement is printed in its present state", _printed),
    Promise("who turned 16 has a position and an agreement", _given),
    Promise("the next round is open, with people in every state", _next_round),
    Promise("an enterprise, a posting and a class wait to be checked", _desks),
    Promise("only printed accounts have passwords", _passwords),
    Promise("no background job failed", lambda stage: count(select(Job.id).where(Job.state == "failed")) == 0),
    Promise("reserves stand only in classes with one position", lambda stage: not stage.bundled or _reserves()),
)


def _reserves() -> bool:
    return all(
        len(row.tracks) == 1 and (row.tracks[0].quota or 0) >= row.seats
        for row in db.session.scalars(select(OrderClass).join(Reserve)).unique()
    )
