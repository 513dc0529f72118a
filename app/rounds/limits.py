"""The limits page: one number per school and per enterprise of a round, blank for none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from app.core.actor import Actor
from app.core.forms import Form, whole
from app.organisations.models import Enterprise, School
from app.rounds import queries, service
from app.rounds.models import Round


@dataclass(frozen=True)
class LimitForms:
    """The form, and what each of its fields is about: (field name, organisation, what it offers)."""

    form: Form
    schools: list[tuple[str, School, int]]
    enterprises: list[tuple[str, Enterprise, int]]


def limit_forms(round_: Round) -> LimitForms:
    """Build the form for the organisations the round's classes lead to."""
    offered = queries.offered(round_)
    seats: dict[School, int] = {}
    heads: dict[Enterprise, dict[int, int]] = {}
    for row in offered:
        seats[row.order_class.school] = seats.get(row.order_class.school, 0) + row.seats
        for track in row.order_class.tracks:
            if track.position is not None:
                heads.setdefault(track.position.enterprise, {})[track.position.id] = track.position.headcount
    fields: dict[str, Any] = {}
    data: dict[str, int] = {}
    schools, enterprises = [], []
    for school, total in seats.items():
        name = f"plan_{school.id}"
        fields[name] = whole(school.name, 0, 100_000, required=False, unit="人")
        schools.append((name, school, total))
    for enterprise, positions in heads.items():
        name = f"headcount_{enterprise.id}"
        fields[name] = whole(enterprise.name, 0, 100_000, required=False, unit="人")
        enterprises.append((name, enterprise, sum(positions.values())))
    data |= {f"plan_{s}": n for s, n in queries.plans(round_).items()}
    data |= {f"headcount_{e}": n for e, n in queries.headcounts(round_).items()}
    return LimitForms(type("LimitsForm", (Form,), fields)(data=data), schools, enterprises)


def save_limits(actor: Actor, round_: Round, forms: LimitForms) -> None:
    """Write every number of the page; a blank one lifts the limit."""
    for name, school, _ in forms.schools:
        service.set_plan(actor, round_, school, forms.form[name].data)
    for name, enterprise, _ in forms.enterprises:
        service.set_headcount(actor, round_, enterprise, forms.form[name].data)
