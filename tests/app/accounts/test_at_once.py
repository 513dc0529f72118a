"""Many at the same moment, on a database of their own: one account per phone and identity, one use of a link."""

from __future__ import annotations

import datetime as dt
import threading
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app import create_app
from app.accounts import service, sessions, sweeping
from app.accounts.consents import SIGN_UP
from app.accounts.models import LoginSession, OneTimeCode, User
from app.core.actor import ANONYMOUS
from app.core.clock import at, now
from app.core.db import db, reading
from app.core.errors import DomainError, refusal
from config import Config, Keys, normal_url
from tests.app.make_accounts import make_user, next_identity, next_phone

AT_ONCE = 8


@pytest.fixture
def own_app(make_database: Callable[[], str], tmp_path: Path) -> Flask:
    app = create_app(Config("test", normal_url(make_database()), tmp_path, Keys.fresh()))
    with app.app_context():
        db.create_all()
    return app


def together(app: Flask, command: Callable[[int], Any]) -> Counter[str]:
    """Run the command in many threads that start as one; count how it ended in each."""
    gate, ends, lock = threading.Barrier(AT_ONCE), Counter[str](), threading.Lock()

    def run(number: int) -> None:
        with app.app_context():
            gate.wait()
            try:
                command(number)
                db.session.commit()
                end = "done"
            except IntegrityError as error:
                end = str(refusal(error).field)
            except DomainError as error:
                end = type(error).__name__
            finally:
                db.session.rollback()
            with lock:
                ends[end] += 1

    threads = [threading.Thread(target=run, args=(number,)) for number in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return ends


def test_one_identity_number_becomes_one_account(own_app: Flask) -> None:
    identity, phones = next_identity(dt.date(1999, 1, 1)), [next_phone() for _ in range(AT_ONCE)]

    def register(number: int) -> None:
        facts = {"name": "林小禾", "identity_kind": "resident_id", "identity": identity, "consents": SIGN_UP}
        service.register(ANONYMOUS, phone=phones[number], **facts)

    assert together(own_app, register) == {"done": 1, "identity": AT_ONCE - 1}
    with own_app.app_context():
        assert db.session.scalar(select(func.count()).select_from(User)) == 1


def test_an_invitation_is_used_once(own_app: Flask) -> None:
    phones = [next_phone() for _ in range(AT_ONCE)]
    with own_app.app_context():
        token = service.first_admin_token()
        db.session.commit()

    def accept(number: int) -> None:
        service.accept_invitation(str(token), name="苏管理", phone=phones[number], password="远处有一艘白色的船")

    ends = together(own_app, accept)
    assert ends["done"] == 1 and set(ends) <= {"done", "NotPermitted", "WrongState"}
    with own_app.app_context():
        assert db.session.scalar(select(func.count()).where(User.is_admin.is_(True))) == 1


def test_a_code_opens_once_even_for_many_at_the_same_moment(own_app: Flask) -> None:
    from tests.app.accounts.test_registering import code_sent_to

    with own_app.app_context():
        phone = str(service.phone_of(make_user()))
        db.session.commit()
        service.send_code(phone, "log_in")
        db.session.commit()
        code = code_sent_to(phone)
    ends = together(own_app, lambda _number: service.log_in_with_code(phone, code, "203.0.113.1"))
    assert ends["done"] == 1 and ends["Invalid"] == AT_ONCE - 1
    with own_app.app_context():
        assert db.session.scalar(select(OneTimeCode.tries)) <= 5


def test_what_is_used_up_is_swept_away(session: Any) -> None:
    from app.accounts import sessions

    phone = next_phone()
    service.send_code(phone, "sign_up")
    sessions.begin(user_id=make_user().id)
    session.commit()
    sweeping.sweep()
    assert session.scalar(select(func.count()).select_from(LoginSession)) == 1
    with at(now() + dt.timedelta(days=2)):
        sweeping.sweep()
        for model in (LoginSession, OneTimeCode):
            assert session.scalar(select(func.count()).select_from(model)) == 0


def test_a_page_notes_its_session_though_somebody_wrote_while_it_was_reading(own_app: Flask) -> None:
    """On SQLite a reading transaction that is older than the newest write can never write itself."""
    with own_app.app_context():
        token = sessions.begin(user_id=make_user().id)
        db.session.commit()
    later = now() + 2 * sessions.TOUCH_EVERY
    with at(later), own_app.app_context():
        reading.set(True)
        login = sessions.find(token)
        assert login is not None
        with own_app.app_context():
            make_user()
            db.session.commit()
        sessions.touch(login)
        assert reading.get()
        reading.set(False)
        assert db.session.scalar(select(LoginSession.seen_at)) == later
