"""Who may what, on one page: permission → OR of ANDs of predicates.

A predicate reads only the actor and the loaded row. Whether a row may be *seen* is the loader's matter (404); whether a
thing may be *done* is this table's (403). A route without a permission refuses to register (tests/shape).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from app.core.actor import Actor

Predicate = Callable[[Actor, Any], bool]


def _at(row: Any, path: str) -> Any:
    for name in path.split("."):
        row = getattr(row, name, None)
        if row is None:
            return None
    return row


def _first(row: Any, *paths: str) -> Any:
    return next((found for path in paths if (found := _at(row, path)) is not None), None)


def anybody(actor: Actor, row: Any) -> bool:
    return True


def signed_in(actor: Actor, row: Any) -> bool:
    return actor.signed_in


def user(actor: Actor, row: Any) -> bool:
    return actor.user_id is not None


def applicant(actor: Actor, row: Any) -> bool:
    return actor.is_applicant


def staff(actor: Actor, row: Any) -> bool:
    return actor.is_staff


def admin(actor: Actor, row: Any) -> bool:
    return actor.is_admin


def coordinator(actor: Actor, row: Any) -> bool:
    """Coordinator of the row's alliance; of any alliance where the row belongs to none."""
    alliance = _first(
        row,
        "alliance_id",
        "round.alliance_id",
        "order_class.alliance_id",
        "application.round.alliance_id",
        "placement.round.alliance_id",
        "agreement.placement.round.alliance_id",
        "batch.station.alliance_id",
    )
    return actor.is_coordinator if alliance is None else alliance in actor.alliances


def own(actor: Actor, row: Any) -> bool:
    """The row is about this very person."""
    owner = _first(row, "user_id", "application.user_id", "agreement.user_id")
    return actor.user_id is not None and owner == actor.user_id


def guardian(actor: Actor, row: Any) -> bool:
    """The person is the guardian named on the row."""
    named = _first(row, "guardian_id", "guardian.id", "application.guardian.id", "agreement.guardian_id")
    return actor.guardian_id is not None and named == actor.guardian_id


def school(actor: Actor, row: Any) -> bool:
    """Works for the school the row belongs to."""
    owner = _first(row, "order_class.school_id", "track.order_class.school_id", "agreement.school_id", "school_id")
    return owner in actor.schools if owner is not None else bool(row is None and actor.schools)


def school_of_choices(actor: Actor, row: Any) -> bool:
    """Works for a school one of whose classes the application chooses; the own school named in it gives no right."""
    if row is None:
        return bool(actor.schools)
    application = _first(row, "application") or row
    return any(choice.track.order_class.school_id in actor.schools for choice in application.choices)


def enterprise(actor: Actor, row: Any) -> bool:
    """Works for the enterprise the row belongs to."""
    owner = _first(
        row, "position.enterprise_id", "track.position.enterprise_id", "agreement.enterprise_id", "enterprise_id"
    )
    return owner in actor.enterprises if owner is not None else bool(row is None and actor.enterprises)


def any_school(actor: Actor, row: Any) -> bool:
    """Works for a school at all: what the school may see of others' things is the loader's matter."""
    return bool(actor.schools)


def any_enterprise(actor: Actor, row: Any) -> bool:
    """Works for an enterprise at all."""
    return bool(actor.enterprises)


def this_school(actor: Actor, row: Any) -> bool:
    return getattr(row, "__tablename__", "") == "school" and row.id in actor.schools


def this_enterprise(actor: Actor, row: Any) -> bool:
    return getattr(row, "__tablename__", "") == "enterprise" and row.id in actor.enterprises


def station(actor: Actor, row: Any) -> bool:
    """Works for the station the row belongs to."""
    owner = _first(row, "batch.station_id", "station_id")
    return owner in actor.stations if owner is not None else bool(row is None and actor.stations)


def any_station(actor: Actor, row: Any) -> bool:
    """Works for a station at all."""
    return bool(actor.stations)


def did_not_check(actor: Actor, row: Any) -> bool:
    """Another than the one who checked the paper, and not the account's own user."""
    return actor.user_id not in (_at(row, "checked_by"), _at(row, "user_id"))


def did_not_enter(actor: Actor, row: Any) -> bool:
    """Neither entered the slip nor photographed it."""
    return actor.user_id not in (_at(row, "entered_by"), _at(row, "uploaded_by"))


def not_staff(actor: Actor, row: Any) -> bool:
    """Works nowhere here: a slip is confirmed by its person, never by a helper."""
    return not actor.is_staff


def approved(actor: Actor, row: Any) -> bool:
    return getattr(row, "state", "") == "approved"


def did_not_propose(actor: Actor, row: Any) -> bool:
    """Somebody else proposed the run whose result is doubted."""
    return _at(row, "run.proposed_by") != actor.user_id


