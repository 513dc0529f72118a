"""What awaits those who help people in: lost phones to release, slips to confirm or to have looked at."""

from __future__ import annotations

from collections.abc import Iterable

from app.core.actor import Actor
from app.home.awaiting import Awaiting
from app.stations import queries as stations
from app.ways_back.queries import to_release


def ways_back(actor: Actor) -> Iterable[Awaiting]:
    count = to_release(actor) if actor.alliances else 0
    if count:
        yield Awaiting(count, "换手机号等放行", "证件有人核对过，原手机的时间也过了。", "去放行", "/ways-back/requests")


def slips(actor: Actor) -> Iterable[Awaiting]:
    if not (actor.stations or actor.alliances):
        return
    count = stations.to_witness(actor)
    if count:
        page = "/slips" if actor.alliances else "/station"
        yield Awaiting(count, "签字的代填单等您看", "看清是本人签的，报名才算提交。", "去看", page)
    waiting = stations.unconfirmed(actor) if actor.stations else 0
    if waiting:
        yield Awaiting(waiting, "代填的等本人确认", "把纸交给本人。有手机的扫码，没手机的签字。", "去看", "/station")
