"""What a helper may do: enter, change, print, drop, photograph a signature. Never submit, never confirm."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from app.accounts.registering import document_of_age
from app.accounts.sealed import user_by_phone
from app.applications.queries import offered_track_ids
from app.applications.windows import require_choosing
from app.core.actor import Actor
from app.core.clock import now, today
from app.core.crypto import readable_code, vault
from app.core.db import db
from app.core.errors import Faults, Invalid
from app.core.files import forget, keep, picture
from app.core.identifiers import IdentifierFault, check_mobile, mask_id, mask_phone
from app.core.labels import CATEGORIES, DISTRICTS, RELATIONS, SENSITIVE_CATEGORIES, START_POINTS
from app.core.outbox import text_message
from app.core.site import address as address_of
from app.core.states import revise
from app.law.age import needs_guardian
from app.law.guardians import guardian_has_own_phone
from app.organisations.models import Station
from app.rounds.models import Round
from app.stations.models import Slip, SlipBatch
from app.stations.states import SLIP

# What a helper may tick for somebody; the others need the person's own consent and are added by herself.
CATEGORIES_TO_ENTER = {code: word for code, word in CATEGORIES.items() if code not in SENSITIVE_CATEGORIES}


def begin_batch(actor: Actor, station: Station, round_: Round, name: str) -> SlipBatch:
    """A new batch of slips for a round that takes applications."""
    require_choosing(round_)
    if round_.alliance_id != station.alliance_id:
        raise Invalid("这个批次不是本联盟的", "round_id")
    assert actor.user_id is not None
    row = SlipBatch(station=station, round=round_, name=name.strip(), created_by=actor.user_id, created_at=now())
    db.session.add(row)
    db.session.flush()
    return row


def enter(actor: Actor, batch: SlipBatch, **facts: Any) -> Slip:
    """Enter one person. Her slip carries a code of its own; if she has a phone, the link goes there as well.

    Facts: name, identity_kind, identity, birth_date (where the number carries none), phone (may be blank), start_point,
    district, categories, tracks (ids in her order), adjustable; guardian_name, guardian_relation, guardian_phone under
    18. Whether she has an account already is not told here.

    Raises:
        Faults: each beside its field. WrongState: the round takes no more applications.
    """
    require_choosing(batch.round)
    uid = uuid.uuid4().hex
    slip = Slip(uid=uid, batch=batch, entered_by=actor.user_id, created_at=now(), **_columns(actor, batch, uid, facts))
    code = _give_code(slip)
    SLIP.begin(slip, actor, detail={"station": batch.station_id})
    _send_link(slip, code, facts.get("phone") or "")
    return slip


def change(actor: Actor, slip: Slip, version: int | None = None, **facts: Any) -> None:
    """Correct a slip its person has not confirmed; a signature on the earlier one does not count any more.

    Raises: as ``enter``; WrongState: confirmed or dropped; Conflict.
    """
    require_choosing(slip.batch.round)
    columns = _columns(actor, slip.batch, slip.uid, facts)
    if slip.state == "signed":
        paper = slip.file
        SLIP.move(slip, "return", actor, why="内容改过，要重新签字", version=version, file_id=None, **columns)
        forget(paper)
    else:
        _require_draft(slip)
        revise("slip", slip, actor, version, columns)


def new_code(actor: Actor, slip: Slip, version: int | None = None) -> None:
    """The paper was lost: its code stops working, the next print shows another."""
    _require_draft(slip)
    before = slip.code_index
    _give_code(slip)
    changes = {"code_index": slip.code_index, "code_sealed": slip.code_sealed}
    slip.code_index = before
    revise("slip", slip, actor, version, changes)


def drop(actor: Actor, slip: Slip, why: str, version: int | None = None) -> None:
    """The person does not want it, or it was entered wrongly: everything that identifies her goes."""
    phone, paper = phone_of_slip(slip), slip.file
    SLIP.move(slip, "drop", actor, why=why.strip(), version=version, **forgotten())
    forget(paper)
    if phone:
        body = f"{slip.batch.station.name}替您填的报名作废了，资料已删。要报名，可以自己在手机上报。"
        text_message(phone, "代填的报名作废了", body)


def upload_signature(actor: Actor, slip: Slip, raw: bytes, version: int | None = None) -> None:
    """A photograph of the slip with the person's signature; another than the helper has to see it.

    Raises:
        Invalid: not a picture or too large (field ``file``). WrongState: confirmed, dropped, or past the deadline.
    """
    require_choosing(slip.batch.round)
    content, media_type = picture(raw)
    before, file = slip.file, keep(actor, content, media_type)
    SLIP.move(
        slip, "upload_signature", actor, version=version, file_id=file.id, uploaded_by=actor.user_id,
        returned_because="",
    )  # fmt: skip
    forget(before)


def phone_of_slip(slip: Slip) -> str:
    """The person's own phone, as far as she has one."""
    return vault().open_text("slip", "phone", slip.uid, slip.phone_sealed) if slip.phone_sealed else ""


def code_on(slip: Slip) -> str:
    """The code to print; blank when it has been used."""
    return vault().open_text("slip", "code", slip.uid, slip.code_sealed) if slip.code_sealed else ""


def erased() -> dict[str, Any]:
    """The columns of a finished slip without what identifies the person."""
    sealed = ("identity_sealed", "identity_index", "phone_sealed", "guardian_phone_sealed", "code_sealed", "code_index")
    return dict.fromkeys((*sealed, "birth_date"))


def forgotten() -> dict[str, Any]:
    """The columns of a slip that came to nothing: whose it was, and who her guardian was, is gone."""
    named = ("name", "identity_hint", "phone_hint", "guardian_name", "guardian_relation", "guardian_phone_hint")
    return erased() | dict.fromkeys(named, "")


