"""Whole numbers that arrive as text: in an address, a filter, a hidden field. They name rows, versions, pages."""

from __future__ import annotations

# What both databases keep: ids are 64 bits wide, versions and counts 32.
LARGEST_ID = 2**63 - 1
LARGEST_COUNT = 2**31 - 1


def number_in(text: object, largest: int = LARGEST_ID) -> int | None:
    """The number that ``text`` writes in plain digits, full-width ones too; None for anything else.

    A number beyond ``largest`` names nothing that could exist, and the database would refuse even to compare it.
    """
    if isinstance(text, int):
        return text if 0 <= text <= largest else None
    # Python reads ² as a digit but not as a number, and would take minutes over a million digits.
    if not isinstance(text, str) or not text.isdecimal() or len(text) > 19:
        return None
    found = int(text)
    return found if found <= largest else None


def page_in(text: object, last: int) -> int:
    """The page of a list that an address asks for, brought into 1 … ``last``."""
    return min(max(1, number_in(text, LARGEST_COUNT) or 1), last)
