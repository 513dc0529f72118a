"""The migrated schema and the models' own are one and the same, up and down, on both databases."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from flask import Flask
from sqlalchemy import inspect, text

from app import create_app
from app.core.db import db
from app.core.queue_schema import is_foreign
from app.core.schema import head, migrate
from config import Config, Keys, normal_url


@pytest.fixture
def make_app(make_database: Callable[[], str], tmp_path: Path) -> Callable[[], Flask]:
    def make() -> Flask:
        return create_app(Config("test", normal_url(make_database()), tmp_path, Keys.fresh()))

    return make


def _shape(app: Flask) -> dict[str, Any]:
    """Everything the database knows of our tables, in a form that can be compared."""
    with app.app_context():
        inspector = inspect(db.engine)
        shape = {
            table: {
                "columns": {c["name"]: (str(c["type"]), c["nullable"]) for c in inspector.get_columns(table)},
                "unique": sorted((u["name"], u["column_names"]) for u in inspector.get_unique_constraints(table)),
                "checks": sorted((c["name"], c["sqltext"]) for c in inspector.get_check_constraints(table)),
                "foreign": sorted(
                    (key["name"], key["constrained_columns"], key["referred_table"])
                    for key in inspector.get_foreign_keys(table)
                ),
                "indexes": sorted(
                    (i["name"], i["column_names"], i["unique"], _where(i.get("dialect_options", {})))
                    for i in inspector.get_indexes(table)
                ),
            }
            for table in inspector.get_table_names()
            if table != "alembic_version"
        }
        return {"tables": shape, "triggers": _triggers()}


def _where(options: dict[str, Any]) -> dict[str, str]:
    """The conditions of partial indexes as text."""
    return {name: str(value) for name, value in sorted(options.items())}


def _triggers() -> list[str]:
    sqlite = "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    postgres = "SELECT tgname FROM pg_trigger WHERE NOT tgisinternal"
    query = sqlite if db.engine.dialect.name == "sqlite" else postgres
    return sorted(db.session.scalars(text(query)))


def test_the_migrated_schema_equals_the_models(make_app: Callable[[], Flask]) -> None:
    modelled, migrated = make_app(), make_app()
    with modelled.app_context():
        db.create_all()
    migrate(migrated)
    assert _shape(migrated) == _shape(modelled)
    with migrated.app_context():
        context = MigrationContext.configure(
            db.engine.connect(),
            opts={
                "compare_type": True,
                "include_name": lambda name, kind, _: not (kind == "table" and is_foreign(name)),
            },
        )
        assert compare_metadata(context, db.metadata) == []


def test_migrations_go_down_to_nothing_and_up_again(make_app: Callable[[], Flask]) -> None:
    app = make_app()
    migrate(app)
    first = _shape(app)
    migrate(app, "base")
    left = _shape(app)
    assert left == {"tables": {}, "triggers": []}
    migrate(app)
    assert _shape(app) == first


def test_there_is_one_head() -> None:
    assert head()


@pytest.mark.parametrize("table", ["history", "revision", "signature"])
def test_the_database_itself_refuses_to_change_what_has_happened(make_app: Callable[[], Flask], table: str) -> None:
    app = make_app()
    migrate(app)
    with app.app_context():
        triggers = _triggers()
    assert any(name.startswith(f"{table}_") for name in triggers)
