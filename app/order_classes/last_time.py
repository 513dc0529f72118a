"""How a class came out the last time: one answer for the catalogue, the ranking and the chance in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from app.order_classes.models import OrderClass


@dataclass(frozen=True)
class LastTime:
    """People taken, cut-off score (None: no score decided, or nobody knows), and whether the class opened."""

    filled: int | None
    cutoff: int | None
    opened: bool = True


# Results lie in a feature above this one; it adds a function from class ids to the last published result of each.
PUBLISHED: list[Callable[[Sequence[int]], dict[int, LastTime]]] = []


def last_times(rows: Sequence[OrderClass]) -> dict[int, LastTime]:
    """Class id → its last published result, else what the school reported; classes without either are missing.

    A fixed number of statements, whatever the number of classes.
    """
    found = {
        row.id: LastTime(row.last_filled, row.last_cutoff)
        for row in rows
        if row.last_filled is not None or row.last_cutoff is not None
    }
    ids = [row.id for row in rows]
    for results in PUBLISHED:
        found |= results(ids)
    return found


def last_text(last: LastTime | None, rule: str = "score") -> str:
    """上批录取38人，录取线66分; says so when there was no last time, the class did not open, or lots were drawn."""
    if last is None:
        return "没有上一批的数"
    if not last.opened:
        return "人不够，没开班"
    taken = f"录取{last.filled}人" if last.filled is not None else ""
    without = "没有录取线" if rule == "score" else "按抽签录取"
    line = f"录取线{last.cutoff}分" if last.cutoff is not None else without
    return "，".join(filter(None, (taken, line)))
