"""Two who sign the same step at the same instant leave one signature, on a real database with its own transactions."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import create_app
from app.agreements import service
from app.agreements.models import Agreement, Signature
from app.agreements.signing import new_nonce
from app.core.db import db
from app.core.errors import DomainError
from config import Config, normal_url
from tests.app.conftest import KEYS
from tests.app.make_agreements import PASSWORD, Table, make_table, with_password
from tests.app.make_organisations import actor_for, make_enterprise_staff

ROUNDS = 5


@pytest.fixture(scope="module")
def real(make_database: Callable[[], str], tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """An application on a database of its own, where commits are commits."""
    folder: Path = tmp_path_factory.mktemp("race")
    app = create_app(Config("test", normal_url(make_database()), folder, KEYS))
    with app.app_context():
        db.create_all()
    yield app
    with app.app_context():
        db.engine.dispose()


def at_once(app: Flask, count: int, act: Callable[[int], None]) -> list[object]:
    """Run ``act`` in threads that all start it together; returns what each ended with: None or the refusal."""
    barrier = threading.Barrier(count)
    ends: list[object] = [None] * count

    def run(number: int) -> None:
        with app.app_context():
            try:
                barrier.wait(timeout=20)
                act(number)
                db.session.commit()
            except Exception as fault:
                db.session.rollback()
                ends[number] = fault
            finally:
                db.session.remove()

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return ends


def signatures_of(agreement_id: int) -> list[str]:
    agreement = db.session.get_one(Agreement, agreement_id, populate_existing=True)
    made = select(Signature.party).where(Signature.revision_id == service.current(agreement).id)
    return list(db.session.scalars(made))


def test_two_colleagues_sign_the_same_step_at_once_and_one_signature_stays(real: Flask) -> None:
    with real.app_context():
        table: Table = make_table()
        with_password(make_enterprise_staff(table.enterprise, "宋远"))
        agreements = [table.signed("awaiting_enterprise", f"人{n}").id for n in range(ROUNDS)]
        colleague = actor_for(with_password(make_enterprise_staff(table.enterprise, "宋近")))
        actors = [actor_for(table.enterprise_staff), colleague]
        db.session.commit()
    for agreement_id in agreements:

        def act(number: int, agreement_id: int = agreement_id) -> None:
            agreement = db.session.get_one(Agreement, agreement_id)
            words = service.current(agreement).text_sha256
            service.sign(
                actors[number], agreement, text_sha256=words, ticked=(), proof=PASSWORD, nonce=new_nonce()
            )

        ends = at_once(real, 2, lambda n, act=act: act(n))
        refused = [end for end in ends if end is not None]
        assert len(refused) == 1, ends
        with real.app_context():
            assert signatures_of(agreement_id).count("enterprise") == 1
            assert db.session.get_one(Agreement, agreement_id).state == "awaiting_school"


def test_signing_against_expiry_ends_in_one_of_the_two(real: Flask) -> None:
    with real.app_context():
        table = make_table()
        agreement_id = table.signed("awaiting_school").id
        actor = actor_for(table.school_staff)
        coordinator = actor_for(table.coordinator)
        db.session.commit()

    def act(number: int) -> None:
        agreement = db.session.get_one(Agreement, agreement_id)
        if number == 0:
            words = service.current(agreement).text_sha256
            service.sign(actor, agreement, text_sha256=words, ticked=(), proof=PASSWORD, nonce=new_nonce())
        else:
            service.withdraw(coordinator, agreement, "发错了")

    ends = at_once(real, 2, act)
    assert sum(end is None for end in ends) == 1
    assert all(end is None or isinstance(end, DomainError) for end in ends), ends
    with real.app_context():
        agreement = db.session.get_one(Agreement, agreement_id)
        assert ("school" in signatures_of(agreement_id)) is (agreement.state == "in_force")


def test_two_coordinators_issue_at_once_and_one_agreement_is_alive(real: Flask) -> None:
    with real.app_context():
        table = make_table()
        placement_id, coordinator = table.placed().id, actor_for(table.coordinator)
        db.session.commit()

    def act(number: int) -> None:
        from app.placements.models import Placement

        service.issue(coordinator, db.session.get_one(Placement, placement_id))

    ends = at_once(real, 3, act)
    assert sum(end is None for end in ends) == 1, ends
    with real.app_context():
        alive = select(func.count()).select_from(Agreement).where(Agreement.placement_id == placement_id)
        assert db.session.scalar(alive) == 1
