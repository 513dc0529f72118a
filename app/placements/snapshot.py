"""Rows → the round bundle that the engine reads: one frozen picture of a round, complete and without names.

Everybody who applied goes in with every choice. A barred choice keeps its rank and carries its rule: leaving somebody
out before the solver would be the easiest fraud, so nobody is left out here.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload

from app.applications.eligibility import verdicts
from app.applications.models import Application, Score
from app.core.db import db
from app.core.labels import CATEGORIES
from app.order_classes.models import OrderClass, Track
from app.placements.models import Placement, Run
from app.positions.models import Position
from app.rounds.models import EnterpriseHeadcount, Round, RoundClass, SchoolPlan

HOLDING = ("offered", "accepting", "accepted")
GONE = {"declined": "declined", "lapsed": "lapsed", "released": "released"}
# Where adjustment may place somebody: the closer to what she asked for, the smaller the distance.
NEAREST, STEP_FIELD, STEP_SCHOOL, STEP_DISTRICT = 0, 4, 2, 1

Table = list[dict[str, object]]


def applicant_id(application_id: int) -> str:
    return f"A{application_id}"


def track_id(number: int) -> str:
    return f"T{number}"


def class_id(number: int) -> str:
    return f"K{number}"


def number_of(identifier: str) -> int:
    """The database id behind an identifier of the bundle."""
    return int(identifier[1:])


def draw(seed: str, application_ids: Sequence[int]) -> dict[int, int]:
    """Lottery numbers (from 1, lower wins) by application id; anybody with the seed can draw them again."""
    from matching.lottery import draw as draw_numbers

    numbers = draw_numbers(seed, [applicant_id(i) for i in application_ids])
    return dict(zip(application_ids, (int(n) for n in numbers), strict=True))


def bundle_of(run: Run) -> tuple[bytes, str]:
    """The zipped bundle of a run's round as it stands now, and its SHA-256 (over the files, docs/BUNDLE.md)."""
    import matching

    instance = matching.instance_from_tables(**tables_of(run))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "round.zip"
        matching.write_bundle(instance, path)
        return path.read_bytes(), matching.instance_sha256(path)


def tables_of(run: Run) -> dict[str, Any]:
    """The bundle's tables (columns of docs/BUNDLE.md) for one run."""
    round_ = run.round
    offered = _offered(round_)
    tracks = [t for c in offered for t in c.order_class.tracks]
    applications = _applications(round_)
    held = _held(round_, run)
    gone = _gone(round_) if run.purpose == "repair" else {}
    barred = _barred(applications)
    return {
        "round_json": {
            "format": "order-class-round/1",
            "policy": {
                "rule": run.rule,
                "ties": "lottery",
                "band": 1,
                "min_open": run.uses_minimum,
                "adjustment": run.uses_adjustment,
            },
            "seed": round_.seed,
            "group_order": [CATEGORIES[g] for g in round_.group_order],
        },
        **_limits(round_, offered, tracks),
        "applicants": [_applicant(a) for a in applications],
        "choices": _choices(applications, _scores(round_), barred, gone, held),
        "fallbacks": list(_fallbacks(applications, tracks, held, gone)) if run.uses_adjustment else [],
        "pins": [_pin(p) for p in held.values()],
    }


def _offered(round_: Round) -> Sequence[RoundClass]:
    found = (
        select(RoundClass)
        .filter_by(round_id=round_.id)
        .order_by(RoundClass.order_class_id)
        .options(
            joinedload(RoundClass.order_class).options(
                joinedload(OrderClass.school),
                selectinload(OrderClass.reserves),
                selectinload(OrderClass.tracks).joinedload(Track.position).joinedload(Position.enterprise),
            )
        )
    )
    return db.session.scalars(found).unique().all()


def _applications(round_: Round) -> Sequence[Application]:
    found = (
        select(Application)
        .filter_by(round_id=round_.id, state="in_round")
        .order_by(Application.id)
        .options(selectinload(Application.choices), selectinload(Application.claims), joinedload(Application.user))
    )
    return db.session.scalars(found).unique().all()


def _held(round_: Round, run: Run) -> dict[int, Placement]:
    """Who holds a seat of this round already (a repair leaves nobody worse off), by application."""
    if run.purpose != "repair":
        return {}
    found = select(Placement).where(Placement.round_id == round_.id, Placement.state.in_(HOLDING))
    return {p.application_id: p for p in db.session.scalars(found.order_by(Placement.id))}


def _gone(round_: Round) -> dict[int, str]:
    """Who answered no, or not at all: their choices stay visible under that rule and are not solved."""
    found = select(Placement).where(Placement.round_id == round_.id).order_by(Placement.id)
    last = {p.application_id: p.state for p in db.session.scalars(found)}
    return {application: GONE[state] for application, state in last.items() if state in GONE}


