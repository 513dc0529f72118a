"""The migrated schema: its head, and bringing a database to it."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from flask import Flask

FOLDER = Path(__file__).resolve().parents[2] / "migrations"


@lru_cache(maxsize=1)
def head() -> str:
    """The one head of migrations/."""
    from alembic.script import ScriptDirectory

    found = ScriptDirectory(str(FOLDER)).get_current_head()
    if found is None:
        raise RuntimeError("there are no migrations")
    return found


def migrate(app: Flask, to: str = "head") -> None:
    """Bring the database of ``app`` to a revision (up, or down when it is an older one or 'base')."""
    from flask_migrate import downgrade, upgrade

    with app.app_context():
        if to == "base" or to.startswith("-"):
            downgrade(str(FOLDER), to)
        else:
            upgrade(str(FOLDER), to)
