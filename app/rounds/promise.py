"""May a round promise 按真心排，不会吃亏? Only where truthfulness follows from its rules, whoever applies.

That is so where no class can be closed for want of people and the limits are nested: any two limits that share a
seat, one holds the other (docs/MATCHING.md). Headcounts of positions may still shrink while people apply, so they
always count as binding; seats, quotas and plans are fixed when the round opens. The judgement is therefore on the safe
side of the engine's own, which also knows how many people ask for what; a property test compares the two.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.rounds import queries
from app.rounds.models import Round


@dataclass(frozen=True)
class TrackLimits:
    """One track and the limits around it by name; ``quota`` None: no limit of its own."""

    track: int
    order_class: int
    school: int
    position: int | None
    enterprise: int | None
    quota: int | None = None


@dataclass(frozen=True)
class Limits:
    """What a round limits: seats and pools per class, plans per school, headcounts per enterprise (missing: none)."""

    tracks: tuple[TrackLimits, ...]
    seats: Mapping[int, int]
    pools: Mapping[int, int]
    plans: Mapping[int, int]
    headcounts: Mapping[int, int]


Slot = tuple[int, int]


def truthful(limits: Limits) -> bool:
    """Whether every two limits that may bind are nested or apart. A slot is a track × (open seat or pool)."""
    sets: dict[tuple[str, int], set[Slot]] = defaultdict(set)
    idle = _classes_held_by_quotas(limits)
    for t in limits.tracks:
        slots = {(t.track, pool) for pool in range(limits.pools.get(t.order_class, 0) + 1)}
        for pool in range(limits.pools.get(t.order_class, 0)):
            sets[f"pool {t.order_class}", pool].add((t.track, pool + 1))
        if t.quota is not None and (t.order_class in idle or t.quota < limits.seats[t.order_class]):
            sets["track", t.track] |= slots
        if t.order_class not in idle:
            sets["class", t.order_class] |= slots
        if t.school in limits.plans:
            sets["school", t.school] |= slots
        if t.position is not None:
            sets["position", t.position] |= slots
        if t.enterprise is not None and t.enterprise in limits.headcounts:
            sets["enterprise", t.enterprise] |= slots
    return _nested(sets.values())


def _classes_held_by_quotas(limits: Limits) -> set[int]:
    """Classes whose tracks' quotas together let in no more people than the class has seats: the class never binds."""
    quotas: dict[int, list[int | None]] = defaultdict(list)
    for t in limits.tracks:
        quotas[t.order_class].append(t.quota)
    return {
        number
        for number, found in quotas.items()
        if None not in found and sum(q or 0 for q in found) <= limits.seats[number]
    }


def _nested(sets: Iterable[set[Slot]]) -> bool:
    """Around each slot the limits lie one within the next; only limits that share a slot are ever compared."""
    inner: dict[Slot, set[Slot]] = {}
    for one in sorted(sets, key=len):
        for slot in one:
            if not inner.get(slot, one) <= one:
                return False
            inner[slot] = one
    return True


def promises_truth(round_: Round) -> bool:
    """Whether the round may say it: no minimum class sizes, and nested limits. A fixed number of statements."""
    offered = queries.offered(round_)
    if round_.uses_minimum and any(row.min_open for row in offered):
        return False
    tracks = tuple(
        TrackLimits(
            track.id, row.order_class_id, row.order_class.school_id, track.position_id,
            track.position.enterprise_id if track.position else None, track.quota,
        )
        for row in offered
        for track in row.order_class.tracks
    )  # fmt: skip
    seats = {row.order_class_id: row.seats for row in offered}
    pools = {row.order_class_id: len(row.order_class.reserves) for row in offered}
    return truthful(Limits(tracks, seats, pools, queries.plans(round_), queries.headcounts(round_)))
