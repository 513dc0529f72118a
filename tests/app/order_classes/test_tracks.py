"""Where a class leads: public positions of the alliance, quotas, and the seat-only track."""

from __future__ import annotations

from typing import Any

import pytest

from app.core.actor import Actor
from app.core.errors import Faults, Invalid
from app.order_classes import service
from app.order_classes.soundness import class_faults, class_warnings
from app.positions import service as positions
from tests.app.make_order_classes import make_class, make_track
from tests.app.make_organisations import make_alliance, make_enterprise
from tests.app.make_positions import make_position


def test_a_class_leads_only_to_public_positions_of_the_alliance(dean: Actor, ready: Any, post_of: Any) -> None:
    row = ready()
    for post in (post_of(approved=False), make_position(make_enterprise(alliance=make_alliance()))):
        with pytest.raises(Invalid) as stop:
            service.add_track(dean, row, post)
        assert stop.value.field == "position"


def test_a_position_that_was_closed_since_stops_the_class(dean: Actor, ready: Any) -> None:
    row = ready()
    positions.close(dean, row.tracks[0].position)
    with pytest.raises(Faults) as stop:
        service.submit(dean, row)
    assert [fault.field for fault in stop.value.faults] == ["tracks"]


def test_a_position_of_a_public_class_stays_public(dean: Actor, ready: Any) -> None:
    row = ready()
    service.submit(dean, row)
    service.approve(dean, row)
    with pytest.raises(Invalid, match="还在订单班"):
        positions.close(dean, row.tracks[0].position)


def test_one_seat_only_track_stands_beside_positions_and_never_alone(
    dean: Actor, school: Any, alliance: Any, ready: Any
) -> None:
    row = ready()
    service.add_track(dean, row, None, 5)
    assert class_faults(row) == []
    with pytest.raises(Invalid):
        service.add_track(dean, row, None)
    alone = make_class(school, alliance, state="draft")
    make_track(alone)
    assert [f.field for f in class_faults(alone)] == ["tracks"]


def test_quotas_beyond_the_headcount_are_warned_of_and_do_not_stop(dean: Actor, ready: Any, post_of: Any) -> None:
    post = post_of(headcount=40)
    first, second = ready(), ready()
    service.add_track(dean, first, post, 25)
    service.add_track(dean, second, post, 15)
    assert class_warnings(second) == []
    third = ready()
    service.add_track(dean, third, post, 1)
    assert "加起来41人" in class_warnings(third)[0] and class_faults(third) == []


def test_a_quota_beyond_the_headcount_of_its_position_is_refused(dean: Actor, ready: Any, post_of: Any) -> None:
    with pytest.raises(Invalid) as stop:
        service.add_track(dean, ready(), post_of(headcount=3), 4)
    assert stop.value.field == "quota"
