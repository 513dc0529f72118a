"""The stage most stories of applying play on: one alliance, one school with a class of two tracks, one open round."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.accounts.models import User
from app.applications import service
from app.applications.models import Application
from app.core.actor import Actor
from app.order_classes.models import OrderClass, Track
from app.organisations.models import Alliance, Enterprise, School
from app.rounds.models import Round
from tests.app.make_accounts import make_applicant
from tests.app.make_order_classes import make_class, make_track
from tests.app.make_organisations import actor_for, make_alliance, make_coordinator, make_enterprise, make_school
from tests.app.make_positions import make_position
from tests.app.make_rounds import make_round


@dataclass
class Stage:
    """Everything a story may need by name; ``tracks`` are the class's two, in order."""

    alliance: Alliance
    school: School
    enterprise: Enterprise
    order_class: OrderClass
    tracks: list[Track]
    round: Round

    def more_tracks(self, count: int) -> list[Track]:
        """Further tracks of the same class, each to a position of its own."""
        return [make_track(self.order_class, make_position(self.enterprise)) for _ in range(count)]

    def begin(self, user: User | None = None) -> tuple[Actor, Application]:
        """Somebody starts through the service and fills in who she is."""
        actor = actor_for(user or make_applicant())
        application = service.start(actor, self.round)
        service.fill_profile(actor, application, start_point="junior", district="371003", address="虚构路9号")
        return actor, application

    def coordinator(self) -> Actor:
        return actor_for(make_coordinator(self.alliance))


def make_stage(round_facts: dict[str, Any] | None = None, **class_facts: Any) -> Stage:
    """``class_facts`` shape the class, ``round_facts`` the round."""
    alliance = make_alliance()
    school, enterprise = make_school(alliance=alliance), make_enterprise(alliance=alliance)
    order_class = make_class(school, alliance, **class_facts)
    tracks = [make_track(order_class, make_position(enterprise)) for _ in range(2)]
    round_ = make_round(alliance, [order_class], **(round_facts or {}))
    return Stage(alliance, school, enterprise, order_class, tracks, round_)
