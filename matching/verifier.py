"""Checks an outcome against its instance. Shares no code with what solves, explains or builds structures:
it reads the definitions of docs/MATCHING.md once more, from the tables alone.

1. Seats: everybody sits where she may, at the rank she gave, by a way that the policy allows; pins are kept.
2. Limits: no track, class, school, position or enterprise admits more people than it has room for.
3. Classes: closed ones are empty, open ones reach their minimum, the listed numbers are true.
4. Fairness: no seat that somebody prefers and whose every cutoff she clears, except under a listed floor.
5. Guarantee: what is claimed follows from the policy and the structure.
6. Reasons: every line says what a second reading of the cutoffs says.
"""

from __future__ import annotations

import numpy as np

from matching import verifier_bound
from matching import verifier_fairness as fairness
from matching.outcome import Outcome
from matching.problem import Instance

#: No list of faults of one kind grows longer than this; the rest is counted.
SHOWN = 20


def verify(instance: Instance, outcome: Outcome) -> list[str]:
    """Every fault in one plain sentence; an empty list means that everything claimed holds."""
    faults: list[str] = []
    _check_head(instance, outcome, faults)
    if not _check_seats(instance, outcome, faults):
        return faults
    _check_limits(instance, outcome, faults)
    _check_classes(instance, outcome, faults)
    faults += fairness.check(instance, outcome, SHOWN)
    if outcome.guarantee == "optimal":
        faults += verifier_bound.check(instance, outcome)
    return faults


def several(faults: list[str], rows: np.ndarray, sentence: object) -> None:
    """Adds sentence(row) for the first rows and a count for the rest."""
    for row in rows[:SHOWN].tolist():
        faults.append(sentence(row))  # type: ignore[operator]
    if len(rows) > SHOWN:
        faults.append(f"and {len(rows) - SHOWN} more of the last kind")


def _check_head(instance: Instance, outcome: Outcome, faults: list[str]) -> None:
    from matching.bundle import instance_sha256

    if outcome.instance_sha256 != instance_sha256(instance):
        faults.append("the outcome belongs to another instance: the sha256 differs")
    placed = int((outcome.seats.track >= 0).sum())
    if placed != outcome.placed:
        faults.append(f"{placed} people are placed, the outcome says {outcome.placed}")
    if outcome.bound < outcome.placed:
        faults.append(f"the bound {outcome.bound} is below the number of people placed, {outcome.placed}")
    expected = (outcome.bound - outcome.placed) / outcome.bound if outcome.bound else 0.0
    if abs(outcome.gap - expected) > 1e-5:
        faults.append(f"the gap is {expected:.6f}, the outcome says {outcome.gap}")


def _check_seats(instance: Instance, outcome: Outcome, faults: list[str]) -> bool:
    """Whether every seat is one that its holder may have. If not, later checks would make no sense."""
    before = len(faults)
    seats, names = outcome.seats, instance.applicant_ids
    nobody = (seats.track < 0) & ((seats.rank != 0) | (seats.by != 0)) | (seats.track >= 0) & (seats.by == 0)
    several(faults, np.nonzero(nobody)[0], lambda i: f"{names[i]}: track, rank and way of placement do not agree")
    lengths = np.diff(instance.choice_start)
    ranked = np.nonzero((seats.track >= 0) & (seats.rank > 0))[0]
    beyond = ranked[seats.rank[ranked] > lengths[ranked]]
    several(faults, beyond, lambda i: f"{names[i]}: has no choice of rank {seats.rank[i]}")
    if len(beyond) or nobody.any():
        return False
    row = instance.choice_start[ranked] + seats.rank[ranked] - 1
    wrong = ranked[instance.choice_track[row] != seats.track[ranked]]
    several(faults, wrong, lambda i: f"{names[i]}: did not choose {instance.track_ids[seats.track[i]]} at that rank")
    barred = ranked[(instance.choice_rule[row] >= 0) & (seats.by[ranked] != 3)]
    several(faults, barred, lambda i: f"{names[i]}: is placed on a choice that she is barred from")
    unranked = np.nonzero((seats.by == 1) & (seats.rank == 0))[0]
    several(faults, unranked, lambda i: f"{names[i]}: is placed by choice without a rank")
    _check_pins(instance, outcome, faults)
    _check_adjusted(instance, outcome, faults)
    return len(faults) == before


