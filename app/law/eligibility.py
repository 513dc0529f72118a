"""Whether a person may choose a track: one pure function that the form, the service and the snapshot all call.

A barred choice keeps its rank and goes into the round's bundle with its rule, so nobody is left out unseen.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from app.law.age import is_under_16, may_do_hazardous, may_hold_position, may_register
from app.law.catalogue import rule
from app.law.class_age import AgeVerdict, within_age
from app.law.verdict import OK, Verdict, broken, chinese_date, joined
from app.law.words import START_POINTS


@dataclass(frozen=True)
class Person:
    """What is known of an applicant. Sex, 户籍, ethnicity and health are not here, on purpose.

    ``start_point`` is a code of words.START_POINTS; ``school_id`` the school whose student, ``enterprise_id`` the
    enterprise whose employee the person is (checked by that organisation), None for neither.
    """

    birth_date: dt.date
    start_point: str
    verified_categories: Collection[str] = frozenset()
    claimed_categories: Collection[str] = frozenset()
    school_id: object | None = None
    enterprise_id: object | None = None


@dataclass(frozen=True)
class TrackFacts:
    """What a track asks. ``reference_date`` is the class's enrolment date, at which the class age is counted.

    ``relaxed`` maps category → ceiling (None: no ceiling). ``seat_only``: no position belongs to the track; ``paused``:
    a report of its posting was upheld.
    """

    start_points: Collection[str]
    reference_date: dt.date
    age_min: int | None = None
    age_max: int | None = None
    relaxed: Mapping[str, int | None] = field(default_factory=dict)
    audience: str = "open"
    school_id: object | None = None
    enterprise_id: object | None = None
    seat_only: bool = False
    hazards: Collection[str] = frozenset()
    on_post_date: dt.date | None = None
    paused: bool = False


@dataclass(frozen=True)
class Dates:
    """The day the result is published, and the day of registration (default: the same day)."""

    result: dt.date
    registration: dt.date | None = None


@dataclass(frozen=True)
class EligibilityVerdict(Verdict):
    """All reasons, the first one binding; ``admitted_by`` "plain" or the relaxed category that let the person in."""

    admitted_by: str | None = None

    @property
    def eligible(self) -> bool:
        """Whether the choice may take part."""
        return not self.faults


def eligibility(person: Person, track: TrackFacts, on: Dates) -> EligibilityVerdict:
    """Every rule between a person and a track; the order is that of how hard they are to change."""
    age = _class_age(person, track)
    answer = joined(
        posting_stands(track.paused),
        may_register(person.birth_date, on.registration or on.result),
        seat_fits_age(person.birth_date, track.seat_only, on.result, track.on_post_date),
        start_point_fits(person.start_point, track.start_points),
        age,
        audience_fits(person, track),
        _hazards(person, track, on),
    )
    return EligibilityVerdict(answer.faults, age.admitted_by if answer.ok else None)


def _class_age(person: Person, track: TrackFacts) -> AgeVerdict:
    return within_age(
        person.birth_date,
        track.reference_date,
        track.age_min,
        track.age_max,
        track.relaxed,
        person.verified_categories,
        person.claimed_categories,
    )


def _hazards(person: Person, track: TrackFacts, on: Dates) -> Verdict:
    """A position without a known first day is tested on the result date: the earliest day it could be given."""
    if track.seat_only:
        return OK
    return may_do_hazardous(person.birth_date, track.on_post_date or on.result, track.hazards)


@rule(
    "posting_paused",
    article="《人力资源市场暂行条例》第二十四条",
    says="举报查实、暂停了的岗位不再招人；排了它的志愿保留名次，不参加录取，也不签协议",
    tested_by="test_eligibility.py",
)
def posting_stands(paused: bool) -> Verdict:
    """Whether people may be brought to a posting: not while what it says was found to be untrue or unlawful."""
    if paused:
        return broken("posting_paused", "这个岗位查实有问题，暂停招人")
    return OK


@rule(
    "seat_only",
    article="《禁止使用童工规定》第二条、第七条；《未成年人保护法》第六十一条",
    says="公布日未满16周岁只能报“先入学、后定岗”的志愿；满16周岁的人不占这种志愿",
    tested_by="test_eligibility.py",
)
def seat_fits_age(birth: dt.date, seat_only: bool, result_on: dt.date, on_post_date: dt.date | None = None) -> Verdict:
    """Whether a track with (without) a position suits the age on the result date, and on an earlier on-post date."""
    if seat_only:
        if is_under_16(birth, result_on):
            return OK
        message = f"“先入学、后定岗”只给公布日（{chinese_date(result_on)}）还没满16周岁的人，请选带岗位的志愿"
        return broken("seat_only", message)
    tested_on = min(result_on, on_post_date) if on_post_date else result_on
    return may_hold_position(birth, tested_on)


@rule(
    "start_point",
    article="威海市支持技工教育高质量特色发展十条措施第一条、第十条（班级设置）",
    says="起点学历要符合订单班的要求",
    tested_by="test_eligibility.py",
)
def start_point_fits(start_point: str, accepted: Collection[str]) -> Verdict:
    """Whether the class takes people with this schooling; an empty list takes everybody."""
    if not accepted or start_point in accepted:
        return OK
    wanted = "、".join(name for code, name in START_POINTS.items() if code in accepted)
    own = START_POINTS.get(start_point, "没有填")
    return broken("start_point", f"这个班收{wanted}起点，您的起点是{own}", "start_point")


@rule(
    "audience",
    article="威海市支持技工教育高质量特色发展十条措施第二条、第九条（班级设置）",
    says="只面向本校学生或本企业职工的班，别人不能报",
    tested_by="test_eligibility.py",
)
def audience_fits(person: Person, track: TrackFacts) -> Verdict:
    """Whether the track is open to this person: everybody, this school's students, or this enterprise's employees."""
    if track.audience == "own_students":
        if person.school_id is None or person.school_id != track.school_id:
            return broken("audience", "这个班只收本校在读学生", None, ["本校的学籍证明"])
    elif track.audience == "employees":
        if person.enterprise_id is None or person.enterprise_id != track.enterprise_id:
            return broken("audience", "这个班只收本企业的职工", None, ["本企业的在职证明"])
    elif track.audience != "open":
        raise ValueError(f"unknown audience {track.audience!r}")
    return OK
