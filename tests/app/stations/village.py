"""A station with two helpers, and a round that takes applications."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.accounts.codes import send_code
from app.accounts.models import User
from app.stations import confirming, service
from app.stations.models import Slip, SlipBatch
from tests.app.accounts.test_registering import code_sent_to
from tests.app.applications.stage import Stage, make_stage
from tests.app.make_accounts import next_phone
from tests.app.make_applications import make_picture
from tests.app.make_organisations import actor_for
from tests.app.make_stations import make_batch, make_helper, make_slip, make_station


@dataclass
class Village:
    """What a helper and a person do in a test."""

    stage: Stage
    batch: SlipBatch
    helper: User
    colleague: User

    def slip(self, **changes: Any) -> Slip:
        return make_slip(self.batch, self.helper, changes=changes, tracks=self.stage.tracks)

    def signed(self, **changes: Any) -> Slip:
        slip = self.slip(**changes)
        service.upload_signature(actor_for(self.helper), slip, make_picture())
        return slip

    def confirm(self, slip: Slip, **changes: Any) -> User:
        phone = changes.pop("phone", None) or next_phone()
        send_code(phone, "slip")
        facts = {"phone": phone, "code": code_sent_to(phone), "consents": confirming.CONSENTS}
        return service.confirm_by_phone(slip, **{**facts, **changes})


def make_village() -> Village:
    stage = make_stage()
    station = make_station(stage.alliance)
    helper, colleague = make_helper(station), make_helper(station, "另帮办")
    return Village(stage, make_batch(station, stage.round, helper), helper, colleague)
