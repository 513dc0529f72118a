"""Encryption at rest and blind indexes.

A sealed value is ``version | key id | nonce (12) | AES-256-GCM ciphertext`` with the associated data
``table:column:row uid``, so a ciphertext moved to another row or column does not open. Equality is searched through
HMAC-SHA256 under a key of its own: an unsalted hash of an identity number is reversed in seconds.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from config import Keys

VERSION = 1
# 32 signs; without 0 and O, 1 and I, which are confused on paper, on small keyboards and when read aloud.
READABLE = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"


class Unreadable(Exception):
    """A stored value cannot be opened: it was changed, moved, or sealed under a key that is gone."""


class Vault:
    """Seals and opens values with the key ring of this installation."""

    def __init__(self, keys: Keys) -> None:
        self._keys = keys

    def seal(self, table: str, column: str, uid: str, value: bytes | str) -> bytes:
        plain = value.encode() if isinstance(value, str) else value
        nonce = os.urandom(12)
        key_id = self._keys.current
        box = AESGCM(self._keys.data[key_id]).encrypt(nonce, plain, f"{table}:{column}:{uid}".encode())
        return bytes([VERSION, key_id]) + nonce + box

    def open(self, table: str, column: str, uid: str, sealed: bytes) -> bytes:
        """Raises Unreadable when the value is not the one sealed for this very place."""
        if len(sealed) < 30 or sealed[0] != VERSION or sealed[1] not in self._keys.data:
            raise Unreadable(f"{table}.{column}")
        try:
            key = AESGCM(self._keys.data[sealed[1]])
            return key.decrypt(sealed[2:14], sealed[14:], f"{table}:{column}:{uid}".encode())
        except InvalidTag as fault:
            raise Unreadable(f"{table}.{column}") from fault

    def open_text(self, table: str, column: str, uid: str, sealed: bytes) -> str:
        return self.open(table, column, uid, sealed).decode()

    def index(self, purpose: str, value: str) -> str:
        """Blind index of a normalised value: 64 hex digits, comparable only under this installation's key."""
        return hmac.new(self._keys.index, f"{purpose}|{value}".encode(), hashlib.sha256).hexdigest()


_vault: Vault | None = None


def install(keys: Keys) -> None:
    """Called once by the application factory and by the worker."""
    global _vault
    _vault = Vault(keys)


def vault() -> Vault:
    if _vault is None:
        raise RuntimeError("no keys are installed")
    return _vault


def readable_code(length: int) -> str:
    """So many signs drawn at random, five bits each."""
    return "".join(secrets.choice(READABLE) for _ in range(length))
