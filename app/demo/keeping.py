"""Where the demonstration is kept between two starts, and whether the one that is there may be used again.

Standard library only: a second start has to be quick, so nothing of the application is loaded for it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import os
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]
# What the demonstration is made of; a change of any of it makes it anew.
SOURCES = (("app", "*.py"), ("matching", "*.py"), ("migrations", "*.py"), ("demo/files", "*.xlsx"))
# Deadlines count from the day it was made: after a week it is made anew.
KEPT = dt.timedelta(days=7)


def data_folder() -> Path:
    return Path(os.environ.get("SANFANG_DATA") or ROOT / "var" / "demo").resolve()


def record_path() -> Path:
    return data_folder() / "demonstration.json"


def code_version() -> str:
    """One hash over everything the demonstration is made of."""
    total = hashlib.sha256()
    for folder, pattern in SOURCES:
        for path in sorted((ROOT / folder).rglob(pattern)):
            total.update(path.name.encode() + path.read_bytes())
    return total.hexdigest()


def load() -> dict[str, Any] | None:
    """The record of a complete demonstration, or None."""
    try:
        return dict(json.loads(record_path().read_text("utf-8")))
    except (OSError, ValueError):
        return None


def usable(record: dict[str, Any] | None) -> bool:
    """Whether it is complete, of this code, and of this week."""
    if record is None or not record.get("held") or not (data_folder() / "sanfang.db").exists():
        return False
    made = dt.date.fromisoformat(record["made"])
    return dt.date.today() - made < KEPT and record["version"] == code_version()


def save(accounts: list[dict[str, str]], lines: list[str], held: bool) -> None:
    """Written last, so that a demonstration that was broken off is never used again."""
    record = {"version": code_version(), "made": dt.date.today().isoformat(), "held": held, "accounts": accounts,
              "summary": lines}  # fmt: skip
    record_path().write_text(json.dumps(record, ensure_ascii=False, indent=1), "utf-8")


def clear() -> None:
    """Remove the database and its record; the keys stay."""
    record_path().unlink(missing_ok=True)
    for path in data_folder().glob("sanfang.db*"):
        path.unlink()
