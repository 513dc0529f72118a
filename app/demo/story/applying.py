"""Chapter 3: people sign up, fill in, send papers, name guardians, rank, submit; some change their minds."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from app.applications import papers, service
from app.applications.guardians import is_minor
from app.applications.models import Application, Guardian
from app.applications.queries import organisations_that_ask
from app.core.actor import Actor
from app.core.db import db
from app.core.errors import Faults
from app.core.identifiers import make_resident_id
from app.core.web import commit
from app.demo.calendar import ANCHOR, OPENS, RESULT, Calendar, birthday_on
from app.demo.offers import offers_of
from app.demo.people import Person, people
from app.demo.stage import Stage
from app.demo.story.doing import as_herself, guardian_actor, sign_up
from app.demo.wishes import Offer, choose
from app.rounds.models import Round

Wishes = Mapping[int, Sequence[int]]


@lru_cache(maxsize=20)
def photograph(kind: str) -> bytes:
    """A small picture in place of a photographed paper: one for each kind."""
    from PIL import Image, ImageDraw

    image = Image.new("RGB", (176, 120), (240, 236, 226))
    draw = ImageDraw.Draw(image)
    draw.rectangle((6, 6, 169, 113), outline=(120, 30, 30), width=2)
    draw.text((14, 54), f"DEMO {kind}", fill=(60, 60, 60))
    out = io.BytesIO()
    image.save(out, "JPEG", quality=70)
    return out.getvalue()


def apply(stage: Stage) -> None:
    """Everybody of the first round, spread over its days, in the order of their numbers."""
    wanted = wishes(stage, stage.round(), people(stage.size, _frame(stage)))
    everybody = people(stage.size, stage.calendar)
    stage.people.update({person.number: person for person in everybody})
    _too_young(stage)
    asking = organisations_that_ask(stage.round().id)
    for place, person in enumerate(everybody):
        minutes = place * 18 * 24 * 60 // len(everybody)
        with stage.at(OPENS + 1 + minutes // 1440, minutes % 1440 // 60, minutes % 60):
            apply_one(stage, stage.round(), person, wanted[person.number], asking)
    guardians_answer(stage)


def _frame(stage: Stage) -> Calendar:
    """Wishes over the bundled tracks are found around ANCHOR, where the scores of the bundled file were made."""
    return Calendar(ANCHOR) if stage.bundled else stage.calendar


def wishes(stage: Stage, round_: Round, everybody: Sequence[Person], result: int = RESULT) -> Wishes:
    """number → track ids in order."""
    frame = _frame(stage)
    offers = offers_of(round_.id, stage.calendar.today - frame.today)
    ids: dict[str, int] = {offer.key: track for track, offer in offers.items()}
    found: dict[int, list[Offer]] = {
        person.number: choose(person, offers.values(), frame.day(result), round_.max_choices) for person in everybody
    }
    return {number: [ids[offer.key] for offer in chosen] for number, chosen in found.items()}


def _too_young(stage: Stage) -> None:
    """Somebody who is not 14 yet is not registered at all."""
    with stage.at(OPENS, 20):
        birth = birthday_on(stage.calendar.day(OPENS), 14, 0)
        try:
            sign_up("毕小满", "14000009900", make_resident_id("371003", birth, 999))
        except Faults as fault:
            stage.notes["refused_under_14"] = fault.message
        db.session.rollback()


def apply_one(
    stage: Stage, round_: Round, person: Person, tracks: Sequence[int],
    asking: tuple[dict[str, str], dict[str, str]], hand_in: bool = True,
) -> Application:
    """One person from signing up to the receipt: two commits, as for the two halves of what she does."""
    user = sign_up(person.name, person.phone, person.identity)
    commit()
    stage.users[f"person:{person.number}"] = user.id
    actor = as_herself(user)
    application = service.start(actor, round_)
    stage.applications[person.number] = application.id
    schools, enterprises = asking
    belongs = {"student": schools, "employee": enterprises}.get(person.belongs, {})
    own: dict[str, Any] = {}
    if belongs:
        own = {"school_id" if person.belongs == "student" else "enterprise_id": int(next(iter(belongs)))}
    facts: dict[str, Any] = {"start_point": person.start_point, "district": person.district, "address": person.address}
    service.fill_profile(actor, application, **facts, **own)
    service.claim_categories(actor, application, person.categories, consents=True)
    if person.guardian and is_minor(application):
        who = person.guardian
        service.name_guardian(actor, application, name=who.name, relation=who.relation, phone=who.phone)
    send_papers(actor, application, person)
    if tracks:
        service.set_choices(actor, application, tracks, person.adjustable)
    if hand_in and tracks and person.way != "draft":
        service.submit(actor, application)
    commit()
    if person.number % 60 == 7 and application.state == "submitted":
        _change_her_mind(actor, application)
    return application


def send_papers(actor: Actor, application: Application, person: Person) -> None:
    """Every paper the application asks for, but for those that never arrive."""
    for expected in papers.expected(application):
        there = expected.state in ("uploaded", "verified")
        if not there and fate_of(person, expected.kind, expected.category) != "missing":
            service.upload_evidence(actor, application, expected.kind, expected.category, photograph(expected.kind))


def fate_of(person: Person, kind: str, category: str | None) -> str:
    """What becomes of a paper: verified, returned or missing."""
    key = "belongs" if kind in ("enrolment_proof", "employment_proof") else category or ""
    return person.papers.get(key, "verified")


def _change_her_mind(actor: Actor, application: Application) -> None:
    """She takes the application back, turns her last two choices round, and submits again."""
    service.reopen(actor, application)
    order = [choice.track_id for choice in application.choices]
    service.set_choices(actor, application, [*order[:-2], *reversed(order[-2:])], application.adjustable)
    service.submit(actor, application)
    commit()


def guardians_answer(stage: Stage) -> None:
    """The day before the deadline and after it, each guardian for herself; some never answer. Some people withdraw."""
    with stage.at(-44, 19):
        for number, application_id in stage.applications.items():
            person = stage.people[number]
            application = db.session.get(Application, application_id)
            assert application is not None
            if application.state == "awaiting_guardian" and person.way != "guardian_silent":
                answer_for(application.guardian, person.way != "guardian_refuses")
            if person.way == "withdraws" and application.state in ("submitted", "awaiting_guardian"):
                service.withdraw(as_herself(application.user), application, "找到工作了")
            commit()


def answer_for(guardian: Guardian | None, agrees: bool) -> None:
    """A guardian's own answer, by her own actor."""
    assert guardian is not None
    service.guardian_answer(guardian_actor(guardian), guardian, agrees)
