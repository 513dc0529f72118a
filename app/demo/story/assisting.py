"""Chapter 8b: a community station enters for people without a phone; one confirms by phone, one signs on paper, and
somebody who lost her phone shows her paper at a school."""

from __future__ import annotations

import datetime as dt
from typing import Any

from app.accounts.codes import send_code
from app.accounts.service import accept_invitation
from app.core.identifiers import make_resident_id
from app.core.web import commit
from app.demo.stage import Account, Stage
from app.demo.story.applying import photograph
from app.demo.story.doing import PASSWORD, code_sent_to, sign_up
from app.organisations.models import Station
from app.stations import confirming, queries
from app.stations import service as stations
from app.stations.models import SlipBatch
from app.ways_back import service as ways_back

HELPERS = (("station", "谷帮珍", "14000009401"), ("station colleague", "梁社平", "14000009402"))
# Name, year of birth, whether she has a phone of her own.
PEOPLE = (("曲桂芝", 1986, ""), ("于守田", 1982, ""), ("丛二妹", 1999, "14000009411"), ("毕大力", 1990, ""))


def assist(stage: Stage) -> None:
    """The coordinators set up a station; what its helpers enter is printed, confirmed, signed or still waits."""
    with stage.at(-4, 9):
        station = _station(stage)
    with stage.at(-3, 10):
        batch = _enter(stage, station)
    with stage.at(-2, 9):
        _confirm(stage, batch)
    with stage.at(-2, 15):
        _lost_phone(stage)


def _station(stage: Stage) -> Station:
    actor = stage.actor("coordinator")
    station = stations.set_up(
        actor, alliance_id=stage.alliance.id, name="虹桥社区便民服务站（虚构）", district="371002",
        address="虚构路9号", phone="0000-5500177",
    )  # fmt: skip
    for role, name, phone in HELPERS:
        token = stations.invite_member(actor, station, "便民员", phone)
        user = accept_invitation(token, name=name, phone=phone, password=PASSWORD)
        stage.users[role] = user.id
        why = "替没有手机的人填，打印代填单；不能替人提交" if role == "station" else "看同事拍的签字"
        stage.accounts.append(Account("服务站", f"虹桥社区 {name}", str(user.id), phone, PASSWORD, why))
    commit()
    return station


def _enter(stage: Stage, station: Station) -> SlipBatch:
    actor, round_ = stage.actor("station"), stage.round("next")
    batch = stations.begin_batch(actor, station, round_, "社区会议室，上午")
    offered = queries.tracks_of(round_.id).values()
    open_to_all = [track.id for track in offered if track.order_class.audience == "open"]
    tracks = (open_to_all or [track.id for track in offered])[:2]
    for place, (name, year, phone) in enumerate(PEOPLE):
        facts: dict[str, Any] = {
            "name": name, "identity_kind": "resident_id", "phone": phone, "start_point": "junior",
            "identity": make_resident_id("371002", dt.date(year, 3, 8 + place), 940 + place), "district": "371002",
            "categories": [], "tracks": tracks, "adjustable": True,
        }  # fmt: skip
        stations.enter(actor, batch, **facts)
    commit()
    return batch


def _confirm(stage: Stage, batch: SlipBatch) -> None:
    """The one with a phone confirms on it, two have signed, and the colleague has seen one of the signatures."""
    slips = {slip.name: slip for slip in queries.to_print(batch)}
    phone = PEOPLE[2][2]
    send_code(phone, confirming.PURPOSE)
    stations.confirm_by_phone(
        slips["丛二妹"], phone=phone, code=code_sent_to(phone), consents=confirming.CONSENTS
    )
    commit()
    for name in ("曲桂芝", "于守田"):
        stations.upload_signature(stage.actor("station"), slips[name], photograph("slip"))
    commit()
    stations.confirm_on_paper(stage.actor("station colleague"), slips["曲桂芝"], seen=True)
    commit()


def _lost_phone(stage: Stage) -> None:
    """Her paper was checked at the station; a coordinator may release since the old phone's time is over."""
    identity = make_resident_id("371002", dt.date(1995, 6, 6), 950)
    sign_up("宫新雨", "14000009421", identity)
    row = ways_back.ask(phone="14000009422", name="宫新雨", identity_kind="resident_id", identity=identity)
    actor = stage.actor("station")
    ways_back.check(actor, reference=row.reference, name="宫新雨", identity=identity, present=True)
    commit()
