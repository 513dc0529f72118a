"""Factories of rounds: tiny ones written by hand, and random ones for properties."""

from __future__ import annotations

from typing import Any

import numpy as np

from matching import Instance, instance_from_tables

ORDER = ("X", "Y")
TABLES = (
    "schools",
    "enterprises",
    "positions",
    "classes",
    "reserves",
    "tracks",
    "applicants",
    "choices",
    "fallbacks",
    "pins",
)


class RoundBuilder:
    """A round written as a story: schools, classes, tracks, and people with their choices.

    Everything is unlimited unless the story says otherwise. Lottery numbers follow the order of the people.
    """

    def __init__(self, rule: str = "stable", min_open: bool = False, adjustment: bool = False, **policy: Any) -> None:
        self.policy = {
            "rule": rule, "ties": "lottery", "band": 1, "min_open": min_open, "adjustment": adjustment, **policy
        }  # fmt: skip
        self.tables: dict[str, list[dict[str, Any]]] = {name: [] for name in TABLES}

    def _once(self, table: str, key: str, row: dict[str, Any]) -> None:
        if all(known[key] != row[key] for known in self.tables[table]):
            self.tables[table].append(row)

    def school(self, school_id: str, plan: int | None = None) -> RoundBuilder:
        self._once("schools", "school_id", {"school_id": school_id, "plan": plan})
        return self

    def enterprise(self, enterprise_id: str, headcount: int | None = None) -> RoundBuilder:
        self._once("enterprises", "enterprise_id", {"enterprise_id": enterprise_id, "headcount": headcount})
        return self

    def position(self, position_id: str, headcount: int | None = None, enterprise: str = "E1") -> RoundBuilder:
        self.enterprise(enterprise)
        row = {"position_id": position_id, "enterprise_id": enterprise, "headcount": headcount}
        self._once("positions", "position_id", row)
        return self

    def order_class(
        self, class_id: str, seats: int | None = None, minimum: int | None = None, school: str = "S1", **reserves: int
    ) -> RoundBuilder:
        self.school(school)
        row = {"class_id": class_id, "school_id": school, "seats": seats, "min_open": minimum}
        self._once("classes", "class_id", row)
        for group, count in reserves.items():
            self.tables["reserves"].append({"class_id": class_id, "group": group, "seats": count})
        return self

    def track(
        self, track_id: str, class_id: str, position: str | None = None, quota: int | None = None
    ) -> RoundBuilder:
        self.order_class(class_id)
        if position:
            self.position(position)
        row = {"track_id": track_id, "class_id": class_id, "position_id": position, "quota": quota}
        self._once("tracks", "track_id", row)
        return self

    def person(self, name: str, *choices: Any, groups: str = "", adjustable: bool = False) -> RoundBuilder:
        """Choices are (track, score) or (track, score, rule), best first."""
        number = len(self.tables["applicants"]) + 1
        self.tables["applicants"].append(
            {"applicant_id": name, "lottery": number, "groups": groups, "adjustable": adjustable}
        )
        for rank, (track, score, *rule) in enumerate(choices, 1):
            self.tables["choices"].append(
                {"applicant_id": name, "rank": rank, "track_id": track, "score": score, "rule": rule[0] if rule else ""}
            )
        return self

    def fallback(self, name: str, track: str, distance: int = 0) -> RoundBuilder:
        self.tables["fallbacks"].append({"applicant_id": name, "track_id": track, "distance": distance})
        return self

    def pin(self, name: str, track: str, hold: str = "exact", group: str = "") -> RoundBuilder:
        self.tables["pins"].append({"applicant_id": name, "track_id": track, "hold": hold, "group": group})
        return self

    def head(self) -> dict[str, Any]:
        return {
            "format": "order-class-round/1",
            "policy": self.policy,
            "seed": "5eed",
            "group_order": list(ORDER),
        }

    def build(self) -> Instance:
        return instance_from_tables(self.head(), **self.tables)


def seats(outcome: Any) -> dict[str, str | None]:
    """Who sits where."""
    return {row.applicant_id: row.track_id for row in outcome.placements}


def reasons(outcome: Any) -> dict[tuple[str, str], tuple[str, str, int | None]]:
    """(applicant, track) → (reason, limit, distance)."""
    return {(row.applicant_id, row.track_id): (row.reason, row.limit, row.distance) for row in outcome.reasons}


def random_round(
    seed: int,
    people: int = 10,
    crossing: bool = False,
    min_open: bool = False,
    adjustment: bool = False,
    reserves: bool = False,
    rule: str = "stable",
) -> RoundBuilder:
    """A small random round. Without `crossing`, its limits nest: reserves only where no track quota binds."""
    g = np.random.default_rng(seed)
    build = RoundBuilder(rule, min_open, adjustment)

    def maybe(share: float, high: int) -> int | None:
        return int(g.integers(1, high + 1)) if g.random() < share else None

    for school in ("S1", "S2"):
        build.school(school, maybe(0.6, 6))
    for enterprise in ("E1", "E2"):
        build.enterprise(enterprise, maybe(0.6, 5) if crossing else None)
    for number in range(4):
        build.position(f"P{number}", maybe(0.6, 3) if crossing else None, f"E{number % 2 + 1}")
    tracks = []
    for number in range(4):
        room = int(g.integers(1, 5))
        groups = {}
        for group in ORDER if reserves else ():
            kept = int(g.integers(0, room - sum(groups.values()) + 1))
            groups.update({group: kept} if kept else {})
        least = int(g.integers(0, room + 1)) if min_open else None
        build.order_class(f"K{number}", room, least, f"S{number % 2 + 1}", **groups)
        for part in range(1 if reserves and not crossing else int(g.integers(1, 3))):
            position = f"P{g.integers(4)}" if g.random() < 0.9 else None
            build.track(f"T{number}{part}", f"K{number}", position, maybe(0.5, 3))
            tracks.append(f"T{number}{part}")
    for number in range(people):
        _random_person(g, build, f"A{number:03}", tracks, adjustment)
    for row, number in zip(build.tables["applicants"], g.permutation(people).tolist()):
        row["lottery"] = number + 1
    return build


def _random_person(g: Any, build: RoundBuilder, name: str, tracks: list[str], adjustment: bool) -> None:
    """Ranks some of the tracks, belongs to some groups, may be adjusted to some others."""
    listed = [tracks[at] for at in g.permutation(len(tracks))[: int(g.integers(1, min(6, len(tracks)) + 1))]]
    class_score = {track[:2]: int(g.integers(0, 5)) * 10 for track in tracks}
    choices = [(track, class_score[track[:2]], "age" if g.random() < 0.05 else "") for track in listed]
    groups = ";".join(group for group in ORDER if g.random() < 0.4)
    build.person(name, *choices, groups=groups, adjustable=bool(g.random() < 0.5))
    barred = {track for track, _, rule in choices if rule}
    for track in tracks if adjustment else ():
        if track not in barred and g.random() < 0.5:
            build.fallback(name, track, int(g.integers(0, 4)))
