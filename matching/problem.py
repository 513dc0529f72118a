"""The matching problem as a frozen struct of arrays.

Applicants rank tracks. A track belongs to one order class (at a school) and leads to one position
(at an enterprise), or to none: then it is seat-only. Every limit except a class's minimum is a capacity
on a set of tracks. All arrays refer to one another by row number; the identifiers are kept beside them,
and every table is sorted by identifier, so that the order of the input rows can decide nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

FORMAT = "order-class-round/1"
#: A capacity that is not limited. Larger than any number of people, small enough to be added up safely.
NO_LIMIT = np.int64(1) << np.int64(40)
#: Largest score that fits the 15 bits a score has in a priority key.
MAX_SCORE = 32767
#: Largest lottery number that fits the 32 bits a number has in a priority key.
MAX_LOTTERY = 2**31 - 1
#: How a pin holds: exactly this track, or at least this one.
EXACT, AT_LEAST = 0, 1

Row = dict[str, object]


@dataclass(frozen=True)
class Policy:
    """The published rules of a round, as written in round.json.

    rule: "stable" or "maximum". ties: "lottery" or "bands"; with bands, scores in one band of `band` points
    count as equal. min_open: classes have zero or at least their minimum of students. adjustment: people who
    agreed to it are assigned to left-over seats afterwards.
    """

    rule: str = "stable"
    ties: str = "lottery"
    band: int = 1
    min_open: bool = True
    adjustment: bool = True

    @property
    def in_bands(self) -> bool:
        """Whether scores in one band count as equal."""
        return self.ties == "bands"

    def as_dict(self) -> dict[str, object]:
        return {
            "rule": self.rule,
            "ties": self.ties,
            "band": self.band,
            "min_open": self.min_open,
            "adjustment": self.adjustment,
        }


@dataclass(frozen=True, eq=False)
class Instance:
    """One round, ready to be solved. Row counts: S schools, F enterprises, P positions, K classes, V reserves,
    T tracks, N applicants, E choices, B fallbacks, Q pins. Capacities are int64, `NO_LIMIT` where there is none.
    """

    policy: Policy
    seed: str
    group_order: tuple[str, ...]
    school_ids: list[str]
    school_plan: np.ndarray  # S
    enterprise_ids: list[str]
    enterprise_headcount: np.ndarray  # F
    position_ids: list[str]
    position_enterprise: np.ndarray  # P, int32
    position_headcount: np.ndarray  # P
    class_ids: list[str]
    class_school: np.ndarray  # K, int32
    class_seats: np.ndarray  # K
    class_min: np.ndarray  # K, 0 where a class has no minimum
    reserve_class: np.ndarray  # V, int32
    reserve_group: np.ndarray  # V, int32, index into `groups`
    reserve_seats: np.ndarray  # V
    track_ids: list[str]
    track_class: np.ndarray  # T, int32
    track_position: np.ndarray  # T, int32, -1 where the track is seat-only
    track_quota: np.ndarray  # T
    groups: tuple[str, ...]  # the published order first, then groups that only applicants mention
    applicant_ids: list[str]
    lottery: np.ndarray  # N, int64, unique, numbers from 1, lower wins
    lottery_given: bool  # the numbers stood in the bundle (else they were drawn from the seed)
    applicant_groups: np.ndarray  # N, uint64, bit g is set for a member of groups[g]
    adjustable: np.ndarray  # N, bool
    choice_start: np.ndarray  # N+1, int64: choices of applicant i are rows start[i] to start[i+1], best first
    choice_track: np.ndarray  # E, int32
    choice_score: np.ndarray  # E, int16
    choice_rule: np.ndarray  # E, int16, -1 where eligible, else index into `rules`
    rules: tuple[str, ...]
    fallback_start: np.ndarray  # N+1, int64
    fallback_track: np.ndarray  # B, int32
    fallback_distance: np.ndarray  # B, int32, lower is closer to what she asked for
    pin_applicant: np.ndarray  # Q, int32, sorted
    pin_track: np.ndarray  # Q, int32
    pin_hold: np.ndarray  # Q, int8: EXACT or AT_LEAST
    pin_group: np.ndarray  # Q, int32, index into `groups`, -1 where no reserved seat is used up
    source_sha256: str | None = field(default=None)  # of the files this was read from, if it was

    @property
    def applicants(self) -> int:
        return len(self.applicant_ids)

    @property
    def choices(self) -> int:
        return len(self.choice_track)

    @cached_property
    def choice_owner(self) -> np.ndarray:
        """E, int32: the applicant of every choice."""
        return np.repeat(np.arange(self.applicants, dtype=np.int32), np.diff(self.choice_start))

    @cached_property
    def choice_rank(self) -> np.ndarray:
        """E, int16: 1 for a first choice."""
        first = np.repeat(self.choice_start[:-1], np.diff(self.choice_start))
        return (np.arange(self.choices) - first + 1).astype(np.int16)

    @cached_property
    def pin_of(self) -> np.ndarray:
        """N, int32: the pin of every applicant, -1 where there is none."""
        rows = np.full(self.applicants, -1, np.int32)
        rows[self.pin_applicant] = np.arange(len(self.pin_applicant), dtype=np.int32)
        return rows

    @cached_property
    def class_pinned(self) -> np.ndarray:
        """K, bool: somebody holds a pin there, so the class may not be closed."""
        pinned = np.zeros(len(self.class_ids), bool)
        pinned[self.track_class[self.pin_track]] = True
        return pinned

    @cached_property
    def track_school(self) -> np.ndarray:
        """T, int32."""
        return self.class_school[self.track_class]

    @cached_property
    def track_enterprise(self) -> np.ndarray:
        """T, int32, -1 where the track is seat-only."""
        if not len(self.position_ids):
            return np.full(len(self.track_ids), -1, np.int32)
        found = self.position_enterprise[np.maximum(self.track_position, 0)]
        return np.where(self.track_position >= 0, found, -1).astype(np.int32)