TABLE: dict[str, tuple[tuple[Predicate, ...], ...]] = {
    # for everybody
    "public": ((anybody,),),
    "signed_in": ((signed_in,),),
    "desk": ((staff,),),
    "demo.switch": ((anybody,),),
    # accounts
    "account.own": ((user,),),
    "setting.edit": ((admin,),),
    "user.manage": ((admin,),),
    # organisations
    "alliance.manage": ((admin,),),
    "coordinator.invite": ((admin,), (coordinator,)),
    "organisation.register": ((user,),),
    "organisation.list": ((coordinator,), (admin,)),
    "member.end": ((coordinator,), (school,), (enterprise,), (admin,)),
    "organisation.see": ((coordinator,), (this_school,), (this_enterprise,), (admin,)),
    "organisation.edit": ((this_school,), (this_enterprise,)),
    "organisation.check": ((coordinator,),),
    "membership.decide": ((coordinator,),),
    # ways back, stations and their slips
    "way_back.check": ((any_school,), (any_station,), (coordinator,)),
    "way_back.list": ((coordinator,),),
    "way_back.see": ((coordinator,),),
    "way_back.decide": ((coordinator, did_not_check),),
    "station.list": ((coordinator,),),
    "station.edit": ((coordinator,),),
    "slip.list": ((any_station,),),
    "slip.enter": ((station,),),
    "slip.import": ((any_station,),),
    "slip.see": ((station,), (coordinator,)),
    "slip.witness": ((station, did_not_enter), (coordinator, did_not_enter)),
    "slip.watch": ((coordinator,),),
    "slip.confirm": ((not_staff,),),
    # positions
    "position.list": ((enterprise,), (coordinator,), (school,)),
    "position.see": ((enterprise,), (coordinator,), (any_school, approved)),
    "position.edit": ((enterprise,),),
    "position.check": ((coordinator,),),
    "position.import": ((any_enterprise,), (coordinator,)),
    "report.list": ((coordinator,),),
    "report.decide": ((coordinator,),),
    # order classes
    "class.list": ((school,), (coordinator,), (enterprise,)),
    "class.see": ((school,), (coordinator,), (any_enterprise, approved)),
    "class.edit": ((school,),),
    "class.check": ((coordinator,),),
    "class.import": ((any_school,), (coordinator,)),
    "organisation.import": ((coordinator,),),
    "import.use": ((staff,),),
    # rounds
    "round.list": ((coordinator,),),
    "round.see": ((coordinator,),),
    "round.edit": ((coordinator,),),
    "round.steer": ((coordinator,),),
    # applications
    "application.start": ((applicant,),),
    "application.own": ((own,),),
    "application.list": ((coordinator,), (school,)),
    "application.see": ((coordinator,), (school_of_choices,)),
    "application.check": ((coordinator,), (school_of_choices,)),
    "evidence.own": ((own,),),
    "evidence.decide": ((coordinator,), (school_of_choices,)),
    "score.enter": ((school,), (coordinator,)),
    "guardian.answer": ((guardian,),),
    # placements
    "run.list": ((coordinator,),),
    "run.see": ((coordinator,),),
    "run.start": ((coordinator,),),
    "run.propose": ((coordinator,),),
    "run.approve": ((coordinator,),),
    "run.publish": ((coordinator,),),
    "placement.answer": ((own,),),
    "placement.guardian": ((guardian,),),
    "placement.list": ((coordinator,), (school,), (enterprise,)),
    "review.ask": ((own,), (guardian,)),
    "review.list": ((coordinator,),),
    "review.see": ((coordinator,),),
    "review.answer": ((coordinator, did_not_propose),),
    # agreements
    "agreement.see": ((own,), (guardian,), (coordinator,), (school,), (enterprise,)),
    "agreement.sign": ((own,), (guardian,), (school,), (enterprise,)),
    "agreement.sign_many": ((school,), (enterprise,)),
    "agreement.return": ((own,), (guardian,), (school,), (enterprise,), (coordinator,)),
    "agreement.refuse": ((own,), (guardian,)),
    "agreement.ask_refusal": ((enterprise,),),
    "agreement.deny": ((own,),),
    "agreement.issue": ((coordinator,),),
    "agreement.void": ((coordinator,),),
    "denial.answer": ((coordinator,),),
    "ending.ask": ((own,), (guardian,), (enterprise,)),
    "ending.check": ((school,),),
    "ending.proof": ((school,), (coordinator,)),
    # one's own data, and what is kept how long
    "correction.own": ((own,),),
    "correction.list": ((coordinator,),),
    "correction.decide": ((coordinator,),),
    "closure.own": ((own,),),
    "retention.see": ((admin,),),
    "message.manage": ((admin,),),
}


def allows(actor: Actor, permission: str, row: Any = None) -> bool:
    """True when one line of the permission's table holds for this actor and row.

    Raises:
        KeyError: the permission is not in the table (a programming error; the shape tests find it).
    """
    return any(all(predicate(actor, row) for predicate in line) for line in TABLE[permission])


def table_markdown() -> str:
    """The table for docs/PERMISSIONS.md, generated so that it cannot lie."""
    lines = ["# Who may what", "", "Generated by `python -m app.cli docs`.", "", "| permission | who |", "|---|---|"]
    for name, ways in TABLE.items():
        lines.append(f"| `{name}` | {' or '.join(' and '.join(p.__name__ for p in way) for way in ways)} |")
    return "\n".join([*lines, ""])
