"""Throttling with rows, so that all processes share the counts (in-memory counters let 6 through under 5/minute)."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Integer, String, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Mapped, mapped_column

from app.core.clock import now
from app.core.crypto import vault
from app.core.db import Base, db, is_postgres
from app.core.errors import TooMany
from app.core.lasting import afterwards, in_savepoint, lasting


class Tally(Base):
    """How often something happened under one key within one window."""

    __tablename__ = "tally"
    key_hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    window: Mapped[dt.datetime] = mapped_column(primary_key=True)
    count: Mapped[int] = mapped_column(Integer, default=0)


def _hash(what: str, whom: str) -> str:
    """Keyed, because ``whom`` may be a phone or identity number: a plain hash of one is reversed in seconds."""
    return vault().index("throttle", f"{what}|{whom}")


def _window(seconds: int) -> dt.datetime:
    start = int(now().timestamp()) // seconds * seconds
    return dt.datetime.fromtimestamp(start, dt.UTC)


def count(what: str, whom: str, *, most: int, seconds: int) -> None:
    """Count one more and refuse when it is more than ``most`` within the window of ``seconds``.

    The counter is committed by itself: a refused command rolls back, but its try must stay counted.
    """
    window = _window(seconds)
    counted = reached(what, whom, seconds=seconds) + 1 if in_savepoint() else 0
    lasting(lambda: _add(what, whom, window))
    counted = counted or reached(what, whom, seconds=seconds)
    if counted > most:
        left = int((window + dt.timedelta(seconds=seconds) - now()).total_seconds()) + 1
        raise TooMany(f"试得太多次了，请过{max(1, -(-left // 60))}分钟再试", max(1, left))


def _add(what: str, whom: str, window: dt.datetime) -> None:
    insert = postgresql.insert if is_postgres() else sqlite.insert
    statement = insert(Tally).values(key_hash=_hash(what, whom), window=window, count=1)
    db.session.execute(
        statement.on_conflict_do_update(index_elements=["key_hash", "window"], set_={"count": Tally.count + 1})
    )


def forgive(what: str, whom: str, *, seconds: int) -> None:
    """Take one back: a try that succeeded does not count against anybody."""
    mine = (Tally.key_hash == _hash(what, whom), Tally.window == _window(seconds), Tally.count > 0)
    one_less = update(Tally).where(*mine).values(count=Tally.count - 1)
    if in_savepoint():
        afterwards(lambda: db.session.execute(one_less))
    else:
        db.session.execute(one_less)


def reached(what: str, whom: str, *, seconds: int) -> int:
    """How many were counted in the present window."""
    found = select(Tally.count).filter_by(key_hash=_hash(what, whom), window=_window(seconds))
    return db.session.scalar(found) or 0


def forget_old() -> int:
    return db.session.execute(delete(Tally).where(Tally.window < now() - dt.timedelta(days=1))).rowcount