def _give_code(slip: Slip) -> str:
    code = readable_code(10)
    slip.code_sealed = vault().seal("slip", "code", slip.uid, code)
    slip.code_index = vault().index("slip", code)
    return code


def _send_link(slip: Slip, code: str, phone: str) -> None:
    if not phone:
        return
    link = address_of(f"/slip/{code}")
    body = f"【三方订单班】{slip.batch.station.name}帮您填了报名。点开看一遍，您确认了才算数：{link}"
    text_message(check_mobile(phone), "请确认您的报名", body, secret=True)


def _require_draft(slip: Slip) -> None:
    # revise() keeps the state as it is; only a draft may be revised.
    if slip.state != "draft":
        raise Invalid(f"现在是“{SLIP.states[slip.state]}”，不能再改")


def _columns(actor: Actor, batch: SlipBatch, uid: str, facts: dict[str, Any]) -> dict[str, Any]:
    """What the row holds of the facts, every fault at once."""
    faults: list[Invalid] = []
    columns = {**_person(facts, uid, faults), **_phone(facts.get("phone") or "", uid, faults)}
    columns |= _wishes(batch, facts, faults)
    columns |= _guardian(columns.get("birth_date"), facts, uid, faults)
    _not_the_helpers(actor, facts, faults)
    if faults:
        raise Faults(faults)
    return columns


def _person(facts: dict[str, Any], uid: str, faults: list[Invalid]) -> dict[str, Any]:
    name = (facts.get("name") or "").strip()
    if not name:
        faults.append(Invalid("请填姓名，和证件上一样", "name"))
    kind, identity = facts.get("identity_kind") or "", facts.get("identity") or ""
    paper = document_of_age(kind, identity, facts.get("birth_date"), faults)
    return {
        "name": name, "identity_kind": kind, "birth_date": paper.birth_date,
        "identity_sealed": vault().seal("slip", "identity", uid, paper.number),
        "identity_index": vault().index("identity", paper.number), "identity_hint": mask_id(paper.number),
    }  # fmt: skip


def _phone(text: str, uid: str, faults: list[Invalid]) -> dict[str, Any]:
    if not text:
        return {"phone_sealed": None, "phone_hint": ""}
    number = _checked(check_mobile, text, "phone", faults)
    return {"phone_sealed": vault().seal("slip", "phone", uid, number), "phone_hint": mask_phone(number)}


def _wishes(batch: SlipBatch, facts: dict[str, Any], faults: list[Invalid]) -> dict[str, Any]:
    start, district = facts.get("start_point"), facts.get("district")
    categories: Sequence[str] = facts.get("categories") or []
    tracks: list[int] = list(facts.get("tracks") or [])
    most = batch.round.max_choices
    for wrong, says, field in (
        (start not in START_POINTS, "请选学历", "start_point"),
        (district not in DISTRICTS, "请选住在哪里", "district"),
        (set(categories) - CATEGORIES_TO_ENTER.keys(), "这个类别要本人自己填", "categories"),
        (not tracks, "至少选1个志愿", "tracks"),
        (len(tracks) > most, f"最多填{most}个志愿，现在是{len(tracks)}个", "tracks"),
        (len(set(tracks)) < len(tracks), "同一个志愿只能填一次", "tracks"),
        (set(tracks) - offered_track_ids(batch.round_id, tracks), "有的志愿不在这个批次里", "tracks"),
    ):
        if wrong:
            faults.append(Invalid(says, field))
    return {
        "start_point": start, "district": district, "categories": sorted(categories), "tracks": tracks,
        "adjustable": bool(facts.get("adjustable")),
    }  # fmt: skip


def _guardian(born: dt.date | None, facts: dict[str, Any], uid: str, faults: list[Invalid]) -> dict[str, Any]:
    """Under 18 her guardian answers on a phone of her own; nobody signs for a guardian on paper."""
    none: dict[str, Any] = {
        "guardian_name": "", "guardian_relation": "", "guardian_phone_sealed": None, "guardian_phone_hint": "",
    }  # fmt: skip
    if born is None or not needs_guardian(born, today()):
        return none
    name, relation = (facts.get("guardian_name") or "").strip(), facts.get("guardian_relation") or ""
    if not name:
        faults.append(Invalid("未满18周岁，请填监护人的姓名", "guardian_name"))
    if relation not in RELATIONS:
        faults.append(Invalid("请选监护人是本人的什么人", "guardian_relation"))
    number = _checked(check_mobile, facts.get("guardian_phone") or "", "guardian_phone", faults)
    if number:
        faults += [
            Invalid(f.message, "guardian_phone")
            for f in guardian_has_own_phone((facts.get("phone") or "").strip(), number).faults
        ]
    sealed = vault().seal("slip", "guardian_phone", uid, number)
    return {"guardian_name": name, "guardian_relation": relation, "guardian_phone_sealed": sealed,
            "guardian_phone_hint": mask_phone(number)}


def _not_the_helpers(actor: Actor, facts: dict[str, Any], faults: list[Invalid]) -> None:
    """A helper's own phone is neither the person's nor her guardian's: she would answer for them."""
    for field, says in (
        ("phone", "要填本人的手机号，不能填您自己的。没有就空着"),
        ("guardian_phone", "要填监护人的手机号，不能填您自己的"),
    ):
        try:
            holder = user_by_phone(check_mobile(facts.get(field) or ""))
        except IdentifierFault:
            continue  # Said beside the field already, or blank.
        if holder is not None and holder.id == actor.user_id:
            faults.append(Invalid(says, field))


def _checked(check: Callable[[str], str], text: str, field: str, faults: list[Invalid]) -> str:
    try:
        return check(text)
    except IdentifierFault as fault:
        faults.append(Invalid(fault.message, field))
        return ""
