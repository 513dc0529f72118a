"""The verifier's second reading of every reason and every class cutoff."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from matching.outcome import REASONS, Outcome
from matching.problem import Instance

if TYPE_CHECKING:
    from matching.verifier_fairness import Lines, Standing


def check(
    instance: Instance, outcome: Outcome, standing: Standing, lines: Lines, claims: np.ndarray, shown: int
) -> list[str]:
    """Faults in reasons.csv and in the cutoffs of classes.csv."""
    faults = _check_cutoffs(instance, outcome, standing, lines)
    listed = np.nonzero(outcome.reason_table.rank > 0)[0]
    table = outcome.reason_table
    if len(listed) != instance.choices or (table.applicant[listed] != standing.owner).any():
        return [*faults, "reasons.csv does not have one line per choice, in the order of applicants and ranks"]
    if (table.rank[listed] != standing.rank).any() or (table.track[listed] != instance.choice_track).any():
        return [*faults, "reasons.csv names ranks or tracks that were not chosen"]
    expected, missing = expected_words(instance, outcome, standing, lines, claims)
    wrong = np.nonzero(expected != table.code[listed])[0]
    for row in wrong[:shown].tolist():
        who, track = instance.applicant_ids[standing.owner[row]], instance.track_ids[instance.choice_track[row]]
        said, meant = REASONS[table.code[listed[row]]], REASONS[expected[row]]
        faults.append(f"{who}: the reason for {track} is {meant}, reasons.csv says {said}")
    if len(wrong) > shown:
        faults.append(f"and {len(wrong) - shown} more wrong reasons")
    limits = _wrong_limits(instance, outcome, standing, lines, expected, missing, listed)
    for row in np.nonzero(limits)[0][:shown].tolist():
        who = instance.applicant_ids[standing.owner[row]]
        faults.append(f"{who}: the limit named at rank {standing.rank[row]} is not the one that decided")
    return faults + _check_distances(instance, outcome, standing, expected, missing, listed, shown)


def _wrong_limits(
    instance: Instance,
    outcome: Outcome,
    standing: Standing,
    lines: Lines,
    expected: np.ndarray,
    missing: np.ndarray,
    listed: np.ndarray,
) -> np.ndarray:
    """E, bool: choices whose named limit does not lie around the seat, or has not the cutoff that refused her."""
    kind, item = outcome.reason_table.kind[listed], outcome.reason_table.item[listed]
    track = instance.choice_track
    position = instance.track_position
    enterprise = np.where(position >= 0, np.append(instance.position_enterprise, -1)[position], -1)
    school = instance.class_school[instance.track_class]
    # Per kind of limit, which one lies around a track; for the reserves, the class that theirs must be.
    around = (instance.track_class, np.arange(len(position)), instance.track_class, school, position, enterprise)
    line, beside = np.full(len(track), -2, np.int64), np.ones(len(track), bool)
    for number, inside in enumerate(around):
        rows = np.nonzero(kind == number)[0]
        named = item[rows]
        line[rows] = lines.line[number][named]
        beside[rows] = (named if number else instance.reserve_class[named]) != inside[track[rows]]
    due = standing.choice + missing
    wrong = _is(expected, "score", "lottery") & (beside | ((line != due) & (line != due + standing.right)))
    wrong |= _is(expected, "full") & (beside | (line != lines.over_choices))
    wrong |= _is(expected, "not_open") & ((kind != 2) | (item != instance.track_class[track]))
    wrong |= _is(expected, "not_eligible") & ((kind != len(around)) | (item != instance.choice_rule))
    wrong |= _is(expected, "placed", "better_choice", "adjustment") & (kind != -1)
    return wrong | _is(expected, "claim") & (kind != -1) & beside


def _is(code: np.ndarray, *words: str) -> np.ndarray:
    """E, bool: whether the reason is one of these words."""
    return np.array([word in words for word in REASONS])[code]


def _check_distances(
    instance: Instance,
    outcome: Outcome,
    standing: Standing,
    expected: np.ndarray,
    missing: np.ndarray,
    listed: np.ndarray,
    shown: int,
) -> list[str]:
    """Points or lottery numbers short, people short of a minimum; every other reason has no distance."""
    table = outcome.reason_table
    word = {name: code for code, name in enumerate(REASONS)}
    due = np.full(instance.choices, -1)
    by_score, by_lottery = expected == word["score"], expected == word["lottery"]
    line = standing.choice + missing
    due[by_score] = (line // standing.step % (1 << 17) * standing.band - instance.choice_score)[by_score]
    if not standing.in_bands:
        due[by_lottery] = missing[by_lottery]
    closed = expected == word["not_open"]
    if closed.any():
        due[closed] = _short_of_minimum(instance, outcome, standing)[instance.track_class[instance.choice_track]][
            closed
        ]
    wrong = np.nonzero(due != table.distance[listed])[0]
    faults = [
        f"{instance.applicant_ids[standing.owner[row]]}: the distance at rank {standing.rank[row]} is {due[row]}, "
        f"reasons.csv says {table.distance[listed[row]]}"
        for row in wrong[:shown].tolist()
    ]
    return faults


def _short_of_minimum(instance: Instance, outcome: Outcome, standing: Standing) -> np.ndarray:
    """K: the minimum less everybody who may enter the class, lists it, and got nothing better by choice or pin."""
    seats, owner = outcome.seats, standing.owner
    got = np.where((seats.rank > 0) & (seats.by != 2), seats.rank, 10**6)
    firm = np.zeros(instance.applicants, bool)
    firm[instance.pin_applicant[instance.pin_hold == 0]] = True
    wants = (standing.rank <= got[owner]) & (instance.choice_rule < 0) & ~firm[owner]
    of_class = instance.track_class[instance.choice_track[wants]]
    pairs = np.unique(owner[wants].astype(np.int64) * len(instance.class_ids) + of_class)
    people = np.bincount(pairs % max(1, len(instance.class_ids)), minlength=len(instance.class_ids))
    return np.maximum(instance.class_min - people, 0)


def _check_cutoffs(instance: Instance, outcome: Outcome, standing: Standing, lines: Lines) -> list[str]:
    """classes.csv shows score and lottery number of the last one admitted by score to a full class."""
    faults, table = [], outcome.class_table
    line = lines.line[2]
    plain = table.open & (line >= 0) & (line < standing.right)
    score = np.where(plain, line // standing.step * standing.band, -1)
    lottery = np.where(plain & (not standing.in_bands), (1 << 32) - line % standing.step, -1)
    for row in np.nonzero((score != table.cutoff_score) | (lottery != table.cutoff_lottery))[0].tolist():
        faults.append(f"class {instance.class_ids[row]}: the cutoff is {score[row]} with lottery {lottery[row]}")
    return faults


def expected_words(
    instance: Instance, outcome: Outcome, standing: Standing, lines: Lines, claims: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """E: the index in REASONS that every choice should have; what is missing to the cutoff on the nearest way."""
    from matching.verifier_fairness import pools_of_choices

    seats, word = outcome.seats, {name: np.int8(code) for code, name in enumerate(REASONS)}
    code, best = _nearest(lines.over_choices, standing.choice, 0, standing, word)
    for group in range(len(instance.group_order)):
        rows, pool = pools_of_choices(instance, standing, group)
        near, short = _nearest(lines.over_pools(rows, pool), standing.choice[rows], 1, standing, word)
        nearer = short < best[rows]
        code[rows[nearer]], best[rows[nearer]] = near[nearer], short[nearer]
    code[lines.cleared] = word["claim"]
    np.putmask(code, ~outcome.class_table.open[instance.track_class][instance.choice_track], word["not_open"])
    held, by = seats.rank[standing.owner], seats.by[standing.owner]
    np.putmask(code, (held > 0) & (standing.rank > held) & (by != 2), word["better_choice"])
    here = standing.rank == held
    for way, name in ((1, "placed"), (2, "adjustment"), (3, "pin")):
        np.putmask(code, here & (by == way), word[name])
    firm = np.zeros(instance.applicants, bool)
    firm[instance.pin_applicant[instance.pin_hold == 0]] = True
    np.putmask(code, firm[standing.owner] & (code != word["better_choice"]), word["pin"])
    np.putmask(code, instance.choice_rule >= 0, word["not_eligible"])
    return code, best


def _nearest(
    line: np.ndarray, choice: np.ndarray, right: int, standing: Standing, word: dict[str, np.int8]
) -> tuple[np.ndarray, np.ndarray]:
    """(word, what is missing) on one way to a seat; `full`, and more than anything, where no score reaches the line."""
    mine = choice + right * standing.right
    reachable = line < (right + 1) * standing.right
    same = line >> standing.shift == mine >> standing.shift
    code = np.where(reachable, np.where(same, word["lottery"], word["score"]), word["full"])
    return code, np.where(reachable, line - mine, np.iinfo(np.int64).max)
