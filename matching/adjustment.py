"""Adjustment (服从调剂): people who agreed to it and are unplaced get left-over seats, by min-cost flow.

1. Candidates are unplaced people with `adjustable`; their seats are those in their fallbacks, and in classes they
   chose (distance 0: nothing is closer to what they asked for).
2. Classes that are open but short of their minimum must get what they lack: a lower bound of the flow.
3. As many people as possible, then the least total distance. Reserved seats that stayed empty are open to all.
People enter the network by lottery number, so that equal optima do not depend on rows or identifiers.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.outcome import Seats
from matching.problem import Instance
from matching.structure import CLASS, ENTERPRISE, POSITION, SCHOOL, TRACK, all_sets


@dataclass(frozen=True)
class Openings:
    """Candidates by lottery number, their edges (person index, track, distance) and what is left in every limit."""

    people: np.ndarray  # A, applicant rows
    person: np.ndarray  # B, index into people, sorted
    track: np.ndarray  # B
    distance: np.ndarray  # B
    left: np.ndarray  # Z, room left by choice and pin
    sets: np.ndarray  # T × 6
    first: np.ndarray  # 7


def find_openings(instance: Instance, seats: Seats, class_open: np.ndarray) -> Openings:
    """Who may be adjusted to which track with room left, in the open classes."""
    sets, capacity, first = all_sets(instance, 1)
    taken = sets[seats.track[seats.track >= 0]]
    left = capacity - np.bincount(taken[taken >= 0], minlength=len(capacity))
    room = np.ones(len(sets), bool)
    for kind in (TRACK, CLASS, SCHOOL, POSITION, ENTERPRISE):
        room &= (sets[:, kind] < 0) | (left[np.maximum(sets[:, kind], 0)] > 0)
    room &= class_open[instance.track_class]
    candidate = instance.adjustable & (seats.track < 0)
    owner = np.repeat(np.arange(instance.applicants), np.diff(instance.fallback_start))
    chosen = candidate[instance.choice_owner] & (instance.choice_rule < 0) & room[instance.choice_track]
    listed = candidate[owner] & room[instance.fallback_track]
    who = np.concatenate([instance.choice_owner[chosen], owner[listed]]).astype(np.int64)
    track = np.concatenate([instance.choice_track[chosen], instance.fallback_track[listed]])
    distance = np.concatenate([np.zeros(int(chosen.sum()), np.int32), instance.fallback_distance[listed]])
    people = np.unique(who)
    people = people[np.argsort(instance.lottery[people], kind="stable")]
    place = np.zeros(instance.applicants, np.int64)
    place[people] = np.arange(len(people))
    order = np.lexsort((track, distance, place[who]))
    person, track, distance = place[who][order], track[order], distance[order]
    pair = person * len(sets) + track
    _, keep = np.unique(pair, return_index=True)  # the first of a pair is the closer one
    keep.sort()
    return Openings(people, person[keep], track[keep], distance[keep], left, sets, first)


def carry(instance: Instance, openings: Openings, lacking: np.ndarray) -> np.ndarray:
    """K: how many adjusted people each short class could get if all are served together by a largest flow.

    lacking: K, people each open class is short of its minimum.
    """
    from ortools.graph.python import max_flow

    network = _Network(instance, openings)
    short = lacking[instance.track_class[openings.track]] > 0
    solver = max_flow.SimpleMaxFlow()
    arcs = solver.add_arcs_with_capacity(*network.arcs(short, lacking))
    source, sink = network.source, network.sink
    if not short.any() or solver.solve(source, sink) != solver.OPTIMAL:
        return np.zeros(len(lacking), np.int64)
    return np.asarray(solver.flows(arcs), np.int64)[network.class_arcs]


def most_adjusted(instance: Instance, openings: Openings) -> int:
    """How many people adjustment can place at most."""
    from ortools.graph.python import max_flow

    if not len(openings.person):
        return 0
    network = _Network(instance, openings)
    solver = max_flow.SimpleMaxFlow()
    solver.add_arcs_with_capacity(*network.arcs(np.ones(len(openings.person), bool), None))
    return int(solver.optimal_flow()) if solver.solve(network.source, network.sink) == solver.OPTIMAL else 0


def assign(instance: Instance, openings: Openings, lacking: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(applicants, tracks) of the best adjustment that gives every class at least what it lacks.

    Raises ValueError if no adjustment does.
    """
    from ortools.graph.python import min_cost_flow

    if not len(openings.person):
        if lacking.any():
            raise ValueError("nobody can be adjusted to a class that is short of its minimum")
        return np.empty(0, np.int64), np.empty(0, np.int32)
    network = _Network(instance, openings)
    tails, heads, room = network.arcs(np.ones(len(openings.person), bool), None)
    cost = np.zeros(len(tails), np.int64)
    cost[network.edge_arcs] = openings.distance
    room[network.class_arcs] -= lacking
    if (room < 0).any():
        raise ValueError("a class lacks more people than it has room for")
    stay = int(openings.distance.max()) * min(len(openings.people), len(instance.track_ids)) + 1
    people = np.arange(len(openings.people), dtype=np.int32)
    keep = tails != network.source
    tails = np.concatenate([tails[keep], people])
    heads = np.concatenate([heads[keep], np.full(len(people), network.sink, np.int32)])
    room = np.concatenate([room[keep], np.ones(len(people), np.int64)])
    cost = np.concatenate([cost[keep], np.full(len(people), stay)])
    solver = min_cost_flow.SimpleMinCostFlow()
    arcs = solver.add_arcs_with_capacity_and_unit_cost(tails, heads, room, cost)
    supply = network.supplies(lacking)
    solver.set_nodes_supplies(np.arange(len(supply), dtype=np.int32), supply)
    if solver.solve() != solver.OPTIMAL:
        raise ValueError("the classes that are short of their minimum cannot be carried over it together")
    flow = np.asarray(solver.flows(arcs))[: len(openings.person)] > 0
    return openings.people[openings.person[flow]], openings.track[flow].astype(np.int32)


