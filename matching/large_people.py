"""Choices and fallbacks of large rounds, straight from bytes to arrays.

Every function returns False, and leaves everything as it was, if the table is in any way odd: then it is read the
plain way, which says what is wrong.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from matching.large_tables import Parsed, RawSheet, parse
from matching.problem import MAX_SCORE

Found = dict[str, Any]


def choices(sheet: RawSheet, found: Found) -> bool:
    """Fills choice_start, choice_track, choice_score, choice_rule and rules."""
    parsed = _parse(sheet, found, ("rank", "score"), ("rule",))
    if parsed is None:
        return False
    columns = parsed.columns
    owner, rank, track, score = (columns[name] for name in ("applicant_id", "rank", "track_id", "score"))
    rule = columns.get("rule", np.full(len(owner), -1, np.int32))
    order = np.arange(len(owner))
    start = _starts(owner, len(found["applicant_ids"]))
    due = order - np.repeat(start[:-1], np.diff(start)) + 1
    if (np.diff(owner) < 0).any() or (rank != due).any():
        order = np.lexsort((rank, owner))
    owner, rank, track, score, rule = (column[order] for column in (owner, rank, track, score, rule))
    if (rank != due).any() or (score > MAX_SCORE).any() or _any_twice(owner, track):
        return False
    rules = tuple(sorted(set(parsed.texts)))
    code = np.array([rules.index(text) for text in parsed.texts] + [-1], np.int16)
    found["choice_start"], found["choice_track"] = start, track
    found["choice_score"], found["choice_rule"], found["rules"] = score.astype(np.int16), code[rule], rules
    return True


def fallbacks(sheet: RawSheet, found: Found) -> bool:
    """Fills fallback_start, fallback_track and fallback_distance."""
    parsed = _parse(sheet, found, ("distance",), ())
    if parsed is None or (found["choice_rule"] >= 0).any():
        return False
    owner, track, distance = (parsed.columns[name] for name in ("applicant_id", "track_id", "distance"))
    order = np.lexsort((track, owner))
    if _any_twice(owner[order], track[order]) or (distance > 10**6).any():
        return False
    order = np.lexsort((track, distance, owner))
    found["fallback_start"] = _starts(owner, len(found["applicant_ids"]))
    found["fallback_track"], found["fallback_distance"] = track[order], distance[order]
    return True


def _parse(sheet: RawSheet, found: Found, numbers: tuple[str, ...], texts: tuple[str, ...]) -> Parsed | None:
    names = {"applicant_id": found["applicant_ids"], "track_id": found["track_ids"]}
    try:
        header = sheet.header()
    except UnicodeDecodeError:
        return None
    in_order = {column: names[column] for column in header if column in names}
    return parse(sheet, in_order, numbers, texts)


def _starts(owner: np.ndarray, count: int) -> np.ndarray:
    return np.concatenate([[0], np.cumsum(np.bincount(owner, minlength=count))]).astype(np.int64)


def _any_twice(owner: np.ndarray, track: np.ndarray) -> bool:
    """Whether anybody (`owner` sorted) has the same track twice."""
    for step in range(1, len(owner)):
        same = owner[step:] == owner[:-step]
        if not same.any():
            return False
        if (same & (track[step:] == track[:-step])).any():
            return True
    return False
