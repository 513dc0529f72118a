"""志愿: which tracks somebody wants, in her order; and the receipt that proves what was submitted when."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Sequence

from sqlalchemy import func, select

from app.accounts.consents import named_in
from app.applications import queries
from app.applications.models import Application, Choice, ChoiceList
from app.applications.windows import require_choosing
from app.core.actor import Actor
from app.core.crypto import readable_code
from app.core.db import add_line, add_lines, db
from app.core.errors import Faults, Invalid, WrongState
from app.core.states import revise
from app.law.consents import consent_covers

CHANGEABLE = ("draft", "returned")


def set_choices(
    actor: Actor, application: Application, track_ids: Sequence[int], adjustable: bool, version: int | None = None
) -> None:
    """Replace the whole list: ``track_ids`` in order of preference, ranks 1…n without gaps.

    Raises:
        WrongState: after the deadline, or while a submitted application has not been reopened.
        Faults: too many, one twice, or not offered in this round.
        Conflict: the list was changed since ``version`` was seen.
    """
    require_choosing(application.round)
    if application.state not in CHANGEABLE:
        raise WrongState("志愿已经提交。要改，先在“我的报名”里点“改志愿”")
    wanted = list(track_ids)
    _check(application, wanted)
    changes = {"adjustable": adjustable, "choices_version": application.choices_version + 1}
    revise("application", application, actor, version, changes)
    for choice in application.choices:
        db.session.delete(choice)
    db.session.flush()
    ranked = enumerate(wanted, start=1)
    add_lines(Choice, [{"application_id": application.id, "rank": rank, "track_id": track} for rank, track in ranked])
    db.session.expire(application, ["choices"])


def _check(application: Application, wanted: list[int]) -> None:
    faults = []
    most = application.round.max_choices
    if len(wanted) > most:
        faults.append(Invalid(f"最多填{most}个志愿，现在是{len(wanted)}个。先去掉{len(wanted) - most}个"))
    if len(set(wanted)) < len(wanted):
        faults.append(Invalid("同一个志愿只能填一次"))
    if set(wanted) - queries.offered_track_ids(application.round_id, wanted):
        faults.append(Invalid("有的志愿不在这个批次里，请重新选"))
    elif application.state == "returned" and (strange := _unnamed(application, wanted)):
        faults.append(Invalid(f"{strange}。先补好材料提交，再点“改志愿”加它"))
    if faults:
        raise Faults(faults)


def _unnamed(application: Application, wanted: list[int]) -> str:
    """A returned application is seen by the schools of its choices, so a new one among them must stand in the consent
    that was given with it; what is missing, in words."""
    named = named_in(application.user_id, "schools_of_choices", "schools", application.number)
    named |= {choice.track.order_class.school_id for choice in application.choices}
    schools = {t.order_class.school_id: t.order_class.school.name for t in queries.tracks_in_order(wanted)}
    return consent_covers(named, schools).message


def is_the_present(application: Application, wanted: Sequence[int], adjustable: bool) -> bool:
    """Whether these are the choices as they are stored: saving them anew would leave a line that says nothing."""
    return (list(wanted), adjustable) == ([c.track_id for c in application.choices], application.adjustable)


def order_after(order: Sequence[int], move: str = "", drop: int | None = None) -> list[int]:
    """The order as the cards lie, after one button: ``move`` is "up:<track>" or "down:<track>", ``drop`` a track.

    A button for a card that is not there any more changes nothing.
    """
    wanted = [track for track in order if track != drop]
    direction, _, name = move.partition(":")
    if direction not in ("up", "down") or not name.isdecimal() or int(name) not in wanted:
        return wanted
    here = wanted.index(int(name))
    there = here - 1 if direction == "up" else here + 1
    if 0 <= there < len(wanted):
        wanted[here], wanted[there] = wanted[there], wanted[here]
    return wanted


def canonical(number: str, tracks: Sequence[int], adjustable: bool, submitted_at: dt.datetime) -> str:
    """The one text a receipt's hash is taken of: JSON with sorted keys, whole seconds in UTC. Anybody who holds the
    list of choices can write it again."""
    return json.dumps(
        {
            "adjustable": adjustable,
            "application": number,
            "submitted_at": submitted_at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "tracks": list(tracks),
        },
        sort_keys=True,
        separators=(",", ":"),
    )


def fingerprint(application: Application, submitted_at: dt.datetime) -> str:
    """SHA-256 of the choices as they stand, submitted at that moment."""
    tracks = [choice.track_id for choice in application.choices]
    text = canonical(application.number, tracks, application.adjustable, submitted_at)
    return hashlib.sha256(text.encode()).hexdigest()


def keep_list(application: Application) -> None:
    """Keep for good what has just been submitted, with the hash of its receipt."""
    assert application.submitted_at is not None and application.receipt_sha256 is not None
    earlier = select(func.count()).select_from(ChoiceList).filter_by(application_id=application.id)
    add_line(
        ChoiceList,
        application_id=application.id,
        number=(db.session.scalar(earlier) or 0) + 1,
        tracks=[choice.track_id for choice in application.choices],
        adjustable=application.adjustable,
        sha256=application.receipt_sha256,
        submitted_at=application.submitted_at,
    )


def unchanged_since_submitted(application: Application) -> bool:
    """Whether the choices are the very ones of the last submission (a guardian's consent then still covers them)."""
    last = queries.last_list(application)
    if last is None:
        return False
    return (last.tracks, last.adjustable) == ([c.track_id for c in application.choices], application.adjustable)


def new_receipt_code() -> str:
    """Ten letters and digits, drawn at random: fifty bits, unique by constraint."""
    return readable_code(10)
