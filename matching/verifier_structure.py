"""The verifier's own judgement of what may be guaranteed: which limits could ever bind, and whether they nest."""

from __future__ import annotations

from itertools import combinations

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
    members = _members(instance)
    room = {name: capacity for name, (capacity, _) in members.items()}
    listing = _listing(instance, members)
    alive = {name for name in members if room[name] <= listing[name]}
    most = {name: min(room[name], listing[name] + 1) for name in members}
    for outer, inners in _layers(instance):
        for name in list(outer):
            parts = [part for part in inners if members[part][1] & members[name][1]]
            covered = set().union(*(members[part][1] for part in parts)) if parts else set()
            if parts and covered >= members[name][1]:
                most[name] = min(most[name], sum(most[part] for part in parts))
                if most[name] <= room[name] and sum(most[part] for part in parts) <= room[name]:
                    alive.discard(name)
    for name in sorted(alive):
        for other in sorted(alive - {name}):
            if name in alive and members[name][1] <= members[other][1] and room[name] >= room[other]:
                alive.discard(name)
    return all(
        not (one & other) or one <= other or other <= one
        for one, other in combinations([members[name][1] for name in sorted(alive)], 2)
    )


Members = dict[str, tuple[int, set[tuple[int, int]]]]


def _members(instance: Instance) -> Members:
    """limit → (room left by exact pins, seats in it). A seat is (track, group), group -1 for open seats."""
    i, found = instance, {}
    pools: dict[int, list[int]] = {}
    for of_class, group in zip(i.reserve_class.tolist(), i.reserve_group.tolist()):
        pools.setdefault(of_class, []).append(group)

    def add(name: str, capacity: int, seat: tuple[int, int]) -> None:
        found.setdefault(name, (int(capacity), set()))[1].add(seat)

    for track, of_class in enumerate(i.track_class.tolist()):
        school, position = int(i.class_school[of_class]), int(i.track_position[track])
        for group in (-1, *pools.get(of_class, [])):
            seat = (track, group)
            add(f"t{track}", i.track_quota[track], seat)
            add(f"c{of_class}", i.class_seats[of_class], seat)
            add(f"s{school}", i.school_plan[school], seat)
            if position >= 0:
                add(f"p{position}", i.position_headcount[position], seat)
                enterprise = int(i.position_enterprise[position])
                add(f"e{enterprise}", i.enterprise_headcount[enterprise], seat)
            if group >= 0:
                row = np.nonzero((i.reserve_class == of_class) & (i.reserve_group == group))[0][0]
                add(f"r{of_class}/{group}", i.reserve_seats[row], seat)
    for row in np.nonzero(i.pin_hold == 0)[0].tolist():
        seat = (int(i.pin_track[row]), int(i.pin_group[row]))
        for name, (capacity, seats) in found.items():
            if seat in seats:
                found[name] = (capacity - 1, seats)
    return found


def _listing(instance: Instance, members: Members) -> dict[str, int]:
    """limit → how many people list a seat in it."""
    i = instance
    people: dict[tuple[int, int], set[int]] = {}
    owner = np.repeat(np.arange(i.applicants), np.diff(i.choice_start))
    rows = np.nonzero(i.choice_rule < 0)[0]
    wants = [(int(owner[row]), int(i.choice_track[row])) for row in rows]
    wants += list(zip(i.pin_applicant.tolist(), i.pin_track.tolist()))
    for who, track in wants:
        people.setdefault((track, -1), set()).add(who)
        for group in range(len(i.group_order)):
            if int(i.applicant_groups[who]) >> group & 1:
                people.setdefault((track, group), set()).add(who)
    nobody: set[int] = set()
    return {name: len(set().union(*(people.get(s, nobody) for s in seats))) for name, (_, seats) in members.items()}


def _layers(instance: Instance) -> list[tuple[list[str], list[str]]]:
    """(outer limits, inner limits) in the order in which outer ones may be found idle."""
    i = instance
    tracks = [f"t{row}" for row in range(len(i.track_ids))]
    classes = [f"c{row}" for row in sorted(set(i.track_class.tolist()))]
    schools = [f"s{row}" for row in sorted(set(i.class_school[i.track_class].tolist()))]
    positions = [f"p{row}" for row in sorted(set(i.track_position.tolist()) - {-1})]
    enterprises = [f"e{row}" for row in sorted({int(i.position_enterprise[int(p[1:])]) for p in positions})]
    return [(positions, tracks), (enterprises, positions), (classes, tracks), (schools, classes)]
