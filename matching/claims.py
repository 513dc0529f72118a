"""What is left to claim after settling: each claim must lie under a floor, and floors nobody needs are dropped."""

from __future__ import annotations

import numpy as np

from matching.cutoffs import find_cutoffs
from matching.edges import BONUS, base_keys
from matching.outcome import CLAIM, Reasons, Seats
from matching.problem import Instance
from matching.structure import TRACK


def needed_floors(instance: Instance, seats: Seats, reasons: Reasons, floors: dict[int, int]) -> dict[int, int]:
    """The floors (set number → key) that hold back the claims of a stable placement; none if nothing is claimed.

    Settling may have filled reserved seats in another order than the published attribution (see cutoffs); a claim
    that no floor of its own covers then gets one on its track, just above every key it could come with.
    """
    listed = reasons.rank > 0
    claims = np.nonzero(reasons.code[listed] == CLAIM)[0]
    if not len(claims):
        return {}
    found, key = find_cutoffs(instance, seats), base_keys(instance)
    needed: dict[int, int] = {}
    for row in claims.tolist():
        slot = int(instance.choice_track[row]) * found.width
        groups = int(instance.applicant_groups[instance.choice_owner[row]])
        ways = [(slot, int(key[row]))]
        ways += [(slot + g + 1, int(key[row] + BONUS)) for g in range(found.width - 1) if groups >> g & 1]
        for way, own in ways:
            around = [number for number in found.sets[way].tolist() if number >= 0]
            if way != slot and found.sets[way][0] < 0:
                continue  # the class has no such pool
            if any(own < found.cutoff[number] for number in around):
                continue
            holding = [number for number in around if floors.get(number, -1) > own]
            number = holding[0] if holding else int(found.first[TRACK] + instance.choice_track[row])
            needed[number] = max(needed.get(number, 0), floors[number] if holding else own + 1)
    return needed
