"""The factories build rows the database accepts."""

from __future__ import annotations

from typing import Any

from tests.app.make_accounts import make_applicant
from tests.app.make_applications import make_application, make_claim, make_evidence, make_guardian, make_score
from tests.app.make_order_classes import make_class, make_track
from tests.app.make_organisations import make_alliance, make_enterprise, make_school
from tests.app.make_positions import make_position
from tests.app.make_rounds import make_round


def test_an_application_can_be_built_whole(session: Any) -> None:
    alliance = make_alliance()
    order_class = make_class(make_school(alliance=alliance), alliance)
    track = make_track(order_class, make_position(make_enterprise(alliance=alliance)))
    application = make_application(make_round(alliance, [order_class]), make_applicant(), [track])
    make_claim(application, "migrant_worker")
    make_evidence(application)
    make_guardian(application)
    make_score(application, order_class)
    session.commit()
    session.expire_all()
    assert [choice.track_id for choice in application.choices] == [track.id]
    assert application.guardian is not None and application.receipt_code
