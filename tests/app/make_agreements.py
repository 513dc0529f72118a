"""The people of one agreement, for tests: who signs, what for, and shortcuts to the middle of the story."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.accounts.models import User
from app.accounts.passwords import hash_password
from app.agreements import service
from app.agreements.key_terms import key_terms
from app.agreements.models import Agreement
from app.agreements.signing import new_nonce, party_of
from app.agreements.states import TURNS
from app.applications.models import Guardian
from app.core.actor import Actor
from app.core.db import db
from app.order_classes.models import OrderClass, Track
from app.organisations.models import Alliance, Enterprise, School
from app.placements.models import Placement
from app.rounds.models import Round
from tests.app.make_accounts import make_applicant
from tests.app.make_applications import make_application, make_guardian
from tests.app.make_order_classes import make_class, make_track
from tests.app.make_organisations import (
    actor_for,
    make_alliance,
    make_coordinator,
    make_enterprise,
    make_enterprise_staff,
    make_school,
    make_school_staff,
)
from tests.app.make_placements import make_placement
from tests.app.make_positions import make_position
from tests.app.make_rounds import make_round

# Hashing is slow on purpose, so everybody here has the same password, hashed once.
PASSWORD = "看懂了再签字2027"
_hash = hash_password(PASSWORD)


@dataclass
class Table:
    """Everybody who sits at the table of one round's agreements."""

    alliance: Alliance
    school: School
    enterprise: Enterprise
    order_class: OrderClass
    track: Track
    round: Round
    coordinator: User
    school_staff: User
    enterprise_staff: User

    def placed(self, name: str = "林小禾", age: int = 20, guardian: str = "agreed", **facts: Any) -> Placement:
        """Somebody with an accepted seat; ``birth=`` may be given; a minor has a guardian in the state ``guardian``."""
        person = {key: facts.pop(key) for key in ("birth", "phone") if key in facts}
        user = with_password(make_applicant(name, age=age, **person))
        track = facts.pop("track", self.track)
        application = make_application(self.round, user, [track], state="in_round")
        if user.birth_date and guardian and (age < 18 or "birth" in person):
            make_guardian(application, state=guardian)
        return make_placement(application, track, **facts)

    def issued(self, name: str = "林小禾", age: int = 20, **facts: Any) -> Agreement:
        return service.issue(actor_for(self.coordinator), self.placed(name, age, **facts))

    def signed(self, until: str, name: str = "林小禾", age: int = 20, **facts: Any) -> Agreement:
        """An agreement signed in turn until it is in this state."""
        agreement = self.issued(name, age, **facts)
        while agreement.state != until:
            sign_turn(self, agreement)
        return agreement

    def actor(self, party: str, agreement: Agreement) -> Actor:
        """Who acts for a party of this agreement."""
        if party == "guardian":
            return Actor(guardian_id=agreement.guardian_id, name="监护人")
        if party == "student":
            return actor_for(agreement.placement.application.user)
        return actor_for(self.enterprise_staff if party == "enterprise" else self.school_staff)


def make_table(**class_facts: Any) -> Table:
    """An alliance with one school, one enterprise, a class of one track, a round that waits for answers, and staff."""
    alliance = make_alliance()
    school, enterprise = make_school(alliance=alliance), make_enterprise(alliance=alliance)
    order_class = make_class(school, alliance, **class_facts)
    track = make_track(order_class, make_position(enterprise))
    round_ = make_round(alliance, [order_class], state="responding")
    return Table(
        alliance, school, enterprise, order_class, track, round_,
        with_password(make_coordinator(alliance)), with_password(make_school_staff(school)),
        with_password(make_enterprise_staff(enterprise)),
    )  # fmt: skip


def with_password(user: User) -> User:
    user.password_hash = _hash
    db.session.flush()
    return user


def terms_to_tick(agreement: Agreement) -> list[str]:
    return [term.name for term in key_terms(service.terms_in(service.current(agreement)))]


def sign_turn(table: Table, agreement: Agreement, **facts: Any) -> None:
    """The party whose turn it is signs as she should; ``facts`` override what she sends."""
    actor = facts.pop("actor", None) or table.actor(TURNS[agreement.state], agreement)
    ticking = party_of(actor, agreement) in ("student", "guardian")
    sent: dict[str, Any] = {
        "text_sha256": service.current(agreement).text_sha256,
        "ticked": terms_to_tick(agreement) if ticking else [],
        # A guardian has no password; tests of her code go through the page.
        "proof": None if actor.guardian_id is not None else PASSWORD,
        "nonce": new_nonce(),
    }
    service.sign(actor, agreement, **(sent | facts))


def guardian_of(agreement: Agreement) -> Guardian:
    return db.session.get_one(Guardian, agreement.guardian_id)
