"""What pages say about results: the card of a seat, the reason lines of one person, the lines of a comparison."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from app.accounts.models import User
from app.applications.eligibility import verdicts
from app.applications.models import Application
from app.applications.queries import scores_of
from app.core.actor import Actor
from app.core.clock import now, today
from app.core.dates import left, moment
from app.core.db import db
from app.core.history import History
from app.core.labels import CATEGORIES
from app.law.age import is_under_16, is_under_18
from app.order_classes.card import track_card
from app.order_classes.models import Track
from app.placements import reviews, wording
from app.placements.advice import advise
from app.placements.answers import taken
from app.placements.models import Placement, Run, RunClass, RunReason
from app.placements.queries import Comparison, my_placement, reasons_of, track_names
from app.placements.recipients import recipients_of, unnamed
from app.placements.snapshot import HOLDING
from app.placements.states import PLACEMENT, REVIEW
from app.positions.card import card_rows
from app.positions.models import Position
from app.rounds.models import Round, RoundClass
from app.rounds.states import RESULT_IS_OUT

GUARANTEES = {
    "stable_strategyproof": ("公平，按真心排不会吃亏", "没有人分数更高却被挤掉；多排少排、换个顺序都占不到便宜。"),
    "stable": ("公平", "没有人分数更高却被挤掉。"),
    "fair_with_claims": ("公平，另有列明的例外", "名额互相牵着的地方列成清单，其余没有人被挤掉。"),
    "optimal": ("录取人数最多，已证明", "在所有限制下，不能再多录取一人。分数高的不一定先挑。"),
}
KINDS = {
    "lost": ("失去名额", "stop"), "worse": ("志愿更靠后", "wait"), "moved": ("换了同位志愿", "idle"),
    "better": ("志愿更靠前", "done"), "gained": ("新录取", "done"),
}  # fmt: skip


def user_name(user_id: int | None) -> str:
    return db.session.scalar(select(User.name).filter_by(id=user_id)) or "" if user_id else ""


def position(position_id: int) -> Position | None:
    return db.session.get(Position, position_id)


def newest_published(actor: Actor) -> Application | None:
    """The person's newest application that took part in a round whose results are out."""
    query = (
        select(Application)
        .join(Round)
        .where(
            Application.user_id == actor.user_id,
            Application.state == "in_round",
            Round.state.in_(RESULT_IS_OUT),
        )
        .order_by(Round.publish_at.desc())
    )
    return db.session.scalars(query).first()


def card(placement: Placement) -> dict[str, Any]:
    """The seat as the card every page draws; a position given later counts like the track's own."""
    track, post = placement.track, placement.position or placement.track.position
    return track_card(track) | {
        "firm": post.enterprise.name if post else "满16周岁再定",
        "post": post.name if post else "先入学，满16周岁后定岗",
        "rows": card_rows(post, seats=False) if post else [("安排", "先上学，满16周岁后给您选岗位")],
        "hint": "",
        "href": f"/classes/{track.order_class_id}",
    }


def page_facts(application: Application) -> dict[str, Any]:
    """Everything the result page shows; the number of queries does not grow with the choices."""
    placement = my_placement(application)
    run = reviews.published_run(application)
    reasons = list(reasons_of(run, application.id)) if run else []
    minor = application.user.birth_date is not None and is_under_18(application.user.birth_date, today())
    return {
        "application": application, "round": application.round, "placement": placement,
        "card": card(placement) if placement else None,
        "reasons": reason_lines(application, reasons), "minor": minor, "states": PLACEMENT.states,
        "guarantee": GUARANTEES.get(run.guarantee or "") if run else None, "run": run, "left": left,
        "waiting": placement is not None and placement.state == "offered" and now() <= placement.answer_by,
        "too_young": placement is not None and placement.track.position_id is None and placement.position_id is None
        and application.user.birth_date is not None and is_under_16(application.user.birth_date, today()),
        "advice": advise(application, run, reasons) if run is not None and _without_seat(placement) else None,
        "moment": moment, "review": reviews.review_of(application, run) if run else None,
        "may_review": reviews.may_ask(application), "review_until": reviews.last_day(run) if run else None,
        "paused": placement is not None and _position_is_paused(placement),
        "review_states": REVIEW.states, **_to_whom(placement),
        "wanting": "、".join(unnamed(placement).values()) if placement else "",
    }  # fmt: skip


def _position_is_paused(placement: Placement) -> bool:
    post = placement.position or placement.track.position
    return post is not None and post.paused


def _to_whom(placement: Placement | None) -> dict[str, str]:
    """The enterprises that a yes lets see who is coming, by name: hers, and those ahead that a change would lead to."""
    if placement is None:
        return {"firms": "", "firms_ahead": ""}
    hers = recipients_of(placement)
    if placement.offered_position is not None:
        hers = {placement.offered_position.enterprise_id: placement.offered_position.enterprise.name}
    ahead = {key: name for key, name in recipients_of(placement, upgrade=True).items() if key not in hers}
    return {"firms": "、".join(hers.values()), "firms_ahead": "、".join(ahead.values())}


def _without_seat(placement: Placement | None) -> bool:
    return placement is None or placement.state not in HOLDING


