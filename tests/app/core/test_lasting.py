"""What outlives a refusal belongs to its own request, never to the next one of the same thread."""

from __future__ import annotations

from flask.testing import FlaskClient

from app.core.db import db
from app.core.lasting import lasting


def test_what_is_owed_from_outside_of_a_request_is_not_done_by_the_next_one(client: FlaskClient) -> None:
    done: list[str] = []
    with db.session.begin_nested():
        lasting(lambda: done.append("owed by nobody"))
    assert client.get("/").status_code == 200
    assert done == []
