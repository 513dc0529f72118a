"""Many at the same moment, on a database of their own: one release, one answer, one account from one slip."""

from __future__ import annotations

import datetime as dt
from typing import Any

from flask import Flask
from sqlalchemy import func, select

from app.accounts import service as accounts
from app.accounts.codes import send_code
from app.accounts.models import User
from app.applications.models import Application
from app.core.clock import now
from app.core.db import db
from app.core.errors import WrongState
from app.core.history import history_of
from app.stations import confirming
from app.stations import service as stations
from app.stations.models import Slip
from app.ways_back import service
from app.ways_back.models import WayBack
from tests.app.accounts.test_at_once import AT_ONCE, own_app, together  # noqa: F401
from tests.app.accounts.test_registering import code_sent_to
from tests.app.applications.stage import make_stage as make_round_stage
from tests.app.make_accounts import next_phone
from tests.app.make_applications import make_picture
from tests.app.make_organisations import actor_for
from tests.app.make_stations import make_batch, make_helper, make_slip, make_station
from tests.app.ways_back.stage import make_stage


def checked(app: Flask) -> tuple[int, int, int, str]:
    """A request that may be released: its id, the coordinators' ids, and the new phone."""
    with app.app_context():
        stage = make_stage()
        row = stage.checked()
        # Threads live by the real clock.
        row.object_until = now() - dt.timedelta(minutes=1)
        db.session.commit()
        return row.id, stage.first.id, stage.second.id, stage.new


def actor_of(user_id: int) -> Any:
    return actor_for(db.session.get_one(User, user_id))


def test_of_many_releases_one_counts(own_app: Flask) -> None:  # noqa: F811
    row_id, first, second, new = checked(own_app)

    def release(number: int) -> None:
        service.release(actor_of((first, second)[number % 2]), db.session.get_one(WayBack, row_id))

    ends = together(own_app, release)
    assert ends["done"] == 1 and set(ends) <= {"done", "Conflict", "WrongState"}
    with own_app.app_context():
        row = db.session.get_one(WayBack, row_id)
        assert [line.action for line in history_of("way_back", row_id)] == ["create", "check", "release"]
        assert accounts.phone_of(db.session.get_one(User, row.user_id)) == new


def test_an_objection_and_a_release_at_the_same_moment_never_both_count(own_app: Flask) -> None:  # noqa: F811
    row_id, first, _second, new = checked(own_app)

    def decide(number: int) -> None:
        row = db.session.get_one(WayBack, row_id)
        if row.state != "checked":
            raise WrongState("decided")
        if number % 2:
            service.object_to(row)
        else:
            service.release(actor_of(first), row)

    ends = together(own_app, decide)
    assert ends["done"] == 1
    with own_app.app_context():
        row = db.session.get_one(WayBack, row_id)
        moved = accounts.phone_of(db.session.get_one(User, row.user_id)) == new
        assert moved is (row.state == "released") and row.state in ("released", "objected")


def signed_slip(app: Flask) -> tuple[int, int, list[str]]:
    """A signed slip, its second person, and phones whose codes have been sent."""
    with app.app_context():
        stage = make_round_stage()
        station = make_station(stage.alliance)
        helper, colleague = make_helper(station), make_helper(station, "另帮办")
        slip = make_slip(make_batch(station, stage.round, helper), helper, stage.tracks)
        stations.upload_signature(actor_for(helper), slip, make_picture())
        phones = [next_phone() for _ in range(AT_ONCE)]
        for phone in phones:
            send_code(phone, "slip")
        db.session.commit()
        return slip.id, colleague.id, phones


def test_phones_and_paper_at_the_same_moment_make_one_account_and_one_application(own_app: Flask) -> None:  # noqa: F811
    slip_id, colleague, phones = signed_slip(own_app)
    with own_app.app_context():
        codes = [code_sent_to(phone) for phone in phones]
        people = db.session.scalar(select(func.count()).select_from(User)) or 0

    def confirm(number: int) -> None:
        slip = db.session.get_one(Slip, slip_id)
        if number == 0:
            stations.confirm_on_paper(actor_of(colleague), slip, seen=True)
        else:
            facts = {"phone": phones[number], "code": codes[number], "consents": confirming.CONSENTS}
            stations.confirm_by_phone(slip, **facts)

    ends = together(own_app, confirm)
    assert ends["done"] == 1 and "Exception" not in ends
    with own_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(User)) == people + 1
        assert db.session.scalar(select(func.count()).select_from(Application)) == 1
        assert db.session.get_one(Slip, slip_id).state == "confirmed"
