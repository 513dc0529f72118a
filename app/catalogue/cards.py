"""A class as one card of the public list: what all its positions pay and where they lie, before anybody ranks."""

from __future__ import annotations

from typing import Any

from flask import url_for

from app.catalogue.distances import HOMES, far_text, km
from app.catalogue.fits import Fit
from app.core.dates import day
from app.core.labels import CATEGORIES, DISTRICTS, LEVELS, STUDY_MODES, label
from app.law.class_age import paper_of
from app.order_classes.card import SEAT_ONLY_POST, age_text, family_rows, relaxed_lines, track_card
from app.order_classes.last_time import LastTime
from app.order_classes.models import OrderClass, Track
from app.positions.card import card_rows, contract_rows, work_rows
from app.positions.models import Position

Rows = list[tuple[str, str]]
# Shown where people look for them: among what one becomes, not among what it costs.
_BECOMING = ("拿什么证", "上岗")


def class_card(
    order_class: OrderClass, last: LastTime | None, home: str = "", fit: Fit | None = None
) -> dict[str, Any]:
    """The class as ``ui.choice`` wants it; with ``home`` (a district) how far away, with ``fit`` whether it is open."""
    posts = standing_posts(order_class)
    hint, tone = _hint(order_class, last)
    rows = [*_pay_rows(posts), ("名额", f"{order_class.seats}人"), ("年龄", _ages(order_class))]
    if home in HOMES:
        rows.append(("离家", away_text(home, order_class, posts)))
    if fit is not None:
        rows.append(("您能报吗", fit_text(fit)))
    return {
        "cls": order_class.name,
        "href": url_for("catalogue.show", class_id=order_class.id),
        "level": label(LEVELS, order_class.level),
        "years": f"{order_class.years}年，{label(STUDY_MODES, order_class.mode)}",
        "school": order_class.school.name,
        "firm": _firms(posts),
        "post": _names(posts),
        "rows": rows,
        "hint": hint,
        "hint_tone": tone,
    }


def standing_posts(order_class: OrderClass) -> list[Position]:
    """The positions a class leads to, but for paused ones."""
    return [track.position for track in order_class.tracks if track.position and not track.position.paused]


def _firms(posts: list[Position]) -> str:
    names = list(dict.fromkeys(post.enterprise.name for post in posts))
    return "、".join(names[:2]) + (f"等{len(names)}家" if len(names) > 2 else "")


def _names(posts: list[Position]) -> str:
    names = list(dict.fromkeys(post.name for post in posts))
    return "、".join(names[:3]) + (f"等{len(names)}种" if len(names) > 3 else "")


def _pay_rows(posts: list[Position]) -> Rows:
    """One position: its own rows. Several: from the lowest to the highest, so that none looks better than it is."""
    if len(posts) == 1:
        return card_rows(posts[0], seats=False)
    if not posts:
        return []
    low, high = min(post.wage_low for post in posts), max(post.wage_high for post in posts)
    paid = sorted(post.last_pay for post in posts if post.last_pay)
    places = dict.fromkeys(label(DISTRICTS, post.district) for post in posts)
    shifts = dict.fromkeys(post.shift for post in posts)
    return [
        ("工资", f"{low:,}–{high:,}元/月"),
        ("上届实领", _paid_text(paid)),
        ("班次", next(iter(shifts)) if len(shifts) == 1 else "各岗位不一样，点开看"),
        ("地点", "、".join(places)),
    ]


def _paid_text(paid: list[int]) -> str:
    if not paid:
        return "还没有上一届"
    return f"中间数{paid[0]:,}元" if paid[0] == paid[-1] else f"中间数{paid[0]:,}–{paid[-1]:,}元"


def _ages(order_class: OrderClass) -> str:
    lines = relaxed_lines(order_class)
    more = f"，{lines[0]}{'等' if len(lines) > 1 else ''}" if lines else ""
    return f"{age_text(order_class)}{more}"


