"""JSON log lines that never carry an identity or phone number, and cannot be forged by a line break."""

from __future__ import annotations

import datetime as dt
import json
import logging
import re
import sys
from typing import Any

_IDENTITY = re.compile(r"(?<!\d)[1-9]\d{16}[\dXx](?!\d)")
_PHONE = re.compile(r"(?<!\d)(?:(?:00)?86)?1[3-9]\d{9}(?!\d)")
logger = logging.getLogger("sanfang")


def masked(text: str, identity: str = "[identity]", phone: str = "[phone]") -> str:
    """Replace 18-character identity numbers and 11-digit phones wherever they stand."""
    return _PHONE.sub(phone, _IDENTITY.sub(identity, text))


class JsonLines(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": dt.datetime.fromtimestamp(record.created, dt.UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "event": record.getMessage(),
            **getattr(record, "facts", {}),
        }
        if record.exc_info:
            line["trace"] = self.formatException(record.exc_info)
        return masked(json.dumps(line, ensure_ascii=False, default=str))


def log(event: str, level: int = logging.INFO, **facts: Any) -> None:
    """Write one event with its facts."""
    logger.log(level, event, extra={"facts": facts})


def configure(level: int = logging.INFO) -> None:
    """Send everything, libraries included, through the masking formatter. Safe to call twice."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    logger.setLevel(level)