def _check_pins(instance: Instance, outcome: Outcome, faults: list[str]) -> None:
    """Exact pins hold their track; at-least pins hold it or a choice ranked above it; nobody else sits by pin."""
    seats, pinned = outcome.seats, np.zeros(instance.applicants, bool)
    for row, who in enumerate(instance.pin_applicant.tolist()):
        pinned[who] = True
        held, name = int(instance.pin_track[row]), instance.applicant_ids[who]
        if seats.track[who] == held and seats.by[who] == 3:
            continue
        if instance.pin_hold[row] == 0:
            faults.append(f"{name}: is pinned to {instance.track_ids[held]} and does not hold it by pin")
            continue
        first, last = instance.choice_start[who], instance.choice_start[who + 1]
        at = np.nonzero(instance.choice_track[first:last] == held)[0]
        rank_held = int(at[0]) + 1 if len(at) else int(last - first) + 1
        if seats.by[who] != 1 or not 0 < seats.rank[who] < rank_held:
            faults.append(f"{name}: has lost {instance.track_ids[held]}, which she holds at least")
    stray = np.nonzero((seats.by == 3) & ~pinned)[0]
    several(faults, stray, lambda i: f"{instance.applicant_ids[i]}: sits by a pin that does not exist")


def _check_adjusted(instance: Instance, outcome: Outcome, faults: list[str]) -> None:
    """Adjusted people agreed to it, and to this track: as a fallback or as a choice of theirs."""
    seats, names = outcome.seats, instance.applicant_ids
    people = np.nonzero(seats.by == 2)[0]
    if len(people) and not instance.policy.adjustment:
        faults.append("people are placed by adjustment although the policy has none")
    several(faults, people[~instance.adjustable[people]], lambda i: f"{names[i]}: did not agree to adjustment")
    for who in people.tolist():
        listed = instance.fallback_track[instance.fallback_start[who] : instance.fallback_start[who + 1]]
        if seats.rank[who] == 0 and seats.track[who] not in listed:
            faults.append(f"{names[who]}: was adjusted to {instance.track_ids[seats.track[who]]}, no fallback of hers")


def _check_limits(instance: Instance, outcome: Outcome, faults: list[str]) -> None:
    """No limit is exceeded, adjusted people included."""
    held = outcome.seats.track[outcome.seats.track >= 0]
    position = instance.track_position[held]
    position = position[position >= 0]
    for kind, ids, capacity, used in (
        ("track", instance.track_ids, instance.track_quota, held),
        ("class", instance.class_ids, instance.class_seats, instance.track_class[held]),
        ("school", instance.school_ids, instance.school_plan, instance.class_school[instance.track_class[held]]),
        ("position", instance.position_ids, instance.position_headcount, position),
        (
            "enterprise",
            instance.enterprise_ids,
            instance.enterprise_headcount,
            instance.position_enterprise[position],
        ),
    ):
        count = np.bincount(used, minlength=len(ids))
        for row in np.nonzero(count > capacity)[0].tolist():
            faults.append(f"{kind} {ids[row]} holds {count[row]} people and has room for {capacity[row]}")


def _check_classes(instance: Instance, outcome: Outcome, faults: list[str]) -> None:
    """Closed classes are empty, open ones reach their minimum, the counts in classes.csv are true."""
    table, names = outcome.class_table, instance.class_ids
    held = outcome.seats.track[outcome.seats.track >= 0]
    count = np.bincount(instance.track_class[held], minlength=len(names))
    pinned = np.zeros(len(names), bool)
    pinned[instance.track_class[instance.pin_track]] = True
    for row in np.nonzero(count != table.filled)[0].tolist():
        faults.append(f"class {names[row]} holds {count[row]} people, classes.csv says {table.filled[row]}")
    for row in np.nonzero(~table.open & (count > 0))[0].tolist():
        faults.append(f"class {names[row]} is closed and holds {count[row]} people")
    for row in np.nonzero(~table.open & pinned)[0].tolist():
        faults.append(f"class {names[row]} is closed although somebody holds a pin there")
    if not instance.policy.min_open:
        for row in np.nonzero(~table.open)[0].tolist():
            faults.append(f"class {names[row]} is closed although the policy closes none")
        return
    for row in np.nonzero(table.open & ~pinned & (count < instance.class_min))[0].tolist():
        faults.append(f"class {names[row]} is open with {count[row]} people, its minimum is {instance.class_min[row]}")
    for row in np.nonzero(~table.open & (instance.class_min == 0))[0].tolist():
        faults.append(f"class {names[row]} is closed although it has no minimum")
