"""Whether a class may be published: all rules it has to meet, asked at once, each answer with its field."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import func, select

from app.core.clock import today
from app.core.db import db
from app.core.errors import Invalid
from app.core.labels import CATEGORIES, label
from app.core.settings import setting
from app.law import hours as hours_law
from app.law import internship, levels
from app.law.hours import HoursVerdict
from app.law.ratios import Ratio, percent, rounded_up
from app.law.verdict import Fault
from app.order_classes.models import OrderClass, Track
from app.organisations.models import Membership
from app.positions.models import Position


@dataclass(frozen=True)
class Hours:
    """The sums of a class's hours with the verdicts of R1 and R2 on them."""

    professional: int
    workshop: int
    core: int
    ordinary_core: int
    r1: HoursVerdict
    r2: HoursVerdict

    @property
    def core_asked(self) -> int:
        """The core practice hours that R2 asks for."""
        return rounded_up(self.r2.threshold * self.ordinary_core)

    @property
    def r1_points(self) -> float:
        """The share in percent for the meter, cut to one decimal like its text."""
        return int(self.r1.value * 1000) / 10

    @property
    def r2_points(self) -> float:
        """How much more than the ordinary class, in percent, cut to one decimal; never below nothing."""
        return max(0, int((self.r2.value - 1) * 1000)) / 10

    @property
    def r1_text(self) -> str:
        """The share in the workshop, cut and never rounded up: 49.96 % must not read as 50 %."""
        return percent(self.r1.value)

    @property
    def r2_text(self) -> str:
        """How much more core practice than in the ordinary class."""
        more = self.r2.value - 1
        return f"多{percent(more)}" if more >= 0 else f"少{percent(-more)}"


def ratios_in_force() -> tuple[Ratio, Ratio]:
    """What R1 and R2 ask today; read once for a whole list of classes."""
    return setting("r1_workshop_share"), setting("r2_core_factor")


def hours_of(order_class: OrderClass, ratios: tuple[Ratio, Ratio] | None = None) -> Hours:
    """R1 and R2 of a class over all its school years."""
    share, factor = ratios or ratios_in_force()
    rows = order_class.hours
    professional, workshop = sum(h.professional for h in rows), sum(h.workshop for h in rows)
    core, ordinary = sum(h.core for h in rows), sum(h.ordinary_core for h in rows)
    return Hours(
        professional, workshop, core, ordinary,
        r1=hours_law.workshop_ratio(workshop, professional, share), r2=hours_law.core_practice(core, ordinary, factor),
    )  # fmt: skip


def class_faults(order_class: OrderClass) -> list[Invalid]:
    """Everything that keeps this class from being sent to the coordinators; empty when nothing does."""
    return [
        *_hours_faults(order_class),
        *_as_invalid(_level(order_class)),
        *_seat_faults(order_class),
        *_age_faults(order_class),
        *_as_invalid(_internship(order_class)),
        *_date_faults(order_class),
        *_track_faults(order_class),
        *_word_faults(order_class),
    ]


def _as_invalid(faults: Iterable[Fault]) -> list[Invalid]:
    return [Invalid(fault.message, fault.field) for fault in faults]


def _hours_faults(order_class: OrderClass) -> list[Invalid]:
    told = {row.year for row in order_class.hours}
    missing = [year for year in range(1, order_class.years + 1) if year not in told]
    if missing:
        said = "、".join(f"第{year}学年" for year in missing)
        return [Invalid(f"课时表还没填：{said}", "hours")]
    beyond = sorted(year for year in told if year > order_class.years)
    if beyond:
        return [Invalid(f"学制{order_class.years}年，课时表里多了第{beyond[0]}学年", "hours")]
    sums = hours_of(order_class)
    return [Invalid(verdict.message, "hours") for verdict in (sums.r1, sums.r2) if not verdict]


def _level(order_class: OrderClass) -> tuple[Fault, ...]:
    """Social training follows its own length; only classes that lead to a level by schooling follow the table."""
    if order_class.mode == "social":
        return ()
    table = setting("level_years")
    return levels.years_match(order_class.level, order_class.start_point, order_class.years, table).faults


def _seat_faults(order_class: OrderClass) -> list[Invalid]:
    kept = sum(reserve.seats for reserve in order_class.reserves)
    if kept > order_class.seats:
        return [Invalid(f"留的名额一共{kept}个，比班里的{order_class.seats}个还多", "reserves")]
    return []


