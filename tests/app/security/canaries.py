"""People with values nobody else has, so that a search through raw bytes tells whose secret lies where."""

from __future__ import annotations

import hashlib
import io
import itertools
import zipfile
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select

from app.core import clock
from app.core.db import db
from tests.app.make_accounts import next_identity

_serial = itertools.count(4321)


@dataclass(frozen=True)
class Canary:
    """One person's secrets, as she types them."""

    name: str
    identity: str
    phone: str
    address: str
    guardian_phone: str
    paper: bytes

    @property
    def secrets(self) -> dict[str, bytes]:
        """What nobody may read who has no part in the person's application."""
        told = {"identity": self.identity, "phone": self.phone, "address": self.address, "name": self.name}
        return {**{word: text.encode() for word, text in told.items()}, **self.sealed}

    @property
    def sealed(self) -> dict[str, bytes]:
        """What must not even stand in the database in clear."""
        told = {"identity": self.identity, "phone": self.phone, "guardian's phone": self.guardian_phone}
        return {**{word: text.encode() for word, text in told.items()}, "paper": self.paper[10:-10]}

    @property
    def plain_hashes(self) -> dict[str, bytes]:
        """Hashes without a key, which anybody reverses by trying all numbers there are."""
        whats = ("", "code to|", "sign up with|", "log in by|")
        numbers = (self.identity, self.phone, self.guardian_phone)
        return {
            f"hash of {what}{number}": hashlib.sha256(f"{what}{number}".encode()).hexdigest().encode()
            for what in whats for number in numbers
        }  # fmt: skip


def make_canary() -> Canary:
    """Somebody of 17 with a paper of her own; the name is made of characters no page has otherwise."""
    number = next(_serial)
    born = clock.today().replace(year=clock.today().year - 17, day=1)
    return Canary(
        name=f"龘靐{chr(0x9F98 + number % 8)}{number}",
        identity=next_identity(born),
        phone=f"1395271{number}",
        address=f"雀巷{number}弄七号西户",
        guardian_phone=f"1386413{number}",
        paper=b"%PDF-1.4 canary paper of " + str(number).encode() * 20 + b" %%EOF",
    )


def found_in(content: bytes, secrets: dict[str, bytes]) -> list[str]:
    """The words of those secrets that stand in the bytes, also inside the files of a zip (and so of a workbook)."""
    everything = [content]
    if content[:2] == b"PK" and zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            everything = [archive.read(name) for name in archive.namelist()]
    return sorted({word for word, value in secrets.items() for part in everything if value in part})


def everything_stored(session: Any, but: tuple[str, ...] = ()) -> bytes:
    """All values of all tables as bytes, one after another, as a stolen copy of the database would show them; ``but``
    names columns (table.column), or whole tables, to leave out."""
    values = []
    for table in db.metadata.sorted_tables:
        if table.name in but:
            continue
        columns = [column for column in table.columns if str(column) not in but]
        for row in session.execute(select(*columns).order_by(*table.primary_key)).tuples():
            values += [value if isinstance(value, bytes) else str(value).encode() for value in row]
    return b"\n".join(values)


def database_file(session: Any) -> bytes:
    """The database's own pages on SQLite, what is not committed yet included; empty on PostgreSQL."""
    raw = session.connection().connection.dbapi_connection
    return bytes(raw.serialize()) if hasattr(raw, "serialize") else b""
