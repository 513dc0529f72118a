"""A reason for every choice of every applicant, in one vectorised pass.

Everybody can check her own line: the limit that kept her out is the one with the highest cutoff among the sets of
the seat; the distance says how far she was from it. With reserved seats the nearest way in is named.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from matching import outcome as out
from matching.cutoffs import LOTTERY_BITS, SHUT, Cutoffs, find_cutoffs
from matching.edges import BONUS, base_keys, pool_bits
from matching.outcome import BLANK, Classes, Reasons, Seats
from matching.problem import EXACT, MAX_LOTTERY, Instance
from matching.structure import CLASS

FAR = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Obstacle:
    """Per choice: the set (number) with the highest cutoff on the nearest way in, and what is missing to it.

    need: key missing to the cutoff; FAR where no score would do; 0 or less where the key clears it.
    """

    set: np.ndarray
    need: np.ndarray


def find_reasons(
    instance: Instance, seats: Seats, class_open: np.ndarray, floors: dict[int, int] | None = None
) -> tuple[Reasons, Classes]:
    """Reasons for all choices, and the classes with their cutoffs.

    class_open: K, bool. floors: set number → key, for placements that settled with floors.
    """
    found = find_cutoffs(instance, seats)
    classes = class_table(instance, seats, class_open, found)
    code, kind, item, distance = _choice_reasons(instance, seats, class_open, found, floors or {})
    rows = [instance.choice_owner, instance.choice_rank, instance.choice_track, code, kind, item, distance]
    extra = np.nonzero((seats.track >= 0) & (seats.rank == 0))[0]
    if len(extra):
        rows = _with_seats_outside(instance, seats, extra, rows)
    return Reasons(*rows), classes


def class_table(instance: Instance, seats: Seats, class_open: np.ndarray, found: Cutoffs) -> Classes:
    """Open, filled and cutoff of every class; the cutoff is blank where no score decides."""
    sits = seats.track >= 0
    filled = np.bincount(instance.track_class[seats.track[sits]], minlength=len(class_open))
    cutoff = found.cutoff[found.first[CLASS] : found.first[CLASS + 1]]
    by_score = class_open & (cutoff >= 0) & (cutoff < BONUS)
    score, lottery = _unpack(instance, cutoff)
    return Classes(class_open, filled, np.where(by_score, score, BLANK), np.where(by_score, lottery, BLANK))


def _unpack(instance: Instance, key: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Score and lottery number in a key without bonus; with bands the band's lower end and no number."""
    if instance.policy.in_bands:
        return (key >> np.int64(32)) * instance.policy.band, np.full(len(key), BLANK)
    return key >> np.int64(32), MAX_LOTTERY - (key & LOTTERY_BITS)


def find_obstacles(instance: Instance, found: Cutoffs) -> Obstacle:
    """What stands between every choice and its seat."""
    highest = np.full(len(found.sets), -1, np.int64)
    binding = np.full(len(found.sets), -1, np.int32)
    for depth in range(found.sets.shape[1]):
        around = found.sets[:, depth]
        cutoff = np.where(around >= 0, found.cutoff[np.maximum(around, 0)], -1)
        higher = cutoff > highest
        highest, binding = np.where(higher, cutoff, highest), np.where(higher, around, binding)
    key = base_keys(instance)
    slot = instance.choice_track.astype(np.int64) * found.width
    need, limit = _missing(key, highest[slot]), binding[slot]
    if found.width > 1:
        bits = instance.applicant_groups[instance.choice_owner]
        bits = bits & pool_bits(instance)[instance.track_class[instance.choice_track]]
        for group in range(found.width - 1):
            rows = np.nonzero(bits >> np.uint64(group) & np.uint64(1))[0]
            nearer = _missing(key[rows] + BONUS, highest[slot[rows] + group + 1])
            better = nearer < need[rows]
            need[rows[better]] = nearer[better]
            limit[rows[better]] = binding[slot[rows[better]] + group + 1]
    return Obstacle(limit, need)