def _age_faults(order_class: OrderClass) -> list[Invalid]:
    faults = []
    for code, ceiling in order_class.relaxed.items():
        if ceiling is not None and ceiling < order_class.age_max:
            said = f"{label(CATEGORIES, code)}放宽到{ceiling}周岁，反而比上限{order_class.age_max}周岁小"
            faults.append(Invalid(said, "relaxed"))
    return faults


def _internship(order_class: OrderClass) -> tuple[Fault, ...]:
    months = order_class.internship_months
    if not months:
        return ()
    first = internship.internship_after_first_year(order_class.mode, order_class.internship_from_year)
    share = setting("internship_study_share")
    length = internship.internship_length(months, order_class.years * 12, share)
    faults = [Fault(f.rule, f.message, "internship_from_year") for f in first.faults]
    faults += [Fault(f.rule, f.message, "internship_months") for f in length.faults]
    if order_class.internship_from_year > order_class.years:
        said = f"学制{order_class.years}年，岗位实习不能从第{order_class.internship_from_year}学年开始"
        faults.append(Fault("internship_from_year", said, "internship_from_year"))
    return tuple(faults)


def _date_faults(order_class: OrderClass) -> list[Invalid]:
    faults = []
    if order_class.enrolment_date < today():
        faults.append(Invalid("入学日期已经过了，改一个以后的日子", "enrolment_date"))
    if order_class.on_post_date < order_class.enrolment_date:
        faults.append(Invalid("上岗日期不能早于入学日期", "on_post_date"))
    return faults


def _track_faults(order_class: OrderClass) -> list[Invalid]:
    posts = [track.position for track in order_class.tracks if track.position]
    if not posts:
        return [Invalid("还没有岗位。至少选一个已公布的岗位，学生才知道毕业后去哪儿", "tracks")]
    members = _members(order_class)
    faults = []
    if order_class.school_id not in members["schools"]:
        faults.append(Invalid("学校还没有加入这个集团（联盟），加入后才能开班"))
    for post in posts:
        named = f"{post.enterprise.name}的“{post.name}”"
        if post.state != "approved":
            faults.append(Invalid(f"{named}还没公布或者已经关闭，换一个岗位", "tracks"))
        elif post.enterprise_id not in members["enterprises"]:
            faults.append(Invalid(f"{post.enterprise.name}不在这个集团（联盟）里，它的岗位不能用", "tracks"))
    return faults


def _members(order_class: OrderClass) -> dict[str, set[int | None]]:
    rows = db.session.execute(
        select(Membership.school_id, Membership.enterprise_id).filter_by(
            alliance_id=order_class.alliance_id, state="joined"
        )
    ).all()
    return {"schools": {row[0] for row in rows}, "enterprises": {row[1] for row in rows}}


_TOLD = {"tuition": "学费", "aid": "资助", "boarding": "住宿", "timetable": "上课时间", "certificate": "拿什么证"}


def _word_faults(order_class: OrderClass) -> list[Invalid]:
    faults = [Invalid(f"还没填：{name}", field) for field, name in _TOLD.items() if not getattr(order_class, field)]
    if order_class.score_rule == "score" and not order_class.score_text:
        faults.append(Invalid("写清楚怎么打分，报名的人要看", "score_text"))
    return faults


def class_warnings(order_class: OrderClass) -> list[str]:
    """What does not stop a class but should be looked at: two teachers, and quotas beyond a position's headcount."""
    said = []
    if not (order_class.teacher and order_class.mentor):
        said.append("双导师还没写全：学校一位老师，企业一位师傅。")
    posts = [track.position for track in order_class.tracks if track.position]
    given = _quotas_over_all_classes([post.id for post in posts])
    for post in posts:
        if given.get(post.id, 0) > post.headcount:
            said.append(
                f"“{post.name}”各班的名额上限加起来{given[post.id]}人，岗位只招{post.headcount}人。录取时按岗位人数卡。"
            )
    return said


def _quotas_over_all_classes(positions: list[int]) -> dict[int, int]:
    """Position id → sum of the quotas of its tracks, over classes that are not closed."""
    rows = db.session.execute(
        select(Track.position_id, func.sum(Track.quota))
        .join(Track.order_class)
        .where(Track.position_id.in_(positions), Track.quota.is_not(None), OrderClass.state != "closed")
        .group_by(Track.position_id)
    )
    return {row[0]: int(row[1]) for row in rows}


def unusable(position: Position, order_class: OrderClass) -> bool:
    """Whether a position may not become a track of this class."""
    return position.state != "approved" or position.enterprise_id not in _members(order_class)["enterprises"]
