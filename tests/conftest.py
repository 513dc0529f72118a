"""What every test may use: databases of its own, on SQLite or PostgreSQL, and the rules for leaving tests out.

`TEST_DATABASE_URL` names the server: unset or "sqlite" for files in a temporary folder, otherwise a PostgreSQL
address whose user may create databases. `python3 run.py test` sets it, once for each.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import hypothesis
import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.pool import NullPool

# The headless shell costs a third of the processor time for each page; any of them will do.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
DATABASE_FIXTURES = {"database_url", "make_database"}

# The machine that runs the tests may be slow and shared: a time limit per example would fail at random.
hypothesis.settings.register_profile("sanfang", deadline=None)
hypothesis.settings.load_profile("sanfang")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the tests marked `long` too")


def server_address() -> str | None:
    """The PostgreSQL address of this run, or None on SQLite."""
    address = os.environ.get("TEST_DATABASE_URL", "")
    return address if address.startswith("postgresql") else None


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Skip what cannot run here, with the reason; leave out what another pass or --long runs."""
    both = os.environ.get("SANFANG_BOTH_DATABASES") == "1"
    on_postgres = server_address() is not None
    kept, left_out = [], []
    for item in items:
        elsewhere = _belongs_elsewhere(item, both, on_postgres, config.getoption("--long"))
        (left_out if elsewhere else kept).append(item)
    config.hook.pytest_deselected(items=left_out)
    # The journeys take longest: whoever begins with them is done when the others are.
    items[:] = sorted(kept, key=lambda item: item.get_closest_marker("browser") is None)
    for item in items:
        if item.get_closest_marker("postgres") and not on_postgres:
            item.add_marker(pytest.mark.skip(reason="can only be shown on PostgreSQL"))
        if item.get_closest_marker("browser") and not browser_path():
            item.add_marker(pytest.mark.skip(reason="drives a real browser, and chromium is not installed"))


def _belongs_elsewhere(item: pytest.Item, both: bool, on_postgres: bool, long: bool) -> bool:
    if item.get_closest_marker("long") and not long:
        return True
    if not both:
        return False
    if not on_postgres:
        return item.get_closest_marker("postgres") is not None
    if item.get_closest_marker("either") and not long:
        return True
    touches_a_database = not DATABASE_FIXTURES.isdisjoint(getattr(item, "fixturenames", ()))
    return not touches_a_database and item.get_closest_marker("postgres") is None


def browser_path() -> str | None:
    """The first browser of the kind that is here."""
    return next((path for path in map(shutil.which, BROWSERS) if path), None)


@pytest.fixture(scope="session")
def chromium() -> str:
    """The path of the system's chromium, for playwright's `executable_path`; use with `@pytest.mark.browser`."""
    path = browser_path()
    assert path is not None
    return path


@pytest.fixture(scope="session")
def make_database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], str]]:
    """Return a function that makes one more empty database and returns its SQLAlchemy URL; all go in the end."""
    with contextlib.ExitStack() as cleaning:

        def make() -> str:
            server = server_address()
            if server is None:
                return _sqlite_file(tmp_path_factory.mktemp("database"))
            return cleaning.enter_context(_postgres_database(server))

        yield make


@pytest.fixture(scope="session")
def database_url(make_database: Callable[[], str]) -> str:
    """The URL of an empty database that this test process alone uses."""
    return make_database()


def _sqlite_file(folder: Path) -> str:
    return f"sqlite:///{folder / 'test.db'}"


@contextlib.contextmanager
def _postgres_database(server: str) -> Iterator[str]:
    """Create a database on `server`, yield its URL, drop it even if something is still connected."""
    name = f"sanfang_test_{uuid.uuid4().hex}"
    engine = create_engine(server, isolation_level="AUTOCOMMIT", poolclass=NullPool)
    with engine.connect() as connection:
        # template0 is used by nobody; two workers cannot copy template1 at the same time.
        connection.execute(text(f"CREATE DATABASE {name} TEMPLATE template0"))
    try:
        yield make_url(server).set(database=name).render_as_string(hide_password=False)
    finally:
        with engine.connect() as connection:
            connection.execute(text(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)"))
