"""Upper bounds on how many people any placement can hold, whatever is closed and however unfair it may be."""

from __future__ import annotations

import numpy as np

from matching.problem import EXACT, Instance


def cheap_bound(instance: Instance) -> int:
    """Nobody without an eligible choice, fallback or pin can be placed, and no more people than all seats."""
    chance = np.zeros(instance.applicants, bool)
    chance[instance.choice_owner[instance.choice_rule < 0]] = True
    if instance.policy.adjustment:
        chance |= instance.adjustable & (np.diff(instance.fallback_start) > 0)
    chance[instance.pin_applicant] = True
    seats = int(np.minimum(instance.class_seats, instance.applicants).sum())
    return min(int(chance.sum()), seats)


def flow_bound(instance: Instance) -> int:
    """The largest flow from people through tracks, classes and schools; and likewise through positions and
    enterprises; whichever is less. Each leaves out the limits of the other side, so each is a true bound.
    """
    school = _largest(instance, instance.track_class, instance.class_seats, instance.class_school, instance.school_plan)
    binds = (instance.position_headcount < instance.applicants).any()
    if not len(instance.position_ids) or not (binds or (instance.enterprise_headcount < instance.applicants).any()):
        return min(school, cheap_bound(instance))
    count = len(instance.position_ids)
    inner = np.where(instance.track_position >= 0, instance.track_position, count)
    room = np.append(instance.position_headcount, instance.applicants)
    outer = np.append(instance.position_enterprise, len(instance.enterprise_ids))
    most = np.append(instance.enterprise_headcount, instance.applicants)
    return min(school, _largest(instance, inner, room, outer, most), cheap_bound(instance))


def _largest(instance: Instance, inner: np.ndarray, room: np.ndarray, outer: np.ndarray, most: np.ndarray) -> int:
    """The largest flow people → tracks → inner limits (T, capacity room) → outer limits (capacity most) → sink."""
    from ortools.graph.python import max_flow

    person, track = _wishes(instance)
    people, tracks = instance.applicants, len(instance.track_ids)
    first = people + tracks
    sink = first + len(room) + len(most)
    source = sink + 1
    quota = np.minimum(instance.track_quota, people)
    tails = (person, people + np.arange(tracks), first + np.arange(len(room)), first + len(room) + np.arange(len(most)))
    heads = (people + track, first + inner, first + len(room) + outer, np.full(len(most), sink))
    rooms = (np.ones(len(person)), quota, np.minimum(room, people), np.minimum(most, people), np.ones(people))
    flow = max_flow.SimpleMaxFlow()
    flow.add_arcs_with_capacity(
        np.concatenate([*tails, np.full(people, source)]).astype(np.int32),
        np.concatenate([*heads, np.arange(people)]).astype(np.int32),
        np.concatenate(rooms).astype(np.int64),
    )
    if flow.solve(source, sink) != flow.OPTIMAL:
        return people
    return int(flow.optimal_flow())


def _wishes(instance: Instance) -> tuple[np.ndarray, np.ndarray]:
    """(person, track) of every seat that somebody may have, by choice, fallback or pin."""
    allowed = instance.choice_rule < 0
    person, track = [instance.choice_owner[allowed]], [instance.choice_track[allowed]]
    if instance.policy.adjustment:
        owner = np.repeat(np.arange(instance.applicants), np.diff(instance.fallback_start))
        may = instance.adjustable[owner]
        person.append(owner[may])
        track.append(instance.fallback_track[may])
    firm = np.zeros(instance.applicants, bool)
    firm[instance.pin_applicant[instance.pin_hold == EXACT]] = True
    people, tracks = np.concatenate(person), np.concatenate(track)
    free = ~firm[people]
    return (
        np.concatenate([people[free], instance.pin_applicant]),
        np.concatenate([tracks[free], instance.pin_track]),
    )
