"""Chapter 7: agreements issued and signed in turn, some waiting at every step, returned, refused; 定岗; a denial."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from sqlalchemy import select

from app.agreements import service
from app.agreements.key_terms import key_terms
from app.agreements.models import Agreement
from app.agreements.signing import new_nonce
from app.core.actor import Actor
from app.core.db import db
from app.core.web import commit
from app.demo.people import TURNED_16
from app.demo.stage import Stage
from app.demo.story.answering import open_offers, person_of
from app.demo.story.doing import as_herself, guardian_actor, phones_ring, proof_of
from app.demo.story.solving import work
from app.law.age import full_age
from app.placements import answers
from app.placements.models import Placement
from app.placements.results import positions_to_give

# How many stop at each step, for sixty that go all the way.
STOPS = (
    ("awaiting_applicant", 16), ("awaiting_guardian", 10), ("awaiting_enterprise", 14), ("awaiting_school", 12),
    ("returned", 3), ("refused", 2),
)  # fmt: skip
BATCH = 20
ROOT = Path(__file__).resolve().parents[3]


def sign(stage: Stage) -> None:
    """Issue in the order of the applications; each goes as far as it is meant to."""
    meant = _meant(stage)
    agreements: dict[int, str] = {}
    for start in range(0, len(meant), BATCH):
        with stage.at(-17 + 6 * start // max(1, len(meant)), 10):
            for placement, target in meant[start : start + BATCH]:
                agreements[service.issue(stage.actor("coordinator"), placement).id] = target
            commit()
    _step(stage, agreements, -10, "awaiting_applicant", _student)
    _step(stage, agreements, -8, "awaiting_guardian", _guardian)
    _organisations(stage, agreements, -6, "awaiting_enterprise")
    _organisations(stage, agreements, -4, "awaiting_school")
    _sideways(stage, agreements)
    stage.notes["agreements"] = list(agreements)


def _meant(stage: Stage) -> list[tuple[Placement, str]]:
    """Who gets an agreement now, and how far it goes. Steps of guardians need minors, those go first to them."""
    free = [p for p in open_offers(stage, "accepted") if p.track.position_id and not service.obstacle(p)]
    scale = stage.in_force / 60
    minors = [p for p in free if _is_minor(stage, p)]
    adults = [p for p in free if not _is_minor(stage, p)]
    meant: list[tuple[Placement, str]] = []
    for target, count in STOPS:
        pool = minors if target == "awaiting_guardian" else adults
        meant += [(pool.pop(0), target) for _ in range(min(len(pool), max(1, round(count * scale))))]
    rest = sorted([*minors[: stage.in_force // 3], *adults], key=lambda p: p.application_id)
    return meant + [(placement, "in_force") for placement in rest[: stage.in_force]]


def _is_minor(stage: Stage, placement: Placement) -> bool:
    birth = placement.application.user.birth_date
    return birth is not None and full_age(birth, stage.calendar.day(-4)) < 18


def _at(agreements: dict[int, str], state: str) -> list[Agreement]:
    """Those that have come to a state and are meant to go further."""
    found = select(Agreement).where(Agreement.id.in_(agreements), Agreement.state == state).order_by(Agreement.id)
    return [a for a in db.session.scalars(found) if agreements[a.id] != state]


def _step(
    stage: Stage, agreements: dict[int, str], day: int, state: str, who: Callable[[Agreement], Actor]
) -> None:
    """Every one whose turn it is reads, ticks the key terms, proves herself and signs."""
    with stage.at(day, 19):
        for agreement in _at(agreements, state):
            if agreements[agreement.id] == "refused":
                service.refuse(who(agreement), agreement, "考上别的学校了")
            else:
                sign_one(who(agreement), agreement)
            commit()


def sign_one(actor: Actor, agreement: Agreement) -> None:
    """One signature with everything a person has to do for it."""
    revision = service.current(agreement)
    ticked = [term.name for term in key_terms(service.terms_in(revision))]
    service.sign(
        actor, agreement, text_sha256=revision.text_sha256, ticked=ticked, proof=proof_of(actor), nonce=new_nonce()
    )


def _student(agreement: Agreement) -> Actor:
    return as_herself(agreement.placement.application.user)


def _guardian(agreement: Agreement) -> Actor:
    guardian = agreement.placement.application.guardian
    assert guardian is not None
    return guardian_actor(guardian)


def _organisations(stage: Stage, agreements: dict[int, str], day: int, state: str) -> None:
    """Enterprises and schools sign what waits for them in one go, proving themselves once."""
    key = "firm" if state == "awaiting_enterprise" else "school"
    waiting: dict[str, list[Agreement]] = {}
    for agreement in _at(agreements, state):
        if agreements[agreement.id] != "returned":
            owner = agreement.enterprise_id if key == "firm" else agreement.school_id
            waiting.setdefault(f"{key}:{owner}", []).append(agreement)
    with stage.at(day, 10):
        for role, mine in waiting.items():
            actor = stage.actor(role)
            service.sign_many(actor, mine, proof_of(actor))
            commit()


def _sideways(stage: Stage, agreements: dict[int, str]) -> None:
    """An enterprise sends some back for a change; the first of those in force says in private that she was pressed."""
    with stage.at(-5, 15):
        for agreement in _at(agreements, "awaiting_enterprise"):
            actor = stage.actor(f"firm:{agreement.enterprise_id}")
            service.send_back(actor, agreement, "住址少写了门牌号，请补上")
            commit()
    with stage.at(-2, 21):
        done = [a for a, target in agreements.items() if target == "in_force"]
        denied = db.session.get_one(Agreement, done[0])
        service.deny(_student(denied), denied, "签的那天老师一直站在旁边催，我想再和家里商量")
        commit()


def give_position(stage: Stage) -> None:
    """定岗: who was under 16 when the result came out and is 16 now is offered a position of her class, takes it, and
    gets her agreement; the first of them goes all the way to its coming into force."""
    with stage.at(-9, 10):
        meant: dict[int, str] = {}
        for placement in _turned_16(stage):
            position, _ = positions_to_give(placement)[0]
            answers.offer_position(stage.actor("coordinator"), placement, position)
            commit()
            answers.accept_position(as_herself(placement.application.user), placement, position.id)
            commit()
            agreement = service.issue(stage.actor("coordinator"), placement)
            commit()
            meant[agreement.id] = "awaiting_applicant" if meant else "in_force"
    stage.notes["given_positions"] = list(meant)
    _step(stage, meant, -8, "awaiting_applicant", _student)
    _step(stage, meant, -7, "awaiting_guardian", _guardian)
    _organisations(stage, meant, -6, "awaiting_enterprise")
    _organisations(stage, meant, -5, "awaiting_school")


def _turned_16(stage: Stage) -> Sequence[Placement]:
    return [
        p
        for p in open_offers(stage, "accepted")
        if p.track.position_id is None and person_of(stage, p).edge in TURNED_16 and positions_to_give(p)
    ]


def begin_printing(stage: Stage) -> None:
    """Workers of their own start printing what was issued and signed, while the story goes on."""
    if stage.lanes > 1:
        phones_ring()
        command = [sys.executable, "-m", "app.cli", "worker", "--once"]
        quiet = subprocess.DEVNULL
        stage.notes["printers"] = [
            subprocess.Popen(command, cwd=ROOT, stdout=quiet, stderr=quiet) for _ in range(stage.lanes)
        ]


def print_papers(stage: Stage) -> None:
    """Wait for them, and print what is left."""
    for printer in stage.notes.pop("printers", []):
        printer.wait()
    with stage.at(-1, 22):
        work()
