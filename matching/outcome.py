"""What came out of a solve: who sits where, why, which classes open, and what is guaranteed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, NamedTuple

import numpy as np

from matching.problem import Instance
from matching.structure import KINDS, limit_name

#: How somebody came to her seat; index 0 is nobody's.
NOBODY, BY_CHOICE, BY_ADJUSTMENT, BY_PIN = range(4)
BY = ("", "choice", "adjustment", "pin")
GUARANTEES = ("stable_strategyproof", "stable", "fair_with_claims", "optimal")
REASONS = (
    "placed",
    "better_choice",
    "score",
    "lottery",
    "not_open",
    "full",
    "not_eligible",
    "claim",
    "pin",
    "adjustment",
)
PLACED, BETTER_CHOICE, SCORE, LOTTERY, NOT_OPEN, FULL, NOT_ELIGIBLE, CLAIM, PIN, ADJUSTMENT = range(10)
#: Limit kind of a reason that names an eligibility rule instead of a constraint set.
RULE = len(KINDS)
NO_LIMIT_NAMED = -1
#: A distance or cutoff that is blank.
BLANK = -1


class PlacementRow(NamedTuple):
    applicant_id: str
    track_id: str | None
    rank: int | None
    by: str


class ClassRow(NamedTuple):
    class_id: str
    open: bool
    filled: int
    cutoff_score: int | None
    cutoff_lottery: int | None


class ReasonRow(NamedTuple):
    applicant_id: str
    rank: int | None
    track_id: str
    reason: str
    limit: str
    distance: int | None


@dataclass(frozen=True)
class Seats:
    """Who sits where. track: N, int32, -1 for nobody; rank: N, int16, 0 for none; by: N, int8, see BY."""

    track: np.ndarray
    rank: np.ndarray
    by: np.ndarray


@dataclass(frozen=True)
class Classes:
    """K rows each. Cutoffs are BLANK where the class has none or where it is no score."""

    open: np.ndarray  # bool
    filled: np.ndarray  # int64
    cutoff_score: np.ndarray  # int64
    cutoff_lottery: np.ndarray  # int64


@dataclass(frozen=True)
class Reasons:
    """One row per choice, and one per seat outside the choices. rank 0, kind -1 and distance BLANK are blank."""

    applicant: np.ndarray  # int32
    rank: np.ndarray  # int16
    track: np.ndarray  # int32
    code: np.ndarray  # int8, index into REASONS
    kind: np.ndarray  # int8, index into KINDS, RULE, or NO_LIMIT_NAMED
    item: np.ndarray  # int32, row of the limit in its table
    distance: np.ndarray  # int32


class Floor(NamedTuple):
    """A set whose cutoff is held up by hand. Claims below (score, lottery) at this limit stay unserved."""

    limit: str
    score: int
    lottery: int
    bonus: bool


@dataclass(frozen=True)
class Outcome:
    """A solved round. `bound` is the most people any placement under the policy could place, gap its distance."""

    instance: Instance
    guarantee: str
    placed: int
    bound: int
    gap: float
    seconds: float
    versions: dict[str, str]
    instance_sha256: str
    seats: Seats
    class_table: Classes
    reason_table: Reasons
    floors: list[Floor] = field(default_factory=list)
    certificate: dict[str, Any] = field(default_factory=dict)
    notes: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def placements(self) -> list[PlacementRow]:
        """One row per applicant, in the order of their identifiers."""
        seats, ids, tracks = self.seats, self.instance.applicant_ids, self.instance.track_ids
        rows = zip(ids, seats.track.tolist(), seats.rank.tolist(), seats.by.tolist())
        return [PlacementRow(who, tracks[t] if t >= 0 else None, rank or None, BY[by]) for who, t, rank, by in rows]

    @cached_property
    def classes(self) -> list[ClassRow]:
        table = self.class_table
        columns = [column.tolist() for column in (table.open, table.filled, table.cutoff_score, table.cutoff_lottery)]
        return [
            ClassRow(of, is_open, filled, None if score == BLANK else score, None if lot == BLANK else lot)
            for of, is_open, filled, score, lot in zip(self.instance.class_ids, *columns)
        ]

    @cached_property
    def reasons(self) -> list[ReasonRow]:
        """One row per choice in the order of applicants and ranks; seats outside the choices follow."""
        return list(self.reason_rows())

    def reason_rows(self) -> Iterator[ReasonRow]:
        """The same rows one by one, for rounds too large to hold them all."""
        ids, tracks, table = self.instance.applicant_ids, self.instance.track_ids, self.reason_table
        names: dict[tuple[int, int], str] = {}
        columns = (table.applicant, table.rank, table.track, table.code, table.kind, table.item, table.distance)
        for low in range(0, len(table.code), 100_000):
            for who, rank, track, code, kind, item, distance in zip(
                *(column[low : low + 100_000].tolist() for column in columns)
            ):
                limit = names.get((kind, item))
                if limit is None:
                    limit = names[kind, item] = reason_limit(self.instance, kind, item)
                blank = None if distance == BLANK else distance
                yield ReasonRow(ids[who], rank or None, tracks[track], REASONS[code], limit, blank)


def reason_limit(instance: Instance, kind: int, item: int) -> str:
    """The `limit` column of a reason: kind:id of a set, rule:name of a bar, or blank."""
    if kind == NO_LIMIT_NAMED:
        return ""
    if kind == RULE:
        return f"rule:{instance.rules[item]}"
    return limit_name(instance, kind, item)
