"""暂停: what a report found wrong stops a posting at once, although classes build on it.

A public class and a running round keep a posting from being closed or sent back, for people have ranked it. Paused, it
is offered to nobody: choices of it keep their rank and take no part, and no agreement on it is issued or signed, until
a coordinator lets it go on or the classes have let go of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from app.core.actor import Actor
from app.core.errors import Invalid
from app.positions.models import Position
from app.positions.service import tell_enterprise
from app.positions.states import POSITION

LONGEST = 300


@dataclass(frozen=True)
class Use:
    """One thing that builds on a posting: what it is, how it stands, what to do about it, and where."""

    what: str
    stands: str
    then: str
    href: str = ""


# Features that lie above say what builds on a posting, and tell their people when it stops and when it goes on.
USES: list[Callable[[Position], Iterable[Use]]] = []
ON_PAUSE: list[Callable[[Position], None]] = []
ON_RESUME: list[Callable[[Position], None]] = []


def uses_of(position: Position) -> list[Use]:
    """Everything that builds on a posting, for the coordinator who has to decide what becomes of it."""
    return [use for uses in USES for use in uses(position)]


def pause(actor: Actor, position: Position, why: str, version: int | None = None) -> None:
    """A coordinator stops a published posting. The enterprise reads the reason; who reported is not in it.

    Raises:
        Invalid: no reason (field ``why``). WrongState: it is not published.
    """
    said = why.strip()[:LONGEST]
    if not said:
        raise Invalid("写清楚查到了什么，企业才知道怎么整改", "why")
    POSITION.move(position, "pause", actor, why=said, version=version, returned_because=said)
    tell_enterprise(position, "岗位暂停了", f"“{position.name}”暂停招人：{said}。整改好了，打电话告诉协调员。")
    for tell in ON_PAUSE:
        tell(position)


def resume(actor: Actor, position: Position, why: str, version: int | None = None) -> None:
    """A coordinator lets a paused posting go on, saying what has been put right.

    Raises:
        Invalid: no reason (field ``why``). WrongState: it is not paused.
    """
    said = why.strip()[:LONGEST]
    if not said:
        raise Invalid("写清楚改好了什么，以后查得到", "why")
    POSITION.move(position, "resume", actor, why=said, version=version, returned_because="")
    tell_enterprise(position, "岗位恢复了", f"“{position.name}”恢复招人。")
    for tell in ON_RESUME:
        tell(position)