def _hint(order_class: OrderClass, last: LastTime | None) -> tuple[str, str]:
    if last is None:
        return "", ""
    if not last.opened:
        return f"上批人不够，没开班。满{order_class.min_open}人才开。", "wait"
    filled = f"上批录取{last.filled}人" if last.filled is not None else ""
    line = f"录取线{last.cutoff}分" if last.cutoff is not None else ""
    return "，".join(filter(None, (filled, line))) + "。", "now"


def away_text(home: str, order_class: OrderClass, posts: list[Position]) -> str:
    """上学约35公里，上班就在文登区: to the school and to the nearest of the positions."""
    school = f"上学{far_text(home, order_class.school.district)}"
    if not posts:
        return school
    nearest = min((post.district for post in posts), key=lambda district: km(home, district))
    return f"{school}，上班{'最近' if len({post.district for post in posts}) > 1 else ''}{far_text(home, nearest)}"


def fit_text(fit: Fit) -> str:
    """Whether a class is open to a visitor, in a few words."""
    names = "、".join(CATEGORIES[code] for code in fit.others)
    if fit.way == "now":
        return "能报"
    if fit.way == "paper":
        return "材料核验后能报"
    if fit.way == "birthday":
        return "看生日是哪天" + (f"；{names}材料核验后能报" if names else "")
    return f"{names}材料核验后能报" if names else "报不了"


def reason_rows(order_class: OrderClass, fit: Fit) -> Rows:
    """Why a class is open or not, which paper opens it, and by which rule."""
    rows = []
    if fit.way == "now" and fit.tracks_open < len(order_class.tracks):
        rows.append(("方向", f"{len(order_class.tracks)}个里，{fit.tracks_open}个您能报"))
    others = [f"{CATEGORIES[code]}（{paper_of(code)}）" for code in fit.others]
    rows += [
        ("要核验", "；".join(fit.papers)),
        ("为什么", "".join(f"{fault.message}。" for fault in fit.faults)),
        ("可放宽", "；".join(others)),
        ("依据", "；".join(rule.article for rule in fit.rules)),
    ]
    return [(name, text) for name, text in rows if text]


# --- the class's own page --------------------------------------------------------------------------------------------


def direction(track: Track, home: str = "") -> dict[str, Any]:
    """A track on the class's page: its card under the position's name (the class's stands above), where its real pay is
    known from, and all that the posting has to say."""
    position = track.position
    found: dict[str, Any] = {"card": track_card(track), "position": position, "source": "", "posting": [], "firm": []}
    found["card"]["cls"] = position.name if position else SEAT_ONLY_POST
    if position is None or position.paused:
        return found | {"position": None}
    if home in HOMES:
        found["card"]["rows"].append(("离家", f"上班{far_text(home, position.district)}"))
    firm = position.enterprise
    found["source"] = position.last_pay_source if position.last_pay else ""
    found["posting"] = [*work_rows(position), *(row for row in contract_rows(position) if row[0] != "上届实领的来源")]
    found["firm"] = [("企业", firm.name), ("职工", f"{firm.staff}人"), ("地址", firm.address)]
    if firm.introduction:
        found["firm"].append(("做什么的", firm.introduction))
    return found


def becoming_rows(order_class: OrderClass) -> Rows:
    """What one becomes: level, certificate, work, and from when on."""
    posts = standing_posts(order_class)
    none = "现在的岗位暂停着" if any(track.position for track in order_class.tracks) else "满16周岁以后再定"
    return [
        ("技能等级", label(LEVELS, order_class.level)), ("拿什么证", order_class.certificate),
        ("做什么工作", _names(posts) or none), ("什么时候上岗", day(order_class.on_post_date)),
    ]  # fmt: skip


def cost_rows(order_class: OrderClass, home: str = "") -> Rows:
    """Tuition, aid, boarding, timetable, internship, the first day; with ``home`` how far the school is."""
    rows = [row for row in family_rows(order_class) if row[0] not in _BECOMING]
    return [*rows, ("学校离家", far_text(home, order_class.school.district))] if home in HOMES else rows