def reason_lines(application: Application, reasons: list[RunReason]) -> list[dict[str, Any]]:
    """One line per choice for ``ui.reason``: outcome, title, the sentence, and the two scores where a score decided."""
    tracks = track_names([r.track_id for r in reasons])
    scores = _scores_then(application, reasons)
    seats = _seats(application.round)
    barred = verdicts(application, tracks.values())
    lines_of = _cutoffs(reasons)
    lines = []
    for reason in reasons:
        track = tracks[reason.track_id]
        class_seats, minimum = seats.get(track.order_class_id, (None, None))
        facts = wording.Facts(
            score=scores.get(track.order_class_id),
            lottery=application.lottery,
            seats=class_seats,
            min_open=minimum,
            barred=barred[track.id].message,
            cutoff=lines_of.get((reason.run_id, track.order_class_id)),
        )
        outcome, tone = wording.OUTCOMES.get(reason.reason, ("未录取", "idle"))
        lines.append(
            {
                "n": reason.rank or "调剂",
                "title": track.order_class.name,
                "sub": _from_to(track),
                "outcome": outcome,
                "tone": tone,
                "why": wording.sentence(reason.reason, reason.limit, reason.distance, facts),
                "you": facts.score,
                "line": wording.cutoff_of(reason.reason, reason.distance, facts),
            }
        )
    return lines


def _from_to(track: Track) -> str:
    post = track.position
    return (
        f"{track.order_class.school.name} → {post.enterprise.name}"
        if post
        else f"{track.order_class.school.name}，先入学后定岗"
    )


def _cutoffs(reasons: list[RunReason]) -> dict[tuple[int, int], int | None]:
    """The score of the last one admitted, by run and class; one statement."""
    found = select(RunClass.run_id, RunClass.order_class_id, RunClass.cutoff_score).where(
        RunClass.run_id.in_({reason.run_id for reason in reasons})
    )
    return {(run, cls): line for run, cls, line in db.session.execute(found)}


def _scores_then(application: Application, reasons: list[RunReason]) -> dict[int, int]:
    """The scores by class that the run had before it: what a review has mended since is taken back. Two statements."""
    found = scores_of(application)
    mends = (
        select(History)
        .join(Run, Run.id == reasons[0].run_id if reasons else Run.id < 0)
        .where(History.thing == "application", History.thing_id == application.id, History.action == "mend_score")
        .where(History.at > Run.created_at)
        .order_by(History.id.desc())
    )
    for mend in db.session.scalars(mends):
        found[mend.detail["class"]] = mend.detail["before"]
    return {order_class: score for order_class, score in found.items() if score is not None}


def _seats(round_: Round) -> dict[int, tuple[int, int]]:
    found = select(RoundClass.order_class_id, RoundClass.seats, RoundClass.min_open).filter_by(round_id=round_.id)
    return {k: (s, m) for k, s, m in db.session.execute(found)}


def positions_to_give(placement: Placement) -> list[tuple[Position, int]]:
    """For 定岗: the positions of the class with headcount left, and how many are left."""
    if placement.track.position_id is not None or placement.position_id is not None or placement.state != "accepted":
        return []
    found = [t.position for t in placement.track.order_class.tracks if t.position is not None]
    return [(p, n) for p in found if (n := p.headcount - taken(p.id)) > 0]


def comparison_lines(c: Comparison) -> list[tuple[str, str, str, str, str]]:
    """Rows of ``ui.compare_table``: name, run a, run b, difference, tone."""
    a, b = c.tally_a, c.tally_b
    rows = [
        ("录取人数", a.placed, b.placed, True),
        ("未录取", a.unplaced, b.unplaced, False),
        (f"开班（共{a.classes}个）", a.opened, b.opened, True),
        ("第1志愿录取", a.by_rank.get(1, 0), b.by_rank.get(1, 0), True),
        ("第2、3志愿录取", _ranks(a.by_rank, 2, 3), _ranks(b.by_rank, 2, 3), None),
        ("第4志愿以后录取", _ranks(a.by_rank, 4, 10), _ranks(b.by_rank, 4, 10), None),
        ("调剂录取", a.by_adjustment, b.by_adjustment, None),
        ("空余名额（只算开的班）", a.empty_seats, b.empty_seats, None),
    ]
    return [(name, f"{x:,}", f"{y:,}", *_difference(x, y, better)) for name, x, y, better in rows]


def _ranks(by_rank: dict[int, int], low: int, high: int) -> int:
    return sum(n for rank, n in by_rank.items() if low <= rank <= high)


def _difference(x: int, y: int, more_is_better: bool | None) -> tuple[str, str]:
    if x == y:
        return "一样", "muted"
    says = f"多{y - x:,}" if y > x else f"少{x - y:,}"
    if more_is_better is None:
        return says, "muted"
    return says, "up" if (y > x) is more_is_better else "down"


def category_lines(c: Comparison) -> list[dict[str, Any]]:
    """Verified members of each category: applied, placed in a, placed in b."""
    names = [k for k in CATEGORIES if k in c.tally_a.categories or k in c.tally_b.categories]
    none = (0, 0)
    return [
        {
            "name": CATEGORIES[k],
            "applied": c.tally_a.categories.get(k, none)[0],
            "a": c.tally_a.categories.get(k, none)[1],
            "b": c.tally_b.categories.get(k, none)[1],
        }
        for k in names
    ]


def guardian_waiting(guardian_id: int) -> list[Placement]:
    """Placements that wait for this guardian's word."""
    query = (
        select(Placement)
        .join(Application, Application.id == Placement.application_id)
        .where(Placement.state == "accepting", Application.guardian.has(id=guardian_id))
        .options(joinedload(Placement.track))
    )
    return list(db.session.scalars(query))
