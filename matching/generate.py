"""City-like rounds for benchmarks, demonstrations of size, and tests.

1. Schools and enterprises lie on a map of 40 by 30 km; every class has one of eight fields.
2. A class leads to one to three positions of its field, near ones more often; a position may take from several
   classes. Headcounts, plans and quotas follow from the seats, so that all kinds of limits bind somewhere.
3. Applicants live on the map and lean towards a field. A track's pull on them is its popularity (Zipf 0.6), field
   and distance; choices are drawn by it (Plackett-Luce), about 5.4 each.
4. Scores are correlated: one ability per person and a part of its own per class. Some belong to groups, some are
   under 16 and may only take seat-only tracks, some agree to adjustment.
Everything comes from one seed; identifiers sort in the order of the rows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from matching.problem import NO_LIMIT, Instance, Policy

GROUPS = ("unemployed-youth", "migrant-worker", "veteran")
FIELDS = 8


@dataclass(frozen=True)
class City:
    """What to generate. seats_ratio: seats per applicant. crossing: positions and enterprises bind as well."""

    applicants: int = 10_000
    seats_ratio: float = 0.8
    seed: int = 1
    crossing: bool = False
    reserves: bool = False
    minimums: bool = True
    under_16: float = 0.0
    adjustable: float = 0.0
    rule: str = "stable"
    one_level: bool = False  # class seats are the only limit
    band: int = 1  # scores in one band of so many points count as equal


def generate(city: City) -> Instance:
    """A round with `city.applicants` people, N/30 classes, about N/360 schools and N/70 enterprises."""
    g = np.random.default_rng(city.seed)
    found: dict[str, Any] = {}
    place = _classes(g, city, found)
    _tracks(g, city, found, place)
    _people(g, city, found)
    _choices(g, city, found, place)
    nothing = np.empty(0, np.int32)
    count = city.applicants
    ties = "bands" if city.band > 1 else "lottery"
    policy = Policy(city.rule, ties, city.band, min_open=city.minimums, adjustment=city.adjustable > 0)
    return Instance(
        policy=policy,
        seed=f"{city.seed:016x}",
        group_order=GROUPS,
        groups=GROUPS,
        rules=(),
        choice_rule=np.full(len(found["choice_track"]), -1, np.int16),
        fallback_start=found.pop("fallback_start", np.zeros(count + 1, np.int64)),
        fallback_track=found.pop("fallback_track", nothing),
        fallback_distance=found.pop("fallback_distance", nothing),
        pin_applicant=nothing,
        pin_track=nothing,
        pin_hold=np.empty(0, np.int8),
        pin_group=nothing,
        **found,
    )


def names(letter: str, count: int) -> list[str]:
    """Identifiers of equal length, so that they sort by number."""
    width = max(2, len(str(count)))
    return [f"{letter}{number:0{width}}" for number in range(1, count + 1)]


def _classes(g: np.random.Generator, city: City, found: dict[str, Any]) -> dict[str, np.ndarray]:
    """Schools, classes, reserves. Returns where the classes lie and what their fields are."""
    classes = max(4, city.applicants // 30)
    schools = max(1, classes // 12)
    of_school = np.sort(g.integers(0, schools, classes)).astype(np.int32)
    seats = g.integers(15, 36, classes).astype(float)
    seats = np.maximum(4, np.round(seats * city.seats_ratio * city.applicants / seats.sum())).astype(np.int64)
    plan = np.floor(0.95 * np.bincount(of_school, seats, schools)).astype(np.int64)
    found["school_ids"], found["school_plan"] = names("S", schools), np.where(city.one_level, NO_LIMIT, plan)
    found["class_ids"], found["class_school"] = names("K", classes), of_school
    found["class_seats"] = seats
    found["class_min"] = np.ceil(0.6 * seats).astype(np.int64) if city.minimums else np.zeros(classes, np.int64)
    groups = len(GROUPS) if city.reserves else 0
    share = np.floor(np.array([0.08, 0.05, 0.04])[:groups] * seats[:, None]).astype(np.int64)
    of_class, group = np.nonzero(share)
    found["reserve_class"], found["reserve_group"] = of_class.astype(np.int32), group.astype(np.int32)
    found["reserve_seats"] = share[of_class, group]
    town = g.random((schools, 2)) * (40, 30)
    return {"at": town[of_school], "field": g.integers(0, FIELDS, classes)}


def _tracks(g: np.random.Generator, city: City, found: dict[str, Any], place: dict[str, np.ndarray]) -> None:
    """Positions, enterprises and tracks. Position numbers follow field and map, so near ones are neighbours."""
    classes = len(found["class_ids"])
    positions = max(4, int(1.3 * classes))
    enterprises = max(2, positions // 3)
    order = np.lexsort((place["at"][:, 0], place["field"]))
    near = np.empty(classes, np.int64)
    near[order] = np.arange(classes)
    of_class = np.repeat(np.arange(classes), g.integers(1, 4, classes))
    position = ((near[of_class] * 1.3).astype(np.int64) + g.integers(-6, 7, len(of_class))) % positions
    pairs = np.unique(np.stack([of_class, position], 1), axis=0)
    of_class, position = pairs[:, 0], pairs[:, 1]
    seats = found["class_seats"]
    share = g.dirichlet(np.ones(3), len(of_class))[:, 0] + 0.2
    part = share / np.bincount(of_class, share, classes)[of_class] * 1.15 * seats[of_class]
    headcount = np.maximum(2, np.round(np.bincount(position, part, positions))).astype(np.int64)
    employer = (np.arange(positions) // 3 % enterprises).astype(np.int32)
    total = np.floor(0.95 * np.bincount(employer, headcount, enterprises)).astype(np.int64) + 1
    quota = np.where(g.random(len(of_class)) < 0.3, np.maximum(2, np.round(part * 1.1)), NO_LIMIT).astype(np.int64)
    if city.one_level or (city.reserves and not city.crossing):
        quota[:] = NO_LIMIT
    free = not city.crossing
    found["enterprise_ids"] = names("E", enterprises)
    found["enterprise_headcount"] = np.where(free, NO_LIMIT, total)
    found["position_ids"], found["position_enterprise"] = names("P", positions), employer
    found["position_headcount"] = np.where(free, NO_LIMIT, headcount)
    seat_only = g.random(len(of_class)) < (0.1 if city.under_16 else 0.0)
    found["track_ids"], found["track_class"] = names("T", len(of_class)), of_class.astype(np.int32)
    found["track_position"] = np.where(seat_only, -1, position).astype(np.int32)
    found["track_quota"] = quota


def _people(g: np.random.Generator, city: City, found: dict[str, Any]) -> None:
    """Applicants with stored lottery numbers, groups and consent to adjustment."""
    count = city.applicants
    found["applicant_ids"] = names("A", count)
    found["lottery"], found["lottery_given"] = g.permutation(count).astype(np.int64) + 1, True
    masks = np.zeros(count, np.uint64)
    for group, share in enumerate((0.07, 0.05, 0.03)):
        masks |= (g.random(count) < share).astype(np.uint64) << np.uint64(group)
    found["applicant_groups"] = masks
    found["adjustable"] = g.random(count) < city.adjustable


def _choices(g: np.random.Generator, city: City, found: dict[str, Any], place: dict[str, np.ndarray]) -> None:
    """Draws candidates by popularity, keeps near and fitting ones, and ranks them as drawn."""
    count, tracks = city.applicants, len(found["track_ids"])
    pull = 1.0 / np.arange(1, tracks + 1) ** 0.6
    g.shuffle(pull)
    drawn = np.searchsorted(np.cumsum(pull / pull.sum()), g.random((count, 18))).clip(max=tracks - 1).astype(np.int32)
    of_class = found["track_class"][drawn]
    home, leaning = g.random((count, 2)) * (40, 30), g.integers(0, FIELDS, count)
    far = np.hypot(*np.moveaxis(place["at"][of_class] - home[:, None], 2, 0))
    fits = place["field"][of_class] == leaning[:, None]
    young = g.random(count) < city.under_16
    allowed = ~young[:, None] | (found["track_position"][drawn] < 0)
    liking = np.where(fits, 1.0, 0.5) * np.exp(-far / 40.0) > g.random(drawn.shape) * 0.35
    order = np.argsort(drawn, axis=1, kind="stable")
    ranked = np.take_along_axis(drawn, order, 1)
    again = np.zeros(drawn.shape, bool)
    np.put_along_axis(again, order[:, 1:], ranked[:, 1:] == ranked[:, :-1], 1)
    wanted = np.where(g.random(count) < 0.6, 6, g.integers(3, 7, count))
    keep = ~again & allowed & liking
    keep &= np.cumsum(keep, 1) <= wanted[:, None]
    lengths = keep.sum(1)
    start = np.zeros(count + 1, np.int64)
    start[1:] = np.cumsum(lengths)
    owner = np.repeat(np.arange(count), lengths)
    found["choice_start"], found["choice_track"] = start, drawn[keep]
    ability = g.normal(size=count)
    score = 60 + 13 * (0.75 * ability[owner] + 0.66 * _class_part(city.seed, owner, of_class[keep]))
    found["choice_score"] = np.clip(np.round(score), 0, 100).astype(np.int16)
    if city.adjustable:
        _fallbacks(g, city, found, place, home)


def _class_part(seed: int, person: np.ndarray, of_class: np.ndarray) -> np.ndarray:
    """A standard normal number that depends on person and class alone: a score is shared by a class's tracks."""
    mixed = (person.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) ^ (
        of_class.astype(np.uint64) * np.uint64(0xC2B2AE3D27D4EB4F) + np.uint64(seed)
    )
    for shift, factor in ((30, 0xBF58476D1CE4E5B9), (27, 0x94D049BB133111EB)):
        mixed = (mixed ^ (mixed >> np.uint64(shift))) * np.uint64(factor)
    high, low = (mixed >> np.uint64(40)).astype(float), (mixed & np.uint64(0xFFFFFF)).astype(float)
    return np.sqrt(-2 * np.log((high + 0.5) / 2**24)) * np.cos(2 * np.pi * low / 2**24)


def _fallbacks(
    g: np.random.Generator, city: City, found: dict[str, Any], place: dict[str, np.ndarray], home: np.ndarray
) -> None:
    """Eight tracks at random for everybody who may be adjusted; distance in kilometres from home."""
    people = np.nonzero(found["adjustable"])[0]
    tracks = np.sort(g.integers(0, len(found["track_ids"]), (len(people), 8)), axis=1)
    once = np.ones(tracks.shape, bool)
    once[:, 1:] = tracks[:, 1:] != tracks[:, :-1]
    lengths = np.zeros(city.applicants, np.int64)
    lengths[people] = once.sum(1)
    owner, track = np.repeat(people, once.sum(1)), tracks[once]
    far = np.hypot(*(place["at"][found["track_class"][track]] - home[owner]).T).astype(np.int32)
    order = np.lexsort((track, far, owner))
    found["fallback_start"] = np.concatenate([[0], np.cumsum(lengths)])
    found["fallback_track"], found["fallback_distance"] = track[order].astype(np.int32), far[order]
