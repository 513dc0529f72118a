"""The verifier's own judgement of what may be guaranteed: which limits could ever bind, and whether they nest."""

from __future__ import annotations

from itertools import combinations, permutations

import numpy as np

from matching.outcome import Outcome
from matching.problem import Instance


def limits_around(instance: Instance, track: int) -> list[str]:
    """Names of all limits around a track, its class's pools included."""
    of_class = int(instance.track_class[track])
    names = [f"track:{instance.track_ids[track]}", f"class:{instance.class_ids[of_class]}"]
    names.append(f"school:{instance.school_ids[instance.class_school[of_class]]}")
    position = int(instance.track_position[track])
    if position >= 0:
        names.append(f"position:{instance.position_ids[position]}")
        names.append(f"enterprise:{instance.enterprise_ids[instance.position_enterprise[position]]}")
    for row in np.nonzero(instance.reserve_class == of_class)[0].tolist():
        names.append(f"pool:{instance.class_ids[of_class]}/{instance.groups[instance.reserve_group[row]]}")
    return names


def check_guarantee(instance: Instance, outcome: Outcome, claims: np.ndarray) -> list[str]:
    """Whether the claimed guarantee is one that policy and structure allow."""
    faults, claimed = [], outcome.guarantee
    if (claimed == "optimal") != (instance.policy.rule == "maximum"):
        faults.append(f"guarantee {claimed} does not go with the rule {instance.policy.rule}")
    minimums = instance.policy.min_open and bool(instance.class_min.any())
    if claimed == "stable_strategyproof" and minimums:
        faults.append("no policy with minimum class sizes is strategy-proof")
    if claimed == "stable_strategyproof" and instance.policy.ties == "bands":
        faults.append("no policy with ties as bands is strategy-proof")
    if claimed in ("stable", "stable_strategyproof") and outcome.floors:
        faults.append(f"guarantee {claimed} goes with no floors")
    if claimed == "stable_strategyproof" and not nested(instance):
        faults.append("the limits cross one another, so the placement is not strategy-proof")
    return faults


def nested(instance: Instance) -> bool:
    """Whether the limits that could bind after any one applicant's changed choices are nested.

    A limit that has room for everybody who lists it, and for one more, cannot bind. A limit is also idle if what
    is inside it can never fill it, or if the limit around it fills first.
    """
    seats, room = _seats(instance), _rooms(instance)
    listing = _listing(instance, len(room)) + 1
    alive, most = room < listing, np.minimum(room, listing)
    for outer, inner in ((4, 1), (5, 4), (2, 1), (3, 2)):
        held, filled = _filled_from_inside(seats, most, outer, inner, room)
        alive &= ~held
        most = filled
    order = [(0, 2), (1, 2), (1, 4), (4, 2), (2, 3), (4, 5)]
    order += [pair for pair in permutations(range(6), 2) if pair not in order]
    for inner, outer in order:
        alive &= ~_filled_from_outside(seats, alive, inner, outer, room)
    return all(_side_by_side(seats, alive, one, other) for one, other in combinations(range(6), 2))


def _rooms(instance: Instance) -> np.ndarray:
    """Seats that exact pins have left in every limit; limits are numbered kind after kind."""
    i = instance
    kinds = (
        i.reserve_seats, i.track_quota, i.class_seats, i.school_plan, i.position_headcount, i.enterprise_headcount,
    )  # fmt: skip
    room = np.concatenate(kinds)
    seats = _seats(instance)
    for row in np.nonzero(i.pin_hold == 0)[0].tolist():
        track, group = int(i.pin_track[row]), int(i.pin_group[row])
        limits = seats[_seat_of(instance, track, group)]
        room[limits[limits >= 0]] -= 1
    return room


def _first(instance: Instance) -> np.ndarray:
    """Where the numbers of every kind begin."""
    i = instance
    ids = (i.reserve_class, i.track_ids, i.class_ids, i.school_ids, i.position_ids, i.enterprise_ids)
    return np.concatenate([[0], np.cumsum([len(rows) for rows in ids])])


def _seats(instance: Instance) -> np.ndarray:
    """Kinds of seats × 6: the limits around every (track, open or pool), -1 where there is none. Open seats first."""
    i, first = instance, _first(instance)
    tracks = np.arange(len(i.track_ids))
    by_class = np.argsort(i.track_class, kind="stable")
    begin = np.searchsorted(i.track_class[by_class], np.arange(len(i.class_ids) + 1))
    pool = [np.full(len(tracks), -1)]
    track = [tracks]
    for row, of_class in enumerate(i.reserve_class.tolist()):
        inside = by_class[begin[of_class] : begin[of_class + 1]]
        track.append(inside)
        pool.append(np.full(len(inside), row))
    of_track, of_pool = np.concatenate(track), np.concatenate(pool)
    position = i.track_position[of_track]
    enterprise = np.full(len(of_track), -1)
    enterprise[position >= 0] = i.position_enterprise[position[position >= 0]]
    columns = (
        of_pool,
        of_track,
        i.track_class[of_track],
        i.class_school[i.track_class[of_track]],
        position,
        enterprise,
    )
    return np.stack([np.where(column >= 0, column + first[kind], -1) for kind, column in enumerate(columns)], 1)


