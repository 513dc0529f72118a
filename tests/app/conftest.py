"""The application under test: one schema per process, each test inside a transaction that is rolled back.

Services commit as in production: inside the outer transaction a commit releases a savepoint.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from flask import Flask
from flask.testing import FlaskClient
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import text

from app import create_app
from app.accounts import passwords, sessions
from app.core import schema
from app.core.db import db
from app.core.requests import new_key
from config import Config, Keys, normal_url
from tests.app.make_agreements import Table, make_table
from tests.app.make_organisations import make_alliance, make_enterprise, make_school
from tests.app.vanishing import vanishing

KEYS = Keys.fresh()
HASHER = passwords._hasher


@pytest.fixture(scope="session")
def compiled_templates(pytestconfig: pytest.Config, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One folder for all processes of this run."""
    own = tmp_path_factory.getbasetemp()
    folder = (own.parent if hasattr(pytestconfig, "workerinput") else own) / "compiled-templates"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def app(database_url: str, compiled_templates: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    folder: Path = tmp_path_factory.mktemp("data")
    app = create_app(Config("test", normal_url(database_url), folder, KEYS), WTF_CSRF_ENABLED=False)
    # Compiling the templates takes each process seconds; what one has compiled the others take from here.
    app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(compiled_templates))
    with app.app_context():
        db.create_all()
        # The migrated schema's mark. A table made inside a test's transaction would have SQLite read the whole schema
        # anew after every step that is taken back.
        with db.engine.begin() as connection:
            connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32))"))
            connection.execute(text("INSERT INTO alembic_version VALUES (:head)"), {"head": schema.head()})
    yield app


@pytest.fixture(scope="session", autouse=True)
def _quick_hashing() -> Iterator[None]:
    """Thousands of log-ins need not each pay for a slow hash; `real_hashing` is for those who look at it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(passwords, "_hasher", PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
        yield


@pytest.fixture
def real_hashing(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Passwords are hashed as in production, the one that stands for nobody's as well."""
    monkeypatch.setattr(passwords, "_hasher", HASHER)
    passwords._nobodys_hash.cache_clear()
    yield
    passwords._nobodys_hash.cache_clear()


@pytest.fixture
def session(app: Flask) -> Iterator[Any]:
    """A database session whose work vanishes with the test."""
    with vanishing(app) as session:
        yield session


@pytest.fixture
def client(app: Flask, session: Any) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def log_in(app: Flask) -> Callable[..., None]:
    """Give a client the session of a user or of a guardian."""

    def log_in(client: FlaskClient, user: Any = None, guardian: Any = None) -> None:
        token = sessions.begin(user_id=user.id if user else None, guardian_id=guardian.id if guardian else None)
        db.session.commit()
        client.set_cookie(app.config["LOGIN_COOKIE"], token)

    return log_in


@pytest.fixture
def post() -> Callable[..., Any]:
    """POST a form with a fresh idempotency key."""

    def post(client: FlaskClient, url: str, data: dict[str, Any] | None = None, **options: Any) -> Any:
        return client.post(url, data={"_key": new_key(), **(data or {})}, **options)

    return post


@pytest.fixture
def alliance(session: Any) -> Any:
    return make_alliance()


@pytest.fixture
def school(alliance: Any) -> Any:
    return make_school(alliance=alliance)


@pytest.fixture
def firm(alliance: Any) -> Any:
    return make_enterprise(alliance=alliance)


@pytest.fixture
def table(session: Any) -> Table:
    """Everybody who sits at the table of one round's agreements."""
    return make_table()
