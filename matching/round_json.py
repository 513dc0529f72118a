"""round.json: format, policy, seed and the order in which reserved groups are tried."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

from matching.faults import Fault
from matching.problem import FORMAT, Policy, Row

FILE = "round.json"


class Settings(NamedTuple):
    policy: Policy
    seed: str
    group_order: tuple[str, ...]


def read(table: Row, faults: list[Fault]) -> Settings:
    """The settings of a round; what is unknown or of the wrong kind is added to `faults`."""

    def fault(reason: str) -> None:
        faults.append(Fault(FILE, 0, reason))

    if table.get("format") != FORMAT:
        fault(f"format must be {FORMAT!r}, not {table.get('format')!r}")
    for key in sorted(set(table) - {"format", "policy", "seed", "group_order"}):
        fault(f"unknown key {key!r}")
    seed = table.get("seed") or ""
    try:
        bytes.fromhex(seed)  # type: ignore[arg-type]
    except (TypeError, ValueError):
        fault("seed must be hexadecimal text")
        seed = ""
    order: Any = table.get("group_order") or []
    if not isinstance(order, (list, tuple)) or not all(isinstance(name, str) and name for name in order):
        fault("group_order must be a list of names")
        order = []
    if len(set(order)) != len(order):
        fault("group_order names a group twice")
    if len(order) > 60:
        fault("group_order names more than 60 groups")
    return Settings(_policy(table.get("policy"), faults), str(seed), tuple(order))


def _policy(found: object, faults: list[Fault]) -> Policy:
    """The policy; missing keys take the published defaults."""
    if not isinstance(found, dict):
        faults.append(Fault(FILE, 0, "policy must be an object"))
        return Policy()
    defaults = Policy().as_dict()
    allowed: dict[str, Any] = {
        "rule": ("stable", "maximum"),
        "ties": ("lottery", "bands"),
        "min_open": (True, False),
        "adjustment": (True, False),
    }
    for key, value in found.items():
        if key not in defaults:
            faults.append(Fault(FILE, 0, f"unknown key {key!r} in policy"))
        elif key == "band":
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                faults.append(Fault(FILE, 0, "policy.band must be a whole number from 1"))
        elif value not in allowed[key] or (isinstance(value, int) and not isinstance(value, bool)):
            faults.append(Fault(FILE, 0, f"policy.{key} must be one of {json.dumps(allowed[key])}, not {value!r}"))
    kept = {key: value for key, value in found.items() if key in defaults}
    return Policy(**{**defaults, **kept})
