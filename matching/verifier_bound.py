"""The verifier's sums over the prices of a maximum placement: a bound that needs no trust in any solver.

For any prices y ≥ 0 of the limits, no placement holds more people than Σ capacity·y + Σ over people of what the best
seat is worth above its price; and likewise for the value of placements of as many people.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from matching.outcome import Outcome
from matching.problem import Instance

TOLERANCE = 1e-6
#: Limits that may have prices; `minimum` is what a class pays for everybody who helps it to its minimum.
KINDS = ("pool", "track", "class", "school", "position", "enterprise", "minimum")


def check(instance: Instance, outcome: Outcome) -> list[str]:
    """Faults of the bound and of the value that `optimal` claims."""
    certificate = outcome.certificate
    try:
        return _check_people(instance, outcome, certificate) + _check_value(instance, outcome, certificate)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        return [f"the certificate cannot be read: {type(error).__name__} {error}"]


def _check_people(instance: Instance, outcome: Outcome, certificate: dict[str, Any]) -> list[str]:
    """The stated bound is not below what the prices allow: it is a true bound, whichever classes open."""
    prices = Prices(instance, certificate["people"]["prices"])
    if certificate.get("openings"):
        return []  # a lower bound over all ways of opening classes, proved by an integer program, not by prices
    beside = int((outcome.seats.by == 2).sum()) + int((instance.pin_hold == 0).sum())
    every_class = np.ones(len(instance.class_ids), bool)
    bound = beside + prices.total() + prices.best_edges(np.ones(instance.choices, np.int64), 0, 0, every_class)
    if bound > outcome.bound + 1 - TOLERANCE:
        return [f"the prices prove a bound of {bound:g} people, the outcome says {outcome.bound}"]
    return []


def _check_value(instance: Instance, outcome: Outcome, certificate: dict[str, Any]) -> list[str]:
    """Of as many people in the open classes, no placement has more reserved seats, better ranks, better scores."""
    stated = certificate["value"]
    weight = stated["weights"]
    faults = []
    top = int(instance.choice_score.max(initial=0))
    if weight["rank"] < (top + 1) * instance.applicants or weight["score"] != 1:
        faults.append("a rank does not weigh more than all scores together")
    longest = int(np.diff(instance.choice_start).max(initial=0))
    if len(instance.reserve_class) and weight["reserved"] < weight["rank"] * (longest + 1) * instance.applicants:
        faults.append("a reserved seat does not weigh more than all ranks together")
    prices, ground = Prices(instance, stated["prices"]), stated["ground"]
    rank = np.arange(instance.choices) - instance.choice_start[prices.owner] + 1
    worth = instance.choice_score.astype(np.int64) - weight["rank"] * rank.astype(np.int64)
    people, value = own_value(instance, outcome, weight)
    best = prices.best_edges(worth, ground, weight["reserved"], outcome.class_table.open, weight["rank"])
    bound = prices.total() + best - ground * people
    allowed = stated.get("gap", 0) + (0 if isinstance(bound, int) else TOLERANCE * max(1.0, abs(bound)))
    if bound - value > allowed:
        faults.append(f"the prices prove a value of {bound:.0f}, the placement has {value:.0f}")
    return faults


def own_value(instance: Instance, outcome: Outcome, weight: dict[str, int]) -> tuple[int, int]:
    """(people, value) of the placement by choice and at-least pins, as whole numbers."""
    seats = outcome.seats
    exact = np.zeros(instance.applicants, bool)
    exact[instance.pin_applicant[instance.pin_hold == 0]] = True
    people = np.nonzero((seats.track >= 0) & (seats.by != 2) & ~exact)[0]
    listed = seats.rank[people] > 0
    length = np.diff(instance.choice_start)
    rank = np.where(listed, seats.rank[people], length[people] + 1).astype(int)
    row = instance.choice_start[people[listed]] + seats.rank[people[listed]] - 1
    score = int(instance.choice_score[row].astype(np.int64).sum())
    reserved = reserved_in_use(instance, people, seats.track[people], seats.by[people] == 3)
    return len(people), weight["reserved"] * reserved - weight["rank"] * int(rank.sum()) + score


def reserved_in_use(instance: Instance, people: np.ndarray, track: np.ndarray, pinned: np.ndarray) -> int:
    """Reserved seats that the people can hold at once as members: per class a largest assignment to its pools."""
    if not len(instance.reserve_class):
        return 0
    room: dict[int, dict[int, int]] = {}
    for of, group, seats in zip(
        instance.reserve_class.tolist(), instance.reserve_group.tolist(), instance.reserve_seats.tolist()
    ):
        room.setdefault(of, {})[group] = seats
    for row in np.nonzero((instance.pin_hold == 0) & (instance.pin_group >= 0))[0].tolist():
        room[int(instance.track_class[instance.pin_track[row]])][int(instance.pin_group[row])] -= 1
    uses = dict(zip(instance.pin_applicant.tolist(), instance.pin_group.tolist()))
    inside: dict[int, list[list[int]]] = {}
    total = 0
    bits = instance.applicant_groups
    for who, of, by_pin in zip(people.tolist(), instance.track_class[track].tolist(), pinned.tolist()):
        if of not in room:
            continue
        if by_pin:
            if uses[who] >= 0:
                room[of][uses[who]] -= 1
                total += 1
            continue
        groups = [group for group in room[of] if int(bits[who]) >> group & 1]
        if groups:
            inside.setdefault(of, []).append(groups)
    return total + sum(_largest(members, room[of]) for of, members in inside.items())


def _largest(members: list[list[int]], room: dict[int, int]) -> int:
    """How many members can hold a seat of one of their groups (augmenting paths)."""
    holders: dict[int, list[int]] = {group: [] for group in room}

    def seat(member: int, tried: set[int]) -> bool:
        for group in members[member]:
            if group in tried or room[group] <= 0:
                continue
            tried.add(group)
            if len(holders[group]) < room[group]:
                holders[group].append(member)
                return True
            for at, other in enumerate(holders[group]):
                if seat(other, tried):
                    holders[group][at] = member
                    return True
        return False

    return sum(seat(member, set()) for member in range(len(members)))


def exact_sum(numbers: np.ndarray) -> int | float:
    """The sum, without overflow for whole numbers."""
    if numbers.dtype.kind != "i":
        return float(numbers.sum())
    return (int((numbers >> 20).sum()) << 20) + int((numbers & ((1 << 20) - 1)).sum())


class Prices:
    """The prices of the limits, looked up per track and pool."""

    def __init__(self, instance: Instance, named: dict[str, float]) -> None:
        i = self.instance = instance
        pools = [f"{i.class_ids[c]}/{i.groups[g]}" for c, g in zip(i.reserve_class.tolist(), i.reserve_group.tolist())]
        ids = (pools, i.track_ids, i.class_ids, i.school_ids, i.position_ids, i.enterprise_ids, i.class_ids)
        whole = all(isinstance(price, int) for price in named.values())
        kind_of_number = np.int64 if whole else np.float64
        self.price: list[np.ndarray] = [
            np.array([named.get(f"{kind}:{name}", 0) for name in rows], kind_of_number)
            for kind, rows in zip(KINDS, ids)
        ]
        known = sum(int((price != 0).sum()) for price in self.price)
        if known != sum(1 for price in named.values() if price):
            raise ValueError("a price names an unknown limit")
        if any((price < 0).any() or not np.isfinite(price).all() for price in self.price):
            raise ValueError("a price is negative or no number")
        self.owner = np.repeat(np.arange(i.applicants), np.diff(i.choice_start))
        position = np.maximum(i.track_position, 0)
        self.price[2] = self.price[2] - self.price[6]
        self.track = self.price[1] + self.price[2][i.track_class] + self.price[3][i.class_school[i.track_class]]
        if len(i.position_ids):
            beyond = self.price[4][position] + self.price[5][i.position_enterprise[position]]
            self.track = self.track + np.where(i.track_position >= 0, beyond, 0)

    def total(self) -> int | float:
        """Σ capacity · price, after exact pins have taken their seats."""
        i = self.instance
        exact = i.pin_hold == 0
        held, group = i.pin_track[exact], i.pin_group[exact]
        position = i.track_position[held]
        position = position[position >= 0]
        pool = [
            int(np.nonzero((i.reserve_class == i.track_class[t]) & (i.reserve_group == g))[0][0])
            for t, g in zip(held.tolist(), group.tolist())
            if g >= 0
        ]
        used = (
            np.array(pool, int), held, i.track_class[held], i.class_school[i.track_class[held]],
            position, i.position_enterprise[position],
        )  # fmt: skip
        rooms = (
            i.reserve_seats, i.track_quota, i.class_seats, i.school_plan, i.position_headcount, i.enterprise_headcount,
        )  # fmt: skip
        on_class = np.bincount(i.track_class[held], minlength=len(i.class_ids))
        total = -exact_sum(self.price[6] * (i.class_min - on_class))
        seats_price = self.price[2] + self.price[6]
        for price, room, taken in zip((*self.price[:2], seats_price, *self.price[3:6]), rooms, used):
            left = room - np.bincount(taken, minlength=len(room))
            total += sum(int(r) * p for r, p in zip(left[price > 0].tolist(), price[price > 0].tolist()))
        return total

    def best_edges(
        self, worth: np.ndarray, ground: float, reserved: int, still_open: np.ndarray, rank_weight: int = 0
    ) -> int | float:
        """Σ over people of the best worth + ground - price, not below nothing unless they have to be placed."""
        i = self.instance
        allowed = (i.choice_rule < 0) & still_open[i.track_class[i.choice_track]]
        best = np.zeros(i.applicants, np.result_type(worth, self.track, type(ground)))
        firm = np.zeros(i.applicants, bool)
        firm[i.pin_applicant[i.pin_hold == 0]] = True
        for row in np.nonzero(i.pin_hold == 1)[0].tolist():
            self._pinned(row, best, allowed, worth, ground, reserved, rank_weight)
        allowed &= ~firm[self.owner]
        gain = worth + ground - self.track[i.choice_track]
        np.maximum.at(best, self.owner[allowed], gain[allowed])
        bits = i.applicant_groups[self.owner].astype(np.int64)
        for group in range(len(i.group_order)):
            reserve = np.full(len(i.class_ids), -1)
            mine = (i.reserve_group == group) & (i.reserve_seats > 0)
            reserve[i.reserve_class[mine]] = np.nonzero(mine)[0]
            pool = reserve[i.track_class[i.choice_track]]
            rows = np.nonzero(allowed & (pool >= 0) & (bits >> group & 1 == 1))[0]
            np.maximum.at(best, self.owner[rows], gain[rows] + reserved - self.price[0][pool[rows]])
        return exact_sum(best)

    def _pinned(
        self, row: int, best: np.ndarray, allowed: np.ndarray, worth: np.ndarray, ground: float, reserved: int,
        rank_weight: int,
    ) -> None:  # fmt: skip
        """An at-least pin: its own seat is the least she gets; what she ranks below it is no choice any more."""
        i = self.instance
        who, track, group = int(i.pin_applicant[row]), int(i.pin_track[row]), int(i.pin_group[row])
        first, last = int(i.choice_start[who]), int(i.choice_start[who + 1])
        at = [choice for choice in range(first, last) if i.choice_track[choice] == track]
        own = worth[at[0]] if at else (1 if not rank_weight else -rank_weight * (last - first + 1))
        if at:
            allowed[at[0] : last] = False
        price = self.track[track]
        if group >= 0:
            pool = np.nonzero((i.reserve_class == i.track_class[track]) & (i.reserve_group == group))[0][0]
            price, own = price + self.price[0][pool], own + reserved
        best[who] = own + ground - price
