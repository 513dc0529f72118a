"""The verifier's own reading of cutoffs, claims, guarantees and reasons. Knows nothing of the solvers.

A person's standing at a seat is a triple (right, score, lottery): right is 2 for a pin, 1 for a reserved seat of her
group, 0 otherwise; the higher score and the lower number go first. With ties as bands, a limit's line lies above
everybody who is in the band of the last one admitted.
"""

from __future__ import annotations

from functools import cached_property

import numpy as np

from matching import verifier_reasons, verifier_structure
from matching.outcome import Outcome
from matching.problem import Instance

NONE, SHUT = -1, np.iinfo(np.int64).max


class Standing:
    """Standings as single numbers: right · 2^50 + band · 2^33 + (2^32 - lottery number)."""

    def __init__(self, instance: Instance) -> None:
        self.in_bands = instance.policy.ties == "bands"
        band = instance.policy.band if self.in_bands else 1
        self.band = band
        self.shift, self.step = 33, 1 << 33
        self.right = 1 << 50
        lots = (1 << 32) - instance.lottery
        self.lots = lots
        owner = np.repeat(np.arange(instance.applicants, dtype=np.int32), np.diff(instance.choice_start))
        self.owner = owner
        self.choice = (instance.choice_score.astype(np.int64) // band) * self.step + lots[owner]
        self.rank = np.arange(instance.choices) - instance.choice_start[owner] + 1

    def of(self, score: int, lottery: int, right: bool) -> int:
        return int(right) * self.right + score // self.band * self.step + (1 << 32) - lottery


class Lines:
    """The cutoff line of every limit after choices and pins."""

    def __init__(self, instance: Instance, outcome: Outcome, standing: Standing) -> None:
        self.instance, self.standing = instance, standing
        seats = outcome.seats
        self.people = np.nonzero((seats.track >= 0) & (seats.by != 2))[0]
        self.track = seats.track[self.people]
        pinned = seats.by[self.people] == 3
        value = 2 * standing.right + standing.lots[self.people]
        row = instance.choice_start[self.people] + np.maximum(seats.rank[self.people], 1) - 1
        value[~pinned] = standing.choice[row[~pinned]]
        self.pool = self._pools(value, pinned)
        value = value + np.where((self.pool >= 0) & ~pinned, standing.right, 0)
        if standing.in_bands:  # whoever is in the band of the last one admitted has no claim
            value = np.where(pinned, value, (value // standing.step + 1) * standing.step - 1)
        self.value = value
        self.capacity = (
            instance.reserve_seats,
            instance.track_quota,
            instance.class_seats,
            instance.school_plan,
            instance.position_headcount,
            instance.enterprise_headcount,
        )
        of_class, position = instance.track_class[self.track], instance.track_position[self.track]
        enterprise = np.full(len(position), NONE)
        enterprise[position >= 0] = instance.position_enterprise[position[position >= 0]]
        members = (self.pool, self.track, of_class, instance.class_school[of_class], position, enterprise)
        self.line = [self._line(inside, room) for inside, room in zip(members, self.capacity)]

    def _line(self, inside: np.ndarray, room: np.ndarray) -> np.ndarray:
        """The lowest standing in every full limit, NONE where there is room, SHUT where nobody is admitted."""
        known = inside >= 0
        lowest = np.full(len(room), SHUT, np.int64)
        np.minimum.at(lowest, inside[known], self.value[known])
        count = np.bincount(inside[known], minlength=len(room))
        return np.where(room <= 0, SHUT, np.where(count >= room, lowest, NONE))

    def _pools(self, value: np.ndarray, pinned: np.ndarray) -> np.ndarray:
        """The reserve row each person sits in: per class and group in the published order, the best members."""
        i = self.instance
        pool = np.full(len(self.people), NONE)
        if not len(i.reserve_class):
            return pool
        rows = {(c, g): r for r, (c, g) in enumerate(zip(i.reserve_class.tolist(), i.reserve_group.tolist()))}
        of_class = i.track_class[self.track]
        uses = dict(zip(i.pin_applicant.tolist(), i.pin_group.tolist()))
        left = i.reserve_seats.copy()
        for at in np.nonzero(pinned)[0].tolist():
            group = uses[int(self.people[at])]
            if group >= 0:
                pool[at] = rows[int(of_class[at]), group]
                left[pool[at]] -= 1
        bits = i.applicant_groups[self.people].astype(np.int64)
        falling = np.argsort(-value, kind="stable")
        for group in range(len(i.group_order)):
            reserve = np.full(len(i.class_ids), NONE)
            mine = i.reserve_group == group
            reserve[i.reserve_class[mine]] = np.nonzero(mine)[0]
            wants = falling[(bits[falling] >> group & 1 == 1) & (pool[falling] < 0) & ~pinned[falling]]
            target = reserve[of_class[wants]]
            wants, target = wants[target >= 0], target[target >= 0]
            by_pool = np.argsort(target, kind="stable")
            wants, target = wants[by_pool], target[by_pool]
            begin = np.concatenate([[0], np.nonzero(np.diff(target))[0] + 1]) if len(target) else np.empty(0, int)
            turn = np.arange(len(target)) - np.repeat(begin, np.diff(np.append(begin, len(target))))
            taken = turn < left[target]
            pool[wants[taken]] = target[taken]
        return pool

    @cached_property
    def over_choices(self) -> np.ndarray:
        """Per choice: the highest line around its open seats."""
        return self._highest[self.instance.choice_track]

    @cached_property
    def cleared(self) -> np.ndarray:
        """E, bool: choices whose every line their owner clears, on open seats or on reserved ones of her groups."""
        standing = self.standing
        cleared = standing.choice >= self.over_choices
        for group in range(len(self.instance.group_order)):
            rows, pool = pools_of_choices(self.instance, standing, group)
            cleared[rows] |= standing.choice[rows] + standing.right >= self.over_pools(rows, pool)
        return cleared

    def over_pools(self, rows: np.ndarray, pool: np.ndarray) -> np.ndarray:
        """Per choice in `rows`: the highest line around the reserved seats in `pool` (reserve rows)."""
        return np.maximum(self._highest[self.instance.choice_track[rows]], self.line[0][pool])

    @cached_property
    def _highest(self) -> np.ndarray:
        """Per track: the highest line of track, class, school, position and enterprise."""
        i = self.instance
        position = np.maximum(i.track_position, 0)
        highest = np.maximum(self.line[1], self.line[2][i.track_class])
        highest = np.maximum(highest, self.line[3][i.class_school[i.track_class]])
        if not len(i.position_ids):
            return highest
        beyond = np.maximum(self.line[4][position], self.line[5][i.position_enterprise[position]])
        return np.where(i.track_position >= 0, np.maximum(highest, beyond), highest)


def check(instance: Instance, outcome: Outcome, shown: int) -> list[str]:
    """Faults of fairness, guarantee, class cutoffs and reasons."""
    faults: list[str] = []
    standing = Standing(instance)
    lines = Lines(instance, outcome, standing)
    claims = find_claims(instance, outcome, standing, lines)
    faults += verifier_structure.check_guarantee(instance, outcome, claims)
    if outcome.guarantee != "optimal":
        faults += _check_claims(instance, outcome, standing, lines, claims, shown)
    faults += verifier_reasons.check(instance, outcome, standing, lines, claims, shown)
    return faults


def pools_of_choices(instance: Instance, standing: Standing, group: int) -> tuple[np.ndarray, np.ndarray]:
    """(rows, pools): choices of members of `group` in classes that reserve seats for it, and those pools."""
    reserve = np.full(len(instance.class_ids), NONE)
    mine = (instance.reserve_group == group) & (instance.reserve_seats > 0)
    if not mine.any():
        return np.empty(0, np.int64), np.empty(0, np.int64)
    reserve[instance.reserve_class[mine]] = np.nonzero(mine)[0]
    pool = reserve[instance.track_class[instance.choice_track]]
    member = instance.applicant_groups[standing.owner].astype(np.int64) >> group & 1 == 1
    rows = np.nonzero(member & (pool >= 0))[0]
    return rows, pool[rows]


def find_claims(instance: Instance, outcome: Outcome, standing: Standing, lines: Lines) -> np.ndarray:
    """Rows of choices that their owner prefers to what she got by choice or pin, and whose lines she clears."""
    seats = outcome.seats
    got = np.where(seats.by == 2, 0, seats.rank)
    wished = (got[standing.owner] == 0) | (standing.rank < got[standing.owner])
    firm = np.zeros(instance.applicants, bool)
    firm[instance.pin_applicant[instance.pin_hold == 0]] = True
    wished &= ~firm[standing.owner] & (instance.choice_rule < 0)
    wished &= outcome.class_table.open[instance.track_class[instance.choice_track]]
    return np.nonzero(wished & lines.cleared)[0]


def _check_claims(
    instance: Instance, outcome: Outcome, standing: Standing, lines: Lines, claims: np.ndarray, shown: int
) -> list[str]:
    """No claim is left, or every one lies under a listed floor."""
    faults, floors = [], {floor.limit: standing.of(*floor[1:]) for floor in outcome.floors}
    allowed = outcome.guarantee == "fair_with_claims"
    for row in claims.tolist():
        who, track = int(standing.owner[row]), int(instance.choice_track[row])
        if allowed and _under_floors(instance, standing, lines, floors, row):
            continue
        name = instance.applicant_ids[who]
        faults.append(f"{name}: clears every cutoff of {instance.track_ids[track]}, prefers it, and did not get it")
    if len(faults) > shown:
        faults = [*faults[:shown], f"and {len(faults) - shown} more claims"]
    return faults


def _under_floors(instance: Instance, standing: Standing, lines: Lines, floors: dict[str, int], row: int) -> bool:
    """Whether every way to the seat that the owner of choice `row` clears lies under a floor of a limit on that way."""
    track, who = int(instance.choice_track[row]), int(standing.owner[row])
    of_class = int(instance.track_class[track])
    around = verifier_structure.limits_around(instance, track)
    plain = [name for name in around if not name.startswith("pool:")]
    ways = [(plain, int(standing.choice[row]), int(lines.over_choices[row]))]
    for pool in np.nonzero(instance.reserve_class == of_class)[0].tolist():
        group = int(instance.reserve_group[pool])
        if not int(instance.applicant_groups[who]) >> group & 1 or instance.reserve_seats[pool] <= 0:
            continue
        name = f"pool:{instance.class_ids[of_class]}/{instance.groups[group]}"
        line = int(lines.over_pools(np.array([row]), np.array([pool]))[0])
        ways.append(([*plain, name], int(standing.choice[row]) + standing.right, line))
    return all(own < line or any(own < floors.get(name, -1) for name in names) for names, own, line in ways)
