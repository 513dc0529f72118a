"""The lottery: one number per applicant and round, drawn so that anybody can draw it again.

1. The secret seed of the round was committed to before the deadline and is published afterwards.
2. Every applicant's ticket is HMAC-SHA256(seed, applicant_id): nobody can aim at a ticket without the seed.
3. Tickets are ranked; the lowest ticket gets number 1. Equal tickets (which nobody will ever see) fall back
   to the identifier, so that the draw stays a function of the set of applicants and never of their order.
"""

from __future__ import annotations

import hashlib
import hmac

import numpy as np


def draw(seed: str, applicant_ids: list[str]) -> np.ndarray:
    """Lottery numbers from 1, int64, in the order of `applicant_ids`. `seed` is hexadecimal.

    Raises ValueError if the seed is not hexadecimal. Source: RFC 2104 (HMAC), FIPS 180-4 (SHA-256).
    """
    key = bytes.fromhex(seed)
    start = hmac.new(key, digestmod=hashlib.sha256)
    tickets = []
    for applicant_id in applicant_ids:
        ticket = start.copy()
        ticket.update(applicant_id.encode("utf-8"))
        tickets.append((ticket.digest(), applicant_id))
    order = sorted(range(len(tickets)), key=tickets.__getitem__)
    numbers = np.empty(len(tickets), np.int64)
    numbers[np.asarray(order, np.int64)] = np.arange(1, len(tickets) + 1)
    return numbers
