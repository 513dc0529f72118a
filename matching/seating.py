"""Held edges → seats: the step from a solver's answer to rows about people."""

from __future__ import annotations

import numpy as np

from matching.edges import PIN_KEY
from matching.outcome import BY_ADJUSTMENT, BY_CHOICE, BY_PIN, NOBODY, Seats
from matching.problem import EXACT, Instance
from matching.structure import Structure


def seats_from_edges(instance: Instance, structure: Structure, held: np.ndarray) -> Seats:
    """Seats by choice and by pin. held: N, int32, edges or -1; exact pins are added here."""
    edges = structure.edges
    track = np.full(instance.applicants, -1, np.int32)
    rank = np.zeros(instance.applicants, np.int16)
    by = np.full(instance.applicants, NOBODY, np.int8)
    people = np.nonzero(held >= 0)[0]
    edge = held[people]
    track[people] = edges.track(edge)
    choice = edges.choice[edge]
    rank[people] = np.where(choice >= 0, instance.choice_rank[choice], 0) if instance.choices else 0
    by[people] = np.where(edges.key[edge] >= PIN_KEY, BY_PIN, BY_CHOICE)
    exact = np.nonzero(instance.pin_hold == EXACT)[0]
    people = instance.pin_applicant[exact]
    track[people], by[people] = instance.pin_track[exact], BY_PIN
    rank[people] = ranks_in_choices(instance, people, instance.pin_track[exact])
    return Seats(track, rank, by)


def ranks_in_choices(instance: Instance, people: np.ndarray, track: np.ndarray) -> np.ndarray:
    """The rank of track[a] among the choices of people[a], 0 where it is not among them."""
    wanted = np.full(instance.applicants, -1, np.int32)
    wanted[people] = track
    found = np.zeros(instance.applicants, np.int16)
    rows = np.nonzero(wanted[instance.choice_owner] == instance.choice_track)[0]
    found[instance.choice_owner[rows]] = instance.choice_rank[rows]
    return found[people]


def add_adjusted(instance: Instance, seats: Seats, people: np.ndarray, track: np.ndarray) -> Seats:
    """The seats with people[a] assigned to track[a] by adjustment."""
    tracks, ranks, by = seats.track.copy(), seats.rank.copy(), seats.by.copy()
    tracks[people], by[people] = track, BY_ADJUSTMENT
    ranks[people] = ranks_in_choices(instance, people, track)
    return Seats(tracks, ranks, by)
