"""Choices → edges: what an applicant may be offered, best first, each with its slot and its priority key.

1. Barred choices give no edge. Nor do the choices of people with an exact pin, nor those that a person who is
   kept "at least" where she is ranks below what she holds.
2. A choice in a class with reserved seats for one of her groups becomes one edge per such pool, in the published
   order of the groups, and then one edge for the open seats (the minority-reserve rule of Hafalir, Yenmez and
   Yildirim 2013).
3. The key of an edge is (bonus, score, lottery): a reserved seat's bonus lifts members above everybody else in
   every set that the seat belongs to; a pin lifts its holder above everybody.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching.problem import AT_LEAST, EXACT, MAX_LOTTERY, Instance

#: Added to the key of a reserved seat, and to that of a pin. Score and lottery fill the bits below.
BONUS = np.int64(1) << np.int64(48)
PIN_KEY = np.int64(1) << np.int64(52)
#: An edge that stands for a pin, not for a choice.
NO_CHOICE = -1


@dataclass(frozen=True)
class Edges:
    """N applicants, M edges. Slot = track · (groups + 1) + (0 for open seats, g + 1 for the pool of group g)."""

    start: np.ndarray  # N+1, int64
    slot: np.ndarray  # M, int32
    key: np.ndarray  # M, int64
    choice: np.ndarray  # M, int32, row of the choice, NO_CHOICE for a pin outside the choices
    width: int  # slots per track

    def __len__(self) -> int:
        return len(self.slot)

    @property
    def owner(self) -> np.ndarray:
        return np.repeat(np.arange(len(self.start) - 1, dtype=np.int32), np.diff(self.start))

    def track(self, edges: np.ndarray) -> np.ndarray:
        return self.slot[edges] // self.width


def base_keys(instance: Instance) -> np.ndarray:
    """E, int64: (score, lottery) of every choice as one number; the higher goes first. Bands are cut down first."""
    score = instance.choice_score.astype(np.int64)
    if instance.policy.in_bands:
        score //= instance.policy.band
    lottery = MAX_LOTTERY - instance.lottery
    return (score << np.int64(32)) + np.repeat(lottery, np.diff(instance.choice_start))


def keys_of(instance: Instance, choices: np.ndarray, owners: np.ndarray) -> np.ndarray:
    """The base keys of some choices (rows) of their owners, without those of all the others."""
    score = instance.choice_score[choices].astype(np.int64)
    if instance.policy.in_bands:
        score //= instance.policy.band
    return (score << np.int64(32)) + MAX_LOTTERY - instance.lottery[owners]


def pool_bits(instance: Instance) -> np.ndarray:
    """K, uint64: bit g is set where the class has a pool of at least one seat for group g."""
    bits = np.zeros(len(instance.class_ids), np.uint64)
    used = instance.reserve_seats > 0
    np.bitwise_or.at(bits, instance.reserve_class[used], np.uint64(1) << instance.reserve_group[used].astype(np.uint64))
    return bits


def build_edges(instance: Instance) -> Edges:
    """All edges of an instance, in the order of applicants and their preference."""
    chosen = _open_choices(instance)
    key = base_keys(instance)
    owner, track = instance.choice_owner, instance.choice_track
    if chosen is None:
        rows = np.arange(instance.choices, dtype=np.int32)
    else:
        rows = np.nonzero(chosen)[0].astype(np.int32)
        owner, track, key = owner[rows], track[rows], key[rows]
    width = len(instance.group_order) + 1 if len(instance.reserve_class) else 1
    slot = track * np.int32(width)
    if width > 1:
        owner, slot, key, rows = _with_pools(instance, owner, track, slot, key, rows)
    if (instance.pin_hold == AT_LEAST).any():
        owner, slot, key, rows = _with_pins(instance, width, owner, slot, key, rows)
    start = np.zeros(instance.applicants + 1, np.int64)
    start[1:] = np.cumsum(np.bincount(owner, minlength=instance.applicants))
    return Edges(start, np.ascontiguousarray(slot, np.int32), key, rows, width)


def _open_choices(instance: Instance) -> np.ndarray | None:
    """E, bool: choices that may be offered; None if all of them may."""
    if not len(instance.rules) and not len(instance.pin_applicant):
        return None
    keep = instance.choice_rule < 0
    for row, who in enumerate(instance.pin_applicant.tolist()):
        first, last = instance.choice_start[who], instance.choice_start[who + 1]
        if instance.pin_hold[row] == EXACT:
            keep[first:last] = False
        else:
            held = np.nonzero(instance.choice_track[first:last] == instance.pin_track[row])[0]
            if len(held):
                keep[first + held[0] : last] = False
    return keep


def _with_pools(
    instance: Instance, owner: np.ndarray, track: np.ndarray, slot: np.ndarray, key: np.ndarray, rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Puts the edges of reserved seats in front of the edge of the open seats of the same choice."""
    bits = instance.applicant_groups[owner] & pool_bits(instance)[instance.track_class[track]]
    if not bits.any():
        return owner, slot, key, rows
    copies = np.bitwise_count(bits).astype(np.int64)
    at = np.cumsum(copies + 1) - 1  # where the open edge of every choice stands
    total = int(at[-1]) + 1
    wide_slot, wide_key = np.empty(total, np.int32), np.empty(total, np.int64)
    wide_slot[at], wide_key[at] = slot, key
    for group in range(len(instance.group_order)):
        member = np.nonzero(bits >> np.uint64(group) & np.uint64(1))[0]
        before = np.bitwise_count(bits[member] & np.uint64((1 << group) - 1)).astype(np.int64)
        place = at[member] - copies[member] + before
        wide_slot[place], wide_key[place] = slot[member] + group + 1, key[member] + BONUS
    return np.repeat(owner, copies + 1), wide_slot, wide_key, np.repeat(rows, copies + 1)


def _with_pins(
    instance: Instance, width: int, owner: np.ndarray, slot: np.ndarray, key: np.ndarray, rows: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Adds what an at-least pin holds as the last edge of its holder, above everybody else in its sets."""
    pins = np.nonzero(instance.pin_hold == AT_LEAST)[0]
    who, track = instance.pin_applicant[pins], instance.pin_track[pins]
    pool = np.where((instance.pin_group[pins] >= 0) & (width > 1), instance.pin_group[pins] + 1, 0)
    pin_key = PIN_KEY + (MAX_LOTTERY - instance.lottery[who])
    choice = np.full(len(pins), NO_CHOICE, np.int32)
    for at, (person, held) in enumerate(zip(who.tolist(), track.tolist())):
        first, last = instance.choice_start[person], instance.choice_start[person + 1]
        found = np.nonzero(instance.choice_track[first:last] == held)[0]
        if len(found):
            choice[at] = first + found[0]
    order = np.argsort(np.concatenate([owner, who]), kind="stable")
    merged = (
        (owner, who),
        (slot, track * width + pool),
        (key, pin_key),
        (rows, choice),
    )
    owner, slot, key, rows = (np.concatenate(pair)[order] for pair in merged)
    return owner, slot, key, rows
