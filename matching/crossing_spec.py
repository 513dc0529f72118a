"""Rise and settle in plain Python, written to be read. The compiled path must give the same placements.

Nothing is remembered but who holds what, whom each set admits, and the floors: every cutoff is looked up afresh.
"""

from __future__ import annotations

import numpy as np

from matching.structure import Structure


class Placing:
    """Who holds which edge under limits that may cross one another."""

    def __init__(self, structure: Structure, dead: np.ndarray, limit: int) -> None:
        self.edges, self.dead, self.limit = structure.edges, dead, limit
        self.owner = structure.edges.owner
        self.sets = [[number for number in row if number >= 0] for row in structure.sets.tolist()]
        self.capacity = structure.capacity
        self.members: list[set[int]] = [set() for _ in structure.capacity]
        self.floor = np.zeros(len(structure.capacity), np.int64)
        self.held = np.full(len(structure.edges.start) - 1, -1, np.int32)
        self.displaced = np.zeros(len(structure.edges), np.int64)

    def around(self, edge: int) -> list[int]:
        return self.sets[self.edges.slot[edge]]

    def key(self, edge: int) -> int:
        return int(self.edges.key[edge])

    def last_of(self, number: int) -> int:
        """The edge with the lowest key in a set."""
        return min(self.members[number], key=self.key)

    def clears(self, edge: int) -> bool:
        """The key is at least the floor of every set around it, and at least the cutoff of every full one."""
        if self.dead[self.edges.slot[edge]]:
            return False
        for number in self.around(edge):
            if self.capacity[number] <= 0 or self.key(edge) < self.floor[number]:
                return False
            if len(self.members[number]) >= self.capacity[number] and self.key(edge) < self.key(self.last_of(number)):
                return False
        return True

    def leave(self, edge: int) -> None:
        self.held[self.owner[edge]] = -1
        for number in self.around(edge):
            self.members[number].discard(edge)

    def take(self, edge: int, settling: bool) -> list[int]:
        """Seats the owner of a clearing edge; sets that now hold too many let their last one go. Who had to go."""
        before = self.held[self.owner[edge]]
        if before >= 0:
            self.leave(int(before))
        self.held[self.owner[edge]] = edge
        for number in self.around(edge):
            self.members[number].add(edge)
        gone = []
        for number in self.around(edge):
            if len(self.members[number]) > self.capacity[number]:
                last = self.last_of(number)
                self.leave(last)
                gone.append(int(self.owner[last]))
                self.displaced[last] += settling
                if settling and self.displaced[last] >= self.limit:
                    self.floor[number] = max(self.floor[number], self.key(last) + 1)
        return gone


def rise_and_settle_by_hand(
    structure: Structure, dead: np.ndarray, order: np.ndarray, limit: int
) -> tuple[np.ndarray, dict[int, int]]:
    """(held, floors) as crossing.rise_and_settle gives them."""
    placing = Placing(structure, dead, limit)
    start = structure.edges.start
    upcoming = start[:-1].copy()
    for first in order.tolist():
        waiting = [first]
        while waiting:
            person = waiting.pop()
            while upcoming[person] < start[person + 1]:
                edge = int(upcoming[person])
                upcoming[person] += 1
                if placing.clears(edge):
                    waiting += placing.take(edge, settling=False)
                    break
    while True:
        claiming = [person for person in order.tolist() if best_claim(placing, start, person) >= 0]
        moved = False
        for first in claiming:
            waiting = [first]
            while waiting:
                edge = best_claim(placing, start, waiting.pop())
                if edge >= 0:
                    waiting += placing.take(edge, settling=True)
                    moved = True
        if not moved:
            floors = {number: int(key) for number, key in enumerate(placing.floor.tolist()) if key > 0}
            return placing.held, floors


def best_claim(placing: Placing, start: np.ndarray, person: int) -> int:
    """The best edge that the person prefers to what she holds and that she clears, or -1."""
    end = placing.held[person] if placing.held[person] >= 0 else start[person + 1]
    return next((edge for edge in range(start[person], end) if placing.clears(edge)), -1)
