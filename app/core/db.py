"""The database: one session, typed rows, UTC moments, and the two back ends' manners.

SQLite is opened with WAL, ``synchronous=FULL`` (a simulated power cut lost acknowledged commits under NORMAL),
foreign keys, and ``BEGIN IMMEDIATE`` for everything that may write, so that two writers queue instead of failing.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, overload

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import JSON, BigInteger, DateTime, Insert, Integer, LargeBinary, MetaData, String, Table, event, insert
from sqlalchemy.engine import Engine
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, registry
from sqlalchemy.types import TypeDecorator

if TYPE_CHECKING:
    from sqlalchemy import CursorResult, Executable, Result
    from sqlalchemy.orm import Session, scoped_session
    from sqlalchemy.sql.dml import UpdateBase
    from sqlalchemy.sql.selectable import TypedReturnsRows

    _T = TypeVar("_T", bound=tuple[Any, ...])

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s",
    "pk": "pk_%(table_name)s",
}

# True while a request only reads: SQLite then takes a shared snapshot instead of the write lock.
reading: ContextVar[bool] = ContextVar("reading", default=False)


class Moment(TypeDecorator[dt.datetime]):
    """An instant: aware in Python, UTC in the database (SQLite keeps no zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a moment needs a time zone")
        return value.astimezone(dt.UTC)

    def process_result_value(self, value: dt.datetime | None, dialect: Any) -> dt.datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=dt.UTC) if value.tzinfo is None else value.astimezone(dt.UTC)


BigId = BigInteger().with_variant(Integer, "sqlite")
Id = Annotated[int, mapped_column(BigId, primary_key=True)]
Uid = Annotated[str, mapped_column(String(32), unique=True, default=lambda: uuid.uuid4().hex)]


class _Base(DeclarativeBase):
    registry = registry(
        metadata=MetaData(naming_convention=NAMES),
        type_annotation_map={
            dt.datetime: Moment(),
            dict[str, Any]: JSON(),
            list[Any]: JSON(),
            list[str]: JSON(),
            bytes: LargeBinary(),
            int: BigId,
        },
    )


if TYPE_CHECKING:

    class _Session(scoped_session[Session]):
        """SQLAlchemy's own types do not say that an UPDATE, INSERT or DELETE knows its number of rows."""

        @overload  # type: ignore[override]
        def execute(self, statement: UpdateBase, *args: Any, **options: Any) -> CursorResult[Any]: ...
        @overload
        def execute(self, statement: TypedReturnsRows[_T], *args: Any, **options: Any) -> Result[_T]: ...
        @overload
        def execute(self, statement: Executable, *args: Any, **options: Any) -> Result[Any]: ...
        def execute(self, statement: Any, *args: Any, **options: Any) -> Any: ...

        def in_nested_transaction(self) -> bool: ...

    class _Database(SQLAlchemy):
        session: _Session  # type: ignore[assignment]


db: _Database = SQLAlchemy(model_class=_Base, session_options={"expire_on_commit": False})  # type: ignore[assignment]

if TYPE_CHECKING:
    Base = _Base
else:
    Base = db.Model


class Stateful:
    """A row whose ``state`` moves only through its machine (app/core/states.py); ``version`` guards every change."""

    state: Mapped[str] = mapped_column(String(20))
    version: Mapped[int] = mapped_column(Integer, default=1)


@contextmanager
def writing_aside() -> Iterator[None]:
    """A short transaction of its own in the middle of a request that reads: it is committed at the block's end.

    SQLite refuses at once to let a reading transaction write when somebody else wrote since it began: that one is
    ended first.
    """
    db.session.commit()
    before = reading.get()
    reading.set(False)
    try:
        yield
        db.session.commit()
    finally:
        db.session.rollback()
        reading.set(before)


def add_line(model: type[Any], **values: Any) -> None:
    """Insert a row that nobody keeps in hand, in the present transaction: one statement, where the unit of work would
    sort and flush for it. Made for history and messages, of which every step writes some."""
    add_lines(model, [values])


def add_lines(model: type[Any], rows: Sequence[dict[str, Any]]) -> None:
    """Insert rows that nobody keeps in hand, all with the same columns. What they point at is flushed before."""
    if rows:
        db.session.execute(_insert_into(model.__table__), rows)


@cache
def _insert_into(table: Table) -> Insert:
    """Built once: to build the statement and its key for the compiled form took longer than SQLite to insert."""
    return insert(table)


def is_postgres() -> bool:
    return db.engine.dialect.name == "postgresql"


@event.listens_for(Engine, "connect")
def _sqlite_manners(connection: Any, _record: Any) -> None:
    if type(connection).__module__.split(".")[0] != "sqlite3":
        return
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (
        "busy_timeout=30000",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "recursive_triggers=ON",
        # What the retention job erases is overwritten in the file, not only unlinked.
        "secure_delete=ON",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


@event.listens_for(Engine, "begin")
def _sqlite_begin(connection: Any) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql("BEGIN" if reading.get() else "BEGIN IMMEDIATE")
