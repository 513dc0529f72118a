"""Configuration: read once from the environment, checked, and refused with one clear line when unsafe.

Modes
    local       the embedded default: SQLite, loopback only, plain HTTP.
    demo        like local, with invented data, an on-page inbox and a role switch.
    test        like local, in throw-away folders.
    production  HTTPS, explicit keys and secrets; everything unsafe is refused.
"""

from __future__ import annotations

import base64
import json
import os
import secrets
import stat
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent
MODES = ("local", "demo", "test", "production")


class ConfigError(Exception):
    """The configuration is unsafe or incomplete; the message is one line an operator can act on."""


@dataclass(frozen=True)
class Keys:
    """Key ring: ``data`` maps key id (0–255) to 32 bytes for AES-256-GCM, ``index`` keys the blind indexes."""

    current: int
    data: Mapping[int, bytes]
    index: bytes
    secret: bytes

    @classmethod
    def fresh(cls) -> Keys:
        return cls(1, {1: secrets.token_bytes(32)}, secrets.token_bytes(32), secrets.token_bytes(32))

    def dump(self) -> str:
        return json.dumps(
            {
                "current": self.current,
                "data": {str(k): base64.b64encode(v).decode() for k, v in self.data.items()},
                "index": base64.b64encode(self.index).decode(),
                "secret": base64.b64encode(self.secret).decode(),
            },
            indent=1,
        )

    @classmethod
    def parse(cls, text: str) -> Keys:
        try:
            raw = json.loads(text)
            keys = cls(
                int(raw["current"]),
                {int(k): base64.b64decode(v) for k, v in raw["data"].items()},
                base64.b64decode(raw["index"]),
                base64.b64decode(raw["secret"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError) as fault:
            raise ConfigError(f"the key file is not readable as keys: {fault}") from fault
        everything = [*keys.data.values(), keys.index, keys.secret]
        if keys.current not in keys.data or any(len(k) != 32 for k in everything):
            raise ConfigError("the key file must hold 32-byte keys and name a current one that exists")
        if len(set(everything)) != len(everything) or any(len(set(k)) < 8 for k in everything):
            raise ConfigError("the key file holds sample or repeated keys; make fresh ones: `python -m app.cli keys`")
        return keys


@dataclass(frozen=True)
class Config:
    """Everything the application needs to know of its surroundings."""

    mode: str
    database_url: str
    data_folder: Path
    keys: Keys = field(repr=False)
    base_url: str = "http://127.0.0.1:8000"
    operator_name: str = "市技工教育集团（联盟）"
    operator_phone: str = "0000-1234567"
    proxy_hops: int = 0
    clock_file: Path | None = None

    @property
    def secure(self) -> bool:
        return self.mode == "production"

    @property
    def shows_demo(self) -> bool:
        return self.mode == "demo"

    @property
    def sqlite(self) -> bool:
        return self.database_url.startswith("sqlite")


def load(env: Mapping[str, str] | None = None) -> Config:
    """Read and check the environment.

    Raises:
        ConfigError: with one line that names the variable to change.
    """
    env = os.environ if env is None else env
    mode = env.get("SANFANG_MODE", "local")
    if mode not in MODES:
        raise ConfigError(f"SANFANG_MODE must be one of {', '.join(MODES)}, not {mode!r}")
    data = Path(env.get("SANFANG_DATA", str(ROOT / "var" / ("demo" if mode == "demo" else "data")))).resolve()
    url = normal_url(env.get("DATABASE_URL", "")) or f"sqlite:///{data / 'sanfang.db'}"
    if mode == "production":
        _refuse_unsafe(env, url)
    return Config(
        mode=mode,
        database_url=url,
        data_folder=data,
        keys=_keys(env, mode, data, url),
        base_url=env.get("SANFANG_BASE_URL", "http://127.0.0.1:8000").rstrip("/"),
        operator_name=env.get("SANFANG_OPERATOR", Config.operator_name),
        operator_phone=env.get("SANFANG_OPERATOR_PHONE", Config.operator_phone),
        proxy_hops=_hops(env),
        clock_file=_clock_file(env, mode),
    )


def _clock_file(env: Mapping[str, str], mode: str) -> Path | None:
    text = env.get("SANFANG_CLOCK_FILE", "")
    if text and mode != "test":
        raise ConfigError("SANFANG_CLOCK_FILE moves the clock and is for tests only: unset it")
    return Path(text) if text else None


def normal_url(url: str) -> str:
    """Name the PostgreSQL driver: ``postgres://`` and ``postgresql://`` mean psycopg 3 here."""
    for prefix in ("postgres://", "postgresql://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def _hops(env: Mapping[str, str]) -> int:
    text = env.get("SANFANG_PROXY_HOPS", "0")
    if not text.isdigit() or int(text) > 5:
        raise ConfigError("SANFANG_PROXY_HOPS must be a number from 0 to 5")
    return int(text)


def _refuse_unsafe(env: Mapping[str, str], url: str) -> None:
    if env.get("FLASK_DEBUG", "0") not in ("", "0"):
        raise ConfigError("FLASK_DEBUG must be off in production")
    if env.get("SANFANG_DEMO"):
        raise ConfigError("the demonstration cannot be on in production: unset SANFANG_DEMO")
    if not env.get("SANFANG_BASE_URL", "").startswith("https://"):
        raise ConfigError("SANFANG_BASE_URL must be the public https:// address in production")
    if not env.get("SANFANG_KEYS") and not env.get("SANFANG_KEYS_FILE"):
        raise ConfigError("production needs SANFANG_KEYS_FILE (a 0600 file outside the data folder) or SANFANG_KEYS")
    if not env.get("SANFANG_OPERATOR"):
        raise ConfigError("SANFANG_OPERATOR must name the operating body (人力资源市场暂行条例 art. 24)")
    if url.startswith("sqlite") and env.get("SANFANG_SINGLE_MACHINE") != "1":
        raise ConfigError("production uses PostgreSQL: set DATABASE_URL (or SANFANG_SINGLE_MACHINE=1 for SQLite)")


def _keys(env: Mapping[str, str], mode: str, data: Path, url: str) -> Keys:
    if env.get("SANFANG_KEYS"):
        return Keys.parse(env["SANFANG_KEYS"])
    path = Path(env.get("SANFANG_KEYS_FILE", str(data.parent / f"{data.name}.keys.json"))).resolve()
    if path.is_relative_to(data):
        raise ConfigError(f"the key file {path.name} must lie outside the data folder")
    if path.exists():
        if stat.S_IMODE(path.stat().st_mode) & 0o077:
            raise ConfigError(f"the key file {path.name} can be read by others: chmod 600")
        return Keys.parse(path.read_text("utf-8"))
    if mode == "production" or (url.startswith("sqlite:///") and Path(url.removeprefix("sqlite:///")).exists()):
        raise ConfigError(f"the key file {path.name} is missing; without it the stored data cannot be read")
    keys = Keys.fresh()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w") as out:
        out.write(keys.dump())
    return keys
