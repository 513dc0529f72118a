"""For whoever has no seat: the one thing that would help most, worked out of the explanation, and the way onward."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select

from app.applications.cards import opened_by_paper
from app.applications.eligibility import verdicts
from app.applications.models import Application
from app.applications.queries import offered_tracks
from app.applications.windows import may_choose
from app.core.dates import day
from app.core.db import db
from app.law.eligibility import EligibilityVerdict
from app.order_classes.models import Track
from app.placements.models import Run, RunClass, RunPlacement, RunReason
from app.rounds.models import Round, RoundClass

MOST_NAMED = 3


@dataclass(frozen=True)
class Room:
    """A track that had seats left when the result was published."""

    track: Track
    left: int


@dataclass(frozen=True)
class Advice:
    """``kind``: paper · room · fitting · more · close · wait. ``onward`` says how the next round is reached;
    ``round_id`` is set where it can be entered now."""

    kind: str
    title: str
    text: str
    onward: str
    round_id: int | None = None


def advise(application: Application, run: Run, reasons: Sequence[RunReason]) -> Advice:
    """The advice for an application without a seat; a fixed number of statements."""
    tracks = offered_tracks(application.round_id)
    found = verdicts(application, tracks)
    chosen = {reason.track_id for reason in reasons}
    free = [room for room in rooms(run, tracks) if found[room.track.id].eligible and room.track.id not in chosen]
    following = _following(application.round)
    onward = _onward(following)
    enter = following.id if following is not None and may_choose(following) else None
    kind, title, text = _best(application, reasons, found, {t.id: t for t in tracks}, free)
    return Advice(kind, title, text, onward, enter)


def _best(
    application: Application, reasons: Sequence[RunReason], found: dict[int, EligibilityVerdict],
    tracks: dict[int, Track], free: list[Room],
) -> tuple[str, str, str]:  # fmt: skip
    """A paper opens a door for certain; a free seat comes next; then choices that take her at all; then more of them;
    then the nearest line."""
    for reason in reasons:
        verdict = found.get(reason.track_id)
        if reason.reason == "not_eligible" and verdict is not None and not verdict and opened_by_paper(verdict):
            name = tracks[reason.track_id].order_class.name
            return "paper", f"补一份材料：{'、'.join(verdict.opens_with)}", f"核验通过，“{name}”您就能报。"
    if free:
        named = "、".join(f"“{room.track.order_class.name}”{room.left}个" for room in free[:MOST_NAMED])
        more = "" if application.adjustable else "也可以选“服从调剂”，都没录上时给您安排。"
        return "room", "补录时填还有名额的班", f"您够条件的还有：{named}。{more}"
    ranked = [reason for reason in reasons if reason.rank]
    if ranked and all(reason.reason == "not_eligible" for reason in ranked):
        return "fitting", "下次先看哪些班收您", "这次排的班，条件都对不上。选班时先看写着“能报”的。"
    most, given = application.round.max_choices, len({reason.rank for reason in reasons if reason.rank})
    if given < most:
        return "more", "下次多填几个志愿", f"这次填了{given}个，最多能填{most}个。把握大的放在最后。"
    near = [r for r in reasons if r.reason == "score" and r.distance is not None]
    if near:
        nearest = min(near, key=lambda reason: reason.distance or 0)
        name = tracks[nearest.track_id].order_class.name if nearest.track_id in tracks else "最近的一个班"
        return "close", f"离“{name}”只差{nearest.distance}分", "下次可以再报，后面加一个把握大的。"
    return "wait", "等补录，再挑一次", "不是您的材料不够。补录会有新的名额。"


def rooms(run: Run, tracks: Sequence[Track]) -> list[Room]:
    """What a run left free, the most seats first: in an open class, within its quota and the position's headcount."""
    seats = dict(db.session.execute(select(RoundClass.order_class_id, RoundClass.seats).where(
        RoundClass.round_id == run.round_id)).tuples().all())  # fmt: skip
    classes = {row.order_class_id: row for row in db.session.scalars(select(RunClass).filter_by(run_id=run.id))}
    placed = select(RunPlacement.track_id).where(RunPlacement.run_id == run.id, RunPlacement.track_id.is_not(None))
    by_track = Counter(db.session.scalars(placed))
    by_position: Counter[int | None] = Counter()
    for track in tracks:
        by_position[track.position_id] += by_track[track.id]
    left = []
    for track in tracks:
        row = classes.get(track.order_class_id)
        if row is None or not row.open:
            continue
        limits = [seats.get(track.order_class_id, 0) - row.filled]
        limits += [track.quota - by_track[track.id]] if track.quota is not None else []
        limits += [track.position.headcount - by_position[track.position_id]] if track.position else []
        left += [Room(track, min(limits))] if min(limits) > 0 else []
    return sorted(left, key=lambda room: -room.left)


def _following(round_: Round) -> Round | None:
    """The supplementary round that follows, if there is one already."""
    found = select(Round).where(Round.follows_id == round_.id, Round.state.in_(("setup", "open")))
    return db.session.scalars(found.order_by(Round.opens_at).limit(1)).first()


def _onward(following: Round | None) -> str:
    if following is None:
        return "补录的日子还没有定。定了会发短信告诉您，材料不用再交。"
    if may_choose(following):
        return f"补录已经开始，{day(following.deadline)}截止。填过的和核验过的材料都带过去。"
    return f"补录{day(following.opens_at)}开始，开始时会发短信。材料不用再交。"