def _seat_of(instance: Instance, track: int, group: int) -> int:
    """The row in _seats of a track's open seat, or of its reserved seats for a group."""
    if group < 0:
        return track
    seats, first = _seats(instance), _first(instance)
    of_class = instance.track_class[track]
    row = np.nonzero((instance.reserve_class == of_class) & (instance.reserve_group == group))[0][0]
    return int(np.nonzero((seats[:, 0] == row) & (seats[:, 1] == first[1] + track))[0][0])


def _listing(instance: Instance, count: int) -> np.ndarray:
    """How many different people could come to sit in every limit, by their choices and what they hold at least."""
    i, first, seats = instance, _first(instance), _seats(instance).astype(np.int32)  # 32 bits halve the traffic
    owner = np.repeat(np.arange(i.applicants, dtype=np.int32), np.diff(i.choice_start))
    may = i.choice_rule < 0
    for row in range(len(i.pin_applicant)):
        begin, end = i.choice_start[i.pin_applicant[row]], i.choice_start[i.pin_applicant[row] + 1]
        if i.pin_hold[row] == 1:
            begin += int(np.argmax(np.append(i.choice_track[begin:end] == i.pin_track[row], True)))
        may[begin:end] = False
    rows = np.nonzero(may)[0]
    who, track = owner[rows], i.choice_track[rows]
    lasting = np.nonzero(i.pin_hold == 1)[0]
    if len(lasting):
        who = np.concatenate([who, i.pin_applicant[lasting]])
        track = np.concatenate([track, i.pin_track[lasting]])
        by_person = np.argsort(who, kind="stable")
        who, track = who[by_person], track[by_person]
    people = np.zeros(count, np.int64)
    again = _once_more(who)
    for kind in range(1, 6):
        people += _different(again, seats[:, kind].copy()[track], count)
    bits = i.applicant_groups[who].astype(np.int64)
    for group in range(len(i.group_order)):
        reserve = np.full(len(i.class_ids), -1)
        mine = i.reserve_group == group
        if not mine.any():
            continue
        reserve[i.reserve_class[mine]] = np.nonzero(mine)[0]
        pool = np.where(bits >> group & 1 == 1, reserve[i.track_class[track]], -1)
        people += _different(again, pool + first[0] * (pool >= 0), count)
    return people


def _once_more(who: np.ndarray) -> list[np.ndarray]:
    """For every distance 1, 2, … as long as anybody has so many rows (`who` is sorted): whether the row that much
    further down is the same person's."""
    found: list[np.ndarray] = []
    while len(found) + 1 < len(who):
        same = who[len(found) + 1 :] == who[: -len(found) - 1]
        if not same.any():
            break
        found.append(same)
    return found


def _different(again: list[np.ndarray], limit: np.ndarray, count: int) -> np.ndarray:
    """How many different people stand beside every limit; -1 counts nowhere. `again` as in _once_more."""
    fresh = limit >= 0
    for step, same in enumerate(again, 1):
        twice = limit[step:] == limit[:-step]
        twice &= same
        np.greater(fresh[step:], twice, out=fresh[step:])  # fresh and not twice
    return np.bincount(limit[fresh], minlength=count)


def _filled_from_inside(
    seats: np.ndarray, most: np.ndarray, outer: int, inner: int, room: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """(limits of kind `outer` that their inner limits cannot overfill, the most people in every limit)."""
    both = (seats[:, outer] >= 0) & (seats[:, inner] >= 0)
    around, inside = seats[both, outer], seats[both, inner]
    once = np.unique(inside, return_index=True)[1]
    total = np.zeros(len(room))
    np.add.at(total, around[once], most[inside[once]])
    known = np.zeros(len(room), bool)
    known[around] = True
    total = np.where(known, np.minimum(total, 2.0**50), 2.0**50).astype(np.int64)
    return known & (total <= room), np.where(known, np.minimum(most, total), most)


def _filled_from_outside(seats: np.ndarray, alive: np.ndarray, inner: int, outer: int, room: np.ndarray) -> np.ndarray:
    """Limits of kind `inner` that lie within one living limit of kind `outer` which admits no more than they do."""
    inside = seats[:, inner] >= 0
    small, large = seats[inside, inner], seats[inside, outer]
    low, high = np.full(len(room), len(room)), np.full(len(room), -1)
    np.minimum.at(low, small, large)
    np.maximum.at(high, small, large)
    within = np.nonzero((low == high) & (high >= 0))[0]
    idle = np.zeros(len(room), bool)
    idle[within] = alive[high[within]] & (room[within] >= room[high[within]])
    return idle


def _side_by_side(seats: np.ndarray, alive: np.ndarray, one: int, other: int) -> bool:
    """Whether living limits of two kinds that share a seat always lie one within the other."""
    living = np.where((seats >= 0) & alive[np.maximum(seats, 0)], seats, -1)
    size = np.bincount(living[living >= 0], minlength=len(alive))
    both = (living[:, one] >= 0) & (living[:, other] >= 0)
    code, shared = np.unique(living[both, one] * len(alive) + living[both, other], return_counts=True)
    smaller = np.minimum(size[code // max(1, len(alive))], size[code % max(1, len(alive))])
    return bool((shared == smaller).all())
