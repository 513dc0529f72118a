"""Whatever buttons are pressed in whatever order, ranks stay 1…n and nothing is lost or doubled."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.applications import service
from app.applications.choices import order_after
from app.core.db import db
from tests.app.applications.stage import make_stage

_orders = st.lists(st.integers(1, 20), unique=True, max_size=10)
_buttons = st.tuples(st.sampled_from(["up", "down"]), st.integers(0, 21)).map("{0[0]}:{0[1]}".format)
_moves = st.one_of(st.just(""), st.text(max_size=6), _buttons)


@given(_orders, _moves)
def test_moving_a_card_only_ever_swaps_it_with_its_neighbour(order: list[int], move: str) -> None:
    after = order_after(order, move)
    assert sorted(after) == sorted(order)
    moved = [i for i, (a, b) in enumerate(zip(order, after, strict=True)) if a != b]
    assert moved in ([], [*range(moved[0], moved[0] + 2)] if moved else [])


@given(_orders, st.integers(0, 21))
def test_dropping_a_card_keeps_the_order_of_the_others(order: list[int], drop: int) -> None:
    assert order_after(order, drop=drop) == [track for track in order if track != drop]


def test_the_first_card_cannot_go_up_and_the_last_not_down() -> None:
    assert order_after([4, 5, 6], "up:4") == [4, 5, 6]
    assert order_after([4, 5, 6], "down:6") == [4, 5, 6]
    assert order_after([4, 5, 6], "up:6") == [4, 6, 5]
    assert order_after([4, 5, 6], "down:4") == [5, 4, 6]


_edits = st.lists(
    st.tuples(st.sampled_from(["add", "drop", "up", "down"]), st.integers(0, 4)), min_size=1, max_size=12
)


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_edits)
def test_any_sequence_of_edits_keeps_the_stored_ranks_without_gaps(session: Any, edits: list[tuple[str, int]]) -> None:
    stage = make_stage()
    ids = [track.id for track in [*stage.tracks, *stage.more_tracks(3)]]
    actor, application = stage.begin()
    wanted: list[int] = []
    for action, which in edits:
        track = ids[which]
        if action == "add":
            wanted = wanted if track in wanted else [*wanted, track]
        elif action == "drop":
            wanted = order_after(wanted, drop=track)
        else:
            wanted = order_after(wanted, f"{action}:{track}")
        service.set_choices(actor, application, wanted, True)
        db.session.expire(application)
        assert [choice.rank for choice in application.choices] == list(range(1, len(wanted) + 1))
        assert [choice.track_id for choice in application.choices] == wanted