def _missing(key: np.ndarray, cutoff: np.ndarray) -> np.ndarray:
    """cutoff - key; FAR where the cutoff is that of a reserved or pinned seat and the key has no such right."""
    beyond = (cutoff >> np.int64(48)) > (key >> np.int64(48))
    return np.where(beyond, FAR, np.minimum(cutoff, SHUT - 1) - key)


def _choice_reasons(
    instance: Instance, seats: Seats, class_open: np.ndarray, found: Cutoffs, floors: dict[int, int]
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """code, kind, item, distance of every choice; later lines overrule earlier ones."""
    obstacle = find_obstacles(instance, found)
    key = base_keys(instance)
    same_score = ((key + np.where(obstacle.need < FAR, obstacle.need, 0)) >> np.int64(32)) == key >> np.int64(32)
    code = np.where(same_score, out.LOTTERY, out.SCORE).astype(np.int8)
    code[obstacle.need >= FAR] = out.FULL
    code[obstacle.need <= 0] = out.CLAIM
    distance = _distances(instance, obstacle, key, code)
    kind, item = _kind_and_item(found, obstacle.set)
    rows = (code, kind, item, distance)
    of_class = instance.track_class[instance.choice_track]
    shut = np.nonzero(~class_open[of_class])[0]
    if len(shut):
        code[shut], kind[shut], item[shut] = out.NOT_OPEN, CLASS, of_class[shut]
        distance[shut] = missing_to_open(instance, seats)[of_class[shut]]
    _name_settled(instance, seats, rows)
    _name_firm_pins(instance, seats, *rows)
    barred = np.nonzero(instance.choice_rule >= 0)[0]
    code[barred], kind[barred], distance[barred] = out.NOT_ELIGIBLE, out.RULE, BLANK
    item[barred] = instance.choice_rule[barred]
    claims = np.nonzero(code == out.CLAIM)[0]
    kind[claims], item[claims] = _kind_and_item(found, _holding_back(instance, found, floors, key, claims))
    return rows


def _name_settled(instance: Instance, seats: Seats, rows: tuple[np.ndarray, ...]) -> None:
    """The choice that is her seat, and those below it."""
    code, kind, item, distance = rows
    owner, rank = instance.choice_owner, instance.choice_rank
    held_rank, held_by = seats.rank[owner], seats.by[owner]
    here = rank == held_rank
    for where, word in (
        ((held_rank > 0) & (rank > held_rank) & (held_by != out.BY_ADJUSTMENT), out.BETTER_CHOICE),
        (here & (held_by == out.BY_CHOICE), out.PLACED),
        (here & (held_by == out.BY_PIN), out.PIN),
        (here & (held_by == out.BY_ADJUSTMENT), out.ADJUSTMENT),
    ):
        code[where], kind[where], item[where], distance[where] = word, out.NO_LIMIT_NAMED, 0, BLANK


def _distances(instance: Instance, obstacle: Obstacle, key: np.ndarray, code: np.ndarray) -> np.ndarray:
    """Points missing for `score`, lottery numbers for `lottery` (none with bands), BLANK otherwise."""
    distance = np.full(len(code), BLANK, np.int32)
    by_score = np.nonzero(code == out.SCORE)[0]
    band = instance.policy.band if instance.policy.in_bands else 1
    cutoff_score = ((key[by_score] + obstacle.need[by_score]) >> np.int64(32) & np.int64(32767)) * band
    distance[by_score] = cutoff_score - instance.choice_score[by_score]
    if not instance.policy.in_bands:
        by_lottery = np.nonzero(code == out.LOTTERY)[0]
        distance[by_lottery] = obstacle.need[by_lottery]
    return distance


def _kind_and_item(found: Cutoffs, limit: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Kind and row of every set number; a choice that no set holds back names none."""
    kind = (np.searchsorted(found.first, limit, side="right") - 1).astype(np.int8)
    item = (limit - found.first[np.maximum(kind, 0)]).astype(np.int32)
    kind[limit < 0], item[limit < 0] = out.NO_LIMIT_NAMED, 0
    return kind, item


def _holding_back(
    instance: Instance, found: Cutoffs, floors: dict[int, int], key: np.ndarray, claims: np.ndarray
) -> np.ndarray:
    """The set that holds back each claim (choice rows): one whose floor she is below on a way that she clears, else
    the innermost full set, else -1.
    """
    around = found.sets[instance.choice_track[claims].astype(np.int64) * found.width]
    full = (around >= 0) & (found.cutoff[np.maximum(around, 0)] >= 0)
    innermost = np.take_along_axis(around, np.argmax(full, axis=1)[:, None], axis=1)[:, 0]
    limit = np.where(full.any(axis=1), innermost, -1).astype(np.int32)
    if not floors:
        return limit
    bits = pool_bits(instance)
    for at, row in enumerate(claims.tolist()):
        track = int(instance.choice_track[row])
        groups = int(instance.applicant_groups[instance.choice_owner[row]]) & int(bits[instance.track_class[track]])
        ways = [(track * found.width, int(key[row]))]
        for group in range(found.width - 1):
            if groups >> group & 1:
                ways.append((track * found.width + group + 1, int(key[row]) + int(BONUS)))
        named = [_floor_above(found, floors, slot, own) for slot, own in ways]
        limit[at] = next((number for number in named if number >= 0), limit[at])
    return limit


def _floor_above(found: Cutoffs, floors: dict[int, int], slot: int, own: int) -> int:
    """A set around the slot with a floor above the key, if the key clears all cutoffs there; else -1."""
    around = [number for number in found.sets[slot].tolist() if number >= 0]
    if not floors or any(own < found.cutoff[number] for number in around):
        return -1
    return next((number for number in around if floors.get(number, -1) > own), -1)


def _name_firm_pins(
    instance: Instance, seats: Seats, code: np.ndarray, kind: np.ndarray, item: np.ndarray, distance: np.ndarray
) -> None:
    """Choices that a firm acceptance elsewhere has given up: reason pin, limit the track that is held."""
    firm = np.full(instance.applicants, -1, np.int32)
    exact = instance.pin_hold == EXACT
    firm[instance.pin_applicant[exact]] = instance.pin_track[exact]
    owner = instance.choice_owner
    given_up = (firm[owner] >= 0) & (code != out.BETTER_CHOICE) & (code != out.PIN)
    code[given_up], kind[given_up], distance[given_up] = out.PIN, 1, BLANK
    item[given_up] = firm[owner[given_up]]


def missing_to_open(instance: Instance, seats: Seats) -> np.ndarray:
    """K: people missing to the minimum: the minimum less those who list the class, may enter it, and got nothing
    they like better. Seats by adjustment count as nothing got by choice. Never below 0.
    """
    owner = instance.choice_owner
    got = np.where((seats.rank > 0) & (seats.by != out.BY_ADJUSTMENT), seats.rank, 10**4)
    firm = np.zeros(instance.applicants, bool)
    firm[instance.pin_applicant[instance.pin_hold == EXACT]] = True
    wants = (instance.choice_rank <= got[owner]) & (instance.choice_rule < 0) & ~firm[owner]
    rows = np.nonzero(wants)[0]
    who, of_class = owner[rows], instance.track_class[instance.choice_track[rows]]
    fresh = np.ones(len(rows), bool)
    for step in range(1, int(np.diff(instance.choice_start).max(initial=1))):
        fresh[step:] &= ~((who[step:] == who[:-step]) & (of_class[step:] == of_class[:-step]))
    wanting = np.bincount(of_class[fresh], minlength=len(instance.class_ids))
    return np.maximum(instance.class_min - wanting, 0)


def _with_seats_outside(
    instance: Instance, seats: Seats, extra: np.ndarray, rows: list[np.ndarray]
) -> list[np.ndarray]:
    """Adds a row for every seat outside its holder's choices, after her choices."""
    word = np.where(seats.by[extra] == out.BY_PIN, out.PIN, out.ADJUSTMENT).astype(np.int8)
    zeros = np.zeros(len(extra), np.int32)
    more = [extra, zeros, seats.track[extra], word, zeros - 1, zeros, zeros + BLANK]
    order = np.argsort(np.concatenate([rows[0], extra]), kind="stable")
    return [np.concatenate([column, added.astype(column.dtype)])[order] for column, added in zip(rows, more)]