def _limits(round_: Round, offered: Sequence[RoundClass], tracks: Sequence[Track]) -> dict[str, Table]:
    """Every limit of the round: plans, headcounts, seats, reserves and quotas."""
    plans = {p.school_id: p.plan for p in db.session.scalars(select(SchoolPlan).filter_by(round_id=round_.id))}
    headcounts = select(EnterpriseHeadcount).filter_by(round_id=round_.id)
    heads = {h.enterprise_id: h.headcount for h in db.session.scalars(headcounts)}
    positions = sorted({t.position.id: t.position for t in tracks if t.position is not None}.items())
    taken = _taken_elsewhere(round_, [number for number, _ in positions])
    schools = sorted({c.order_class.school_id for c in offered})
    enterprises = sorted({p.enterprise_id for _, p in positions})
    return {
        "schools": [{"school_id": f"S{s}", "plan": plans.get(s)} for s in schools],
        "enterprises": [{"enterprise_id": f"E{e}", "headcount": heads.get(e)} for e in enterprises],
        "positions": [_position(p, taken.get(p.id, 0)) for _, p in positions],
        "classes": [_class(c) for c in offered],
        "reserves": [
            {"class_id": class_id(c.order_class_id), "group": CATEGORIES[r.category], "seats": r.seats}
            for c in offered
            for r in c.order_class.reserves
        ],
        "tracks": [_track(t) for t in tracks],
    }


def _position(position: Position, taken: int) -> dict[str, object]:
    left = max(0, position.headcount - taken)
    return {"position_id": f"P{position.id}", "enterprise_id": f"E{position.enterprise_id}", "headcount": left}


def _class(offer: RoundClass) -> dict[str, object]:
    school = f"S{offer.order_class.school_id}"
    number = class_id(offer.order_class_id)
    return {"class_id": number, "school_id": school, "seats": offer.seats, "min_open": offer.min_open}


def _track(track: Track) -> dict[str, object]:
    position = f"P{track.position_id}" if track.position_id else None
    return {
        "track_id": track_id(track.id), "class_id": class_id(track.order_class_id), "position_id": position,
        "quota": track.quota,
    }  # fmt: skip


def _taken_elsewhere(round_: Round, positions: list[int]) -> dict[int, int]:
    """How many of a position's headcount are held by people of other rounds."""
    position = func.coalesce(Placement.position_id, Track.position_id)
    found = (
        select(position, func.count())
        .join(Track, Track.id == Placement.track_id)
        .where(Placement.round_id != round_.id, Placement.state.in_(HOLDING), position.in_(positions))
        .group_by(position)
    )
    return {row[0]: row[1] for row in db.session.execute(found)}


def _applicant(application: Application) -> dict[str, object]:
    verified = [CATEGORIES[c.category] for c in application.claims if c.level == "verified"]
    return {
        "applicant_id": applicant_id(application.id),
        "lottery": application.lottery,
        "groups": ";".join(sorted(verified)),
        "adjustable": int(application.adjustable),
    }


def _scores(round_: Round) -> dict[tuple[int, int], int]:
    found = (
        select(Score.application_id, Score.order_class_id, Score.value)
        .join(Application)
        .where(Application.round_id == round_.id)
    )
    return {(a, k): v for a, k, v in db.session.execute(found)}


def _barred(applications: Sequence[Application]) -> dict[int, str | None]:
    """The rule frozen at close for every choice, by choice id."""
    return {c.id: c.barred_by for a in applications for c in a.choices}


def _paused(track: int, held: Placement | None, paused: set[int]) -> str | None:
    """A posting that was paused after the close takes nobody new; who sits there already keeps her seat."""
    sits_there = held is not None and held.track_id == track
    return "posting_paused" if track in paused and not sits_there else None


def _choices(
    applications: Sequence[Application],
    scores: dict[tuple[int, int], int],
    barred: dict[int, str | None],
    gone: dict[int, str],
    held: dict[int, Placement],
) -> Table:
    paused = set(db.session.scalars(select(Track.id).join(Track.position).where(Position.state == "paused")))
    classes = dict(db.session.execute(select(Track.id, Track.order_class_id)).tuples().all())
    return [
        {
            "applicant_id": applicant_id(a.id),
            "rank": c.rank,
            "track_id": track_id(c.track_id),
            "score": scores.get((a.id, classes[c.track_id]), 0),
            "rule": gone.get(a.id) or barred[c.id] or _paused(c.track_id, held.get(a.id), paused),
        }
        for a in applications
        for c in a.choices
    ]


def _fallbacks(
    applications: Sequence[Application], tracks: Sequence[Track], held: dict[int, Placement], gone: dict[int, str]
) -> Iterable[dict[str, object]]:
    by_id = {t.id: t for t in tracks}
    for a in applications:
        if not a.adjustable or a.id in held or a.id in gone:
            continue
        listed = [by_id[c.track_id] for c in a.choices if c.track_id in by_id]
        open_to = [t for t in tracks if t not in listed]
        allowed = verdicts(a, open_to)
        for t in open_to:
            if allowed[t.id].eligible:
                yield {"applicant_id": applicant_id(a.id), "track_id": track_id(t.id), "distance": _distance(t, listed)}


def _distance(track: Track, listed: list[Track]) -> int:
    """0 when field, school and district were all asked for; each one that was not adds its step."""
    fields = {t.order_class.field for t in listed}
    schools = {t.order_class.school_id for t in listed}
    districts = {t.order_class.school.district for t in listed}
    own = track.order_class
    return (
        NEAREST
        + STEP_FIELD * (own.field not in fields)
        + STEP_SCHOOL * (own.school_id not in schools)
        + STEP_DISTRICT * (own.school.district not in districts)
    )


def _pin(placement: Placement) -> dict[str, object]:
    free_to_rise = placement.state == "accepted" and placement.upgrade
    return {
        "applicant_id": applicant_id(placement.application_id),
        "track_id": track_id(placement.track_id),
        "hold": "at_least" if free_to_rise else "exact",
    }