class _Network:
    """people → tracks → classes → schools → sink. Positions and enterprises stand on the other side of the track.

    Where positions bind as well, tracks lead through positions instead when the school side has slack, else the
    structure is no network and the tighter side is kept exact by capacities per track (see `track_room`).
    """

    def __init__(self, instance: Instance, openings: Openings) -> None:
        self.instance, self.openings = instance, openings
        people, tracks = len(openings.people), len(instance.track_ids)
        self.tracks = people
        self.classes = self.tracks + tracks
        self.schools = self.classes + len(instance.class_ids)
        self.sink = self.schools + len(instance.school_ids)
        self.source = self.sink + 1

    def arcs(self, used: np.ndarray, class_room: np.ndarray | None) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """Tails, heads and capacities: edges, tracks, classes, schools, and one arc from the source per person."""
        i, o = self.instance, self.openings
        left = np.minimum(o.left, len(o.people) + 1)
        first = o.first
        room = left[first[CLASS] : first[CLASS + 1]] if class_room is None else class_room
        person, track = o.person[used], o.track[used]
        pieces = (
            (person, self.tracks + track, np.ones(len(person))),
            (
                self.tracks + np.arange(len(i.track_ids)),
                self.classes + i.track_class,
                track_room(o),
            ),
            (self.classes + np.arange(len(i.class_ids)), self.schools + i.class_school, room),
            (
                self.schools + np.arange(len(i.school_ids)),
                np.full(len(i.school_ids), self.sink),
                left[first[SCHOOL] : first[SCHOOL + 1]],
            ),
            (np.full(len(o.people), self.source), np.arange(len(o.people)), np.ones(len(o.people))),
        )
        ends = np.cumsum([len(piece[0]) for piece in pieces])
        self.edge_arcs = slice(0, ends[0])
        self.class_arcs = slice(ends[1], ends[2])
        tails, heads, rooms = (np.concatenate(part) for part in zip(*pieces))
        return tails.astype(np.int32), heads.astype(np.int32), rooms.astype(np.int64)

    def supplies(self, lacking: np.ndarray) -> np.ndarray:
        """What every node puts in: one per person, what a class must pass on is taken out there and put in above."""
        supply = np.zeros(self.sink + 1, np.int64)
        supply[: len(self.openings.people)] = 1
        supply[self.classes : self.schools] -= lacking
        np.add.at(supply, self.schools + self.instance.class_school, lacking)
        supply[self.sink] = -len(self.openings.people)
        return supply


def track_room(openings: Openings) -> np.ndarray:
    """T: room of every track such that positions and enterprises hold whatever the flow does.

    Room of a position that several tracks compete for is shared out to them by demand, greatest remainder first;
    where nothing binds on that side this is simply what the track itself has left.
    """
    sets, left = openings.sets, openings.left
    demand = np.bincount(openings.track, minlength=len(sets)).astype(np.int64)
    room = np.minimum(left[sets[:, TRACK]], demand)
    for kind in (POSITION, ENTERPRISE):
        around = sets[:, kind]
        known = around >= 0
        total = np.bincount(around[known], room[known], minlength=len(left))
        for tight in np.nonzero(total > left)[0].tolist():
            rows = np.nonzero(around == tight)[0]
            room[rows] = _share(int(left[tight]), room[rows])
    return room


def _share(seats: int, wanted: np.ndarray) -> np.ndarray:
    """`seats` shared out in proportion to `wanted`, none more than it wants; remainders by row."""
    exact = wanted * seats / wanted.sum()
    share = np.floor(exact).astype(np.int64)
    rest = seats - int(share.sum())
    share[np.argsort(-(exact - share), kind="stable")[:rest]] += 1
    return share
